"""The question set, and validation with a day and a list of organisations chosen for tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from chassis.problems import Fault, Kind, Problem
from services.recording.domain.answers import Answer
from services.recording.domain.question_set import QuestionSet, load
from services.recording.domain.validation import Checked, validate

ROOT = Path(__file__).parents[4]
TODAY = date(2026, 3, 3)
ORGANISATIONS = frozenset({"RZ1", "RZ2", "Y90001"})

Check = Callable[..., Checked]
Faults = Callable[..., tuple[Fault, ...]]


@pytest.fixture(scope="session")
def question_set() -> QuestionSet:
    return load((ROOT / "services/recording/question_sets/v6.toml").read_text("utf-8"))


@pytest.fixture(scope="session")
def check(question_set: QuestionSet) -> Check:
    """Validate answers on 3 March 2026, when RZ1, RZ2 and Y90001 are known."""

    def checked(answers: Sequence[Answer], *, today: date = TODAY, strict: bool = False) -> Checked:
        return validate(
            question_set, answers, today=today, known_organisation=ORGANISATIONS.__contains__, strict=strict
        )

    return checked


@pytest.fixture(scope="session")
def faults_of(check: Check) -> Faults:
    """The faults for which answers are refused; a failure of the test when they are accepted."""

    def faults(answers: Sequence[Answer], *, today: date = TODAY, strict: bool = False) -> tuple[Fault, ...]:
        with pytest.raises(Problem) as raised:
            check(answers, today=today, strict=strict)
        assert raised.value.kind is Kind.INVALID
        assert raised.value.code == "answers-not-accepted"
        return raised.value.faults

    return faults
