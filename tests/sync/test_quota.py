"""The ledger of budgets, with a time that the test moves."""

from __future__ import annotations

import json
import threading
from datetime import timedelta
from typing import Any

import pytest

from ingest.errors import QuotaSpent
from ingest.quota import LIMITS, PDFS, Ledger
from library import Library

NOTES = "openreview/notes"


def spend(ledger: Ledger, resource: str, count: int) -> None:
    for _ in range(count):
        ledger.before(resource)


def test_pdfs_are_thirty_six_an_hour_until_the_service_says_otherwise(library: Library, clock: Any) -> None:
    ledger = Ledger(library, clock)
    spend(ledger, PDFS, 36)
    with pytest.raises(QuotaSpent) as caught:
        ledger.before(PDFS)
    assert caught.value.until == clock() + timedelta(hours=1)
    assert "36 of 36 PDFs this hour" in str(caught.value)


def test_the_next_run_knows_what_this_one_spent(library: Library, clock: Any) -> None:
    spend(Ledger(library, clock), PDFS, 31)
    ledger = Ledger(library, clock)
    assert ledger.words(PDFS).startswith("31 of 36 PDFs this hour, next at ")
    spend(ledger, PDFS, 5)
    with pytest.raises(QuotaSpent):
        ledger.before(PDFS)


def test_an_hour_later_the_budget_is_whole(library: Library, clock: Any) -> None:
    ledger = Ledger(library, clock)
    spend(ledger, PDFS, 36)
    clock.advance(3600)
    spend(ledger, PDFS, 36)


def test_the_service_is_believed_and_its_two_reset_headers_are_not_mixed(library: Library, clock: Any) -> None:
    ledger = Ledger(library, clock)
    headers = {
        "ratelimit-remaining": "2",
        "ratelimit-reset": "90",
        "x-ratelimit-reset": "1790517570",
        "ratelimit-policy": "500;w=3600",
    }
    ledger.after(NOTES, 200, headers, b"")
    budget = ledger.budget(NOTES)
    assert budget is not None
    assert (budget.limit, budget.remaining, budget.used) == (500, 2, 498)
    spend(ledger, NOTES, 2)
    with pytest.raises(QuotaSpent) as caught:
        ledger.before(NOTES)
    assert caught.value.until == clock() + timedelta(seconds=90)


def test_a_refusal_says_how_many_there_are_and_until_when(library: Library, clock: Any) -> None:
    ledger = Ledger(library, clock)
    until = clock() + timedelta(minutes=20)
    details = {"limit": 40, "remaining": 0, "resetTime": until.isoformat(), "used": 41}
    ledger.after(PDFS, 429, {}, json.dumps({"name": "RateLimitError", "details": details}).encode())
    with pytest.raises(QuotaSpent) as caught:
        ledger.before(PDFS)
    assert caught.value.until == until
    clock.advance(20 * 60)
    spend(ledger, PDFS, 40)
    with pytest.raises(QuotaSpent):
        ledger.before(PDFS)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"details": 7}', b'{"details": {"limit": "x"}}'])
def test_a_refusal_that_says_nothing_closes_the_resource_for_an_hour(library: Library, clock: Any, body: bytes) -> None:
    ledger = Ledger(library, clock)
    ledger.after(PDFS, 429, {}, body)
    with pytest.raises(QuotaSpent) as caught:
        ledger.before(PDFS)
    assert caught.value.until == clock() + timedelta(hours=1)


def test_resources_without_a_budget_are_not_counted(library: Library, clock: Any) -> None:
    ledger = Ledger(library, clock)
    spend(ledger, "proceedings.mlr.press", 5000)
    assert library.quota.all() == {}
    assert "proceedings.mlr.press" not in LIMITS


def test_what_other_threads_spend_is_written_by_the_owner(library: Library, clock: Any) -> None:
    ledger = Ledger(library, clock)
    thread = threading.Thread(target=spend, args=(ledger, PDFS, 3))
    thread.start()
    thread.join()
    assert library.quota.all() == {}
    ledger.save()
    assert library.quota.all()[PDFS].used == 3
