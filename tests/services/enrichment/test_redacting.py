"""Narrative in, redacted text out, on a real database; and what happens when that fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import uuid_utils
from sqlalchemy import Engine, text

from chassis.sealing import Sealer
from chassis.working import ATTEMPTS, Worker
from protos.enrichment.v1.enrichment_pb2 import SafetyEventRedacted
from protos.recording.v1.recording_pb2 import EventFacts, Narrative, SafetyEventRecorded
from services.enrichment import jobs, listener
from services.enrichment.settings import Work
from tests.builders.keys import Pair, a_pair

FIELD = "adverse-event-core/0/Description"
OTHER = "adverse-event-outcome/0/ImmediateActions"
PAIR: Pair = a_pair("X25519")


@pytest.fixture
def db(engine_for: Callable[[str], Engine]) -> Engine:
    return engine_for("enrichment")


def hear_of(db: Engine, texts: dict[str, str], event_id: str = "", context: str = "") -> str:
    event_id = event_id or str(uuid_utils.uuid7())
    body = Narrative(texts=texts).SerializeToString()
    sealed = Sealer(PAIR.public).seal(body, context or f"narrative:{event_id}:1")
    facts = EventFacts(event_id=event_id, revision=1, narrative_fields=list(texts))
    with db.begin() as tx:
        listener.take_in(tx, SafetyEventRecorded(facts=facts, narrative_sealed=sealed))
    return event_id


def work(db: Engine) -> None:
    handlers = jobs.handlers(Work(database_url="", enrichment_open_keys=PAIR.private))
    worker = Worker("enrichment", db, "", handlers)
    while worker.do_one():
        pass


def rows(db: Engine, statement: str) -> list[Any]:
    with db.begin() as tx:
        return list(tx.execute(text(statement)))


def told(db: Engine) -> list[SafetyEventRedacted]:
    return [
        SafetyEventRedacted.FromString(row.body) for row in rows(db, "select body from outbox order by seq")
    ]


def test_personal_data_are_taken_out_before_anyone_is_told(db: Engine) -> None:
    event_id = hear_of(db, {FIELD: "Pt Jane Doe NHS no 943 476 5919 fell in bay 3, told Dr Smith at 14:00"})
    work(db)
    (message,) = told(db)
    assert (message.event_id, message.revision) == (event_id, 1)
    assert message.texts[0].text == "Pt [NAME] NHS no [NHS_NUMBER] fell in bay 3, told Dr [NAME] at 14:00"
    assert dict(message.texts[0].found) == {"NAME": 2, "NHS_NUMBER": 1}


def test_a_name_found_in_one_text_is_taken_out_of_the_others(db: Engine) -> None:
    hear_of(db, {FIELD: "Told Dr Blackwood at once.", OTHER: "Blackwood came and stopped the infusion."})
    work(db)
    assert not [one.text for one in told(db)[0].texts if "Blackwood" in one.text]


def test_what_waits_is_sealed_and_gone_when_done(db: Engine) -> None:
    hear_of(db, {FIELD: "Patient Okafor fell"})
    assert b"Okafor" not in bytes(rows(db, "select payload from jobs")[0].payload)
    work(db)
    assert not rows(db, "select 1 from jobs")


def test_a_narrative_that_does_not_open_is_never_announced_and_is_set_aside(db: Engine) -> None:
    hear_of(db, {FIELD: "words"}, context="narrative:of-another:1")
    with db.begin() as tx:
        tx.execute(text("update jobs set attempts = :most - 2"), {"most": ATTEMPTS})
    for _ in range(2):
        with db.begin() as tx:
            tx.execute(text("update jobs set run_at = now()"))
        work(db)
    assert told(db) == []
    assert [
        (row.last_error, row.failed_at is not None)
        for row in rows(db, "select last_error, failed_at from jobs")
    ] == [("CannotOpen", True)]


def test_hearing_twice_redacts_once(db: Engine) -> None:
    event_id = hear_of(db, {FIELD: "words"})
    hear_of(db, {FIELD: "words"}, event_id)
    work(db)
    assert len(told(db)) == 1


def test_an_event_without_free_text_makes_no_work(db: Engine) -> None:
    hear_of(db, {})
    assert not rows(db, "select 1 from jobs")
