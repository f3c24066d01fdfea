"""Searching, reconciling, checking and recording many at once, on a real database."""

from __future__ import annotations

import base64
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy.event import listen

from chassis import outbox
from chassis.actors import Actor, Reach
from chassis.problems import Kind, Problem
from services.recording import messages
from services.recording.domain.answers import Answer
from services.recording.domain.safety_events import Receipt
from services.recording.domain.searches import Wanted
from services.recording.store import searching
from services.recording.use_cases import (
    Submission,
    check,
    find_event,
    history,
    question_set,
    reading,
    reconcile,
    revise,
    search,
    submit_many,
    withdraw,
)
from tests.builders.actors import a_person, an_lrms
from tests.builders.recording import LRMS, System, incident

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
NOBODY = "0190a000-0000-7000-8000-000000000000"


def look(system: System, actor: Actor = LRMS, **wanted: Any) -> list[str]:
    found, _, _ = search(system.db, system.tools, actor, Wanted(**wanted))
    return [one.event.local_reference for one in found]


def recorded(
    system: System, name: str, minute: int = 0, actor: Actor = LRMS, said: Mapping[str, Any] | None = None
) -> Receipt:
    answers = incident(**(said or {}))
    return system.submit(answers, NOW + timedelta(minutes=minute), actor, local_reference=name)


def test_newest_changes_come_first_and_pages_miss_and_repeat_nothing(system: System) -> None:
    for number in range(7):
        recorded(system, f"W-{number}", number // 2)
    pages: list[list[str]] = []
    cursor = ""
    while True:
        found, cursor, _ = search(system.db, system.tools, LRMS, Wanted(count=3, cursor=cursor))
        pages.append([one.event.local_reference for one in found])
        if not cursor:
            break
    assert [len(page) for page in pages] == [3, 3, 1]
    everything = [name for page in pages for name in page]
    assert sorted(everything) == [f"W-{number}" for number in range(7)]
    assert [int(name[2:]) // 2 for name in everything] == [3, 2, 2, 1, 1, 0, 0]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"local_references": ["a"]}, ["a"]),
        ({"local_references": ["a", "b"], "ascending": True}, ["a", "b"]),
        ({"event_types": ["risk"]}, ["b"]),
        ({"physical_harms": ["1", "2"]}, ["c"]),
        ({"organisations": ["RZ2"]}, []),
        ({"organisations": ["RZ1"], "by_date": True}, ["c", "b", "a"]),
        ({"occurred_from": "2026-03-01", "occurred_until": "2026-03-02"}, ["a"]),
        ({"updated_from": NOW + timedelta(minutes=1)}, ["c", "b"]),
        ({"updated_until": NOW + timedelta(minutes=1)}, ["a"]),
        ({"event_types": ["incident"], "physical_harms": ["4"]}, ["a"]),
        ({"references": ["PSE-26-00000000-0"]}, []),
    ],
)
def test_each_condition_narrows(system: System, wanted: dict[str, Any], expected: list[str]) -> None:
    recorded(system, "a", 0, said={"native/Date": "2026-03-01"})
    recorded(system, "b", 1, said={"native/Date": "2026-03-02", "native/Type": "2"})
    recorded(system, "c", 2, said={"native/Date": "2026-03-03", "patient-information/PhysicalHarm": "2"})
    assert look(system, **wanted) == expected


def test_by_id_and_by_reference_number(system: System) -> None:
    first = recorded(system, "a")
    recorded(system, "b", 1)
    assert look(system, event_ids=[first.event_id]) == ["a"]
    assert look(system, references=[first.reference]) == ["a"]


def test_pages_by_date_with_equal_dates_miss_nothing(system: System) -> None:
    for number in range(5):
        recorded(system, f"W-{number}", number)
    seen: list[str] = []
    cursor = ""
    for _ in range(5):
        wanted = Wanted(count=2, cursor=cursor, by_date=True, ascending=True)
        found, cursor, _ = search(system.db, system.tools, LRMS, wanted)
        seen += [one.event.local_reference for one in found]
        if not cursor:
            break
    assert sorted(seen) == [f"W-{number}" for number in range(5)]


