"""Drafts on a real database: private, sealed, bounded, saved again and again."""

from __future__ import annotations

import dataclasses
import threading
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from chassis.actors import Reach
from chassis.problems import Kind, Problem
from chassis.sealing import CannotOpen
from protos.recording.v1 import recording_pb2 as pb
from services.recording import use_cases
from services.recording.domain.drafts import LONGEST_TEXT, MOST_ANSWERS, MOST_DRAFTS
from services.recording.messages import drafts as wire
from tests.builders.actors import EVERYTHING, a_person
from tests.builders.drafts import AUTHOR, NOW, WORDS, an, content, find, finish, save, some_answers, warn
from tests.builders.recording import System

NOBODY = "0190a000-0000-7000-8000-000000000000"


# ---- keeping


def test_a_draft_comes_back_as_it_was_saved(system: System) -> None:
    kept = save(system, content(patients="unknown", organisation="RZ1"))
    found = find(system, kept)
    assert found == kept
    assert found.content.answers == tuple(some_answers())
    assert (found.version, found.event_type, found.content.place) == (1, "incident", "record/where")
    assert found.expires_at - found.saved_at == timedelta(days=90)


def test_every_kind_of_value_survives(system: System) -> None:
    answers = [
        an("patient-information", "PatientSequence", 2, entry=1),
        an("adverse-event-reference-metadata", "DataSharingOptOut", True),
        an("native", "Date", "not a date yet"),
        an("no-such-section", "NoSuchQuestion", "kept all the same"),
    ]
    found = find(system, save(system, content(answers)))
    assert [(one.entry, one.value) for one in found.content.answers] == [
        (1, 2),
        (0, True),
        (0, "not a date yet"),
        (0, "kept all the same"),
    ]


def test_the_words_of_a_draft_are_sealed_in_every_table(system: System) -> None:
    kept = save(system)
    save(system, content(some_answers("Slipped again, on the stairs")), kept)
    save(system)
    warn(system, NOW + timedelta(days=61))
    for table in _tables(system):
        for row in system.rows(f"select t::text as everything from {table} t"):
            for secret in ("Slipped", "wet floor", "stairs"):
                assert secret not in row.everything, table
                assert secret.encode().hex() not in row.everything, table


def _tables(system: System) -> list[str]:
    return [row[0] for row in system.rows("select tablename from pg_tables where schemaname = 'public'")]


def test_answers_cannot_be_moved_to_another_draft_or_version(system: System) -> None:
    first, second = save(system), save(system, content(some_answers("Another story")))
    for change in (
        f"update drafts set sealed = (select sealed from drafts where id = '{first.draft_id}')"
        f" where id = '{second.draft_id}'",
        f"update drafts set version = 2 where id = '{first.draft_id}'",
    ):
        with system.db.begin() as tx:
            tx.execute(text(change))
    for one in (first, second):
        with pytest.raises(CannotOpen):
            find(system, one)


def test_a_draft_does_not_print_its_answers(system: System) -> None:
    assert WORDS not in repr(save(system))


# ---- saving again


def test_another_content_is_another_version(system: System) -> None:
    first = save(system, now=NOW)
    second = save(
        system, content(some_answers("Slipped, and fell")), first, expected=1, now=NOW + timedelta(1)
    )
    assert (second.version, second.created_at, second.saved_at) == (2, NOW, NOW + timedelta(1))
    assert find(system, first).content.answers[1].value == "Slipped, and fell"


def test_the_same_content_again_changes_nothing_but_when_it_was_saved(system: System) -> None:
    first = save(system, now=NOW)
    sealed = system.rows("select sealed from drafts")[0].sealed
    again = save(system, draft=first, expected=1, now=NOW + timedelta(days=3))
    assert again == dataclasses.replace(first, saved_at=NOW + timedelta(days=3))
    assert system.rows("select sealed from drafts")[0].sealed == sealed


def test_a_draft_changed_in_another_window_is_not_overwritten(system: System) -> None:
    first = save(system)
    save(system, content(some_answers("From one window")), first, expected=1)
    with pytest.raises(Problem) as caught:
        save(system, content(some_answers("From the other")), first, expected=1)
    assert (caught.value.kind, caught.value.code) == (Kind.CONFLICT, "draft-changed")
    assert find(system, first).content.answers[1].value == "From one window"


def test_an_autosave_whose_answer_was_lost_is_no_conflict(system: System) -> None:
    first = save(system)
    changed = content(some_answers("Said twice"))
    second = save(system, changed, first, expected=1)
    assert save(system, changed, first, expected=1).version == second.version == 2


