"""When a `work` process looks for what is under an old key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from chassis.rewrapping import BATCH, LOOK_EVERY, REST, SETTLED, Rewrapping
from chassis.sealing import CannotOpen
from chassis.working import Worker

TX: Any = None  # the batches here need none


class Hands:
    """A clock, a key and tables with so many rows under an old one."""

    def __init__(self, left: int = 0) -> None:
        self.now, self.key, self.left = 1000.0, "old", left
        self.made = Rewrapping(lambda: self.key, [self.batch], lambda: self.now)

    def batch(self, tx: Connection) -> int:
        did = min(self.left, BATCH)
        self.left -= did
        return did


def test_as_long_as_there_is_more_it_goes_on_at_once() -> None:
    hands = Hands(2 * BATCH + 1)
    assert [hands.made.due() and hands.made.do(TX) for _ in range(3)] == [True, True, True]
    assert hands.left == 0
    assert not hands.made.due()


def test_soon_after_a_change_it_looks_often_and_then_rests() -> None:
    hands = Hands()
    assert hands.made.due()
    assert not hands.made.do(TX)
    hands.now += LOOK_EVERY
    assert hands.made.due()
    hands.now += SETTLED
    hands.made.do(TX)
    hands.now += REST - 1
    assert not hands.made.due()
    hands.key = "new"
    assert hands.made.due()


def test_a_data_key_that_does_not_open_stops_no_jobs(
    engine_for: Callable[[str], Engine], caplog: pytest.LogCaptureFixture
) -> None:
    def broken(tx: Connection) -> int:
        raise CannotOpen("record")

    db = engine_for("enrichment")
    url = db.url.set(drivername="postgresql").render_as_string(hide_password=False)
    worker = Worker("enrichment", db, url, {}, rewrapping=Rewrapping(lambda: "k", [broken]))
    assert not worker.do_rewrapping()
    assert "CannotOpen" in caplog.text
    assert worker.rewrapping is not None
    assert not worker.rewrapping.due()
