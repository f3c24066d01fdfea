"""When a `work` process looks for what is under an old key."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from chassis.rewrapping import BATCH, LOOK_EVERY, REST, SETTLED, Looked, Rewrapping
from chassis.sealing import CannotOpen
from chassis.working import Worker

TX: Any = None  # the batches here need none


class Hands:
    """A clock, a key and tables with so many rows under an old one."""

    def __init__(self, left: int = 0) -> None:
        self.now, self.key, self.left = 1000.0, "old", left
        self.broken: tuple[str, ...] = ()
        self.made = Rewrapping("KEYS", lambda: self.key, [self.batch], lambda: self.now)

    def batch(self, tx: Connection, aside: Collection[str]) -> Looked:
        broken = tuple(one for one in self.broken if one not in aside)
        did = min(self.left, BATCH)
        self.left -= did
        return Looked(did + len(broken), broken)


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


def test_what_cannot_be_opened_is_said_and_counted_and_looked_at_again_after_a_rest(
    caplog: pytest.LogCaptureFixture,
) -> None:
    hands = Hands(3)
    hands.broken = ("one", "two")
    assert hands.made.due()
    assert hands.made.do(TX)
    assert (hands.made.damaged, hands.left) == (2, 0)
    assert "one, two" in caplog.text
    hands.now += SETTLED + 1
    assert not hands.made.do(TX), "nothing but what is set aside"
    hands.now += REST
    hands.broken = ("two",)
    assert hands.made.due()
    assert hands.made.do(TX)
    assert hands.made.damaged == 1, "the other was mended"


def test_a_look_that_fails_stops_no_jobs(
    engine_for: Callable[[str], Engine], caplog: pytest.LogCaptureFixture
) -> None:
    def broken(tx: Connection, aside: Collection[str]) -> Looked:
        raise CannotOpen("record")

    db = engine_for("enrichment")
    url = db.url.set(drivername="postgresql").render_as_string(hide_password=False)
    worker = Worker("enrichment", db, url, {}, rewrapping=Rewrapping("KEYS", lambda: "k", [broken]))
    assert not worker.do_rewrapping()
    assert "CannotOpen" in caplog.text
    assert worker.rewrapping is not None
    assert not worker.rewrapping.due()
