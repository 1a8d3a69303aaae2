"""What Posterhall holds: types, schema, reads and writes. The only room that touches SQLite."""

from library.db import Library as Library
