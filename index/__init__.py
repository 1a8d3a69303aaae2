"""Ranked passages: two derived indexes over the library's passages, fused. Rebuilt at will."""
