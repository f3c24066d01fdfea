"""Processes of a system whose supervisor was killed: found by the mark they inherited, and ended."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

MARK = "LFPSE_SYSTEM"  # in the environment of everything a system starts: its home
PATIENCE = 4.0  # seconds between asking and killing; every part of us can bear to be killed


def sweep(home: Path) -> int:
    """End what a dead supervisor left behind in this home; how many processes there were."""
    found = set(_of(home))
    _tell(found, signal.SIGTERM)
    until = time.monotonic() + PATIENCE
    while (left := set(_of(home))) and time.monotonic() < until:
        time.sleep(0.1)
    _tell(left, signal.SIGKILL)
    return len(found)


def _of(home: Path) -> Iterator[int]:
    mark = f"{MARK}={home}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                yield int(folder.name)
        except OSError:
            continue  # ended meanwhile, or not ours to look at


def _tell(pids: set[int], what: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, what)
        except ProcessLookupError:
            continue
