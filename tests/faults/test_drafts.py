"""Two hundred people save a page of their drafts at once, and a server process is killed meanwhile: what a page confirmed is there."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx
import pytest

from deploy.local.codes import sign_in
from deploy.local.system import System
from tests.load.pages import COOKIE, Reader

PEOPLE = int(os.environ.get("LFPSE_PEOPLE", "200"))
PAGES = 5  # each saves
RECORD = ("standard", "organisational", "org_admin", "local_safety_lead")
FIELD = "adverse-event-core.0.Description"
pytestmark = pytest.mark.timeout(900)


@dataclass
class Writer:
    """Somebody with a draft; the last words that a page confirmed, and those that it did not."""

    reader: Reader
    draft: str
    confirmed: str = ""
    tried: list[str] = field(default_factory=list)
    refusals: int = 0

    def write(self, number: int) -> None:
        """The same page again and again until it is kept, as somebody would who is told to try again."""
        words = f"Page {number} of draft {self.draft}."
        self.tried.append(words)
        for _ in range(60):
            try:
                kept = self.reader.post("", f"/report/{self.draft}/what-happened", {FIELD: words})
            except (httpx.TransportError, AssertionError):
                self.refusals += 1
                time.sleep(0.5)
                continue
            if kept.status_code == 303 and "/sign-in" not in kept.headers["Location"]:
                self.confirmed = words
                return
        raise AssertionError("it could never be saved")


def _writers(system: System) -> list[Writer]:
    """Everybody at a browser of their own, under the sample accounts that may record: an account may keep so many drafts."""
    accounts = json.loads((system.home / "demo.json").read_text())["accounts"]
    tokens = [sign_in(system.gateway, one) for one in accounts if one["role"] in RECORD]

    def one(number: int) -> Writer:
        http = httpx.Client(base_url=system.gateway, timeout=30)
        reader = Reader(http, {COOKIE: tokens[number % len(tokens)]})
        begun = reader.post("", "/report", {"native.0.Type": "2", "key": f"draft-{number:08}"})
        draft = begun.headers["Location"].split("/")[2]
        reader.post("", f"/report/{draft}/service", {"location-details.0.ServiceArea": "1"})
        return Writer(reader, draft)

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(one, range(PEOPLE)))


@pytest.fixture
def writers(system: System) -> Iterator[list[Writer]]:
    made = _writers(system)
    yield made
    for one in made:
        one.reader.http.close()


def test_nobody_loses_an_answer_that_a_page_had_confirmed(system: System, writers: list[Writer]) -> None:
    # Given two hundred people, each with a draft of their own
    assert len({one.draft for one in writers}) == PEOPLE
    everybody = threading.Barrier(PEOPLE)

    def write(writer: Writer) -> None:
        everybody.wait()
        for number in range(PAGES):
            writer.write(number)

    # When they all save at once, and recording's server, then a worker of the gateway, are killed under them
    with ThreadPoolExecutor(PEOPLE) as pool:
        writing = [pool.submit(write, one) for one in writers]
        time.sleep(2)
        system.kill("recording-serve")
        time.sleep(3)
        os.kill(_a_worker(system), signal.SIGKILL)
        for one in writing:
            one.result()

    # Then every one finds what was confirmed
    for writer in writers:
        page = writer.reader.get("", f"/report/{writer.draft}/what-happened")
        assert writer.confirmed == writer.tried[-1]
        assert writer.confirmed in page.text
    print(f"{PEOPLE * PAGES} pages saved; {sum(one.refusals for one in writers)} were refused and sent again")


def _a_worker(system: System) -> int:
    """One of the gateway's worker processes."""
    parent = system.processes()["gateway"]
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                with open(f"/proc/{entry}/stat", encoding="ascii", errors="replace") as stat:
                    if int(stat.read().rpartition(")")[2].split()[1]) == parent:
                        return int(entry)
            except OSError:
                continue
    raise AssertionError("the gateway has no worker")
