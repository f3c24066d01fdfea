"""States of handling: which may follow which, and what is the same change again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.problems import Kind, Problem
from services.recording.domain import following_up as rules
from services.recording.domain.following_up import NEXT, Handling, State

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def a_handling(state: State, version: int = 4, **more: Any) -> Handling:
    return Handling(state, version, **{"changed_by": "lead", **more})


def test_every_state_can_be_reached_from_new_and_left_again() -> None:
    reached, waiting = {State.NEW}, [State.NEW]
    while waiting:
        further = set(NEXT[waiting.pop()]) - reached
        reached |= further
        waiting += further
    assert reached == set(State)
    assert all(NEXT[one] for one in State)


def test_nothing_is_closed_that_nobody_reviewed() -> None:
    assert State.CLOSED not in NEXT[State.NEW]
    assert State.CLOSED in NEXT[State.UNDER_REVIEW]


@pytest.mark.parametrize("ended", ["closed", "duplicate", "not_a_patient_safety_event"])
def test_what_was_ended_is_only_reopened(ended: str) -> None:
    assert NEXT[State(ended)] == (State.REOPENED,)


def test_a_state_that_may_not_follow_is_a_conflict_that_says_which_may() -> None:
    with pytest.raises(Problem) as refused:
        rules.moved(a_handling(State.CLOSED), State.UNDER_REVIEW, "", "lead", NOW)
    assert (refused.value.kind, refused.value.code) == (Kind.CONFLICT, "state-not-next")
    assert "reopened" in refused.value.detail


def test_an_answer_brings_back_the_state_before_the_question() -> None:
    asked = rules.asked(a_handling(State.ACTION_IN_PROGRESS), "lead", NOW)
    assert (asked.state, asked.version) == (State.NEEDS_INFORMATION, 5)
    back = rules.answered(asked, 0, "reporter", NOW)
    assert (back.state, back.version, back.returns_to) == (State.ACTION_IN_PROGRESS, 6, "")


def test_an_answer_changes_nothing_while_another_question_is_open() -> None:
    asked = rules.asked(a_handling(State.UNDER_REVIEW), "lead", NOW)
    assert rules.answered(asked, 1, "reporter", NOW) == asked


def test_an_answer_changes_nothing_where_somebody_moved_on() -> None:
    moved = a_handling(State.UNDER_REVIEW)
    assert rules.answered(moved, 0, "reporter", NOW) == moved


def test_a_second_question_keeps_what_the_first_returns_to() -> None:
    asked = rules.asked(a_handling(State.UNDER_REVIEW), "lead", NOW)
    assert rules.asked(asked, "other", NOW) == asked


@pytest.mark.parametrize(
    ("expected", "by", "same"), [(0, "x", True), (4, "x", True), (3, "lead", True), (3, "x", False)]
)
def test_the_same_change_again_is_recognised(expected: int, by: str, same: bool) -> None:
    """By anybody who knows the newest state, or by its maker whose answer was lost."""
    before = a_handling(State.UNDER_REVIEW)
    assert rules.is_repeated(before, State.UNDER_REVIEW, "", expected, by) is same


def test_a_duplicate_says_of_what_and_nothing_else_does() -> None:
    with pytest.raises(Problem) as refused:
        rules.must_name_original(State.DUPLICATE, named=False)
    assert refused.value.faults[0].code == "required-missing"
    with pytest.raises(Problem) as refused:
        rules.must_name_original(State.CLOSED, named=True)
    assert refused.value.faults[0].code == "condition-violated"


def test_a_remark_says_something_and_no_more_than_a_remark() -> None:
    rules.must_be_words("x" * rules.LONGEST_REMARK)
    for words, code in ((" \n", "required-missing"), ("x" * (rules.LONGEST_REMARK + 1), "text-too-long")):
        with pytest.raises(Problem) as refused:
            rules.must_be_words(words)
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("kind", "event", "organisation", "code"),
    [
        ("cousin", "x", "", "unknown-kind"),
        ("duplicate_of", "", "", "required-missing"),
        ("duplicate_of", "x", "RZ2", "required-missing"),
        ("same_patient_journey", "", "RZ2", "condition-violated"),
    ],
)
def test_a_link_leads_to_what_suits_its_kind(kind: str, event: str, organisation: str, code: str) -> None:
    with pytest.raises(Problem) as refused:
        rules.link_kind(kind, event, organisation)
    assert refused.value.code == code