def test_two_windows_at_once_make_one_version_each_or_a_conflict(system: System) -> None:
    first = save(system)
    ended: list[str] = []

    def one(words: str) -> None:
        try:
            save(system, content(some_answers(words)), first, expected=1)
            ended.append("saved")
        except Problem as problem:
            ended.append(problem.code)

    threads = [threading.Thread(target=one, args=(f"window {n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["draft-changed"] * 3 + ["saved"]
    assert find(system, first).version == 2


def test_a_double_click_makes_one_draft(system: System) -> None:
    """The clicks are of one request, which has a key."""
    made: list[str] = []
    threads = [threading.Thread(target=lambda: made.append(save(system, key="k").draft_id)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 4
    assert len(set(made)) == 1


def test_two_tabs_that_begin_alike_have_a_draft_each(system: System) -> None:
    first, second, third = save(system, now=NOW), save(system, now=NOW), save(system, now=NOW, key="k")
    assert len({first.draft_id, second.draft_id, third.draft_id}) == 3
    save(system, content(some_answers("From the second tab")), second, expected=1)
    assert find(system, first).content == first.content


def test_a_key_is_its_authors_own_and_of_one_draft(system: System) -> None:
    first = save(system, key="k")
    assert save(system, actor=a_person("RZ1", name="colleague"), key="k").draft_id != first.draft_id
    other = content(some_answers("Another story"))
    with pytest.raises(Problem) as caught:
        save(system, other, key="k")
    assert caught.value.code == "idempotency-key-reused"
    assert find(system, first) == first
    with pytest.raises(Problem) as caught:
        save(system, key="k" * 256)
    assert [one.path for one in caught.value.faults] == ["Idempotency-Key"]


# ---- whose


def test_nobody_else_finds_changes_lists_submits_or_discards_a_draft(system: System) -> None:
    kept = save(system)
    everything = EVERYTHING | {"recording:restore", "recording:original", "recording:anonymise"}
    for other in (
        a_person("RZ1", name="colleague"),
        a_person("", Reach.NATIONAL, "super-admin", everything),
    ):
        for attempt in (
            lambda other=other: find(system, kept, other),
            lambda other=other: save(system, content(some_answers("Mine now")), kept, other),
            lambda other=other: use_cases.discard_draft(system.db, other, kept.draft_id),
            lambda other=other: finish(system, kept, organisation="RZ1", actor=other),
        ):
            with pytest.raises(Problem) as caught:
                attempt()
            assert (caught.value.kind, caught.value.code) in (
                (Kind.NOT_FOUND, "draft-not-found"),
                (Kind.FORBIDDEN, "not-authorised-for-organisation"),
            )
        assert use_cases.list_drafts(system.db, other) == []
    assert find(system, kept) == kept
    assert not system.rows("select 1 from events")


def test_a_draft_that_was_submitted_leads_its_author_alone_to_the_event(system: System) -> None:
    kept = save(system)
    receipt = finish(system, kept, organisation="RZ1")
    assert use_cases.find_draft(system.db, system.tools, AUTHOR, kept.draft_id) == receipt.reference
    with pytest.raises(Problem) as caught:
        use_cases.find_draft(system.db, system.tools, a_person("RZ1", name="colleague"), kept.draft_id)
    assert caught.value.code == "draft-not-found"


@pytest.mark.parametrize("name", [NOBODY, "nonsense", "1"])
def test_a_draft_that_is_not_there_is_not_found(system: System, name: str) -> None:
    for attempt in (
        lambda: use_cases.find_draft(system.db, system.tools, AUTHOR, name),
        lambda: use_cases.save_draft(system.db, system.tools, AUTHOR, content(), name),
        lambda: use_cases.discard_draft(system.db, AUTHOR, name),
        lambda: finish(system, name),
    ):
        with pytest.raises(Problem) as caught:
            attempt()
        assert caught.value.code == "draft-not-found"


def test_who_may_not_record_keeps_no_drafts(system: System) -> None:
    reader = a_person("RZ1", permissions=frozenset({"recording:read"}))
    with pytest.raises(Problem) as caught:
        save(system, actor=reader)
    assert caught.value.kind is Kind.FORBIDDEN


def test_drafts_are_listed_last_saved_first_without_their_answers(system: System) -> None:
    first = save(system, now=NOW)
    second = save(system, content([an("native", "Type", "3")]), now=NOW + timedelta(hours=1))
    save(system, content(some_answers("Later")), first, now=NOW + timedelta(hours=2))
    listed = use_cases.list_drafts(system.db, AUTHOR)
    assert [one.draft_id for one in listed] == [first.draft_id, second.draft_id]
    assert [one.content.answers for one in listed] == [(), ()]
    assert listed[0].event_type == "incident"
    assert listed[1].event_type not in ("", "incident")
    assert {one.content.place for one in listed} == {"record/where"}


def test_a_discarded_draft_is_gone_with_its_key(system: System) -> None:
    kept = save(system)
    use_cases.discard_draft(system.db, AUTHOR, kept.draft_id)
    assert not system.rows("select 1 from drafts")
    assert use_cases.list_drafts(system.db, AUTHOR) == []


# ---- bounds


def test_a_draft_follows_a_question_set_that_exists(system: System) -> None:
    with pytest.raises(Problem) as caught:
        save(system, content(question_set=3))
    assert caught.value.code == "unknown-profile"


@pytest.mark.parametrize(
    ("what", "path"),
    [
        ({"place": "where I wrote that he fell"}, "place"),
        ({"place": "x" * 101}, "place"),
        ({"organisation": "the ward upstairs"}, "organisation"),
        ({"patients": "several"}, "patients"),
        ({"answers": (an("native", "Description", "x" * (LONGEST_TEXT + 1)),)}, "native/0/Description"),
        ({"answers": (an("native", "Type", "1"),) * (MOST_ANSWERS + 1)}, "answers"),
        ({"answers": (an("native", "Description", "x" * LONGEST_TEXT),) * 11}, "answers"),
        ({"answers": (an("s" * 101, "p", "1"),)}, "answers"),
        ({"answers": (an("native", "p" * 101, "1"),)}, "answers"),
        ({"answers": (an("native", "Type", "1", entry=1_000),)}, "answers"),
        ({"answers": (an("native", "Type", 2**60),)}, "answers"),
    ],
)
def test_a_draft_is_bounded(system: System, what: dict[str, Any], path: str) -> None:
    with pytest.raises(Problem) as caught:
        save(system, content(**what))
    assert caught.value.kind is Kind.INVALID
    assert [one.path for one in caught.value.faults] == [path]
    assert not system.rows("select 1 from drafts")


def test_a_text_longer_than_its_question_takes_is_kept_for_its_author(system: System) -> None:
    long = "x" * LONGEST_TEXT
    assert find(system, save(system, content(some_answers(long)))).content.answers[1].value == long


def test_an_author_keeps_so_many_drafts_and_no_more(system: System) -> None:
    for number in range(MOST_DRAFTS):
        save(system, content(some_answers(f"Story {number}")))
    with pytest.raises(Problem) as caught:
        save(system, content(some_answers("One too many")))
    assert (caught.value.kind, caught.value.code) == (Kind.CONFLICT, "too-many-drafts")
    assert save(system, actor=a_person("RZ1", name="somebody-else"))


# ---- the wire


def test_a_draft_goes_over_the_wire_with_its_types(system: System) -> None:
    request = pb.SaveDraftRequest(question_set=6, place="record/patients", patients="yes")
    request.answers.add(section="native", property="Type", text="1")
    request.answers.add(section="native", property="Date", text="2026-03-02")
    request.answers.add(section="patient-information", entry=1, property="PatientSequence", integer=2)
    request.answers.add(
        section="adverse-event-reference-metadata", property="DataSharingOptOut", boolean=True
    )
    request.answers.add(section="adverse-event-core", property="Description", text=WORDS, path="written here")
    request.answers.add(section="adverse-event-core", property="Left", as_it_is=True)
    request.answers.add(section="native", property="Nonsense", text="kept")
    kept = save(system, wire.content(request))
    told = wire.draft(find(system, kept), use_cases.question_set(6))
    slots = [(one.WhichOneof("value"), one.path) for one in told.answers]
    assert sorted(slots) == [
        ("boolean", "adverse-event-reference-metadata/0/DataSharingOptOut"),
        ("code", "native/0/Type"),
        ("date", "native/0/Date"),
        ("integer", "patient-information/1/PatientSequence"),
        ("text", "adverse-event-core/0/Description"),
        ("text", "native/0/Nonsense"),
    ]
    assert (told.patients, told.place, told.version) == ("yes", "record/patients", 1)
    assert not wire.drafts([kept]).drafts[0].answers


def test_the_same_answers_in_another_order_are_the_same_draft(system: System) -> None:
    def request(*names: str) -> pb.SaveDraftRequest:
        sent = [pb.Answer(section="native", property=name, text=name) for name in names]
        return pb.SaveDraftRequest(question_set=6, answers=sent)

    kept = save(system, wire.content(request("Type", "Date")))
    assert save(system, wire.content(request("Date", "Type")), kept, expected=1).version == 1
