"""What can go wrong, split by what the user does next.

PosterhallError
├── UsageError            the request itself is wrong: exit code 2
├── InputError            a file the user gave cannot be read: mend it, run again
├── LibraryError          the library cannot be used as it is
│   ├── LibraryBusy       another process is writing: wait, run again
│   └── LibraryReadOnly   it is a bundle's: merge the bundle into a library of one's own
├── IndexUnavailable      the index is missing or does not match: rebuild it
└── ModelError            the embedding model is missing or altered: reinstall it
"""


class PosterhallError(Exception):
    """Base of every error that a user sees; the message says what, where and what to do next."""


class UsageError(PosterhallError):
    """The request is wrong (an unknown venue, an empty question)."""


class InputError(PosterhallError):
    """A file that the user gave cannot be read or understood."""


class LibraryError(PosterhallError):
    """The library file is missing, newer than this version, or not a library."""


class LibraryBusy(LibraryError):
    """Another process is writing to the library."""


class LibraryReadOnly(LibraryError):
    """The library is a bundle's, which is only read."""


class IndexUnavailable(PosterhallError):
    """There is no index, or it does not match the library, the model or this version."""


class ModelError(PosterhallError):
    """The embedding model is not installed or its weights are not the expected ones."""
