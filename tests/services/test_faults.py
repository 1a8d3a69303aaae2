"""Every planned failure is the failure it says, and no more often than planned."""

import pytest
import requests

from tests.services.server import Services, make_note_v2

VENUE = "ICML.cc/2024/Conference"
PDF = b"%PDF-1.5\n" + b"x" * 5000


def get(services: Services, path: str, **query: str) -> requests.Response:
    return requests.get(services.url + path, params=query, timeout=5, allow_redirects=False)


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500, 502, 503])
def test_a_status_can_be_planned(services: Services, status: int) -> None:
    fault = services.fault("/api2/groups", status, times=1, after=1)
    codes = [get(services, "/api2/groups", id=VENUE).status_code for _ in range(3)]
    assert codes == [200, status, 200]
    assert (fault.seen, fault.done) == (3, 1)


def test_answers_can_break_on_their_way(services: Services) -> None:
    services.openreview.add_note(VENUE, make_note_v2(VENUE))
    services.openreview.set_pdf("ab", PDF)
    services.fault("notes", "truncated-json")
    services.fault("notes", "html200")
    services.fault("notes", "reset")
    with pytest.raises(requests.exceptions.JSONDecodeError):
        get(services, "/api2/notes").json()
    assert get(services, "/api2/notes").headers["content-type"].startswith("text/html")
    with pytest.raises(requests.exceptions.RequestException):
        get(services, "/api2/notes").json()
    assert len(get(services, "/api2/notes").json()["notes"]) == 1
    services.fault("/pdf/", "truncated-pdf")
    services.fault("/pdf/", "not-a-pdf")
    services.fault("/pdf/", "redirect-elsewhere")
    with pytest.raises(requests.exceptions.RequestException):
        get(services, "/api2/pdf/ab.pdf")
    assert not get(services, "/api2/pdf/ab.pdf").content.startswith(b"%PDF-")
    away = get(services, "/api2/pdf/ab.pdf")
    assert (away.status_code, away.headers["location"].split(":")[1]) == (302, "//localhost")
    assert services.count("/foreign") == 0


def test_an_answer_can_come_late_or_never_or_never_end(services: Services) -> None:
    services.fault("/slow", "slow", seconds=0.05)
    assert get(services, "/slow").status_code == 404
    services.fault("/never", "timeout")
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(f"{services.url}/never", timeout=0.05)
    services.fault("/held", "timeout", seconds=0.05)
    with pytest.raises(requests.exceptions.ConnectionError):
        get(services, "/held")
    services.fault(lambda request: request.path.endswith(".pdf"), "huge-pdf")
    with requests.get(f"{services.url}/x.pdf", stream=True, timeout=5) as answer:
        assert "content-length" not in answer.headers
        assert len(next(answer.iter_content(1 << 22))) == 1 << 22


def test_a_fault_that_does_not_exist_is_an_error(services: Services) -> None:
    with pytest.raises(ValueError, match="no such fault"):
        services.fault("/", "gremlin")


def test_a_redirect_leads_to_another_host_where_a_pdf_lies(services: Services) -> None:
    services.fault("pdf", "redirect-elsewhere", times=None)
    answer = requests.get(f"{services.url}/api2/pdf/ab.pdf", headers={"Authorization": "Bearer x"}, timeout=5)
    assert answer.content.startswith(b"%PDF-")
    assert services.requests[-1].path == "/foreign/api2/pdf/ab.pdf"
    assert "authorization" not in services.requests[-1].headers  # requests keeps the token from another host
