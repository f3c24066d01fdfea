"""A folder in which an operator puts official files of organisations, each under the name it was published with.

The files hold no date of their own: each is as old as its time of modification says.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine

from chassis.actors import system
from chassis.problems import Problem
from services.identity import use_cases

WHO = system("organisation-files").id
SETTLED = 5.0  # seconds since it was last written: before that it may still be on its way
_log = logging.getLogger(__name__)


class Folder:
    """Looks for files that are new or have changed. What was looked at is remembered, so that a look costs little."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: dict[str, tuple[int, int]] = {}

    def look(self, _: Engine) -> Callable[[Connection], bool]:
        """Read one file that was not looked at since it changed; what receives it says whether there may be more."""
        for path in self._waiting():
            mark, content = _mark(path), _content(path)
            return partial(self._receive, path, mark, content)
        return lambda tx: False

    def _waiting(self) -> list[Path]:
        try:
            found = sorted(one for one in self._path.iterdir() if _is_file(one))
        except OSError as failure:
            _log.warning("the folder of organisation files cannot be read: %s", type(failure).__name__)
            return []
        return [one for one in found if self._seen.get(one.name) != _mark(one)]

    def _receive(self, path: Path, mark: tuple[int, int], content: bytes | None, tx: Connection) -> bool:
        try:
            if content is not None:
                as_of = datetime.fromtimestamp(mark[0] / 1e9, UTC)
                use_cases.receive_file(tx, path.stem.lower(), WHO, content, datetime.now(UTC), as_of)
        except Problem as wrong:
            _log.warning("%s is not taken: %s", path.name, wrong.code)
        self._seen[path.name] = mark
        return True


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError as failure:
        _log.warning("%s cannot be read: %s", path.name, type(failure).__name__)
        return None


def _is_file(path: Path) -> bool:
    """A CSV file that nobody is writing any more."""
    if path.suffix.lower() != ".csv" or path.is_symlink() or not path.is_file():
        return False
    return time.time() - path.stat().st_mtime >= SETTLED


def _mark(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size
