"""A folder in which an operator puts official files of organisations, each under the name it was published with."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

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

    def look(self, tx: Connection) -> bool:
        """Receive one file that was not looked at since it changed; whether there may be more."""
        for path in self._waiting():
            mark = _mark(path)
            self._receive(tx, path)
            self._seen[path.name] = mark
            return True
        return False

    def _waiting(self) -> list[Path]:
        try:
            found = sorted(one for one in self._path.iterdir() if _is_file(one))
        except OSError as failure:
            _log.warning("the folder of organisation files cannot be read: %s", type(failure).__name__)
            return []
        return [one for one in found if self._seen.get(one.name) != _mark(one)]

    def _receive(self, tx: Connection, path: Path) -> None:
        now, kind = datetime.now(UTC), path.stem.lower()
        try:
            use_cases.receive_file(tx, kind, WHO, path.read_bytes(), now)
        except (Problem, OSError) as wrong:
            _log.warning("%s is not taken: %s", path.name, getattr(wrong, "code", type(wrong).__name__))


def _is_file(path: Path) -> bool:
    """A CSV file that nobody is writing any more."""
    if path.suffix.lower() != ".csv" or path.is_symlink() or not path.is_file():
        return False
    return time.time() - path.stat().st_mtime >= SETTLED


def _mark(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_mtime_ns, found.st_size
