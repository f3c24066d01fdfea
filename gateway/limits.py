"""How much may be asked how fast: limits.toml, counted in this worker's memory. Who asks too fast hears when to ask again.

Each limit is a bucket of `burst` tokens for each who asks, into which one drips every so often. All that is kept of a bucket is
when it will be full again (GCRA); one that is full is like one that never was, and is forgotten.
"""

from __future__ import annotations

import math
import threading
import time
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from flask import Flask, Response, g, request

from chassis.problems import Problem, throttled
from gateway import networks

TABLE = Path(__file__).with_name("limits.toml")
MOST = 20_000  # buckets of one limit until the older half is forgotten
_ROUNDING = 1e-9
ADDRESS, CLIENT, ACCOUNT = "address", "client", "account"
REFUSED = "refused"  # the row that is of no route: of whatever identity refuses


@dataclass(frozen=True)
class Limit:
    """One row of the table. `every` is the seconds until there is one more."""

    name: str
    means: str
    of: str
    requests: float
    seconds: float
    burst: int
    guards: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    but: tuple[str, ...] = ()

    @property
    def every(self) -> float:
        return self.seconds / self.requests

    def covers(self, route: str, guard: str) -> bool:
        """Whether requests to "METHOD /route" with this proof count."""
        if any(fnmatchcase(route, one) for one in self.but):
            return False
        return guard in self.guards or any(fnmatchcase(route, one) for one in self.routes)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a bucket said: seconds to wait (0: go on), how many are left, and in how many seconds it is full."""

    limit: Limit
    wait: float
    left: int
    full_in: float


class Buckets:
    """The buckets of one limit. Never more than twice `most`: the older half is forgotten first, whatever many strangers do."""

    def __init__(self, limit: Limit, clock: Callable[[], float], most: int = MOST) -> None:
        self._limit = limit
        self._clock = clock
        self._most = most
        self._lock = threading.Lock()
        self._young: dict[str, float] = {}  # who → when full again
        self._old: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._young) + len(self._old)

    def take(self, who: str) -> Taken:
        """One token of somebody's bucket; one that waits takes none."""
        limit, every = self._limit, self._limit.every
        with self._lock:
            now = self._clock()
            full_at = self._young.get(who) or self._old.get(who) or now
            after = max(full_at, now) + every
            room = limit.burst * every - (after - now)
            if room < -_ROUNDING:
                self._keep(who, full_at)
                return Taken(limit, -room, 0, full_at - now)
            self._keep(who, after)
            return Taken(limit, 0.0, int(room / every + _ROUNDING), after - now)

    def wait(self, who: str) -> float:
        """Seconds until somebody's bucket has a token; none is taken."""
        now = self._clock()
        full_at = self._young.get(who) or self._old.get(who) or now
        return max(0.0, full_at - now - (self._limit.burst - 1) * self._limit.every - _ROUNDING)

    def _keep(self, who: str, full_at: float) -> None:
        """Among the young, so that who keeps asking is not forgotten among many who ask once."""
        if who not in self._young and len(self._young) >= self._most:
            self._old, self._young = self._young, {}
        self._young[who] = full_at


class Limits:
    """All of a worker's limits."""

    def __init__(
        self, table: Iterable[Limit], times: float = 1.0, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.table = tuple(_times(one, times) for one in table)
        self._buckets = {one.name: Buckets(one, clock) for one in self.table}
        self._covering: dict[tuple[str, str], tuple[Limit, ...]] = {}

    def covering(self, route: str, guard: str) -> tuple[Limit, ...]:
        """The limits of a route, looked up once."""
        key = (route, guard)
        if key not in self._covering:
            self._covering[key] = tuple(one for one in self.table if one.covers(route, guard))
        return self._covering[key]

    def take(self, covering: Iterable[Limit], of: Mapping[str, str]) -> list[Taken]:
        """One token of each limit that counts by one of these; THROTTLED where one has none."""
        taken = [self._buckets[one.name].take(of[one.of]) for one in covering if one.of in of]
        if wait := max((one.wait for one in taken), default=0.0):
            raise _too_many("There were too many requests in a short time", wait)
        return taken

    def must_have_left(self, name: str, who: str) -> None:
        """THROTTLED where somebody has nothing left of a limit; nothing is taken."""
        if wait := self._buckets[name].wait(who):
            raise _too_many("Too much that is not known here came from your network", wait)

    def count(self, name: str, who: str) -> None:
        self._buckets[name].take(who)


def _too_many(what: str, wait: float) -> Problem:
    seconds = max(1, math.ceil(wait))
    return throttled("too-many-requests", f"{what}. Wait {seconds} seconds, then send it again.", seconds)


def load(text: str) -> tuple[Limit, ...]:
    """The table as it is written; ValueError where a limit would never allow anything, or counts by nobody."""
    rows: dict[str, dict[str, Any]] = tomllib.loads(text)
    found = tuple(_limit(name, row) for name, row in rows.items())
    for one in found:
        if one.of not in (ADDRESS, CLIENT, ACCOUNT) or min(one.requests, one.seconds, one.burst) <= 0:
            raise ValueError(f"limits.toml: {one.name} is no limit")
    return found


def install(app: Flask, times: float) -> None:
    """Count from now on; `times` is what every limit is multiplied by."""
    app.extensions["limits"] = Limits(load(TABLE.read_text("utf-8")), times)
    app.after_request(_say)


def must_be_open(limits: Limits, guard: str) -> None:
    """THROTTLED where this request's address asks too fast; before anything is done for it."""
    covering = limits.covering(_route(), guard)
    if any(one.of == ADDRESS for one in covering):
        _take(limits, covering, {ADDRESS: networks.network()})


def must_be_within(limits: Limits, guard: str, who: str) -> None:
    """THROTTLED where the client or account that asks does so too fast."""
    _take(limits, limits.covering(_route(), guard), {CLIENT: who, ACCOUNT: who})


def _take(limits: Limits, covering: tuple[Limit, ...], of: Mapping[str, str]) -> None:
    taken = limits.take(covering, of)
    if taken:
        g.taken = [*g.get("taken", ()), *taken]


def _route() -> str:
    rule = request.url_rule
    return f"{'GET' if request.method == 'HEAD' else request.method} {rule.rule if rule else ''}"


def _say(response: Response) -> Response:
    """How much of the scarcest is left, as the draft of RateLimit headers writes it."""
    taken: list[Taken] = g.get("taken", [])
    if taken:
        scarcest = min(taken, key=lambda one: one.left / one.limit.burst)
        limit = scarcest.limit
        window = math.ceil(limit.burst * limit.every)
        response.headers["RateLimit-Policy"] = f'"{limit.name}";q={limit.burst};w={window}'
        response.headers["RateLimit"] = f'"{limit.name}";r={scarcest.left};t={math.ceil(scarcest.full_in)}'
    return response


def _limit(name: str, row: Mapping[str, Any]) -> Limit:
    lists = {key: tuple(value) for key, value in row.items() if isinstance(value, list)}
    return Limit(name=name, **{**row, **lists})


def _times(one: Limit, times: float) -> Limit:
    if times == 1:
        return one
    return replace(one, requests=one.requests * times, burst=max(1, round(one.burst * times)))
