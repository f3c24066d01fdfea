"""The text of an event was erased: nobody sees it any more, and no message that comes late brings it back."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
import uuid_utils
from sqlalchemy import Engine, text

from protos.audit.v1.erasing_pb2 import TextErased
from protos.enrichment.v1.enrichment_pb2 import RedactedText, SafetyEventRedacted
from protos.recording.v1.recording_pb2 import EventFacts, SafetyEventErased, SafetyEventRecorded
from services.access import listener
from services.access.use_cases import list_events, show_event
from tests.builders.actors import a_person

FIELD = "adverse-event-core/0/Description"
EVENT, REMARK, OTHER = (str(uuid_utils.uuid7()) for _ in range(3))
LEAD = a_person("RZ1")
SHOWN = "The text was erased on 1 March 2026."


@pytest.fixture
def db(engine_for: Callable[[str], Engine]) -> Engine:
    return engine_for("access")


def facts(event_id: str = EVENT) -> EventFacts:
    return EventFacts(
        event_id=event_id,
        reference=event_id[-8:].upper(),
        revision=1,
        question_set=6,
        event_type="incident",
        organisation="RZ1",
        narrative_fields=[FIELD],
    )


def redacted(record_id: str, words: str) -> SafetyEventRedacted:
    return SafetyEventRedacted(event_id=record_id, revision=1, texts=[RedactedText(field=FIELD, text=words)])


RECORDED = SafetyEventRecorded(facts=facts())
ERASED = SafetyEventErased(facts=facts(), erasure_id="an-erasure", remark_ids=[REMARK], shown=SHOWN)
MESSAGES = (RECORDED, redacted(EVENT, "secret words"), redacted(REMARK, "secret remark"), ERASED)


def hear(db: Engine, *told: Any) -> None:
    for one in told:
        with db.begin() as tx:
            listener.HANDLERS[type(one)](tx, one)


def answers(db: Engine) -> list[TextErased]:
    with db.begin() as tx:
        rows = tx.execute(text("select body from outbox where topic like '%TextErased' order by seq"))
        return [TextErased.FromString(bytes(row.body)) for row in rows]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_in_whatever_order_it_is_told_no_word_is_left(db: Engine, order: tuple[int, ...]) -> None:
    hear(db, *(MESSAGES[one] for one in order), *(MESSAGES[one] for one in reversed(order)))
    with db.begin() as tx:
        kept = tx.execute(text("select event_id, body from texts")).all()
    assert [(str(row.event_id), row.body) for row in kept] == [(EVENT, SHOWN)]
    found = show_event(db, LEAD, EVENT[-8:].upper())
    assert found.texts == {FIELD: SHOWN}
    assert len(list_events(db, LEAD, "", 10)[0]) == 1, "it is counted as before"


def test_another_event_keeps_its_text(db: Engine) -> None:
    hear(db, *MESSAGES, SafetyEventRecorded(facts=facts(OTHER)), redacted(OTHER, "other words"))
    assert show_event(db, LEAD, OTHER[-8:].upper()).texts == {FIELD: "other words"}


def test_it_says_what_it_did(db: Engine) -> None:
    hear(db, *MESSAGES, ERASED)
    first, again = answers(db)
    assert (first.erasure_id, first.service) == ("an-erasure", "access")
    assert next((one.place, one.found, one.done) for one in first.places) == (
        "texts that are shown",
        2,
        "erased",
    )
    assert {one.done for one in first.places[1:]} == {"none"}
    assert again.places[0].found == 0
