"""Ways through the library that need no question."""
