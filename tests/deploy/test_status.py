"""What `make status` says of a service's database."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import create_engine, text

from chassis import health, working
from deploy.local import status
from deploy.local.system import System


class Somewhere:
    """As much of a system as is asked for a database."""

    def __init__(self, url: str) -> None:
        self._url = url

    def summary(self) -> dict[str, Any]:
        return {"databases": {"enrichment": self._url}}


def test_jobs_and_messages_that_wait_are_counted(database_for: Callable[[str], str]) -> None:
    url = database_for("enrichment")
    system = cast(System, Somewhere(url))
    assert status._outbox(system, "enrichment") == "0 waiting"
    assert status._jobs(system, "enrichment") == "0 waiting  set aside 0"
    db = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    with db.begin() as tx:
        for key in ("new", "failed", "aside"):
            working.put(tx, "do", key, "about", b"")
        tx.execute(text("update jobs set attempts = 1, last_error = 'OSError' where key = 'failed'"))
        tx.execute(text("update jobs set failed_at = now() where key = 'aside'"))
    db.dispose()
    assert status._jobs(system, "enrichment") == "2 waiting, 1 after a failure  set aside 1"


def test_a_database_that_does_not_answer_is_said_to_be_unknown() -> None:
    system = cast(System, Somewhere("postgresql://nobody@localhost:1/none"))
    assert status._jobs(system, "enrichment") == "unknown (OperationalError)"
    assert status._outbox(system, "enrichment") == "unknown (OperationalError)"


class Doors(Somewhere):
    """As much of a system as is asked for its keys: one process behind a door."""

    def __init__(self, port: int, folder: Path) -> None:
        super().__init__("")
        self._port, self.layout = port, SimpleNamespace(folder=lambda _: folder)

    def summary(self) -> dict[str, Any]:
        return {"ready": {"recording-work": f"http://127.0.0.1:{self._port}/ready"}}


def test_data_keys_that_cannot_be_opened_are_told(tmp_path: Path) -> None:
    server = health._handler({}, {"RECORD_KEYS": lambda: {"old": 3}}, {"RECORD_KEYS": lambda: 2})
    with ThreadingHTTPServer(("127.0.0.1", 0), server) as door:
        threading.Thread(target=door.serve_forever, daemon=True).start()
        said = list(status.about_keys(cast(System, Doors(door.server_address[1], tmp_path))))
        door.shutdown()
    assert len(said) == 1
    assert said[0].startswith("recording-work")
    assert "2 CANNOT BE OPENED" in said[0]
