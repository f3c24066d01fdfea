"""When each event became visible: a short look every few milliseconds into the database that access serves from."""

from __future__ import annotations

import threading
import time
from types import TracebackType

import psycopg

LOOK_EVERY = 0.01


class Watch:
    """Notes when coded facts and redacted texts of new events appear in access; reference → Unix time."""

    def __init__(self, access_url: str) -> None:
        self.facts: dict[str, float] = {}
        self.texts: dict[str, float] = {}
        self._url = access_url
        self._stop, self._looking = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        assert self._looking.wait(30)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as db:
            start = db.execute("select coalesce(max(event_id::text), '') from events").fetchone()
            since = start[0] if start else ""
            self._looking.set()
            while not self._stop.is_set():
                self._look(db, since)
                time.sleep(LOOK_EVERY)

    def _look(self, db: psycopg.Connection, since: str) -> None:
        rows = db.execute(
            "select e.reference, exists(select from texts t where t.event_id = e.event_id and t.revision = e.revision)"
            " from events e where e.event_id::text > %s",
            (since,),
        ).fetchall()
        now = time.time()
        for reference, checked in rows:
            self.facts.setdefault(reference, now)
            if checked:
                self.texts.setdefault(reference, now)
