"""The parts of Posterhall's Python interface; ``posterhall.py`` puts them together."""
