"""An account was erased: its drafts go, and what it recorded stays, tied to nobody."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import uuid_utils
from sqlalchemy import event

from chassis.problems import Kind, Problem
from chassis.working import Worker
from protos.audit.v1.erasing_pb2 import TextErased
from protos.identity.v1.identity_pb2 import AccountErased
from services.recording import jobs, listener
from services.recording.domain.drafts import Draft
from services.recording.settings import Work
from services.recording.store import drafts
from services.recording.use_cases import Submission, save_draft, submit_many
from services.recording.use_cases.common import must_not_be_erased
from tests.builders.actors import a_person
from tests.builders.drafts import content
from tests.builders.keys import a_vault_key
from tests.builders.recording import System, incident

OWNER = a_person("RZ1", name="owner")
COLLEAGUE = a_person("RZ1", name="colleague")
TOLD = AccountErased(erasure_id="an-erasure", account_id=OWNER.id)


def hear(system: System) -> None:
    with system.db.begin() as tx:
        listener.forget_the_owner(tx, TOLD)
    worker = Worker(
        "recording", system.db, "", jobs.handlers(Work(database_url="", record_keys=a_vault_key()))
    )
    while worker.do_one():
        pass


def test_records_stay_and_are_nobodys(system: System) -> None:
    mine = [system.submit(actor=OWNER, route="online") for _ in range(1)]
    other = system.submit(actor=COLLEAGUE, route="online")
    for who in (OWNER, COLLEAGUE):
        save_draft(system.db, system.tools, who, content())
    hear(system)
    recorders = {str(row.id): row.recorder_id for row in system.rows("select id, recorder_id from events")}
    assert recorders == {mine[0].event_id: f"anonymous:{mine[0].event_id}", other.event_id: COLLEAGUE.id}
    assert [row.author_id for row in system.rows("select author_id from drafts")] == [COLLEAGUE.id]
    assert not system.rows(f"select 1 from revisions where recorder_id = '{OWNER.id}'")
    told = [one for one in system.told() if type(one).__name__ == "ReporterAnonymised"]
    assert [one.facts.event_id for one in told] == [mine[0].event_id]


def test_it_says_what_it_did_and_twice_does_no_harm(system: System) -> None:
    system.submit(actor=OWNER, route="online")
    hear(system)
    hear(system)
    bodies = system.rows("select body from outbox where topic like '%TextErased' order by seq")
    found = [TextErased.FromString(bytes(row.body)) for row in bodies]
    assert [[place.found for place in one.places] for one in found] == [[1, 0], [0, 0]]
    assert {one.erasure_id for one in found} == {"an-erasure"}


# ---- what comes late


def draft(system: System) -> None:
    save_draft(system.db, system.tools, OWNER, content())


def report(system: System) -> None:
    system.submit(actor=OWNER, route="online")


def report_with_others(system: System) -> None:
    sent = [Submission(6, incident(), "online")]
    (said,) = submit_many(system.db, system.tools, OWNER, sent)
    if isinstance(said, Problem):
        raise said


LATE = (draft, report, report_with_others)


@pytest.mark.parametrize("save", LATE)
def test_an_actor_that_was_signed_before_saves_nothing_afterwards(
    system: System, save: Callable[[System], None]
) -> None:
    hear(system)
    with pytest.raises(Problem) as refused:
        save(system)
    assert (refused.value.kind, refused.value.code) == (Kind.FORBIDDEN, "account-erased")
    assert not system.rows("select 1 from events")
    assert not system.rows("select 1 from drafts")


@pytest.mark.parametrize("save", LATE)
def test_what_is_saved_at_that_moment_is_either_refused_or_forgotten(
    system: System, save: Callable[[System], None]
) -> None:
    """The erasure is heard first and not committed yet: saving waits for it."""
    said: list[str] = []

    def late() -> None:
        try:
            save(system)
        except Problem as problem:
            said.append(problem.code)

    thread = threading.Thread(target=late)
    with system.db.begin() as tx:
        listener.forget_the_owner(tx, TOLD)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
    thread.join(5)
    assert said == ["account-erased"]


def test_what_was_being_saved_first_is_forgotten_by_the_erasure_that_waited(system: System) -> None:
    now = datetime.now(UTC)
    made = Draft(str(uuid_utils.uuid7()), OWNER.id, 1, "incident", content(), now, now)
    erasing = threading.Thread(target=hear, args=(system,))
    with system.db.begin() as tx:
        must_not_be_erased(tx, OWNER)
        erasing.start()
        erasing.join(0.3)
        assert erasing.is_alive()
        drafts.save(tx, made, system.tools.vault.new_key(made.draft_id))
    erasing.join(10)
    assert not erasing.is_alive()
    assert not system.rows("select 1 from drafts")


def test_what_a_local_system_sends_is_saved_in_one_statement_as_before(system: System) -> None:
    statements: list[str] = []

    def heard(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "from organisations" not in statement and "organisation_predecessors" not in statement:
            statements.append(statement)

    event.listen(system.db, "before_cursor_execute", heard)
    system.submit()
    event.remove(system.db, "before_cursor_execute", heard)
    assert ["insert into events" in one for one in statements] == [True]
