"""Conformance runs over recording's own door: judged by what the sandbox saw, public once all was shown."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.actors import Actor
from chassis.problems import Kind, Problem
from protos.recording.v1 import recording_pb2 as pb
from services.recording.store.sandbox import SCHEMA
from tests.services.recording.test_sandbox import LIVE, VENDOR, Doors, a_vendor, doors, sent

__all__ = ["doors"]
OTHERS: dict[str, dict[str, Any]] = {
    "risk": {
        "native__Type": "2",
        "native__Date": None,
        "adverse-event-risk-details__RiskTheme": "1",
        "adverse-event-risk-details__RiskImminent": "n",
    },
    "outcome": {"native__Type": "3", "adverse-event-outcome__OutcomeType": "1"},
    "good-care": {"native__Type": "4"},
}
KEPT = {"native/Type", "native/Date", "adverse-event-core/Description", "adverse-event-risk-details/RiskTheme", "adverse-event-risk-details/RiskImminent",
        "adverse-event-outcome/OutcomeType", "adverse-event-reference-metadata/DataSharingOptOut"}  # fmt: skip


def start(doors: Doors, version: str = "7.2", actor: Actor = VENDOR, **more: Any) -> pb.ConformanceRun:
    asking = pb.StartConformanceRunRequest(product_version=version, question_set=6, **more)
    made: pb.ConformanceRun = doors.ask("StartConformanceRun", asking, actor)
    return made


def look(doors: Doors, run: pb.ConformanceRun, actor: Actor = VENDOR) -> pb.ConformanceRun:
    found: pb.ConformanceRun = doors.ask(
        "GetConformanceRun", pb.GetConformanceRunRequest(run_id=run.run_id), actor
    )
    return found


def listed(doors: Doors) -> list[pb.ConformanceEntry]:
    return list(doors.ask("ListConformance", pb.ListConformanceRequest(), None).entries)


def names(run: pb.ConformanceRun) -> dict[str, str]:
    return {one.name: one.local_reference for one in run.steps}


def states(run: pb.ConformanceRun) -> dict[str, str]:
    return {one.name: one.state for one in run.steps}


def of_type(kind: str, reference: str) -> pb.SubmitRequest:
    """The smallest risk, outcome or good care."""
    asked = sent(reference, **OTHERS[kind])
    kept = [one for one in asked.answers if f"{one.section}/{one.property}" in KEPT]
    del asked.answers[:]
    asked.answers.extend(kept)
    return asked


def show(doors: Doors, run: pb.ConformanceRun, actor: Actor = VENDOR, without: str = "") -> None:
    """What a product does that passes every step but one."""
    called = names(run)
    first = doors.ask("Submit", sent(called["incident"]), actor)
    for kind in OTHERS:
        if kind != without:
            doors.ask("Submit", of_type(kind, called[kind]), actor)
    updated = doors.ask("Submit", sent(called["update"]), actor)
    worse = sent(called["update"], **{"patient-information__PhysicalHarm": "2"})
    doors.ask("Revise", pb.ReviseRequest(event=updated.event_id, submission=worse), actor)
    taken = doors.ask("Submit", sent(called["withdrawal"]), actor)
    doors.ask("Withdraw", pb.WithdrawRequest(event=taken.event_id, reason="test_record"), actor)
    with pytest.raises(Problem, match="answers-not-accepted"):
        doors.ask("Submit", sent(called["correction"], native__Date="2999-01-01"), actor)
    doors.ask("Submit", sent(called["correction"]), actor)
    lose(doors, called["lost-answer"], actor)
    doors.ask("Submit", sent(called["lost-answer"]), actor)
    doors.ask("GetEvent", pb.GetEventRequest(event_id=first.event_id), actor)
    doors.ask("SearchEvents", pb.SearchRequest(references=[first.reference]), actor)


def lose(doors: Doors, reference: str, actor: Actor = VENDOR) -> Problem:
    with pytest.raises(Problem) as caught:
        doors.ask("Submit", sent(reference), actor)
    return caught.value


# ---- a run


def test_a_run_begins_with_every_step_waiting(doors: Doors) -> None:
    run = start(doors)
    assert (run.product, run.product_version, run.question_set) == ("Product of vendor", "7.2", 6)
    assert set(states(run).values()) == {"waiting"}
    assert all(one.instruction and one.local_reference and one.found for one in run.steps)
    assert not run.HasField("passed_at")


def test_a_product_that_shows_everything_passes_and_that_is_public(doors: Doors) -> None:
    assert listed(doors) == []
    run = start(doors)
    show(doors, run)
    done = look(doors, run)
    assert set(states(done).values()) == {"passed"}, [(one.name, one.found) for one in done.steps]
    (entry,) = listed(doors)
    assert (entry.product, entry.product_version, entry.question_set) == ("Product of vendor", "7.2", 6)
    assert entry.passed_at == done.passed_at
    assert look(doors, run) == done


def test_what_has_passed_outlives_the_sandbox_and_keeps_its_date(doors: Doors) -> None:
    run = start(doors)
    show(doors, run)
    since = look(doors, run).passed_at
    doors.ask("ResetSandbox", pb.ResetSandboxRequest())
    again = start(doors)
    show(doors, again)
    assert look(doors, again).passed_at.ToNanoseconds() > since.ToNanoseconds()
    (entry,) = listed(doors)
    assert entry.passed_at == since


def test_a_run_that_lacks_a_step_is_nobodys_but_its_clients(doors: Doors) -> None:
    run = start(doors)
    show(doors, run, without="risk")
    found = states(look(doors, run))
    assert {step for step, state in found.items() if state != "passed"} == {"risk"}
    assert listed(doors) == []
    for other in (a_vendor("other"), a_vendor("vendor", "RZ2")):
        with pytest.raises(Problem) as caught:
            look(doors, run, other)
        assert (caught.value.kind, caught.value.code) == (Kind.NOT_FOUND, "run-not-found")


def test_a_withdrawal_without_a_reason_of_its_own_fails(doors: Doors) -> None:
    run = start(doors)
    taken = doors.ask("Submit", sent(names(run)["withdrawal"]))
    doors.ask("Withdraw", pb.WithdrawRequest(event=taken.event_id, reason="recorded_in_error"))
    assert states(look(doors, run))["withdrawal"] == "failed"


def test_the_records_of_another_client_count_for_nothing(doors: Doors) -> None:
    run = start(doors)
    show_as = a_vendor("other")
    start(doors, actor=show_as)
    doors.ask("Submit", sent(names(run)["incident"]), show_as)
    assert states(look(doors, run))["incident"] == "waiting"


def test_records_of_another_version_of_the_question_set_fail(doors: Doors) -> None:
    run = doors.ask("StartConformanceRun", pb.StartConformanceRunRequest(product_version="1", question_set=5))
    doors.ask("Submit", sent(names(run)["incident"]))
    assert states(look(doors, run))["incident"] == "failed"


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"product_version": "", "question_set": 6}, "product-version-not-valid"),
        ({"product_version": "x" * 51, "question_set": 6}, "product-version-not-valid"),
        ({"product_version": "1", "question_set": 99}, "unknown-profile"),
    ],
)
def test_a_run_that_could_not_be_published_is_refused(doors: Doors, asked: Any, code: str) -> None:
    with pytest.raises(Problem) as caught:
        doors.ask("StartConformanceRun", pb.StartConformanceRunRequest(**asked))
    assert (caught.value.kind, caught.value.code) == (Kind.INVALID, code)


def test_a_live_key_begins_no_run(doors: Doors) -> None:
    with pytest.raises(Problem) as caught:
        start(doors, actor=LIVE)
    assert caught.value.kind is Kind.FORBIDDEN


def test_a_run_that_is_no_id_is_not_found(doors: Doors) -> None:
    with pytest.raises(Problem) as caught:
        doors.ask("GetConformanceRun", pb.GetConformanceRunRequest(run_id="run"))
    assert caught.value.code == "run-not-found"


# ---- the lost answer


def test_the_first_answer_is_lost_once_and_the_gateways_own_retries_do_not_find_it(doors: Doors) -> None:
    reference = names(start(doors))["lost-answer"]
    problem = lose(doors, reference)
    assert (problem.kind, problem.code) == (Kind.UNAVAILABLE, "try-again")
    (attempt,) = doors.rows(SCHEMA, "attempts")
    assert "answer-lost" in attempt
    assert len(doors.rows(SCHEMA, "events")) == 1
    again = doors.ask("Submit", sent(reference))
    assert again.repeated_request
    assert doors.ask("Submit", sent(reference)).event_id == again.event_id
    assert len(doors.rows(SCHEMA, "events")) == 1


def test_an_answer_in_a_batch_is_lost_alone(doors: Doors) -> None:
    called = names(start(doors))
    many = pb.SubmitManyRequest(requests=[sent(called["incident"]), sent(called["lost-answer"])])
    first, lost = doors.ask("SubmitMany", many).outcomes
    assert first.submitted.reference
    assert lost.problem.code == "try-again"
    _, again = doors.ask("SubmitMany", many).outcomes
    assert again.submitted.repeated_request


def test_nothing_is_lost_outside_a_run(doors: Doors) -> None:
    reference = names(start(doors))["lost-answer"]
    other = a_vendor("other")
    assert doors.ask("Submit", sent(reference), other).reference
    assert doors.ask("Submit", sent(reference), LIVE).reference
    assert doors.ask("Submit", sent("mine-lost-answer")).reference


def test_without_a_run_nothing_is_noted(doors: Doors) -> None:
    doors.ask("Submit", sent("W-1"))
    with pytest.raises(Problem):
        doors.ask("Submit", sent("W-2", native__Date="2999-01-01"))
    assert doors.rows(SCHEMA, "attempts") == []


def test_no_attempt_holds_a_text(doors: Doors) -> None:
    run = start(doors)
    show(doors, run)
    doors.ask("Submit", sent("W\x07" * 3))
    noted = doors.rows(SCHEMA, "attempts")
    assert len(noted) > 10
    assert not [one for one in noted if "trolley" in one or "W\\" in one or "\x07" in one]
