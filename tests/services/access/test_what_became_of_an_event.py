"""An event changes, is taken back and returns; what is told of it comes in any order, and more than once."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
import uuid_utils
from sqlalchemy import Engine, text

from chassis.actors import Actor, Reach
from chassis.problems import Kind, Problem
from protos.enrichment.v1.enrichment_pb2 import RedactedText, SafetyEventRedacted
from protos.recording.v1.recording_pb2 import (
    ROUTE_API,
    ROUTE_NRLS,
    EventFacts,
    ReporterAnonymised,
    SafetyEventRecorded,
    SafetyEventRestored,
    SafetyEventRevised,
    SafetyEventWithdrawn,
)
from services.access import listener
from services.access.use_cases import list_events, show_event
from tests.builders.actors import a_person

WHAT, ACTIONS = "adverse-event-core/0/Description", "adverse-event-outcome/0/ImmediateActions"
EVENT, REFERENCE = str(uuid_utils.uuid7()), "PSE-26-CHANGED0-0"
REMARK = str(uuid_utils.uuid7())
LEAD, ELSEWHERE, NATION = a_person("RZ1"), a_person("RZ2"), a_person("", Reach.NATIONAL)
REPORTER = a_person("RZ1", Reach.OWN, name="reporter")
Told = (
    SafetyEventRecorded | SafetyEventRevised | SafetyEventWithdrawn | SafetyEventRestored | ReporterAnonymised
)


@pytest.fixture
def db(engine_for: Callable[[str], Engine]) -> Engine:
    return engine_for("access")


def facts(revision: int, **more: Any) -> EventFacts:
    return EventFacts(
        **{
            "event_id": EVENT,
            "reference": REFERENCE,
            "revision": revision,
            "question_set": 6,
            "event_type": "incident",
            "organisation": "RZ1",
            "occurred_organisations": ["RZ2"],
            "recorder_id": REPORTER.id,
            "route": ROUTE_API,
            "narrative_fields": [WHAT],
            **more,
        }
    )


def recorded(**more: Any) -> SafetyEventRecorded:
    return SafetyEventRecorded(facts=facts(1, **more))


def revised(revision: int, **more: Any) -> SafetyEventRevised:
    return SafetyEventRevised(facts=facts(revision, **more))


def withdrawn(revision: int, **more: Any) -> SafetyEventWithdrawn:
    return SafetyEventWithdrawn(facts=facts(revision, **more))


def restored(revision: int, **more: Any) -> SafetyEventRestored:
    return SafetyEventRestored(facts=facts(revision, **more))


def anonymised(revision: int, gone: bool = False, **more: Any) -> ReporterAnonymised:
    return ReporterAnonymised(facts=facts(revision, recorder_id=f"anonymous:{EVENT}", **more), withdrawn=gone)


def redacted(revision: int, record_id: str = EVENT, **texts: str) -> SafetyEventRedacted:
    """`texts`: what or actions → redacted text."""
    fields = {"what": WHAT, "actions": ACTIONS, "remark": "text"}
    shown = [RedactedText(field=fields[name], text=body) for name, body in texts.items()]
    return SafetyEventRedacted(event_id=record_id, revision=revision, texts=shown)


def hear(db: Engine, *told: Told | SafetyEventRedacted) -> None:
    for one in told:
        with db.begin() as tx:
            listener.HANDLERS[type(one)](tx, one)


def seen(db: Engine, actor: Actor = LEAD) -> bool:
    """Whether an actor finds the event, in the list and by its number alike."""
    if REFERENCE in [one.reference for one in list_events(db, actor, "", 100)[0]]:
        assert show_event(db, actor, REFERENCE).reference == REFERENCE
        return True
    with pytest.raises(Problem) as caught:
        show_event(db, actor, REFERENCE)
    assert caught.value.kind is Kind.NOT_FOUND
    return False


def texts(db: Engine) -> dict[str, str | None]:
    return dict(show_event(db, LEAD, REFERENCE).texts)


def kept(db: Engine) -> set[tuple[int, str]]:
    with db.begin() as tx:
        return {(row.revision, row.body) for row in tx.execute(text("select revision, body from texts"))}


def test_a_text_that_did_not_change_is_shown_as_it_was_first_written(db: Engine) -> None:
    both = {"narrative_fields": [WHAT, ACTIONS]}
    hear(db, recorded(**both), redacted(1, what="fell", actions="helped"))
    hear(db, revised(2, **both, written_in={WHAT: 1}), revised(3, **both, written_in={WHAT: 1, ACTIONS: 2}))
    assert texts(db) == {WHAT: "fell", ACTIONS: None}
    hear(db, redacted(2, actions="helped and told the family"))
    assert texts(db) == {WHAT: "fell", ACTIONS: "helped and told the family"}


def test_a_text_that_changed_is_being_checked_and_the_old_one_is_not_shown(db: Engine) -> None:
    hear(db, recorded(), redacted(1, what="old"), revised(2))
    assert texts(db) == {WHAT: None}
    hear(db, redacted(2, what="new"))
    assert texts(db) == {WHAT: "new"}


STORY = (
    recorded(narrative_fields=[WHAT, ACTIONS], worst_physical_harm="4"),
    redacted(1, what="old", actions="helped"),
    revised(2, narrative_fields=[WHAT, ACTIONS], written_in={ACTIONS: 1}, worst_physical_harm="2"),
    redacted(2, what="new"),
)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_in_whatever_order_it_is_told_the_newest_is_shown_and_nothing_else_kept(
    db: Engine, order: tuple[int, ...]
) -> None:
    for number in (*order, *order):
        hear(db, STORY[number])
    event = show_event(db, LEAD, REFERENCE)
    assert (event.revision, event.worst_physical_harm) == (2, "2")
    assert event.texts == {WHAT: "new", ACTIONS: "helped"}
    assert kept(db) == {(2, "new"), (1, "helped")}


def test_a_text_that_was_taken_out_is_neither_shown_nor_kept(db: Engine) -> None:
    hear(db, recorded(), redacted(1, what="said too much"), revised(2, narrative_fields=[]))
    assert texts(db) == {}
    hear(db, redacted(1, what="said too much"))
    assert kept(db) == set()


def test_a_withdrawn_event_is_found_by_nobody(db: Engine) -> None:
    hear(db, recorded())
    everyone = (LEAD, REPORTER, ELSEWHERE, NATION)
    assert [seen(db, actor) for actor in everyone] == [True] * 4
    hear(db, withdrawn(2))
    assert [seen(db, actor) for actor in everyone] == [False] * 4


def test_a_restored_event_is_seen_as_it_was_with_its_texts(db: Engine) -> None:
    hear(db, recorded(), redacted(1, what="fell"), withdrawn(2), restored(3, written_in={WHAT: 1}))
    assert seen(db)
    assert texts(db) == {WHAT: "fell"}


def test_a_withdrawal_keeps_texts_even_if_it_does_not_name_them(db: Engine) -> None:
    both = {"narrative_fields": [WHAT, ACTIONS]}
    hear(db, recorded(**both), redacted(1, what="fell"), withdrawn(2, narrative_fields=[]))
    hear(db, redacted(1, actions="helped"), restored(3, **both, written_in={WHAT: 1, ACTIONS: 1}))
    assert texts(db) == {WHAT: "fell", ACTIONS: "helped"}


def test_what_was_told_before_a_withdrawal_does_not_bring_the_event_back(db: Engine) -> None:
    hear(db, withdrawn(3), recorded(), revised(2), withdrawn(3))
    assert not seen(db)


def test_a_withdrawal_that_comes_late_does_not_hide_what_was_restored(db: Engine) -> None:
    hear(db, restored(3), withdrawn(2), recorded())
    assert seen(db)


def test_a_wish_not_to_share_counts_from_the_revision_that_says_it(db: Engine) -> None:
    hear(db, recorded())
    assert seen(db, ELSEWHERE)
    hear(db, revised(2, data_sharing_opt_out=True))
    assert (seen(db), seen(db, ELSEWHERE)) == (True, False)


def test_another_place_named_by_a_revision_moves_who_may_see_it(db: Engine) -> None:
    hear(db, recorded(), revised(2, occurred_organisations=["RZ3"]))
    assert (seen(db, ELSEWHERE), seen(db, a_person("RZ3"))) == (False, True)


def test_an_event_parted_from_its_reporter_is_theirs_no_more(db: Engine) -> None:
    hear(db, recorded(), revised(2, recorder_id=""))
    assert (seen(db), seen(db, REPORTER)) == (True, False)


def test_an_imported_event_is_listed_and_can_be_told_apart(db: Engine) -> None:
    hear(db, recorded(route=ROUTE_NRLS))
    assert seen(db)
    with db.begin() as tx:
        assert tx.execute(text("select route from events")).scalar_one() == "nrls"


def test_the_text_of_a_remark_does_no_harm_and_is_out_of_reach(db: Engine) -> None:
    hear(db, recorded(), redacted(1, REMARK, remark="was the rail up?"), redacted(1, what="fell"))
    assert texts(db) == {WHAT: "fell"}
    assert len(list_events(db, NATION, "", 100)[0]) == 1


def test_an_event_kept_by_the_release_before_is_seen_with_its_text_and_can_change(db: Engine) -> None:
    with db.begin() as tx:
        tx.execute(
            text(
                "insert into events (event_id, reference, revision, question_set, event_type, reported_at, occurred_on,"
                " organisation, occurred_organisations, recorder_id, worst_physical_harm, worst_psychological_harm,"
                " urgent, data_sharing_opt_out, answers, narrative_fields) values (cast(:id as uuid), :reference, 1, 6,"
                " 'incident', now(), '', 'RZ1', '{}', '', '', '', false, false, '[]', :fields)"
            ),
            {"id": EVENT, "reference": REFERENCE, "fields": [WHAT]},
        )
    hear(db, redacted(1, what="fell"))
    assert texts(db) == {WHAT: "fell"}
    hear(db, revised(2, written_in={WHAT: 1}))
    assert texts(db) == {WHAT: "fell"}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_reporter_who_was_cut_off_does_not_see_the_event_whatever_is_heard_first(
    db: Engine, order: tuple[int, ...]
) -> None:
    told = (recorded(), revised(2, worst_physical_harm="2"), anonymised(2, worst_physical_harm="2"))
    hear(db, *(told[number] for number in order))
    assert not seen(db, REPORTER)
    assert seen(db)
    assert show_event(db, LEAD, REFERENCE).worst_physical_harm == "2"
    with db.begin() as tx:
        assert REPORTER.id not in str(tx.execute(text("select cast(e as text) from events e")).all())


def test_who_reported_sees_the_event_until_they_are_cut_off(db: Engine) -> None:
    hear(db, recorded())
    assert seen(db, REPORTER)
    hear(db, revised(2), anonymised(1))
    assert not seen(db, REPORTER)
    assert show_event(db, LEAD, REFERENCE).revision == 2


def test_a_withdrawn_event_stays_so_when_its_reporter_is_cut_off(db: Engine) -> None:
    hear(db, anonymised(2, gone=True), recorded())
    assert not seen(db)
    assert not seen(db, REPORTER)
