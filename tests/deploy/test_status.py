"""What `make status` says of a service's database."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from sqlalchemy import create_engine, text

from chassis import working
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
        tx.execute(text("update jobs set attempts = 1 where key = 'failed'"))
        tx.execute(text("update jobs set failed_at = now() where key = 'aside'"))
    db.dispose()
    assert status._jobs(system, "enrichment") == "2 waiting, 1 after a failure  set aside 1"


def test_a_database_that_does_not_answer_is_said_to_be_unknown() -> None:
    system = cast(System, Somewhere("postgresql://nobody@localhost:1/none"))
    assert status._jobs(system, "enrichment") == "unknown (OperationalError)"
    assert status._outbox(system, "enrichment") == "unknown (OperationalError)"
