"""Submitting a safety event, on a real database."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from chassis.problems import Kind, Problem
from chassis.sealing import Opener
from protos.recording.v1.recording_pb2 import Narrative
from services.recording.domain.reference_numbers import is_reference
from services.recording.domain.safety_events import Receipt
from services.recording.use_cases import (
    Submission,
    find_event,
    keep_organisation,
    keep_redacted_text,
    submit,
    submit_many,
    withdraw,
)
from tests.builders.actors import a_person, an_lrms
from tests.builders.recording import LRMS, WORDS, System, incident


def test_an_event_is_recorded_and_announced_together(system: System) -> None:
    receipt = system.submit()
    assert is_reference(receipt.reference)
    assert receipt.revision == 1
    told = system.announced().facts
    assert (told.event_id, told.reference, told.organisation) == (receipt.event_id, receipt.reference, "RZ1")
    assert [row.action for row in system.rows("select action from audit")] == ["submit"]


def test_the_narrative_is_sealed_everywhere(system: System) -> None:
    system.submit()
    for table in ("events", "revisions", "requests", "outbox", "audit", "event_keys"):
        for row in system.rows(f"select {table}::text as everything from {table}"):
            assert "trolley" not in row.everything
            assert WORDS.encode().hex() not in row.everything


def test_only_enrichment_can_open_what_is_announced(system: System) -> None:
    receipt = system.submit()
    sealed = system.announced().narrative_sealed
    opened = Opener(system.enrichment.private).open(sealed, f"narrative:{receipt.event_id}:1")
    assert WORDS in Narrative.FromString(opened).texts.values()


def test_the_contact_goes_to_notifications_alone_and_is_no_narrative(system: System) -> None:
    receipt = system.submit(incident(**{"practitioner-details/ReporterContact": "sam.field@nhs.example"}))
    told = system.announced()
    contact = Opener(system.notifications.private).open(told.contact_sealed, f"contact:{receipt.event_id}")
    assert contact == b"sam.field@nhs.example"
    assert not [name for name in told.facts.narrative_fields if "Contact" in name]


def test_throwing_the_data_key_away_erases_the_narrative(system: System) -> None:
    receipt = system.submit()
    row = find_event(system.db, system.tools, LRMS, receipt.event_id).event
    key = system.rows("select key_id, wrapped from event_keys")[0]
    name = "adverse-event-core/0/Description"
    unwrapped = system.vault.unwrap(key.key_id, bytes(key.wrapped), receipt.event_id)
    assert unwrapped.open(row.sealed[name], f"{receipt.event_id}/1/{name}") == WORDS


def test_the_same_request_twice_makes_one_record(system: System) -> None:
    first, second = system.submit(), system.submit()
    assert second.reference == first.reference
    assert second.repeated
    assert [one.code for one in second.warnings] == ["duplicate-suspected"]
    assert len(system.rows("select 1 from events")) == len(system.rows("select 1 from outbox")) == 1


def test_identical_content_after_fifteen_minutes_is_a_new_record(system: System) -> None:
    now = datetime.now(UTC)
    first = system.submit(now=now - timedelta(minutes=16))
    assert system.submit(now=now).reference != first.reference


def test_a_local_reference_names_one_record_for_ever(system: System) -> None:
    now = datetime.now(UTC)
    first = system.submit(local_reference="W-1", now=now - timedelta(days=30))
    other = incident(**{"adverse-event-core/Description": "Another wording"})
    again = system.submit(other, local_reference="W-1")
    assert again.reference == first.reference
    assert "differs" in again.warnings[0].detail


def test_a_key_used_for_another_event_is_refused(system: System) -> None:
    system.submit(idempotency_key="k")
    other = incident(**{"adverse-event-core/Description": "Another wording"})
    with pytest.raises(Problem) as caught:
        system.submit(other, idempotency_key="k")
    assert caught.value.code == "idempotency-key-reused"


def test_a_local_reference_makes_one_record_whatever_keys_come_with_it(system: System) -> None:
    """A client library that invents a key for every attempt must not double a report."""
    first = system.submit(local_reference="W-2", idempotency_key="one")
    second = system.submit(local_reference="W-2", idempotency_key="two")
    third = system.submit(local_reference="W-2")
    assert first.reference == second.reference == third.reference
    assert [one.code for one in second.warnings] == ["duplicate-suspected"]
    assert len(system.rows("select 1 from events")) == len(system.rows("select 1 from outbox")) == 1


def test_a_local_reference_outlives_the_key_that_came_with_it(system: System) -> None:
    """Keys are kept for seven days, references for ever: a key used anew must not hide the first record."""
    now = datetime.now(UTC)
    first = system.submit(local_reference="W-3", idempotency_key="reused", now=now - timedelta(days=8))
    system.submit(local_reference="W-4", idempotency_key="reused", now=now)
    again = system.submit(local_reference="W-3", now=now)
    assert again.reference == first.reference
    assert "differs" not in again.warnings[0].detail


# ---- a client's own reference ------------------------------------------------------------------------------

OTHER = {"adverse-event-core/Description": "Another wording"}
INCIDENTS, RISKS = "https://lrms.example/incidents", "https://lrms.example/risks"


def take_back(system: System, receipt: Receipt) -> None:
    withdraw(system.db, system.tools, LRMS, receipt.event_id, 0, "recorded_in_error")


def refusal(system: System, *args: Any, **more: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        system.submit(*args, **more)
    return caught.value


def test_a_number_of_one_numbering_is_not_that_of_another(system: System) -> None:
    """Incident 123 and risk 123 of one product are two records."""
    first = system.submit(local_reference="123", reference_system=INCIDENTS)
    second = system.submit(local_reference="123", reference_system=RISKS)
    assert first.reference != second.reference
    assert not second.repeated
    assert system.submit(local_reference="123", reference_system=INCIDENTS).reference == first.reference
    assert system.submit(local_reference="123", reference_system=RISKS).reference == second.reference
    told = {one.facts.reference_system: one.facts.reference for one in system.told()}
    assert told == {INCIDENTS: first.reference, RISKS: second.reference}
    found = find_event(system.db, system.tools, LRMS, second.reference).event
    assert (found.reference_system, found.local_reference) == (RISKS, "123")


@pytest.mark.parametrize("keys", [("", ""), ("one", "two")])
@pytest.mark.parametrize(("before", "after"), [("", INCIDENTS), (INCIDENTS, "")])
def test_where_no_numbering_is_said_the_answers_tell(
    system: System, before: str, after: str, keys: tuple[str, str]
) -> None:
    first = system.submit(local_reference="7", reference_system=before, idempotency_key=keys[0])
    again = system.submit(local_reference="7", reference_system=after, idempotency_key=keys[1])
    assert (again.reference, again.repeated, again.differs) == (first.reference, True, False)
    other = system.submit(incident(**OTHER), local_reference="7", reference_system=after)
    assert other.reference != first.reference


def test_other_answers_under_the_same_reference_are_said_not_to_be_recorded(system: System) -> None:
    first = system.submit(local_reference="W-1")
    assert not system.submit(local_reference="W-1").differs
    again = system.submit(incident(**OTHER), local_reference="W-1")
    assert (again.reference, again.repeated, again.differs) == (first.reference, True, True)


NAMED: list[dict[str, Any]] = [
    {},
    {"idempotency_key": "k"},
    {"local_reference": "W-1"},
    {"local_reference": "W-1", "reference_system": INCIDENTS},
    {"local_reference": "W-1", "idempotency_key": "k"},
]


@pytest.mark.parametrize("named", NAMED)
def test_what_was_withdrawn_is_not_recorded_by_the_same_request_again(
    system: System, named: dict[str, Any]
) -> None:
    first = system.submit(**named)
    take_back(system, first)
    problem = refusal(system, **named)
    assert (problem.kind, problem.code) == (Kind.NOT_FOUND, "deleted")
    assert first.reference in problem.detail
    (many,) = submit_many(system.db, system.tools, LRMS, [Submission(6, incident(), "api", **named)])
    assert isinstance(many, Problem)
    assert many.code == "deleted"
    assert len(system.rows("select 1 from events")) == 1


def test_a_key_for_each_attempt_does_not_record_again_what_was_withdrawn(system: System) -> None:
    take_back(system, system.submit(local_reference="W-1", idempotency_key="one"))
    assert refusal(system, local_reference="W-1", idempotency_key="two").code == "deleted"


@pytest.mark.parametrize("named", [one for one in NAMED if "local_reference" in one])
def test_another_report_under_the_reference_of_a_withdrawn_one_is_recorded(
    system: System, named: dict[str, Any]
) -> None:
    first = system.submit(**named)
    take_back(system, first)
    anew = named | ({"idempotency_key": "another"} if "idempotency_key" in named else {})
    second = system.submit(incident(**OTHER), **anew)
    assert second.reference != first.reference
    assert not second.repeated
    again = system.submit(incident(**OTHER), **anew)
    assert (again.reference, again.repeated, again.differs) == (second.reference, True, False)
    old = system.submit(**named | {"idempotency_key": ""})
    assert (old.reference, old.differs) == (second.reference, True)
    take_back(system, second)
    assert refusal(system, **named | {"idempotency_key": ""}).code == "deleted"
    assert refusal(system, incident(**OTHER), **anew).code == "deleted"
    third = system.submit(
        incident(**OTHER | {"native/Date": "2026-01-05"}), **named | {"idempotency_key": ""}
    )
    assert third.reference not in (first.reference, second.reference)


def test_many_at_once_may_hold_what_takes_the_place_of_withdrawn_ones(system: System) -> None:
    gone = [system.submit(local_reference=name) for name in ("W-1", "W-2")]
    for one in gone:
        take_back(system, one)
    kept = system.submit(local_reference="W-3")
    sent = [
        Submission(6, incident(**OTHER), "api", local_reference="W-1"),
        Submission(6, incident(), "api", local_reference="W-2"),
        Submission(6, incident(), "api", local_reference="W-3"),
        Submission(6, incident(), "api", local_reference="W-3", reference_system=RISKS),
        Submission(6, incident(**OTHER), "api", local_reference="W-3", reference_system=RISKS),
    ]
    anew, same, before, also, other = submit_many(system.db, system.tools, LRMS, sent)
    assert isinstance(anew, Receipt)
    assert not anew.repeated
    assert isinstance(same, Problem)
    assert isinstance(before, Receipt)
    assert isinstance(also, Receipt)
    assert isinstance(other, Receipt)
    assert before.reference == also.reference == kept.reference
    assert not other.repeated


def test_what_takes_the_place_of_a_withdrawn_one_is_one_record_however_many_ask(system: System) -> None:
    take_back(system, system.submit(local_reference="W-1"))
    with ThreadPoolExecutor(6) as several:
        made = list(
            several.map(
                lambda number: (
                    system.submit(
                        incident(**OTHER),
                        local_reference="W-1",
                        idempotency_key=f"k{number}" if number % 2 else "",
                    ).reference
                ),
                range(12),
            )
        )
    assert len(set(made)) == 1
    assert len(system.rows("select 1 from events where state = 'recorded'")) == 1


def test_batches_that_meet_in_another_order_do_not_wait_for_each_other(system: System) -> None:
    def batch(names: str) -> list[Receipt | Problem]:
        sent = [Submission(6, incident(), "api", local_reference=f"W-{name}") for name in names]
        return submit_many(system.db, system.tools, LRMS, sent)

    with ThreadPoolExecutor(2) as both, system.db.connect() as other:
        other.execute(
            text(
                f"insert into requests values ('{LRMS.id}', 'local:W-b', '', gen_random_uuid(), now(), now())"
            )
        )
        asked = [both.submit(batch, names) for names in ("abc", "cba")]
        wait_for(
            system,
            "select 1 from pg_stat_activity where wait_event_type = 'Lock' and pid <> pg_backend_pid()",
            2,
        )
        other.rollback()
        first, second = (one.result() for one in asked)
    names = [{one.reference for one in found if isinstance(one, Receipt)} for found in (first, second)]
    assert len(names[0]) == 3
    assert names[0] == names[1]
    assert not system.rows(
        "select 1 from pg_stat_database where datname = current_database() and deadlocks > 0"
    )


def test_a_batch_that_was_given_up_for_another_statement_is_saved_all_the_same(system: System) -> None:
    """A deadlock costs one of the two its statement; ours is tried again."""
    sent = [Submission(6, incident(), "api", local_reference=f"W-{name}") for name in "ab"]
    claim = (
        "insert into requests values ('{}', 'local:W-{}', '', gen_random_uuid(), now(), now())"
        " on conflict do nothing"
    )
    with ThreadPoolExecutor(1) as one, system.db.connect() as other:
        other.execute(text(claim.format(LRMS.id, "b")))
        asked = one.submit(submit_many, system.db, system.tools, LRMS, sent)
        wait_for(system, "select 1 from pg_stat_activity where wait_event_type = 'Lock'", 1)
        other.execute(text(claim.format(LRMS.id, "a")))  # which waits for the batch, which waits for us
        other.rollback()
        found = asked.result()
    assert all(isinstance(each, Receipt) for each in found)
    assert len(system.rows("select 1 from events")) == 2


def wait_for(system: System, statement: str, count: int) -> None:
    end = time.monotonic() + 5
    while len(system.rows(statement)) < count:
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize("name", ["local_reference", "idempotency_key"])
def test_a_reference_longer_than_any_numbering_is_refused(system: System, name: str) -> None:
    with pytest.raises(Problem) as caught:
        system.submit(None, None, LRMS, **{name: "x" * 6000})
    assert [one.code for one in caught.value.faults] == ["text-too-long"]


def test_online_refuses_what_the_interface_only_remarks_on(system: System) -> None:
    without_harm = incident(**{"adverse-event-classification/LevelOfConcern": None})
    assert [one.code for one in system.submit(without_harm).warnings] == ["required-missing"]
    with pytest.raises(Problem) as caught:
        submit(system.db, system.tools, LRMS, Submission(6, without_harm, "online"))
    assert "required-missing" in [one.code for one in caught.value.faults]


def test_two_clients_may_use_the_same_key(system: System) -> None:
    first = system.submit(idempotency_key="k")
    second = system.submit(idempotency_key="k", actor=an_lrms("RZ1", "another"))
    assert first.reference != second.reference


def test_twenty_at_the_same_moment_make_one_record(system: System) -> None:
    references: list[str] = []

    def one() -> None:
        references.append(system.submit(idempotency_key="race").reference)

    threads = [threading.Thread(target=one) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(references) == 20
    assert len(set(references)) == 1
    assert len(system.rows("select 1 from events")) == 1


def test_a_wrong_answer_saves_nothing(system: System) -> None:
    with pytest.raises(Problem) as caught:
        system.submit(incident(**{"native/Date": "2999-01-01"}))
    assert caught.value.kind is Kind.INVALID
    assert [one.code for one in caught.value.faults] == ["future-date"]
    assert not system.rows("select 1 from events")
    assert not system.rows("select 1 from requests")


def test_an_organisation_nobody_knows_is_refused(system: System) -> None:
    with pytest.raises(Problem) as caught:
        system.submit(incident(**{"location-details/Organisation": "XXX99"}))
    assert "unknown-organisation" in [one.code for one in caught.value.faults]


def test_a_version_nobody_knows_is_refused(system: System) -> None:
    with pytest.raises(Problem) as caught:
        submit(system.db, system.tools, LRMS, Submission(3, incident(), "api"))
    assert caught.value.code == "unknown-profile"


def test_recording_for_a_site_is_allowed_and_for_another_provider_is_not(system: System) -> None:
    site = incident(**{"practitioner-details/ReporterOrganisation": "RZ102"})
    assert system.submit(site)
    assert system.rows("select organisation from events")[0].organisation == "RZ102"
    with pytest.raises(Problem) as caught:
        system.submit(incident(**{"practitioner-details/ReporterOrganisation": "RZ2"}))
    assert (caught.value.kind, caught.value.code) == (Kind.FORBIDDEN, "not-authorised-for-organisation")


def test_without_a_reporters_organisation_it_is_the_clients_own(system: System) -> None:
    system.submit(incident(**{"practitioner-details/ReporterOrganisation": None}))
    assert system.rows("select organisation from events")[0].organisation == "RZ1"


def test_reading_back_shows_facts_at_once_and_text_once_it_is_redacted(system: System) -> None:
    receipt = system.submit()
    shown = find_event(system.db, system.tools, LRMS, receipt.event_id)
    assert shown.event.reference == receipt.reference
    assert shown.texts == {}
    with system.db.begin() as tx:
        keep_redacted_text(tx, receipt.event_id, 1, {"adverse-event-core/0/Description": "[NAME] fell"})
    assert find_event(system.db, system.tools, LRMS, receipt.event_id).texts == {
        "adverse-event-core/0/Description": "[NAME] fell"
    }
    assert [row.action for row in system.rows("select action from audit order by id")] == [
        "submit",
        "read",
        "read",
    ]


@pytest.mark.parametrize("event_id", ["", "nonsense", "0190a000-0000-7000-8000-000000000000"])
def test_an_event_that_is_not_there_is_not_found(system: System, event_id: str) -> None:
    with pytest.raises(Problem) as caught:
        find_event(system.db, system.tools, LRMS, event_id)
    assert caught.value.kind is Kind.NOT_FOUND


def test_a_site_that_was_handed_over_is_no_longer_read(system: System) -> None:
    here = {"practitioner-details/ReporterOrganisation": "RZ102", "location-details/Organisation": "RZ102"}
    receipt = system.submit(incident(**here))
    reader = a_person("RZ1")
    assert find_event(system.db, system.tools, reader, receipt.event_id)
    parents = [{"code": "RZ1", "kind": "RE6", "start": "2001-04-01", "end": "2024-03-31"}]
    with system.db.begin() as tx:
        keep_organisation(
            tx,
            {
                "code": "RZ102",
                "name": "x",
                "opened_on": None,
                "closed_on": None,
                "parents": parents,
                "version": 2,
            },
        )
    with pytest.raises(Problem) as caught:
        find_event(system.db, system.tools, reader, receipt.event_id)
    assert caught.value.kind is Kind.NOT_FOUND


def test_another_providers_event_is_not_found(system: System) -> None:
    receipt = system.submit()
    with pytest.raises(Problem) as caught:
        find_event(system.db, system.tools, an_lrms("RZ2"), receipt.event_id)
    assert caught.value.kind is Kind.NOT_FOUND


def test_an_older_word_about_an_organisation_changes_nothing(system: System) -> None:
    def tell(name: str, version: int) -> None:
        with system.db.begin() as tx:
            keep_organisation(
                tx,
                {
                    "code": "RZ1",
                    "name": name,
                    "opened_on": None,
                    "closed_on": None,
                    "parents": [],
                    "version": version,
                },
            )

    tell("Newer", 5)
    tell("Older", 4)
    assert system.rows("select name from organisations where code = 'RZ1'")[0].name == "Newer"


def test_the_audit_can_be_neither_changed_nor_shortened(system: System) -> None:
    system.submit()
    with system.db.begin() as tx:
        tx.execute(text("delete from audit"))
        tx.execute(text("update audit set actor = 'nobody'"))
    assert [row.actor for row in system.rows("select actor from audit")] == [LRMS.id]
