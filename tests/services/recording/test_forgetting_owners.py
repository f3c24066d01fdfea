"""An account was erased: its drafts go, and what it recorded stays, tied to nobody."""

from __future__ import annotations

from chassis.working import Worker
from protos.audit.v1.erasing_pb2 import TextErased
from protos.identity.v1.identity_pb2 import AccountErased
from services.recording import jobs, listener
from services.recording.settings import Work
from services.recording.use_cases import save_draft
from tests.builders.actors import a_person
from tests.builders.drafts import content
from tests.builders.keys import a_vault_key
from tests.builders.recording import System

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
