"""Processor time of a running system by part, from /proc: what a figure of CPU-milliseconds is made of."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

_TICK = 1000 / os.sysconf("SC_CLK_TCK")  # milliseconds


def used(pids: Iterable[int]) -> float:
    """CPU-milliseconds used so far by these processes and all their descendants, ended ones included."""
    return sum(_family(pid, _children()) for pid in pids)


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    children = _children()
    return [pid, *(one for child in children.get(pid, ()) for one in family(child))]


def cpu_ms(work: Callable[[], object], rounds: int) -> float:
    """CPU-milliseconds of this process for each round: the best of three runs, for a busy machine only ever adds."""
    return min(_run(work, rounds) for _ in range(3))


def _run(work: Callable[[], object], rounds: int) -> float:
    before = time.process_time()
    for _ in range(rounds):
        work()
    return 1000 * (time.process_time() - before) / rounds


def _family(pid: int, children: dict[int, list[int]]) -> float:
    return _own(pid) + sum(_family(child, children) for child in children.get(pid, ()))


def _own(pid: int) -> float:
    """User and system time, with that of children that have ended and been waited for."""
    fields = _stat(pid)
    return sum(int(one) for one in fields[11:15]) * _TICK if fields else 0.0


def _children() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            found.setdefault(int(fields[1]), []).append(int(entry.name))
    return found


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
