"""Answers made of verified quotes."""
