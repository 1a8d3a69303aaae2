"""Reading an answer's body, whole or piece by piece, within its caps of size and time."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx

from ingest.answers import Place, shown, tries
from ingest.errors import Garbled, ServiceDown, SourceError, TimedOut, TooLarge


def read(
    response: httpx.Response, place: Place, cap: int, patience: float, attempt: int, *, cut: bool = False
) -> bytes:
    """The body, unpacked; with ``cut`` only its first ``cap`` bytes instead of an error.

    Raises:
        SourceError: As :func:`pieces` does.
    """
    body = bytearray()
    for piece in pieces(response, place, 2**62 if cut else cap, patience, attempt):
        body += piece
        if cut and len(body) >= cap:
            break
    return bytes(body[:cap])


def pieces(response: httpx.Response, place: Place, cap: int, patience: float, attempt: int) -> Iterator[bytes]:
    """The body piece by piece, unpacked.

    Args:
        response: Not yet read.
        place: Where it comes from, for messages.
        cap: Bytes at most.
        patience: Seconds at most for all of it.
        attempt: Which try it is.

    Raises:
        TooLarge: It is, or says it is, over ``cap``.
        TimedOut: It takes too long.
        Garbled: It ended early.
    """
    url, size, ends = str(response.url), 0, time.monotonic() + patience
    announced = response.headers.get("content-length", "")
    problem: SourceError | None = None
    try:
        if announced.isdecimal() and int(announced) > cap:
            problem = _too_large(place, url, cap)
        else:
            for piece in response.iter_bytes(65_536):
                size += len(piece)
                if size > cap:
                    problem = _too_large(place, url, cap)
                    break
                yield piece
                if time.monotonic() > ends:
                    problem = TimedOut(f"{place.host}{place.path} only trickles", url=shown(url), attempt=attempt)
                    break
    except httpx.HTTPError as error:
        problem = trouble(error, place, url, attempt, begun=True)
    if problem is not None:
        raise problem


def trouble(error: httpx.HTTPError, place: Place, url: str, attempt: int, *, begun: bool) -> SourceError:
    """The typed error for what went wrong on the way; ``begun`` when part of the body had come.

    Raise it outside the handler: httpx's own error holds the request, and with it the token.
    """
    where, address = f"{place.host}{place.path}", shown(url)
    if isinstance(error, httpx.TimeoutException):
        return TimedOut(f"{where} did not answer in time{tries(attempt)}", url=address, attempt=attempt)
    if begun:
        return Garbled(f"{where} ended before all of it had come", url=address, attempt=attempt)
    kind = type(error).__name__
    return ServiceDown(f"{where} cannot be reached ({kind}){tries(attempt)}", url=address, attempt=attempt)


def parsed(body: bytes, place: Place, url: str) -> Any:
    """JSON from an answer.

    Raises:
        Garbled: It is not JSON, or ends early.
    """
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        pass
    where = f"{place.host}{place.path}"
    raise Garbled(f"{where} answered with something that is not JSON, or not all of it", url=shown(url))


def _too_large(place: Place, url: str, cap: int) -> TooLarge:
    return TooLarge(f"{place.host}{place.path} is larger than {cap / 1_000_000:,.0f} MB", url=shown(url))
