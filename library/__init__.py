"""What Posterhall holds: types, schema, reads and writes. The only room that touches SQLite."""

import sys

# sqlite-utils imports pandas wherever it is installed, for a feature that is not used here. That is most of what
# importing the terminal front door would cost (0.35 of 0.5 s), so it is told that there is none.
if "pandas" not in sys.modules and "sqlite_utils" not in sys.modules:
    sys.modules["pandas"] = None  # type: ignore[assignment]
    try:
        import sqlite_utils.db  # noqa: F401
    finally:
        del sys.modules["pandas"]

from library.db import Library as Library
