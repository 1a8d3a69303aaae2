"""The browser front door: one module a page, and the pure functions that make what they show."""
