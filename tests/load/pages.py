"""What pages cost: the time a server takes for each at ten users, and what a page weighs the first time and after.

Part of `make bench`; by itself: `python -m tests.load.pages`. Times are those of a client on the same machine, so they are an upper bound.
"""

from __future__ import annotations

import json
import os
import random
import re
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

from deploy.local.codes import sign_in
from deploy.local.system import System

USERS = 10
READING = 1.0  # seconds between two pages of one person; none at all is a load test, and the second figure
AS_BROWSERS_DO = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}
COOKIE, FORM = "__Host-session", "__Host-form"
WORDS = "A patient slipped on a wet floor near the sink. Nobody was hurt."
ASSETS = re.compile(r'(?:href|src|from) ?=? ?"(/static/[^"]+)"')


@dataclass
class Reader:
    """Somebody signed in with a browser that runs no script and keeps no cache."""

    http: httpx.Client
    cookies: dict[str, str]
    took: dict[str, list[float]] = field(default_factory=dict)
    pause: float = 0.0  # seconds before each page

    def get(self, name: str, path: str) -> httpx.Response:
        page = self._ask(name, "GET", path)
        assert page.status_code == 200, (name, path, page.status_code)
        return page

    def post(self, name: str, path: str, sent: dict[str, str]) -> httpx.Response:
        """A form with the token of the page it stands on."""
        page = self._ask("", "GET", path)
        token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)
        return self._ask(name, "POST", path, data=sent | {"csrf_token": token[-1] if token else ""})

    def _ask(self, name: str, method: str, path: str, **content: Any) -> httpx.Response:
        cookie = "; ".join(f"{key}={value}" for key, value in self.cookies.items())
        headers = {"Cookie": cookie, "Referer": str(self.http.base_url) + path}
        time.sleep(self.pause * random.uniform(0.5, 1.5) if name else 0)
        began = time.perf_counter()
        answer = self.http.request(method, path, headers=headers, **content)
        if name:
            self.took.setdefault(name, []).append((time.perf_counter() - began) * 1000)
        for one in answer.headers.get_list("set-cookie"):
            key, _, value = one.partition("=")
            self.cookies[key] = value.partition(";")[0]
        assert answer.status_code < 400, (name, path, answer.status_code)
        return answer


def measure(system: System, rounds: int) -> dict[str, Any]:
    """Milliseconds for each page (p50, p95), and its weight in kilobytes: with all it names, and alone, as it comes the second time."""
    accounts = json.loads((system.home / "demo.json").read_text())["accounts"]
    readers = list(_readers(system, accounts))
    nurse = readers[0]
    draft = _a_draft(nurse)
    reference = _recorded(nurse)
    times = _together(readers, rounds, READING, draft, reference)
    hurried = _together(readers, rounds, 0.0, draft, reference)
    weights = {name: _weight(nurse, path) for name, path in _paths(draft, reference).items()}
    return {
        "page_p50_ms": {name: statistics.median(some) for name, some in times.items()},
        "page_p95_ms": {name: statistics.quantiles(some, n=20)[-1] for name, some in times.items()},
        "page_hurried_p95_ms": {name: statistics.quantiles(some, n=20)[-1] for name, some in hurried.items()},
        "page_first_kb": {name: first / 1000 for name, (first, _) in weights.items()},
        "page_again_kb": {name: again / 1000 for name, (_, again) in weights.items()},
        "page_users": USERS,
    }


def _readers(system: System, accounts: list[dict[str, Any]]) -> Iterator[Reader]:
    """Ten browsers in which the nurse is signed in."""
    url = f"http://localhost:{system.layout.http_port}"
    account = next(one for one in accounts if one["role"] == "standard")
    token = sign_in(url, account)
    return (
        Reader(httpx.Client(base_url=url, timeout=30, headers=AS_BROWSERS_DO), {COOKIE: token})
        for _ in range(USERS)
    )


def _a_draft(reader: Reader) -> str:
    begun = reader.post("", "/report", {"native.0.Type": "1", "key": os.urandom(8).hex()})
    draft = begun.headers["Location"].split("/")[2]
    reader.post("", f"/report/{draft}/service", {"location-details.0.ServiceArea": "1"})
    reader.post("", f"/report/{draft}/what-happened", {"adverse-event-core.0.Description": WORDS})
    return draft


def _recorded(reader: Reader) -> str:
    sent = {
        "adverse-event-core.0.Description": WORDS,
        "adverse-event-went-well.0.HowFutureOccurrence": "More of it.",
        "native.0.Date.day": "2",
        "native.0.Date.month": "11",
        "native.0.Date.year": "2026",
        "key": os.urandom(8).hex(),
    }
    made = reader.post("", "/report/quick/good-care", sent)
    reference = made.headers["Location"].rpartition("/")[2]
    end = time.monotonic() + 30
    while time.monotonic() < end:
        cookie = f"{COOKIE}={reader.cookies[COOKIE]}"
        if reader.http.get(f"/events/{reference}", headers={"Cookie": cookie}).status_code == 200:
            return reference
        time.sleep(0.1)
    raise AssertionError("the event was never seen")


def _paths(draft: str, reference: str) -> dict[str, str]:
    return {
        "home": "/",
        "sign in": "/sign-in",
        "start of a report": "/report",
        "a text": f"/report/{draft}/what-happened",
        "a list of choices": f"/report/{draft}/involved",
        "the tasks": f"/report/{draft}/tasks",
        "the check": f"/report/{draft}/check",
        "one screen": "/report/quick/near-miss",
        "a family's form": "/tell-us/form",
        "my records": "/my-records",
        "the events": "/events",
        "an event": f"/events/{reference}",
        "notices": "/notices",
        "account": "/account",
        "help": "/help",
    }


def _together(
    readers: list[Reader], rounds: int, pause: float, draft: str, reference: str
) -> dict[str, list[float]]:
    """How long each page took, in milliseconds, for all of them at once."""
    for one in readers:
        one.took.clear()
        one.pause = pause
    with ThreadPoolExecutor(USERS) as pool:
        list(pool.map(lambda one: _reads(one, rounds, draft, reference), readers))
    names = sorted({name for one in readers for name in one.took})
    return {name: [each for one in readers for each in one.took.get(name, ())] for name in names}


def _reads(reader: Reader, rounds: int, draft: str, reference: str) -> None:
    for number in range(rounds):
        for name, path in _paths(draft, reference).items():
            reader.get(name, path)
        own = _a_draft(reader) if number == 0 else draft
        reader.post(
            "save a page",
            f"/report/{own}/what-happened",
            {"adverse-event-core.0.Description": f"{WORDS} {number}"},
        )


def _weight(reader: Reader, path: str) -> tuple[int, int]:
    """Bytes over the wire: the page with all it names, and the page alone, which is what comes the second time."""
    page = reader.get("", path)
    again = _bytes(page)
    named = sorted(set(ASSETS.findall(page.text)))
    return again + sum(_bytes(reader.http.get(one)) for one in named), again


def _bytes(answer: httpx.Response) -> int:
    heads = sum(len(name) + len(value) + 4 for name, value in answer.headers.raw)
    return heads + int(answer.headers.get("Content-Length", len(answer.content)))


def main() -> None:
    from tests.load.bench import HOME, a_system

    system = a_system((HOME / "bench" / "pages").resolve(), say=print)
    try:
        system.start()
        print(json.dumps(measure(system, int(os.environ.get("LFPSE_ROUNDS", "10"))), indent=1))
    finally:
        system.remove()


if __name__ == "__main__":
    main()
