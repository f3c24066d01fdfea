"""A version of the question set ends: nothing new is taken in it, and what was recorded in it lives on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chassis.problems import Kind, Problem
from services.recording import use_cases
from services.recording.domain.answers import Answer
from services.recording.use_cases import Submission
from tests.builders.actors import a_person
from tests.builders.drafts import content
from tests.builders.recording import LRMS, System
from tests.builders.safety_events import an_answer

LAST = date(2026, 12, 31)
BEFORE = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
AFTER = BEFORE + timedelta(minutes=2)
PERSON = a_person("RZ1", permissions=frozenset({"recording:submit", "recording:govern", "recording:revise"}))


@pytest.fixture
def system(system: System, monkeypatch: pytest.MonkeyPatch) -> System:
    ending = replace(use_cases.question_set(4), accepted_until=LAST)
    monkeypatch.setitem(use_cases.every_question_set(), 4, ending)
    return system


def good_care(words: str = "A porter noticed a wrong wristband.") -> list[Answer]:
    return [an_answer("native/Type", "4"), an_answer("native/Description", words)]


def asked(words: str = "A porter noticed a wrong wristband.", **more: Any) -> Submission:
    return Submission(4, good_care(words), "api", **more)


def submit(system: System, at: datetime, **more: Any) -> Any:
    return use_cases.submit(system.db, system.tools, LRMS, asked(**more), at)


def refused(attempt: Callable[[], Any]) -> Problem:
    with pytest.raises(Problem) as caught:
        attempt()
    return caught.value


def test_on_its_last_day_a_version_is_taken_and_on_the_next_it_is_not(system: System) -> None:
    assert submit(system, BEFORE).revision == 1
    problem = refused(lambda: submit(system, AFTER))
    assert (problem.kind, problem.code) == (Kind.INVALID, "version-withdrawn")
    assert [one.path for one in problem.faults] == ["AdverseEvent.meta.profile[0]"]
    assert len(system.rows("select 1 from events")) == 1


def test_checking_says_so_too(system: System) -> None:
    problem = refused(lambda: use_cases.check(system.tools.directory, LRMS, asked(), False, AFTER))
    assert problem.code == "version-withdrawn"
    (found,) = use_cases.submit_many(system.db, system.tools, LRMS, [asked()], AFTER)
    assert isinstance(found, Problem)


def test_a_record_in_it_is_read_and_changed_as_before(system: System) -> None:
    made = submit(system, BEFORE)
    revised = asked("A porter stopped the transfer.")
    again = use_cases.revise(system.db, system.tools, LRMS, made.event_id, 1, revised, AFTER)
    assert again.revision == 2
    assert use_cases.find_event(system.db, system.tools, LRMS, made.event_id).event.question_set == 4


def test_no_draft_is_begun_in_it_and_one_that_was_can_be_kept_and_moved(system: System) -> None:
    old = content(good_care(), question_set=4)
    kept = use_cases.save_draft(system.db, system.tools, PERSON, old, now=BEFORE)
    begin = refused(lambda: use_cases.save_draft(system.db, system.tools, PERSON, old, now=AFTER))
    assert begin.code == "version-withdrawn"
    for what in (old, content(good_care("More words"), question_set=4), content()):
        use_cases.save_draft(system.db, system.tools, PERSON, what, kept.draft_id, now=AFTER)


def test_a_version_without_a_governance_block_says_so(system: System) -> None:
    made = submit(system, BEFORE)
    block = [Answer("adverse-event-governance", 0, "DutyOfCandour", True, "DutyOfCandour")]
    problem = refused(
        lambda: use_cases.govern(system.db, system.tools, PERSON, made.event_id, 1, block, BEFORE)
    )
    assert (problem.kind, problem.code, problem.faults) == (Kind.CONFLICT, "no-governance", ())
