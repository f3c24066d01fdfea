"""The worst harm of an event, and what makes it urgent."""

from __future__ import annotations

import pytest

from services.recording.domain import harm
from tests.builders.safety_events import Overrides, an_incident
from tests.services.recording.domain.conftest import Check


def test_the_worst_of_each_scale_is_as_in_the_national_example(check: Check) -> None:
    patients = [
        {"PhysicalHarm": "5", "PsychologicalHarm": "2"},
        {"PhysicalHarm": "4", "PsychologicalHarm": "4"},
    ]
    event = check(an_incident(patients=patients))
    assert (event.worst_physical, event.worst_psychological) == ("4", "2")


def test_nobody_graded_has_no_worst_harm() -> None:
    assert harm.worst([]) is None


@pytest.mark.parametrize(
    ("overrides", "urgent"),
    [
        ({}, False),
        ({"patient-information/PhysicalHarm": "3"}, False),
        ({"patient-information/PhysicalHarm": "2"}, True),
        ({"patient-information/PhysicalHarm": "1", "patient-information/PsychologicalHarm": None}, True),
        ({"patient-information/PsychologicalHarm": "1"}, True),
        ({"patient-information/PsychologicalHarm": "2"}, False),
        ({"adverse-event-classification/LevelOfConcern": "5"}, True),
        ({"adverse-event-classification/LevelOfConcern": "4"}, False),
        ({"adverse-event-risk-details/RiskImminent": "y"}, True),
        ({"adverse-event-risk-details/RiskImminent": "u"}, False),
    ],
)
def test_severe_harm_imminent_risk_and_great_concern_are_urgent(
    check: Check, overrides: Overrides, urgent: bool
) -> None:
    assert harm.is_severe(check(an_incident(overrides))) is urgent
