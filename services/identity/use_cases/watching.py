"""Telling the gateway, as it happens, which sessions and credentials must no longer be honoured.

One thread listens to PostgreSQL and hands what it hears to a queue for each line. Heartbeats go the same way,
after a question that the database answered: a line that beats is a line that would have heard.
"""

from __future__ import annotations

import logging
import select
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from queue import SimpleQueue
from time import monotonic
from typing import Any

import psycopg
from sqlalchemy import Engine

from chassis.problems import unavailable
from services.identity import store
from services.identity.domain.accounts import ACTOR

ALIVE = ""  # what a line says when nothing ended
BEAT = 2.0  # seconds between heartbeats
LOOK_EVERY = 0.5  # seconds, should word from PostgreSQL lie unread
PATIENCE = 3.0  # seconds a new line waits until PostgreSQL is heard
LATELY = ACTOR + timedelta(minutes=1)  # nobody can hold an actor that was signed longer ago
_STEADY: dict[str, Any] = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,
}

_log = logging.getLogger(__name__)


def ended_lately(db: Engine, now: datetime) -> tuple[str, ...]:
    """What a line that is new, or was broken, may have missed and its reader may still honour."""
    with db.begin() as tx:
        return store.watching.ended_since(tx, now - LATELY)


@dataclass
class Line:
    """What one watcher is told, in order, until it is over."""

    _words: SimpleQueue[str | None] = field(default_factory=SimpleQueue)

    def say(self, watch_id: str) -> None:
        self._words.put(watch_id)

    def end(self) -> None:
        self._words.put(None)

    def __iter__(self) -> Iterator[str]:
        """Watch ids and heartbeats, as they come."""
        return iter(self._words.get, None)


class Watch:
    """The listening thread and its lines; the thread starts with the first line."""

    def __init__(self, database_url: str, most: int) -> None:
        self._url = database_url
        self._most = most  # lines at once
        self._lines: list[Line] = []
        self._changed = threading.Condition()
        self._hearing = False
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def line(self) -> Iterator[Line]:
        """A line on which everything that ends from now on is told; raises UNAVAILABLE."""
        mine = self._open()
        try:
            yield mine
        finally:
            self._forget(mine)

    def close(self) -> None:
        """End every line and the thread."""
        self._closed.set()
        self._end_lines()
        if self._thread:
            self._thread.join(PATIENCE)

    def _open(self) -> Line:
        with self._changed:
            self._start()
            if not self._changed.wait_for(lambda: self._hearing, PATIENCE):
                raise unavailable("try-again", "The watch is not open just now. Try again in a moment.")
            if len(self._lines) >= self._most:
                raise unavailable(
                    "too-many-watchers", "This server watches for as many as it can. Try another."
                )
            mine = Line()
            self._lines.append(mine)
        return mine

    def _forget(self, line: Line) -> None:
        with self._changed:
            if line in self._lines:
                self._lines.remove(line)

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while not self._closed.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True, connect_timeout=5, **_STEADY) as ear:
                    self._hear(ear)
            except psycopg.Error as failure:
                _log.warning("the watch is broken (%s); trying again", type(failure).__name__)
            finally:
                self._end_lines()
            self._closed.wait(LOOK_EVERY)

    def _hear(self, ear: psycopg.Connection) -> None:
        """Hand on what is heard until told to stop; the handler runs whenever the connection is read."""
        ear.add_notify_handler(lambda notice: self._tell(notice.payload))
        ear.execute(f"listen {store.watching.ENDED}")
        self._now_hearing()
        beaten = monotonic()
        while not self._closed.is_set():
            select.select([ear.fileno()], [], [], LOOK_EVERY)
            ear.execute("select 1")
            if monotonic() - beaten >= BEAT:
                beaten = monotonic()
                self._tell(ALIVE)

    def _now_hearing(self) -> None:
        with self._changed:
            self._hearing = True
            self._changed.notify_all()

    def _tell(self, watch_id: str) -> None:
        with self._changed:
            for line in self._lines:
                line.say(watch_id)

    def _end_lines(self) -> None:
        """End lines that may have missed something: their readers come back and hear what ended lately."""
        with self._changed:
            self._hearing = False
            for line in self._lines:
                line.end()
            self._lines.clear()
            self._changed.notify_all()
