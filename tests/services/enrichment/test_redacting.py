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
from protos.recording.v1.recording_pb2 import (
    AddendumMade,
    EventFacts,
    FeedbackGiven,
    Narrative,
    QuestionAnswered,
    QuestionAsked,
    SafetyEventRecorded,
    SafetyEventRevised,
    SafetyResponseSaved,
)
from services.enrichment import jobs, listener
from services.enrichment.settings import Work
from tests.builders.keys import Pair, a_pair

FIELD = "adverse-event-core/0/Description"
OTHER = "adverse-event-outcome/0/ImmediateActions"
PAIR: Pair = a_pair("X25519")


@pytest.fixture
def db(engine_for: Callable[[str], Engine]) -> Engine:
    return engine_for("enrichment")


def seal(texts: dict[str, str], context: str) -> bytes:
    return Sealer(PAIR.public).seal(Narrative(texts=texts).SerializeToString(), context)


def hear(db: Engine, told: Any) -> None:
    with db.begin() as tx:
        listener.HANDLERS[type(told)](tx, told)


def hear_of(db: Engine, texts: dict[str, str], event_id: str = "", context: str = "") -> str:
    event_id = event_id or str(uuid_utils.uuid7())
    sealed = seal(texts, context or f"narrative:{event_id}:1")
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


def test_of_a_revision_only_what_was_written_in_it_is_checked(db: Engine) -> None:
    event_id = hear_of(db, {FIELD: "Patient Okafor fell", OTHER: "Helped up."})
    facts = EventFacts(event_id=event_id, revision=2, narrative_fields=[FIELD, OTHER], written_in={FIELD: 1})
    sealed = seal({OTHER: "Helped up by Dr Smith."}, f"narrative:{event_id}:2")
    hear(db, SafetyEventRevised(facts=facts, narrative_sealed=sealed))
    work(db)
    second = told(db)[1]
    assert (second.event_id, second.revision) == (event_id, 2)
    assert [(one.field, one.text) for one in second.texts] == [(OTHER, "Helped up by Dr [NAME].")]


def test_revisions_heard_in_the_wrong_order_are_each_checked_as_what_they_are(db: Engine) -> None:
    event_id = str(uuid_utils.uuid7())
    facts = EventFacts(event_id=event_id, revision=2, narrative_fields=[FIELD])
    sealed = seal({FIELD: "second"}, f"narrative:{event_id}:2")
    hear(db, SafetyEventRevised(facts=facts, narrative_sealed=sealed))
    hear_of(db, {FIELD: "first"}, event_id)
    work(db)
    assert [(one.revision, one.texts[0].text) for one in told(db)] == [(2, "second"), (1, "first")]


def test_a_revision_that_changed_no_text_makes_no_work(db: Engine) -> None:
    facts = EventFacts(event_id=str(uuid_utils.uuid7()), revision=2, narrative_fields=[FIELD])
    hear(db, SafetyEventRevised(facts=facts))
    hear(db, SafetyResponseSaved(response_id=str(uuid_utils.uuid7()), version=2))
    assert not rows(db, "select 1 from jobs")


@pytest.mark.parametrize("kind", [QuestionAsked, QuestionAnswered, AddendumMade, FeedbackGiven])
def test_a_remark_is_checked_under_its_own_id(db: Engine, kind: type[Any]) -> None:
    remark_id, event_id = str(uuid_utils.uuid7()), str(uuid_utils.uuid7())
    sealed = seal({"text": "Was Dr Smith there?"}, f"narrative:{remark_id}:1")
    for _ in range(2):
        hear(db, kind(remark_id=remark_id, event_id=event_id, narrative_sealed=sealed))
    work(db)
    (message,) = told(db)
    assert (message.event_id, message.revision) == (remark_id, 1)
    assert [(one.field, one.text) for one in message.texts] == [("text", "Was Dr [NAME] there?")]


def test_a_remark_moved_to_another_id_does_not_open(db: Engine) -> None:
    sealed = seal({"text": "words"}, f"narrative:{uuid_utils.uuid7()}:1")
    hear(db, AddendumMade(remark_id=str(uuid_utils.uuid7()), narrative_sealed=sealed))
    work(db)
    assert told(db) == []


def test_each_version_of_a_safety_response_is_checked(db: Engine) -> None:
    response_id, field = str(uuid_utils.uuid7()), "adverse-event-safety-finding/0/Finding"
    for version in (2, 1):
        sealed = seal({field: f"version {version}"}, f"narrative:{response_id}:{version}")
        hear(db, SafetyResponseSaved(response_id=response_id, version=version, narrative_sealed=sealed))
    work(db)
    assert [(one.event_id, one.revision, one.texts[0].text) for one in told(db)] == [
        (response_id, 2, "version 2"),
        (response_id, 1, "version 1"),
    ]


def test_a_job_that_the_release_before_left_is_done(db: Engine) -> None:
    event_id = str(uuid_utils.uuid7())
    sealed = seal({FIELD: "Told Dr Smith"}, f"narrative:{event_id}:1")
    assert len(sealed) < 128  # so that its length takes one byte
    facts = b"\x0a\x24" + event_id.encode() + b"\x18\x01"
    payload = b"\x0a\x28" + facts + b"\x12" + bytes([len(sealed)]) + sealed
    with db.begin() as tx:
        tx.execute(
            text("insert into jobs (kind, key, about, payload, trace) values ('redact', :k, :a, :p, '{}')"),
            {"k": f"{event_id}:1", "a": event_id, "p": payload},
        )
    work(db)
    (message,) = told(db)
    assert (message.event_id, message.texts[0].text) == (event_id, "Told Dr [NAME]")
