"""Guessing is slowed, never locked out: how long to wait after so many failures in a row."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.problems import throttled

FREE_TRIES = 3
LONGEST_WAIT = timedelta(minutes=1)
FORGET_TRIES = timedelta(minutes=15)


@dataclass(frozen=True)
class Tries:
    """How often something was tried without success, and when last."""

    count: int
    last_at: datetime


def tried_again(before: Tries | None, now: datetime) -> Tries:
    """The tries including this one; raises THROTTLED while the wait after the last has not passed.

    Each failure after the third doubles the wait, up to a minute, and nothing is ever locked for longer:
    guessing is hopeless at that pace, and an enemy who fails on purpose delays somebody instead of locking
    them out. A refused try does not make the wait longer.
    """
    if before is None or now - before.last_at >= FORGET_TRIES:
        return Tries(1, now)
    left = wait_after(before.count) - (now - before.last_at)
    if left > timedelta(0):
        seconds = max(1, math.ceil(left.total_seconds()))
        raise throttled("too-many-tries", f"Too many tries. Wait {seconds} seconds, then try again.", seconds)
    return Tries(before.count + 1, now)


def wait_after(failures: int) -> timedelta:
    """How long to wait after so many failures in a row."""
    if failures < FREE_TRIES:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - FREE_TRIES, 10)), LONGEST_WAIT)
