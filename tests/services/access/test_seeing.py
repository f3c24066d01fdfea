"""Who sees what, on a real database: the reporter, the organisation, where it happened, oversight, the nation, nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import uuid_utils
from sqlalchemy import Engine, text

from chassis.actors import Actor, Reach
from chassis.problems import Kind, Problem
from protos.access.v1 import access_pb2
from protos.enrichment.v1.enrichment_pb2 import RedactedText, SafetyEventRedacted
from protos.identity.v1.identity_pb2 import OrganisationChanged, Parent
from protos.recording.v1.recording_pb2 import (
    Answer,
    EventFacts,
    Option,
    Question,
    QuestionSetPublished,
    SafetyEventRecorded,
)
from services.access import listener, messages
from services.access.use_cases import LabelBook, list_events, show_event
from tests.builders.actors import EVERYTHING, a_person

FIELD = "adverse-event-core/0/Description"
HIERARCHY = {
    "YZ1": [],
    "QZ1": [("YZ1", "RE5")],
    "QZ2": [("YZ1", "RE5")],
    "RZ1": [("QZ1", "RE5")],
    "RZ102": [("RZ1", "RE6")],
    "RZ2": [("QZ2", "RE5")],
    "RZ3": [("QZ1", "RE5")],
}


@pytest.fixture
def db(engine_for: Callable[[str], Engine]) -> Engine:
    made = engine_for("access")
    with made.begin() as tx:
        for code, parents in HIERARCHY.items():
            tell = OrganisationChanged(
                code=code,
                name=f"{code} by name",
                version=1,
                parents=[Parent(code=parent, kind=kind, start="2020-01-01") for parent, kind in parents],
            )
            listener.keep_organisation(tx, tell)
        harm = Question(
            section="patient-information",
            property="PhysicalHarm",
            wording="How much physical harm?",
            options=[Option(code="2", label="Severe physical harm")],
        )
        place = Question(
            section="location-details", property="Organisation", wording="Where?", organisation=True
        )
        told = Question(section="adverse-event-core", property="Description", wording="What happened?")
        listener.keep_questions(
            tx, QuestionSetPublished(question_set=6, digest="d", questions=[harm, place, told])
        )
    return made


def record(db: Engine, organisation: str = "RZ1", occurred: tuple[str, ...] = (), **more: Any) -> str:
    """The reference of an event that access was told of."""
    number = uuid_utils.uuid7()
    reference = f"PSE-26-{str(number)[-8:].upper()}-0"
    facts = EventFacts(
        event_id=str(number),
        reference=reference,
        question_set=6,
        event_type="incident",
        organisation=organisation,
        occurred_organisations=occurred,
        worst_physical_harm="2",
        narrative_fields=[FIELD],
        answers=[
            Answer(section="patient-information", property="PhysicalHarm", code="2"),
            Answer(section="location-details", property="Organisation", code="RZ1"),
        ],
        **{"recorder_id": "client:lrms", "revision": 1, **more},
    )
    facts.reported_at.FromDatetime(datetime.now(UTC))
    with db.begin() as tx:
        listener.keep_facts(tx, SafetyEventRecorded(facts=facts))
    return reference


def sees(db: Engine, actor: Actor, reference: str) -> bool:
    listed = reference in [one.reference for one in list_events(db, actor, "", 100)[0]]
    if listed:
        assert show_event(db, actor, reference).reference == reference
        return True
    with pytest.raises(Problem) as caught:
        show_event(db, actor, reference)
    assert caught.value.kind is Kind.NOT_FOUND
    return False


LEAD, SITE_LEAD, STRANGER = a_person("RZ1"), a_person("RZ102"), a_person("RZ3")
ELSEWHERE = a_person("RZ2")
ICB, OTHER_ICB = a_person("QZ1", Reach.AREA), a_person("QZ2", Reach.AREA)
REGION, NATION = a_person("YZ1", Reach.AREA), a_person("", Reach.NATIONAL)
NOBODY = a_person("RZ1", permissions=EVERYTHING - {"access:read"})


@pytest.mark.parametrize(
    ("actor", "seen"),
    [
        (LEAD, True),
        (STRANGER, False),
        (ELSEWHERE, False),
        (ICB, True),
        (OTHER_ICB, False),
        (REGION, True),
        (NATION, True),
    ],
)
def test_an_event_is_seen_by_its_organisation_and_those_above_it(
    db: Engine, actor: Actor, seen: bool
) -> None:
    assert sees(db, actor, record(db)) is seen


def test_a_trust_sees_what_its_site_recorded_and_the_site_not_what_the_trust_did(db: Engine) -> None:
    assert sees(db, LEAD, record(db, "RZ102"))
    assert not sees(db, SITE_LEAD, record(db, "RZ1"))


@pytest.mark.parametrize(("actor", "seen"), [(ELSEWHERE, True), (OTHER_ICB, True), (STRANGER, False)])
def test_where_it_happened_may_see_it(db: Engine, actor: Actor, seen: bool) -> None:
    assert sees(db, actor, record(db, occurred=("RZ2",))) is seen


@pytest.mark.parametrize(
    ("actor", "seen"),
    [(LEAD, True), (ELSEWHERE, False), (ICB, False), (OTHER_ICB, False), (REGION, False), (NATION, True)],
)
def test_opting_out_of_sharing_leaves_the_organisation_and_the_nation(
    db: Engine, actor: Actor, seen: bool
) -> None:
    assert sees(db, actor, record(db, occurred=("RZ2",), data_sharing_opt_out=True)) is seen


def test_a_reporter_sees_their_own_and_no_others(db: Engine) -> None:
    me = a_person("RZ1", Reach.OWN, name="me")
    assert sees(db, me, record(db, recorder_id=me.id))
    assert not sees(db, me, record(db))


def test_without_the_permission_nothing_is_seen(db: Engine) -> None:
    with pytest.raises(Problem) as caught:
        show_event(db, NOBODY, record(db))
    assert caught.value.kind is Kind.FORBIDDEN


def test_oversight_and_the_place_it_happened_read_only(db: Engine) -> None:
    reference = record(db, occurred=("RZ2",))
    assert [show_event(db, one, reference).read_only for one in (LEAD, ICB, ELSEWHERE, NATION)] == [
        False,
        True,
        True,
        True,
    ]


def test_a_relationship_that_ended_shows_nothing_any_more(db: Engine) -> None:
    reference = record(db)
    moved = OrganisationChanged(
        code="RZ1",
        name="RZ1",
        version=2,
        parents=[
            Parent(code="QZ1", kind="RE5", start="2020-01-01", end="2024-03-31"),
            Parent(code="QZ2", kind="RE5", start="2024-04-01"),
        ],
    )
    with db.begin() as tx:
        listener.keep_organisation(tx, moved)
    assert not sees(db, ICB, reference)
    assert sees(db, OTHER_ICB, reference)


def test_text_is_being_checked_until_enrichment_has_spoken(db: Engine) -> None:
    reference = record(db)
    before = shown(db, reference)
    assert [(one.text, one.being_checked, one.question) for one in before.texts] == [
        ("", True, "What happened?")
    ]
    redact(db, before.event_id, 1, "[NAME] fell")
    after = shown(db, reference)
    assert [(one.text, one.being_checked) for one in after.texts] == [("[NAME] fell", False)]


def test_text_that_overtakes_its_event_is_not_lost(db: Engine) -> None:
    number = str(uuid_utils.uuid7())
    redact(db, number, 1, "early")
    facts = EventFacts(
        event_id=number,
        reference="PSE-26-EARLY000-0",
        revision=1,
        question_set=6,
        organisation="RZ1",
        event_type="incident",
        narrative_fields=[FIELD],
    )
    with db.begin() as tx:
        listener.keep_facts(tx, SafetyEventRecorded(facts=facts))
    assert shown(db, "PSE-26-EARLY000-0").texts[0].text == "early"


def test_the_newest_revision_wins_in_whatever_order_they_come(db: Engine) -> None:
    number = str(uuid_utils.uuid7())
    for revision, harm in ((3, "1"), (2, "4"), (1, "5")):
        facts = EventFacts(
            event_id=number,
            reference="PSE-26-NEWEST00-0",
            revision=revision,
            question_set=6,
            organisation="RZ1",
            event_type="incident",
            worst_physical_harm=harm,
        )
        with db.begin() as tx:
            listener.keep_facts(tx, SafetyEventRecorded(facts=facts))
    event = show_event(db, LEAD, "PSE-26-NEWEST00-0")
    assert (event.revision, event.worst_physical_harm) == (3, "1")


def test_answers_are_shown_with_the_labels_of_their_own_version(db: Engine) -> None:
    event = shown(db, record(db))
    assert event.worst_physical_harm.label == "Severe physical harm"
    assert [(one.question, one.values[0].label) for one in event.answers] == [
        ("How much physical harm?", "Severe physical harm"),
        ("Where?", "RZ1 by name"),
    ]
    assert event.organisation.name == "RZ1 by name"


def test_pages_follow_each_other_without_gap_or_repeat(db: Engine) -> None:
    references = [record(db) for _ in range(7)]
    seen, cursor = [], ""
    while True:
        page, cursor = list_events(db, LEAD, cursor, 3)
        seen += [one.reference for one in page]
        if not cursor:
            break
    assert seen == references[::-1]


def test_a_cursor_nobody_gave_is_refused(db: Engine) -> None:
    with pytest.raises(Problem) as caught:
        list_events(db, LEAD, "'; drop table events", 3)
    assert caught.value.kind is Kind.INVALID


def test_each_look_is_in_the_audit(db: Engine) -> None:
    reference = record(db)
    sees(db, LEAD, reference)
    event_id = show_event(db, LEAD, reference).event_id
    with db.begin() as tx:
        rows = tx.execute(text("select actor, action, about from audit order by id")).all()
    noted = [(LEAD.id, action, event_id) for action in ("list", "read", "read")]
    assert [tuple(row) for row in rows] == noted


def test_the_audit_keeps_its_rows(db: Engine) -> None:
    sees(db, LEAD, record(db))
    with db.begin() as tx:
        before = tx.execute(text("select * from audit order by id")).all()
        tx.execute(text("delete from audit"))
        tx.execute(text("update audit set actor = 'nobody'"))
        assert tx.execute(text("select * from audit order by id")).all() == before != []


def shown(db: Engine, reference: str) -> access_pb2.Event:
    event = show_event(db, LEAD, reference)
    return messages.event(event, LabelBook(db).of(event.question_set))


def redact(db: Engine, event_id: str, revision: int, words: str) -> None:
    told = SafetyEventRedacted(
        event_id=event_id, revision=revision, texts=[RedactedText(field=FIELD, text=words)]
    )
    with db.begin() as tx:
        listener.keep_texts(tx, told)
