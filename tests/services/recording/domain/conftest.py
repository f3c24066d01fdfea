"""The question sets, and validation with a day and a list of organisations chosen for tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

import pytest

from chassis.problems import Fault, Kind, Problem
from services.recording.domain.answers import Answer
from services.recording.domain.question_set import QuestionSet, load
from services.recording.domain.validation import Checked, validate

ROOT = Path(__file__).parents[4]
QUESTION_SETS = ROOT / "services/recording/question_sets"
SHARED = Path(os.environ.get("LFPSE_SHARED") or ROOT.parent / "shared")
VERSIONS = (4, 5, 6)
TODAY = date(2026, 3, 3)
ORGANISATIONS = frozenset({"RZ1", "RZ2", "Y90001"})

Check = Callable[..., Checked]
Faults = Callable[..., tuple[Fault, ...]]


@pytest.fixture(scope="session")
def question_sets() -> Mapping[int, QuestionSet]:
    """Every version, by its number."""
    return {each: load((QUESTION_SETS / f"v{each}.toml").read_text("utf-8")) for each in VERSIONS}


@pytest.fixture(scope="session")
def question_set(question_sets: Mapping[int, QuestionSet]) -> QuestionSet:
    """The newest version."""
    return question_sets[6]


@pytest.fixture(scope="session")
def check(question_sets: Mapping[int, QuestionSet]) -> Check:
    """Validate answers on 3 March 2026, when RZ1, RZ2 and Y90001 are known."""

    def checked(
        answers: Sequence[Answer],
        *,
        today: date = TODAY,
        strict: bool = False,
        patients: str = "",
        version: int = 6,
        recorded_on: date | None = None,
    ) -> Checked:
        return validate(
            question_sets[version],
            answers,
            today=today,
            known_organisation=ORGANISATIONS.__contains__,
            strict=strict,
            patients=patients,
            recorded_on=recorded_on,
        )

    return checked


@pytest.fixture(scope="session")
def faults_of(check: Check) -> Faults:
    """The faults for which answers are refused; a failure of the test when they are accepted."""

    def faults(
        answers: Sequence[Answer],
        *,
        today: date = TODAY,
        strict: bool = False,
        patients: str = "",
        version: int = 6,
    ) -> tuple[Fault, ...]:
        with pytest.raises(Problem) as raised:
            check(answers, today=today, strict=strict, patients=patients, version=version)
        assert raised.value.kind is Kind.INVALID
        assert raised.value.code == "answers-not-accepted"
        return raised.value.faults

    return faults
