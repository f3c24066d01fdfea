"""What nobody knows is asked of identity so often only, by the address it came from; the same again is not asked at all.

A client that goes on with one wrong key uses up one try and no more, so that it keeps nobody else behind its address out.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from chassis.problems import Fault, Kind, Problem
from gateway import networks
from gateway.limits import REFUSED, Limits

REMEMBERED = 10.0  # seconds that a refusal is given again
MOST = 10_000  # refusals remembered in one worker


@dataclass(frozen=True, slots=True)
class _Refusal:
    until: float
    code: str
    detail: str
    faults: tuple[Fault, ...]


class Refusals:
    """Secrets that identity refused lately, by their hash; one of these in each worker."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = MOST) -> None:
        self._clock = clock
        self._most = most
        self._lock = threading.Lock()
        self._lately: dict[bytes, _Refusal] = {}

    def __len__(self) -> int:
        return len(self._lately)

    @contextmanager
    def asking(self, limits: Limits, mark: bytes) -> Iterator[None]:
        """Around asking identity for a secret that is not known here. THROTTLED before that, where too many from this
        request's address were refused; UNAUTHENTICATED again, where this one was."""
        self._again(limits, mark)
        where = networks.network()
        limits.must_have_left(REFUSED, where)
        try:
            yield
        except Problem as problem:
            if problem.kind is Kind.UNAUTHENTICATED:
                self._remember(mark, problem)
                limits.count(REFUSED, where)
            raise

    def _again(self, limits: Limits, mark: bytes) -> None:
        known = self._lately.get(mark)
        if known and known.until > self._clock():
            limits.must_have_left(REFUSED, mark.hex())
            limits.count(REFUSED, mark.hex())
            raise Problem(Kind.UNAUTHENTICATED, known.code, known.detail, known.faults)

    def _remember(self, mark: bytes, problem: Problem) -> None:
        with self._lock:
            now = self._clock()
            if len(self._lately) >= self._most:
                self._lately = {one: each for one, each in self._lately.items() if each.until > now}
            if len(self._lately) >= self._most:
                self._lately = {}
            self._lately[mark] = _Refusal(now + REMEMBERED, problem.code, problem.detail, problem.faults)