@pytest.mark.parametrize("seed", range(3))
def test_a_sync_from_the_oldest_change_on_misses_nothing_that_changes_meanwhile(
    system: System, seed: int
) -> None:
    dice, minute = random.Random(seed), 0
    made = [recorded(system, f"W-{number}", number).event_id for number in range(9)]
    seen: dict[str, int] = {}
    cursor = ""
    while True:
        found, cursor, _ = search(
            system.db, system.tools, LRMS, Wanted(count=2, cursor=cursor, ascending=True)
        )
        seen |= {one.event.event_id: one.event.revision for one in found}
        if not cursor:
            break
        if minute < 12:
            minute += 1
            made.append(recorded(system, f"N-{minute}", 10 + minute).event_id)
            changed(system, dice.choice(made), 10 + minute)
    held = {str(row.id): row.revision for row in system.rows("select id, revision from events")}
    assert seen == held
    assert max(held.values()) > 1


def changed(system: System, event_id: str, minute: int) -> None:
    """An update with answers that were not there before."""
    said = incident(**{"native/Date": f"2026-03-{1 + minute}"})
    at = NOW + timedelta(minutes=minute, seconds=1)
    revise(system.db, system.tools, LRMS, event_id, 0, Submission(6, said, "api"), at)


def test_a_total_counts_all_pages_and_only_what_may_be_seen(system: System) -> None:
    for number in range(3):
        recorded(system, f"W-{number}", number)
    found, _, total = search(system.db, system.tools, LRMS, Wanted(count=1, total=True))
    assert (len(found), total) == (1, 3)
    assert search(system.db, system.tools, an_lrms("RZ2"), Wanted(only_total=True)) == ([], "", 0)


def test_what_was_withdrawn_is_not_found(system: System) -> None:
    gone = recorded(system, "a")
    recorded(system, "b", 1)
    withdraw(system.db, system.tools, LRMS, gone.event_id, 0, "duplicate")
    assert look(system) == ["b"]
    assert search(system.db, system.tools, LRMS, Wanted(only_total=True))[2] == 1


def test_each_sees_their_own_organisation_its_sites_and_what_happened_there(system: System) -> None:
    recorded(system, "site", 0, said={"practitioner-details/ReporterOrganisation": "RZ102"})
    recorded(system, "own", 1)
    other = an_lrms("RZ2")
    mine = {"practitioner-details/ReporterOrganisation": "RZ2", "location-details/LocationKnown": "n"}
    recorded(system, "there", 2, other, mine)
    hidden = mine | {"adverse-event-reference-metadata/DataSharingOptOut": True}
    recorded(system, "opted-out", 3, other, hidden)
    assert look(system) == ["there", "own", "site"]
    assert look(system, other) == ["opted-out", "there"]
    assert look(system, a_person("RZ1", Reach.OWN)) == []


def test_what_happened_here_is_read_but_what_opted_out_is_not(system: System) -> None:
    other = an_lrms("RZ2")
    mine = {"practitioner-details/ReporterOrganisation": "RZ2", "location-details/LocationKnown": "n"}
    there = recorded(system, "there", 0, other, mine)
    hidden = mine | {"adverse-event-reference-metadata/DataSharingOptOut": True}
    opted_out = recorded(system, "opted-out", 1, other, hidden)
    assert find_event(system.db, system.tools, LRMS, there.event_id)
    with pytest.raises(Problem) as caught:
        find_event(system.db, system.tools, LRMS, opted_out.event_id)
    assert caught.value.kind is Kind.NOT_FOUND


