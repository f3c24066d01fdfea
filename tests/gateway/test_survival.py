"""FHIR → record → FHIR: whatever is answered in whatever version, it comes back."""

from __future__ import annotations

import re
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.fhir import reading, writing
from tests.gateway.conftest import PUBLIC_URL
from tests.gateway.shapes import (
    VERSIONS,
    Told,
    any_answers,
    as_event,
    as_fhir,
    incident,
    is_r4,
    ordered,
    question_set,
    told_of,
)
from tests.journeys.clients import r4

MANY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def read(resource: Any, revising: bool = False) -> list[Told]:
    return told_of(reading.understood(reading.parse(orjson.dumps(resource)), revising).submission.answers)


def described_once(version: int, told: list[Told]) -> list[Told]:
    """As it is recorded: a description of the root is that of the core where there is one, and nothing personal is told."""
    if is_r4(version):
        told = [one for one in told if one[:3] != ("native", 0, "Description")]
    asked = question_set(version).question
    return [one for one in told if not _is_personal(asked(one[0], one[2]))]


def fits(told: list[Told]) -> bool:
    """Whether the schema's pattern for text takes every one: it says no to a no-break space, which people do write."""
    return all(re.fullmatch(r"[ \r\n\t\S]+", one[3]) for one in told if isinstance(one[3], str))


def _is_personal(question: Any) -> bool:
    return bool(question.personal)


@pytest.mark.parametrize("version", VERSIONS)
@MANY
@given(data=st.data())
def test_any_answers_are_read_from_fhir_as_they_were_written(version: int, data: st.DataObject) -> None:
    told = data.draw(any_answers(version))
    assert read(as_fhir(version, told)) == ordered(told)


@pytest.mark.parametrize("version", VERSIONS)
@MANY
@given(data=st.data())
def test_any_recorded_event_says_the_same_answers_as_fhir(version: int, data: st.DataObject) -> None:
    told = described_once(version, data.draw(any_answers(version)))
    resource = writing.resource(as_event(version, told), PUBLIC_URL)
    assert read(resource) == ordered(told)
    assert resource == writing.resource(as_event(version, told), PUBLIC_URL)
    if is_r4(version) and fits(told):
        assert r4.faults(resource) == []


@pytest.mark.parametrize("version", VERSIONS)
@MANY
@given(data=st.data())
def test_any_text_that_is_being_checked_is_left_as_it_is_by_an_update(
    version: int, data: st.DataObject
) -> None:
    told = described_once(version, data.draw(any_answers(version)))
    resource = writing.resource(as_event(version, told, checked=False), PUBLIC_URL)
    questions = question_set(version)
    texts = {one[:3] for one in told if questions.by_key[one[0], one[2]].narrative}
    again = read(resource, revising=True)
    assert {one[:3] for one in again if one[:3] in texts} == texts
    assert all(one[3] is True for one in again if one[:3] in texts)
    assert {one[:3] for one in read(resource)} == {one[:3] for one in told} - texts
    if is_r4(version):
        assert r4.faults(resource) == []


@pytest.mark.parametrize("version", VERSIONS)
def test_a_whole_incident_survives_twice(version: int) -> None:
    told = incident(version)
    once = writing.resource(as_event(version, told), PUBLIC_URL)
    twice = writing.resource(as_event(version, read(once)), PUBLIC_URL)
    assert read(once) == read(twice) == ordered(told)
