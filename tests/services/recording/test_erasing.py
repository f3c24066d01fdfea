"""A record's text is erased for good: by two people, everywhere, and what comes late does not bring it back."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from chassis.actors import Actor, Grant, Reach
from chassis.problems import Kind, Problem
from protos.audit.v1.erasing_pb2 import PlaceErased, TextErased
from services.recording import listener
from services.recording.domain.erasing import Done, Erasure, State
from services.recording.domain.glass import Why
from services.recording.use_cases import (
    Submission,
    add_addendum,
    break_glass,
    find_event,
    follow_up,
    keep_redacted_text,
    read_original,
    restore,
    revise,
    submit,
    withdraw,
)
from services.recording.use_cases.erasing import (
    ASK,
    ERASE,
    READ_ERASURES,
    ask_erasure,
    confirm_erasure,
    find_erasure,
    list_erasures,
    withdraw_erasure,
)
from tests.builders.recording import LRMS, WORDS, System, incident

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
DESCRIPTION = "adverse-event-core/0/Description"
SHOWN = "The text was erased on 1 March 2026."
ADDED = "Mrs Marlow was seen by the surgeon"


def national(name: str, *permissions: str) -> Actor:
    return Actor(name, "person", "X26", (Grant("", Reach.NATIONAL, frozenset(permissions)),))


SUPPORT = national("helper", ASK, READ_ERASURES)
SUPER = national("super", ASK, ERASE, READ_ERASURES)
OTHER = national("other-super", ASK, ERASE, READ_ERASURES)
REVIEWER = national("reviewer", "recording:original")
RESTORER = national("restorer", "recording:restore")


def sent(system: System) -> None:
    """What the relay does."""
    with system.db.begin() as tx:
        tx.execute(text("update outbox set sent_at = now()"))


def asked(system: System, reference: str, actor: Actor = SUPPORT) -> Erasure:
    return ask_erasure(system.db, system.tools, actor, reference, "data_subject_request", "CASE-7", NOW)


def erased(system: System, reference: str) -> Erasure:
    sent(system)
    made = asked(system, reference)
    return confirm_erasure(system.db, system.tools, SUPER, made.erasure_id, NOW)


def refused(call: Any, *arguments: Any, **more: Any) -> tuple[Kind, str]:
    with pytest.raises(Problem) as caught:
        call(*arguments, **more)
    return caught.value.kind, caught.value.code


def everything(system: System) -> str:
    """Every row of every table, as text."""
    tables = [
        row.relname
        for row in system.rows(
            "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
        )
    ]
    return "\n".join(
        str(row[0]) for one in tables for row in system.rows(f'select cast(t as text) from "{one}" t')
    )


def redact(system: System, record_id: str, body: str, field: str = DESCRIPTION, revision: int = 1) -> None:
    with system.db.begin() as tx:
        keep_redacted_text(tx, record_id, revision, {field: body})


def test_erasing_leaves_no_word_and_no_key_and_keeps_the_facts(system: System) -> None:
    made = system.submit(local_reference="W-1")
    system.redact(made, Description="Fell near bay three")
    remark = add_addendum(system.db, system.tools, LRMS, made.reference, ADDED, NOW)
    redact(system, remark.remark_id, "[name] was seen by the surgeon", "remark/0/Text")
    other = system.submit(local_reference="W-2")
    system.redact(other, Description="Another's words")
    found = erased(system, made.reference)

    kept = everything(system)
    assert "bay three" not in kept
    assert "seen by the surgeon" not in kept
    assert "Another's words" in kept
    assert [str(row.event_id) for row in system.rows("select event_id from event_keys")] == [other.event_id]
    row = system.rows(f"select content, sealed, facts from revisions where event_id = '{made.event_id}'")[0]
    assert (bytes(row.content), set(row.sealed.values())) == (b"", {""})
    assert row.facts
    assert not [
        1
        for one in system.rows(f"select request_hash from requests where event_id = '{made.event_id}'")
        if bytes(one[0])
    ]
    places = {one.place: (one.found, one.done) for one in found.places}
    assert places["key of the record"] == (1, Done.ERASED)
    assert places["questions, answers and addenda"] == (1, Done.ERASED)
    assert places["texts that are shown"] == (2, Done.ERASED)
    assert places["exports"] == (0, Done.NONE)
    assert (found.shown_state, found.waiting_for) == ("waiting", ("access", "enrichment", "notifications"))


def test_what_stands_instead_of_the_text_says_when_it_was_erased(system: System) -> None:
    made = system.submit()
    system.redact(made, Description="Fell near bay three")
    remark = add_addendum(system.db, system.tools, LRMS, made.reference, ADDED, NOW)
    erased(system, made.reference)
    assert dict(find_event(system.db, system.tools, LRMS, made.reference).texts)[DESCRIPTION] == SHOWN
    said = follow_up(system.db, system.tools, LRMS, made.reference).remarks
    assert [(one.remark_id, one.redacted) for one in said] == [(remark.remark_id, SHOWN)]


def test_what_comes_late_does_not_bring_it_back(system: System) -> None:
    made = system.submit()
    remark = add_addendum(system.db, system.tools, LRMS, made.reference, ADDED, NOW)
    erased(system, made.reference)
    for record, field in ((made.event_id, DESCRIPTION), (remark.remark_id, "remark/0/Text")):
        redact(system, record, "late words", field)
    redact(system, made.event_id, "late words", revision=7)
    assert "late words" not in everything(system)


def test_a_message_that_comes_while_it_is_erased_does_not_slip_through(system: System) -> None:
    events = [system.submit(local_reference=f"W-{number}") for number in range(12)]
    sent(system)
    wanted = [asked(system, one.reference).erasure_id for one in events]
    with ThreadPoolExecutor(8) as pool:
        late = [pool.submit(redact, system, one.event_id, "late words") for one in events * 3]
        done = [pool.submit(confirm_erasure, system.db, system.tools, SUPER, one, NOW) for one in wanted]
        assert [one.result().state for one in done] == [State.ERASED] * len(events)
        for one in late:
            one.result()
    assert "late words" not in everything(system)


def test_whoever_asked_cannot_confirm_and_support_never_can(system: System) -> None:
    made = system.submit()
    sent(system)
    own = asked(system, made.reference, SUPER)
    confirm = (confirm_erasure, system.db, system.tools)
    assert refused(*confirm, SUPER, own.erasure_id, NOW) == (Kind.FORBIDDEN, "second-person-needed")
    assert refused(*confirm, SUPPORT, own.erasure_id, NOW)[0] in (Kind.FORBIDDEN, Kind.NOT_FOUND)
    assert system.rows("select 1 from event_keys")
    assert confirm_erasure(system.db, system.tools, OTHER, own.erasure_id, NOW).state is State.ERASED


def test_the_database_too_wants_two_people(system: System) -> None:
    asked(system, system.submit().reference)
    with pytest.raises(IntegrityError), system.db.begin() as tx:
        tx.execute(text("update erasures set state = 'erased', decided_by = asked_by"))


def test_the_same_again_does_no_harm(system: System) -> None:
    made = system.submit()
    sent(system)
    first, second = asked(system, made.reference), asked(system, made.event_id)
    assert first.erasure_id == second.erasure_id
    done = confirm_erasure(system.db, system.tools, SUPER, first.erasure_id, NOW)
    again = confirm_erasure(system.db, system.tools, OTHER, first.erasure_id)
    assert again.places == done.places
    assert again.decided_by == "super"
    assert asked(system, made.reference).erasure_id == first.erasure_id
    told = [one for one in system.told() if type(one).__name__ == "SafetyEventErased"]
    assert len(told) == 2, "those that have not answered are told once more"
    assert told[0].shown == told[1].shown == SHOWN


def test_two_who_confirm_at_once_erase_once(system: System) -> None:
    made = system.submit()
    sent(system)
    wanted = asked(system, made.reference)
    with ThreadPoolExecutor(2) as pool:
        done = [
            pool.submit(confirm_erasure, system.db, system.tools, who, wanted.erasure_id, NOW)
            for who in (SUPER, OTHER)
        ]
        found = [one.result() for one in done]
    assert found[0].decided_by == found[1].decided_by
    assert len(system.rows("select 1 from audit where action = 'erase-text'")) == 1


def test_what_is_still_being_told_is_not_erased_yet(system: System) -> None:
    made = system.submit()
    wanted = asked(system, made.reference)
    problem = refused(confirm_erasure, system.db, system.tools, SUPER, wanted.erasure_id, NOW)
    assert problem == (Kind.UNAVAILABLE, "try-again")
    assert system.rows("select 1 from event_keys")


def test_it_can_be_taken_back_until_it_is_confirmed(system: System) -> None:
    made = system.submit()
    sent(system)
    wanted = asked(system, made.reference)
    for _ in range(2):
        assert withdraw_erasure(system.db, SUPPORT, wanted.erasure_id, NOW).state is State.WITHDRAWN
    confirm = (confirm_erasure, system.db, system.tools, SUPER)
    assert refused(*confirm, wanted.erasure_id) == (Kind.CONFLICT, "erasure-withdrawn")
    anew = asked(system, made.reference)
    assert anew.erasure_id != wanted.erasure_id
    confirm_erasure(system.db, system.tools, SUPER, anew.erasure_id, NOW)
    assert refused(withdraw_erasure, system.db, SUPPORT, anew.erasure_id) == (Kind.CONFLICT, "text-erased")


def test_nothing_is_written_into_an_erased_record_and_nobody_reads_it(system: System) -> None:
    made = system.submit(local_reference="W-1")
    break_glass(
        system.db,
        system.tools,
        REVIEWER,
        made.reference,
        Why("legal_duty", "", "The court asks about Mrs Marlow"),
        NOW,
    )
    erased(system, made.reference)
    later = Submission(
        6, incident(**{"adverse-event-core/Description": "Back again"}), "api", local_reference="W-1"
    )
    assert refused(revise, system.db, system.tools, LRMS, made.reference, 0, later)[1] == "text-erased"
    assert (
        refused(add_addendum, system.db, system.tools, LRMS, made.reference, "more", NOW)[1] == "text-erased"
    )
    assert (
        refused(read_original, system.db, system.tools, REVIEWER, made.reference, 0, NOW)[0] is Kind.FORBIDDEN
    )
    glass = system.rows("select reason_sealed, wrapped, ended_at from glasses")[0]
    assert (bytes(glass.reason_sealed), bytes(glass.wrapped), glass.ended_at) == (b"", b"", NOW)


def test_the_same_request_sent_again_makes_no_second_record(system: System) -> None:
    made = system.submit(local_reference="W-1")
    erased(system, made.reference)
    again = submit(system.db, system.tools, LRMS, Submission(6, incident(), "api", local_reference="W-1"))
    assert (again.reference, again.repeated) == (made.reference, True)
    assert len(system.rows("select 1 from events")) == 1
    assert not system.rows("select 1 from event_keys")


def test_a_withdrawn_record_is_erased_and_comes_back_without_text(system: System) -> None:
    made = system.submit()
    withdraw(system.db, system.tools, LRMS, made.reference, 0, "recorded_in_error")
    erased(system, made.reference)
    told = system.told()[-1]
    assert told.withdrawn
    assert told.facts.revision == 2
    restore(system.db, system.tools, RESTORER, made.reference)
    assert dict(find_event(system.db, system.tools, LRMS, made.reference).texts)[DESCRIPTION] == SHOWN


def test_each_place_answers_and_answers_twice_without_harm(system: System) -> None:
    made = system.submit()
    found = erased(system, made.reference)
    for service in ("access", "enrichment", "notifications"):
        for count in (3, 0):
            told = TextErased(
                erasure_id=found.erasure_id,
                service=service,
                places=[PlaceErased(place="texts", found=count, done="erased")],
                at=Timestamp(seconds=1),
            )
            with system.db.begin() as tx:
                listener.keep_what_was_erased(tx, told)
    done = find_erasure(system.db, SUPPORT, found.erasure_id)
    assert (done.shown_state, done.waiting_for) == ("done", ())
    assert {one.found for one in done.places if one.service != "recording"} == {3}


def test_an_answer_about_nothing_we_asked_is_no_harm(system: System) -> None:
    for named in ("00000000-0000-7000-8000-000000000000", "nonsense", ""):
        told = TextErased(erasure_id=named, service="access", places=[PlaceErased(place="x", done="none")])
        with system.db.begin() as tx:
            listener.keep_what_was_erased(tx, told)
    assert not system.rows("select 1 from erasure_places")


@pytest.mark.parametrize(
    ("ground", "case", "path"),
    [
        ("because", "CASE-7", "ground"),
        ("legal_duty", "", "case_number"),
        ("legal_duty", "  ", "case_number"),
        ("legal_duty", "x" * 51, "case_number"),
        ("legal_duty", "a\nb", "case_number"),
    ],
)
def test_what_is_no_ground_is_refused_where_it_is_wrong(
    system: System, ground: str, case: str, path: str
) -> None:
    made = system.submit()
    with pytest.raises(Problem) as caught:
        ask_erasure(system.db, system.tools, SUPPORT, made.reference, ground, case)
    assert [one.path for one in caught.value.faults] == [path]
    assert not system.rows("select 1 from erasures")


def test_who_may_not_finds_nothing(system: System) -> None:
    made = system.submit()
    wanted = asked(system, made.reference)
    assert refused(ask_erasure, system.db, system.tools, LRMS, made.reference, "legal_duty", "C")[0] in (
        Kind.NOT_FOUND,
        Kind.FORBIDDEN,
    )
    for call in (find_erasure, withdraw_erasure):
        assert refused(call, system.db, LRMS, wanted.erasure_id)[0] is Kind.FORBIDDEN
        assert refused(call, system.db, SUPPORT, "nonsense") == (Kind.NOT_FOUND, "erasure-not-found")
    assert refused(asked, system, "PSE-0000-0000")[0] is Kind.NOT_FOUND


def test_the_list_goes_on_where_it_stopped(system: System) -> None:
    made = [asked(system, system.submit(local_reference=f"W-{one}").reference) for one in range(3)]
    first, following = list_erasures(system.db, SUPPORT, "", 2)
    rest, end = list_erasures(system.db, SUPPORT, following, 2)
    assert [one.erasure_id for one in (*first, *rest)] == [one.erasure_id for one in reversed(made)]
    assert end == ""


def test_the_audit_says_who_asked_and_who_confirmed_and_no_word(system: System) -> None:
    made = system.submit()
    erased(system, made.reference)
    rows = system.rows(
        "select action, actor, purpose, detail from audit where action in ('ask-erasure', 'erase-text') order by id"
    )
    assert [(one.action, one.actor, one.purpose) for one in rows] == [
        ("ask-erasure", "helper", "data_subject_request CASE-7"),
        ("erase-text", "super", "data_subject_request CASE-7"),
    ]
    assert WORDS not in json.dumps([one.detail for one in rows])


def test_reading_and_taking_back_are_audited_too(system: System) -> None:
    wanted = asked(system, system.submit().reference)
    find_erasure(system.db, SUPPORT, wanted.erasure_id)
    withdraw_erasure(system.db, SUPPORT, wanted.erasure_id)
    rows = system.rows("select action, about from audit where action like '%-erasure' order by id")
    assert [one.action for one in rows] == ["ask-erasure", "read-erasure", "withdraw-erasure"]
    assert {str(one.about) for one in rows} == {wanted.event_id}
