"""One module a source, each yielding paper records."""
