"""The version of Posterhall, for what it writes."""

VERSION = "0.1.0"
