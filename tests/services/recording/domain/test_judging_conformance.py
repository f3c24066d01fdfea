"""What a conformance run is judged by, without a database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from chassis.problems import Problem
from services.recording.domain import conformance
from services.recording.domain.conformance import (
    ACCEPTED,
    CREATE,
    FUTURE,
    LOST,
    READ,
    REFUSED,
    SEARCH,
    STEPS,
    Attempt,
    Found,
    Record,
    Seen,
    State,
)
from services.recording.domain.safety_events import Change

RUN = "0190a000-0000-7000-8000-0000deadbeef"
TYPES = {"risk": "risk", "outcome": "outcome", "good-care": "good_care"}
WITHDRAWN = (Change.RECORDED, Change.WITHDRAWN)
REVISED = (Change.RECORDED, Change.REVISED)


def name(step: str) -> str:
    return conformance.reference_of(RUN, step)


def a_record(step: str, **more: Any) -> Record:
    made = Record(f"id-{step}", f"PSE-{step}", 6, TYPES.get(step, "incident"), (Change.RECORDED,), ("4",))
    return replace(made, **more)


def create(step: str, outcome: str = ACCEPTED, *codes: str) -> Attempt:
    return Attempt(CREATE, name(step), outcome, codes)


def everything(without: str = "", records: Mapping[str, Record] | None = None) -> Seen:
    """All that a product shows which does everything right, but for what is about `without`."""
    steps = ("incident", *TYPES, "correction", "lost-answer")
    made = {name(step): a_record(step) for step in steps}
    made[name("update")] = a_record("update", changes=REVISED, harms=("4", "2"))
    made[name("withdrawal")] = a_record(
        "withdrawal", changes=WITHDRAWN, harms=("4", "4"), reason="test_record"
    )
    attempts = [
        create("correction", REFUSED, "future-date"),
        create("correction"),
        create("lost-answer", LOST),
        create("lost-answer"),
        Attempt(READ, "id-incident", ACCEPTED),
        Attempt(SEARCH, "PSE-incident", ACCEPTED),
    ]
    kept = {local: one for local, one in made.items() if local != name(without)} | dict(records or {})
    return Seen(6, kept, [one for one in attempts if one.about != name(without)])


def judged(seen: Seen) -> dict[str, Found]:
    return {step.name: found for step, found in zip(STEPS, conformance.judge(RUN, seen), strict=True)}


def states(seen: Seen) -> dict[str, State]:
    return {step: found.state for step, found in judged(seen).items()}


def test_a_product_that_does_everything_passes() -> None:
    assert set(states(everything()).values()) == {State.PASSED}
    assert conformance.all_passed(judged(everything()).values())


def test_a_product_that_does_nothing_waits_everywhere() -> None:
    assert set(states(Seen(6, {}, [])).values()) == {State.WAITING}


@pytest.mark.parametrize("step", [one.name for one in STEPS])
def test_each_step_is_needed(step: str) -> None:
    under = next(one.under for one in STEPS if one.name == step)
    seen = everything(without=under)
    assert not conformance.all_passed(conformance.judge(RUN, seen))
    assert states(seen)[step] is State.WAITING


@pytest.mark.parametrize("step", conformance.references(RUN))
def test_a_record_of_another_type_or_version_fails(step: str) -> None:
    step = step.partition("-")[2]
    for wrong in ({"event_type": "none of them"}, {"question_set": 5}):
        seen = everything(records={name(step): a_record(step, **wrong)})
        assert states(seen)[step] is State.FAILED


def test_an_update_must_change_the_harm() -> None:
    seen = everything(records={name("update"): a_record("update", changes=REVISED, harms=("4", "4"))})
    assert states(seen)["update"] is State.FAILED
    first = everything(records={name("update"): a_record("update")})
    assert states(first)["update"] is State.WAITING


def test_what_was_withdrawn_after_an_update_still_shows_the_update() -> None:
    changes = (*REVISED, Change.WITHDRAWN)
    seen = everything(records={name("update"): a_record("update", changes=changes, harms=("4", "2", "2"))})
    assert states(seen)["update"] is State.PASSED


@pytest.mark.parametrize(
    ("attempts", "state"),
    [
        ([create("correction")], State.FAILED),
        ([create("correction"), create("correction", REFUSED, FUTURE)], State.FAILED),
        ([create("correction", "unavailable"), create("correction")], State.FAILED),
        ([create("correction", REFUSED, "wrong-type"), create("correction")], State.FAILED),
        ([create("correction", REFUSED, "wrong-type", FUTURE), create("correction")], State.PASSED),
        ([create("correction", REFUSED, "wrong-type"), create("correction", REFUSED, FUTURE), create("correction")], State.PASSED),
    ],
)  # fmt: skip
def test_a_correction_comes_after_a_refusal_for_a_date_in_the_future(
    attempts: list[Attempt], state: State
) -> None:
    seen = replace(everything(), attempts=attempts)
    assert states(seen)["correction"] is state


def test_a_refusal_for_something_else_asks_for_nothing_to_be_corrected_yet() -> None:
    found = judged(Seen(6, {}, [create("correction", REFUSED, "wrong-type")]))["correction"]
    assert found.state is State.WAITING
    assert "wrong-type" in found.said
    assert "correct it" not in found.said


def test_a_withdrawal_must_say_why() -> None:
    unsaid = a_record("withdrawal", changes=WITHDRAWN, harms=("4", "4"), reason="recorded_in_error")
    found = judged(everything(records={name("withdrawal"): unsaid}))["withdrawal"]
    assert found.state is State.FAILED
    assert "recorded_in_error" in found.said


def test_a_refusal_says_why_and_what_to_do_next() -> None:
    seen = Seen(6, {}, [create("correction", REFUSED, "future-date")])
    found = judged(seen)["correction"]
    assert found.state is State.WAITING
    assert "future-date" in found.said
    assert "correct it" in found.said


@pytest.mark.parametrize(
    ("attempts", "state"),
    [
        ([create("lost-answer")], State.WAITING),
        ([create("lost-answer", LOST)], State.WAITING),
        ([create("lost-answer"), create("lost-answer", LOST)], State.WAITING),
        ([create("lost-answer", LOST), create("lost-answer")], State.PASSED),
    ],
)
def test_a_lost_answer_is_asked_for_again(attempts: list[Attempt], state: State) -> None:
    assert states(replace(everything(), attempts=attempts))["lost-answer"] is state


def test_a_record_is_read_by_its_id_or_its_number() -> None:
    for about in ("id-incident", "PSE-incident"):
        assert (
            states(replace(everything(), attempts=[Attempt(READ, about, ACCEPTED)]))["reading"]
            is State.PASSED
        )
    other = replace(everything(), attempts=[Attempt(READ, "id-risk", ACCEPTED)])
    assert states(other)["reading"] is State.WAITING


@pytest.mark.parametrize(
    ("way", "about", "state"),
    [
        (SEARCH, "PSE-incident", State.PASSED),
        (READ, "PSE-incident", State.PASSED),
        (READ, "id-incident", State.WAITING),
    ],
)
def test_who_asks_by_the_reference_number_has_kept_it(way: str, about: str, state: State) -> None:
    asked = replace(everything(), attempts=[Attempt(way, about, ACCEPTED)])
    assert states(asked)["search"] is state


def test_a_search_for_another_record_shows_nothing() -> None:
    other = replace(everything(), attempts=[Attempt(SEARCH, "PSE-risk", ACCEPTED)])
    assert states(other)["search"] is State.WAITING


def test_two_runs_have_no_reference_in_common() -> None:
    other = conformance.references("0190a000-0000-7000-8000-0000deadbee0")
    assert not set(conformance.references(RUN)) & set(other)
    assert len(set(other)) == len(other)


@pytest.mark.parametrize("version", ["", "  ", "x" * 51, "1\n2", "1\u202e2"])
def test_a_version_that_cannot_be_shown_is_refused(version: str) -> None:
    with pytest.raises(Problem) as caught:
        conformance.check_version(version)
    assert caught.value.code == "product-version-not-valid"


def test_a_version_is_kept_without_blanks_around_it() -> None:
    assert conformance.check_version(" 7.2 (b) ") == "7.2 (b)"
    assert conformance.check_version("x" * 50)
