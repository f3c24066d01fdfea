"""How whoever tries too often from one network address is slowed: by waits that grow, and never by a lock.

A hospital is one address with hundreds of people, some of whom mistype. So a few dozen failures are free, they are forgotten one by
one, and each colleague who gets in makes up for several. Somebody who goes through a list of stolen passwords gets in seldom.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from chassis.problems import throttled

MAKES_UP_FOR = 5  # failures, by one person who gets in
AGAIN = timedelta(minutes=15)  # before the same person makes up for failures again
PLACE_KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Rule:
    """How patient we are. `free` failures slow nobody; each `step` more doubles the wait, from a second up to `longest`; one
    failure is forgotten every `forgets`."""

    what: str
    free: int
    step: int
    forgets: timedelta
    longest: timedelta


SIGN_IN = Rule("sign-in", 30, 10, timedelta(seconds=30), timedelta(minutes=1))
LETTERS = Rule("letters", 40, 10, timedelta(minutes=1), timedelta(minutes=10))  # each sends one, or seems to
CODES = Rule("codes", 30, 10, timedelta(seconds=30), timedelta(minutes=5))


@dataclass(frozen=True)
class Level:
    """How many failures weigh on an address, as of its last try."""

    level: float
    last_at: datetime

    def at(self, rule: Rule, now: datetime) -> float:
        """What is left of them by now."""
        return max(0.0, self.level - max(timedelta(0), now - self.last_at) / rule.forgets)


def tried(rule: Rule, before: Level | None, now: datetime) -> Level:
    """The level with this try; raises THROTTLED while the wait after the last has not passed. A refused try adds nothing."""
    left = wait_left(rule, before, now)
    if left > timedelta(0):
        seconds = max(1, math.ceil(left.total_seconds()))
        detail = f"There were too many tries from your network. Wait {seconds} seconds, then try again."
        raise throttled("too-many-tries", detail, seconds)
    return counted(rule, before, now)


def counted(rule: Rule, before: Level | None, now: datetime) -> Level:
    """The level with this try, whether or not somebody else would have to wait."""
    return Level((before.at(rule, now) if before else 0.0) + 1, now)


def made_up_for(before: Level, worth: int) -> Level:
    """The level once a try was found to be no failure, and makes up for `worth` others."""
    return Level(max(0.0, before.level - 1 - worth), before.last_at)


def wait_left(rule: Rule, before: Level | None, now: datetime) -> timedelta:
    """What is left of the wait after the last try."""
    if before is None:
        return timedelta(0)
    return wait_after(rule, before.level) - (now - before.last_at)


def wait_after(rule: Rule, level: float) -> timedelta:
    """How long to wait after the last try at this level."""
    if level < rule.free:
        return timedelta(0)
    doubled = min(int((level - rule.free) // rule.step), 20)
    return min(timedelta(seconds=2**doubled), rule.longest)