def made_up(*values: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "W10",
        "WyJ4IiwieSJd",
        "e30",
        "\u00e9",
        made_up("2026\0", NOBODY),
        made_up(7, NOBODY),
        made_up("2026", "x"),
    ],
)
def test_a_cursor_of_no_page_is_refused(system: System, cursor: str) -> None:
    for attempt in (
        lambda: search(system.db, system.tools, LRMS, Wanted(cursor=cursor)),
        lambda: search(system.db, system.tools, LRMS, Wanted(cursor=cursor, by_date=True)),
        lambda: reconcile(system.db, LRMS, [], cursor),
    ):
        with pytest.raises(Problem) as caught:
            attempt()
        assert caught.value.code == "cursor-not-known"


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (("2024-03-01", "2024-04-01"), ["month", "day"]),  # date=2024-03
        (("2024-01-01", "2025-01-01"), ["year", "month", "day"]),
        (("2024-02-01", "2024-03-01"), []),
        (("2024-04-01", "2024-05-01"), []),
        (("2023-01-01", "2024-01-01"), []),
        (("2024-01-01", "2024-02-01"), []),  # January is not the year
        (("2024-03-01", "2024-03-02"), ["day"]),  # nor is a day the month
        (("2024-03-01", ""), ["month", "day"]),
        (("2024-01-01", ""), ["year", "month", "day"]),
        (("2024-03-02", ""), []),
        (("", "2024-03-01"), ["year"]),
        (("", "2024-01-01"), []),
        (("", "2024-03-16"), ["year", "month", "day"]),
    ],
)
def test_a_rough_date_is_found_in_the_month_or_year_it_names_and_in_no_other(
    system: System, wanted: tuple[str, str], expected: list[str]
) -> None:
    for name, rough in (("year", "2024"), ("month", "2024-03")):
        said = {"native/Date": None, "adverse-event-estimated-date/ApproximateDate": rough}
        recorded(system, name, said=said)
    recorded(system, "day", said={"native/Date": "2024-03-01"})
    found = look(system, occurred_from=wanted[0], occurred_until=wanted[1], by_date=True, ascending=True)
    assert found == expected


@pytest.mark.parametrize("name", ["foo", "1", "0190A000-0000-7000-8000-000000000000", "{}"])
def test_what_is_no_id_names_no_event(system: System, name: str) -> None:
    kept = recorded(system, "a")
    assert look(system, event_ids=[name]) == []
    assert look(system, event_ids=[name, kept.event_id]) == ["a"]
    assert search(system.db, system.tools, LRMS, Wanted(event_ids=[name], only_total=True))[2] == 0


