"""FHIR → recording's own rules, record and store → FHIR: whatever was accepted comes back, and is the same record again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from chassis.problems import Problem
from gateway.fhir import reading, writing
from gateway.fhir.layout import TIME
from protos.recording.v1 import recording_pb2
from services.recording.domain.question_set import Question
from services.recording.domain.safety_events import SafetyEvent
from services.recording.domain.validation import Checked, validate
from services.recording.messages import events as wire
from services.recording.use_cases import Submission, find_event, keep_organisation, keep_redacted_text, submit
from services.recording.use_cases.submitting import said, texts_of
from tests.builders.recording import LRMS, System
from tests.gateway.conftest import PUBLIC_URL
from tests.gateway.shapes import (
    ID,
    REFERENCE,
    VERSIONS,
    Told,
    any_answers,
    as_fhir,
    is_r4,
    question_set,
)
from tests.gateway.test_survival import fits
from tests.journeys.clients import r4
from tests.services.recording.domain.smallest import sample

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
ORGANISATIONS = ("RZ1", "RZ102")
STEPS = 60  # attempts to make answers acceptable
MANY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
SOME = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
EVERY_VERSION = pytest.mark.parametrize("version", VERSIONS)


# ---- what recording does, with its own functions


def understood(resource: Any) -> recording_pb2.SubmitRequest:
    return reading.understood(reading.parse(orjson.dumps(resource))).submission


def checked(asked: recording_pb2.SubmitRequest, today: date = AT.date()) -> Checked:
    questions, known = question_set(asked.question_set), ORGANISATIONS.__contains__
    return validate(questions, wire.answers(asked.answers), today=today, known_organisation=known)


def as_recorded(version: int, found: Checked) -> recording_pb2.SafetyEvent:
    """What recording answers once the texts are checked, without a database in between."""
    texts = texts_of(found)
    row = SafetyEvent(
        event_id=ID,
        reference=REFERENCE,
        revision=1,
        question_set=version,
        organisation="RZ1",
        reported_at=AT,
        recorder_id=LRMS.id,
        route="api",
        local_reference="",
        sealed=dict.fromkeys(texts, b""),
        revised_at=AT,
        revised_by=LRMS.id,
        **said(found, "RZ1"),
    )
    return over_the_wire(wire.event(row, texts, question_set(version)))


def over_the_wire(event: recording_pb2.SafetyEvent) -> recording_pb2.SafetyEvent:
    return recording_pb2.SafetyEvent.FromString(event.SerializeToString())


# ---- any event that is acceptable


def acceptable(version: int, told: Sequence[Told]) -> tuple[Any, Checked]:
    """A resource with those of the answers that recording takes, and what it needs beside them; and what they amount to."""
    for _ in range(STEPS):
        resource = as_fhir(version, told)
        asked = understood(resource)
        try:
            return resource, checked(asked)
        except Problem as problem:
            wrong = {one.path for one in problem.faults}
            missing = (one.path for one in problem.faults if one.code == "required-missing")
            told = [*_without(asked, wrong), *_samples(version, missing)]
    assume(False)
    raise AssertionError


def _without(asked: recording_pb2.SubmitRequest, wrong: set[str]) -> Iterator[Told]:
    for one in asked.answers:
        if one.path not in wrong:
            yield one.section, one.entry, one.property, getattr(one, str(one.WhichOneof("value")))


def _samples(version: int, missing: Iterator[str]) -> Iterator[Told]:
    for path in missing:
        section, entry, property = path.split("/")
        yield section, int(entry), property, sample(_asked(version, section, property))


def _asked(version: int, section: str, property: str) -> Question:
    question = question_set(version).question(section, property)
    assert question is not None
    return question


def content(found: Checked) -> dict[tuple[str, int, str], list[Any]]:
    """Every answer of a record but the contact of its reporter, which nobody is shown."""
    held: dict[tuple[str, int, str], list[Any]] = {}
    for section, entries in found.facts.items():
        for entry, properties in enumerate(entries):
            for property, value in properties.items():
                held[section, entry, property] = value if isinstance(value, list) else [value]
    for name, text in found.narrative.items():
        section, number, property = name.split("/")[:3]
        held.setdefault((section, int(number), property), []).append(text)
    return held


def sent(version: int, resource: Any) -> dict[tuple[str, int, str], list[Any]]:
    """The same of what was sent: an answer that is repeated is one, a blank is none, and one description is kept."""
    questions, held = question_set(version), dict[tuple[str, int, str], list[Any]]()
    for one in understood(resource).answers:
        question = _asked(version, one.section, one.property)
        value = getattr(one, str(one.WhichOneof("value")))
        blank = isinstance(value, str) and not value.strip()
        there = held.setdefault((one.section, one.entry, one.property), [])
        if not (
            question.personal or question.assigned or blank or (value in there and not question.narrative)
        ):
            there.append(value)
    for section, property in questions.retold:
        retold = held.pop((section, 0, property), [])
        kept, name = questions.description
        if not held.get((kept, 0, name)):  # a blank one is none
            held[kept, 0, name] = retold
    return {place: values for place, values in held.items() if values}


def closed_up(held: Mapping[tuple[str, int, str], list[Any]]) -> dict[tuple[str, int, str], list[Any]]:
    """With the entries of each section numbered anew: one that held blanks alone is not there when it comes back."""
    numbers: dict[str, list[int]] = {}
    for section, entry, _ in sorted(held):
        known = numbers.setdefault(section, [])
        known += [entry] if entry not in known else []
    return {(section, numbers[section].index(n), name): held[section, n, name] for section, n, name in held}


def with_its_day(
    found: Checked, held: dict[tuple[str, int, str], list[Any]]
) -> dict[tuple[str, int, str], list[Any]]:
    """Who says that it happened today, and not roughly when, is told the day."""
    if (TIME, 0, "ApproximateDate") in held:
        return held
    return held | ({("native", 0, "Date"): [found.occurred_on.isoformat()]} if found.occurred_on else {})


# ---- the properties


@EVERY_VERSION
@MANY
@given(data=st.data())
def test_whatever_is_accepted_is_in_the_record_to_the_letter(version: int, data: st.DataObject) -> None:
    resource, found = acceptable(version, data.draw(any_answers(version)))
    assert content(found) == sent(version, resource)


@EVERY_VERSION
@MANY
@given(data=st.data())
def test_what_a_record_says_in_fhir_makes_the_same_record(version: int, data: st.DataObject) -> None:
    _, found = acceptable(version, data.draw(any_answers(version)))
    shown = writing.resource(as_recorded(version, found), PUBLIC_URL)
    again = checked(understood(shown))
    assert content(again) == closed_up(with_its_day(found, content(found)))
    assert writing.resource(as_recorded(version, again), PUBLIC_URL) == shown
    if is_r4(version) and fits(texts(found)):
        assert r4.faults(shown) == []


@EVERY_VERSION
@pytest.mark.parametrize("today", ["y", "n", "u"])
@pytest.mark.parametrize("day", ["", "2026-03-02"])
@pytest.mark.parametrize("roughly", ["", "2026-03"])
def test_every_way_to_say_when_it_happened_makes_the_same_record(
    version: int, today: str, day: str, roughly: str
) -> None:
    told: list[Told] = [("native", 0, "Type", "1"), (TIME, 0, "IncidentOccurredToday", today)]
    told += [("native", 0, "Date", day)] if day else []
    told += [(TIME, 0, "ApproximateDate", roughly)] if roughly else []
    _, found = acceptable(version, told)
    shown = writing.resource(as_recorded(version, found), PUBLIC_URL)
    assert content(checked(understood(shown))) == with_its_day(found, content(found))


def texts(found: Checked) -> list[Told]:
    return [("", 0, "", text) for text in found.narrative.values()]


def a_store(engine: Engine) -> System:
    """Recording on a real database that knows two organisations."""
    made = System(engine)
    with made.db.begin() as tx:
        for code in ORGANISATIONS:
            parents = (
                [{"code": "RZ1", "kind": "RE6", "start": "2001-04-01", "end": ""}] if code != "RZ1" else []
            )
            keep_organisation(
                tx,
                {"code": code, "name": code, "opened_on": None, "closed_on": None, "parents": parents, "version": 1},
            )  # fmt: skip
    return made


@pytest.fixture
def store(engine_for: Callable[[str], Engine]) -> System:
    return a_store(engine_for("recording"))


@EVERY_VERSION
@SOME
@given(data=st.data())
def test_what_was_stored_says_in_fhir_what_was_sent(store: System, version: int, data: st.DataObject) -> None:
    resource, found = acceptable(version, data.draw(any_answers(version)))
    asked = understood(resource)
    submission = Submission(version, wire.answers(asked.answers), "api")
    receipt = submit(store.db, store.tools, LRMS, submission, AT)
    with store.db.begin() as tx:
        keep_redacted_text(tx, receipt.event_id, receipt.revision, dict(found.narrative))
    one = find_event(store.db, store.tools, LRMS, receipt.event_id, 0)
    shown = writing.resource(
        over_the_wire(wire.event(one.event, one.texts, question_set(version))), PUBLIC_URL
    )
    assert content(checked(understood(shown))) == closed_up(with_its_day(found, sent(version, resource)))
