"""What can go wrong between here and a service, split by what happens next.

PosterhallError
└── SourceError                 a service did not give what was asked of it
    ├── MustWait                wait, then go on where it stopped
    │   └── QuotaSpent          the hour's budget of a resource is used up (429, or the ledger)
    ├── RetryLater              the service's trouble: run the same command again later
    │   ├── ServiceDown         5xx, refused connection, DNS
    │   ├── TimedOut            no answer in time
    │   └── Garbled             truncated JSON, HTML where JSON was due, a half PDF
    ├── FixCredentials          nothing will work until the login does
    │   ├── LoginNeeded         the anonymous challenge (403 JSON or 200 HTML), 401
    │   ├── LoginRefused        wrong name or password
    │   ├── TokenExpired        log in again
    │   └── MfaNeeded           a second factor is asked for and nobody is there to give it
    └── GiveUp                  this item will not come; the others go on
        ├── NotFound            404, a venue or paper that is not there
        ├── Forbidden           403 with a login: private, or not yet public
        ├── NotAPdf             the answer does not start with %PDF-
        ├── TooLarge            over the size cap
        ├── HostNotAllowed      a URL that leads to a host that is not one of the services
        └── NothingAccepted     a venue without accepted papers: private, wrong host, not decided, a typing error
"""

from __future__ import annotations

from datetime import datetime

from library.errors import PosterhallError


class SourceError(PosterhallError):
    """A service did not give what was asked of it.

    Attributes:
        url: What was asked for, without credentials; None when nothing was sent.
        status: The HTTP status, if there was an answer.
        attempt: How many times it was tried.
        remedy: What the user does next, a full clause.
    """

    remedy = "run the same command again"

    def __init__(
        self,
        message: str,
        *,
        url: str | None = None,
        status: int | None = None,
        attempt: int = 1,
        remedy: str | None = None,
    ) -> None:
        """Keep the facts beside the message; the remedy ends it."""
        self.url, self.status, self.attempt = url, status, attempt
        self.remedy = remedy or type(self).remedy
        super().__init__(f"{message}: {self.remedy}")


class MustWait(SourceError):
    """Wait, then go on where it stopped. ``until`` is aware, in UTC; None when the service does not say."""

    remedy = "run `posterhall sync` later; nothing is fetched twice"

    def __init__(self, message: str, *, until: datetime | None = None, **facts: object) -> None:
        """Keep the time as well."""
        self.until = until
        super().__init__(message, **facts)  # type: ignore[arg-type]


class QuotaSpent(MustWait):
    """The hour's budget of a resource is used up."""


class RetryLater(SourceError):
    """The service's trouble."""

    remedy = "run the same command again later"


class ServiceDown(RetryLater):
    """5xx, a refused connection, a name that does not resolve."""


class TimedOut(RetryLater):
    """No answer in time."""


class Garbled(RetryLater):
    """Truncated JSON, HTML where JSON was due, a PDF that ends early."""


class FixCredentials(SourceError):
    """Nothing will work until the login does."""

    remedy = "run `posterhall login`"


class LoginNeeded(FixCredentials):
    """The service closes this to anonymous readers."""


class LoginRefused(FixCredentials):
    """The name or the password is wrong."""


class TokenExpired(FixCredentials):
    """The kept token is no longer valid."""


class MfaNeeded(FixCredentials):
    """A second factor is asked for and nobody is there to give it."""

    remedy = "run `posterhall login` in a terminal, where the code can be typed"


class GiveUp(SourceError):
    """This item will not come; the others go on."""

    remedy = "it is listed in `posterhall status`; the rest went on"


class NotFound(GiveUp):
    """404, or a venue or paper that is not there."""


class Forbidden(GiveUp):
    """403 with a login: private, or not yet public."""


class NotAPdf(GiveUp):
    """The answer does not start with ``%PDF-``."""


class TooLarge(GiveUp):
    """Over the size cap."""


class HostNotAllowed(GiveUp):
    """A URL that leads to a host that is not one of the services."""


class NothingAccepted(GiveUp):
    """A venue without accepted papers."""

    remedy = "check the id with `posterhall venues`, log in if it is private, or wait for its decisions"