def test_a_page_of_long_events_ends_early_and_the_next_goes_on(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        system.redact(recorded(system, f"W-{number}", number), Description="x" * 40_000)
    monkeypatch.setattr(reading, "LONGEST_PAGE", 100_000)
    pages: list[list[str]] = []
    cursor = ""
    while cursor or not pages:
        found, cursor, _ = search(system.db, system.tools, LRMS, Wanted(cursor=cursor))
        pages.append([one.event.local_reference for one in found])
    assert pages == [["W-4", "W-3"], ["W-2", "W-1"], ["W-0"]]
    seen = {str(row.about) for row in system.rows("select about from audit where action = 'search'")}
    assert len(seen) == 5


def test_an_event_that_is_longer_than_a_page_is_a_page(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = recorded(system, "a")
    recorded(system, "b", 1)
    monkeypatch.setattr(reading, "LONGEST_PAGE", 10)
    assert look(system) == ["b"]
    for number in range(3):
        said = incident(**{"adverse-event-core/Description": f"Said {number}"})
        revise(system.db, system.tools, LRMS, kept.event_id, 0, Submission(6, said, "api"))
    seen: list[tuple[int, int]] = []
    before = 0
    while not seen or before > 1:
        (one,), total = history(system.db, system.tools, LRMS, kept.event_id, before, 0)
        before = one.event.revision
        seen.append((before, total))
    assert seen == [(4, 4), (3, 4), (2, 4), (1, 4)]


def test_only_the_texts_of_the_revisions_shown_are_read(system: System) -> None:
    kept = recorded(system, "a")
    for number in range(2, 6):
        said = incident(**{"adverse-event-core/Description": f"Said {number}"})
        made = revise(system.db, system.tools, LRMS, kept.event_id, 0, Submission(6, said, "api"))
        system.redact(made, Description=f"Shown {number}")
    read: list[int] = []

    def count(_: Any, cursor: Any, statement: str, *more: Any) -> None:
        if "from redacted_texts" in statement:
            read.append(cursor.rowcount)

    listen(system.db, "after_cursor_execute", count)
    ((shown,), _, _) = search(system.db, system.tools, LRMS, Wanted())
    assert shown.texts == {"adverse-event-core/0/Description": "Shown 5"}
    assert read == [1]


def test_an_event_is_about_as_long_as_its_message(system: System) -> None:
    recorded(system, "a")
    ((shown,), _, _) = search(system.db, system.tools, LRMS, Wanted())
    told = messages.events.event(shown.event, shown.texts, question_set(6)).ByteSize()
    assert shown.size / 2 < told < shown.size * 2


def test_reconciling_says_what_is_held_and_at_which_revision(system: System) -> None:
    kept = recorded(system, "a")
    gone = recorded(system, "b", 1)
    withdraw(system.db, system.tools, LRMS, gone.event_id, 0, "duplicate")
    recorded(system, "a", 2, an_lrms("RZ2"), {"practitioner-details/ReporterOrganisation": "RZ2"})
    found, following = reconcile(system.db, LRMS, ["a", "b", "c"], "")
    assert [(one.local_reference, one.reference, one.revision, one.withdrawn) for one in found] == [
        ("a", kept.reference, 1, False),
        ("b", gone.reference, 2, True),
    ]
    assert following == ""
    everything, _ = reconcile(system.db, LRMS, [], "")
    assert [one.local_reference for one in everything] == ["a", "b"]


def test_what_another_product_of_the_organisation_holds_is_not_said_to_be_ones_own(system: System) -> None:
    kept = recorded(system, "a")
    other = an_lrms("RZ1", "another product")
    recorded(system, "a", 1, other)
    recorded(system, "b", 2, other)
    for named in (["a", "b"], []):
        found, _ = reconcile(system.db, LRMS, named, "")
        assert [one.event_id for one in found] == [kept.event_id]


def test_reconciling_page_by_page_misses_and_repeats_nothing(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "HELD_AT_ONCE", 2)
    for number in range(5):
        recorded(system, f"W-{number}", number)
    seen: list[str] = []
    cursor = ""
    while cursor or not seen:
        found, cursor = reconcile(system.db, LRMS, [], cursor)
        seen += [one.local_reference for one in found]
    assert seen == [f"W-{number}" for number in range(5)]


def test_who_looks_is_in_the_audit_also_when_nothing_is_found_or_only_counted(system: System) -> None:
    kept = recorded(system, "a")
    for actor in (LRMS, an_lrms("RZ2")):
        look(system, actor)
        search(system.db, system.tools, actor, Wanted(only_total=True))
        reconcile(system.db, actor, [], "")
        reconcile(system.db, actor, ["b"], "")
    noted = system.rows(
        "select actor, action, cast(about as text) from audit where action <> 'submit' order by id"
    )
    assert [tuple(row) for row in noted] == [
        (LRMS.id, "search", kept.event_id),
        (LRMS.id, "count", None),
        (LRMS.id, "reconcile", kept.event_id),
        (LRMS.id, "reconcile", None),
        *((an_lrms("RZ2").id, action, None) for action in ("search", "count", "reconcile", "reconcile")),
    ]


def test_checking_keeps_nothing_and_finds_what_submitting_would(system: System) -> None:
    tools = system.tools
    assert check(tools.directory, LRMS, Submission(6, incident(), "api"), strict=False) == ()
    with pytest.raises(Problem) as caught:
        check(
            tools.directory,
            LRMS,
            Submission(6, incident(**{"native/Date": "2999-01-01"}), "api"),
            strict=False,
        )
    assert [one.code for one in caught.value.faults] == ["future-date"]
    for table in ("events", "requests", "outbox", "audit"):
        assert not system.rows(f"select 1 from {table}")


# ---- many at once -------------------------------------------------------------------------------------------


def many(system: System, *submissions: Submission, now: datetime = NOW) -> Sequence[Receipt | Problem]:
    return submit_many(system.db, system.tools, LRMS, submissions, now)


def named(name: str, answers: list[Answer] | None = None, key: str = "") -> Submission:
    return Submission(6, answers or incident(), "api", local_reference=name, idempotency_key=key)


def test_many_are_recorded_in_order_and_each_is_announced(system: System) -> None:
    made = many(system, *(named(f"W-{n}") for n in range(20)))
    assert all(isinstance(one, Receipt) for one in made)
    names = {
        str(row.id): row.local_reference for row in system.rows("select id, local_reference from events")
    }
    assert [names[one.event_id] for one in made if isinstance(one, Receipt)] == [f"W-{n}" for n in range(20)]
    assert len(system.told()) == len(system.rows("select 1 from audit")) == 20


def test_a_wrong_one_among_many_spoils_none_of_the_others(system: System) -> None:
    wrong = incident(**{"patient-information/PhysicalHarm": "9"})
    first, second, third = many(system, named("a"), named("b", wrong), named("c"))
    assert isinstance(first, Receipt)
    assert isinstance(third, Receipt)
    assert isinstance(second, Problem)
    assert second.faults[0].code == "code-not-in-value-set"
    assert len(system.rows("select 1 from events")) == 2


def test_the_same_batch_again_makes_no_second_record(system: System) -> None:
    batch = [named("a"), named("b"), Submission(6, incident(**{"native/Date": "2026-03-05"}), "api")]
    first, second = many(system, *batch), many(system, *batch)
    assert [one.event_id for one in first if isinstance(one, Receipt)] == [
        one.event_id for one in second if isinstance(one, Receipt)
    ]
    assert all(isinstance(one, Receipt) and one.repeated for one in second)
    assert len(system.rows("select 1 from events")) == 3


def test_one_event_twice_in_a_batch_is_one_record(system: System) -> None:
    other_key = named("a", key="another attempt")
    made = many(system, named("a"), named("a"), other_key, named("b"), Submission(6, incident(), "api"))
    ids = [one.event_id for one in made if isinstance(one, Receipt)]
    assert len(ids) == 5
    assert ids[0] == ids[1] == ids[2]
    assert len(set(ids)) == len(system.rows("select 1 from events")) == 3


def test_a_key_used_for_another_event_is_refused_in_a_batch_too(system: System) -> None:
    many(system, Submission(6, incident(), "api", idempotency_key="k"))
    other = incident(**{"native/Date": "2026-03-05"})
    refused, fine = many(system, Submission(6, other, "api", idempotency_key="k"), named("b"))
    assert isinstance(refused, Problem)
    assert refused.code == "idempotency-key-reused"
    assert isinstance(fine, Receipt)


def test_an_import_keeps_to_its_lane(system: System) -> None:
    with outbox.in_lane(outbox.BULK):
        many(system, named("a"))
    assert [row.lane for row in system.rows("select lane from outbox")] == ["bulk"]


# ---- a client's own references -----------------------------------------------------------------------------


def test_a_reference_is_looked_for_in_its_numbering_or_in_any(system: System) -> None:
    for minute, (event_type, numbering) in enumerate((("1", "urn:incidents"), ("2", "urn:risks"), ("3", ""))):
        answers = incident(**{"native/Type": event_type})
        named = {"local_reference": "123", "reference_system": numbering}
        system.submit(answers, NOW + timedelta(minutes=minute), LRMS, **named)
    recorded(system, "124", 3)

    def found(references: list[str], systems: list[str]) -> list[str]:
        wanted = Wanted(local_references=references, reference_systems=systems, ascending=True)
        return [
            one.event.reference_system or "none" for one in search(system.db, system.tools, LRMS, wanted)[0]
        ]

    assert found(["123"], []) == found(["123"], [""]) == ["urn:incidents", "urn:risks", "none"]
    assert found(["123"], ["urn:risks"]) == ["urn:risks"]
    assert found(["123", "124"], ["urn:risks", ""]) == ["urn:risks", "none"]
    assert found(["123", "123"], ["urn:risks", "urn:incidents"]) == ["urn:incidents", "urn:risks"]
    assert found(["124"], ["urn:risks"]) == []


def test_of_records_that_took_each_others_place_the_newest_is_held(system: System) -> None:
    first = recorded(system, "a")
    withdraw(system.db, system.tools, LRMS, first.event_id, 0, "duplicate")
    second = recorded(system, "a", said={"native/Date": "2026-02-01"})

    def held() -> list[tuple[str, bool]]:
        found = [reconcile(system.db, LRMS, asked, "")[0] for asked in (["a"], [])]
        assert found[0] == found[1]
        return [(one.event_id, one.withdrawn) for one in found[0]]

    assert held() == [(second.event_id, False)]
    withdraw(system.db, system.tools, LRMS, second.event_id, 0, "duplicate")
    assert held() == [(second.event_id, True)]
    said = incident(**{"native/Date": "2026-02-02"})
    other = system.submit(said, local_reference="a", reference_system="urn:risks")
    assert held() == [(second.event_id, True), (other.event_id, False)]
