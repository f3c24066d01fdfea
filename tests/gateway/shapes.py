"""Answers as a sender writes them in each version's shape, and as recording would tell them: apart from the code that maps them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from protos.recording.v1 import recording_pb2
from services import recording
from services.recording.domain.question_set import Kind, Question, QuestionSet, load
from tests.builders.safety_events import BASE, an_incident

Json = dict[str, Any]
Told = tuple[str, int, str, Any]  # section, entry, property, value
FILES = sorted((Path(recording.__file__).parent / "question_sets").glob("v*.toml"))
VERSIONS = [int(path.stem[1:]) for path in FILES]
ID = "019aa000-0000-7000-8000-000000000001"
REFERENCE = "PSE-26-7H3KQ2WX-9"
SLUGS = {"1": "incident", "2": "risk", "3": "outcome", "4": "good_care"}
_HOLDERS = {
    "patient-information": "Patient",
    "practitioner-details": "Practitioner",
    "location-details": "Location",
    "medication-administration": "Medication",
    "adverse-event-device-details": "Device",
}
_POINTERS = {"Location": "location", "Practitioner": "recorder"}


@cache
def question_set(version: int) -> QuestionSet:
    return load((FILES[VERSIONS.index(version)]).read_text())


def is_r4(version: int) -> bool:
    return version >= 6


# ---- as a sender writes them


def as_fhir(version: int, told: Iterable[Told], base: str = BASE) -> Json:
    """One AdverseEvent with these answers; each section's entries in their order."""
    sections: dict[tuple[str, int], list[Json]] = defaultdict(list)
    resource: Json = {
        "resourceType": "AdverseEvent",
        "meta": {"profile": [f"{base}patient-safety-adverse-event-{version}"]},
        **({"actuality": "actual"} if is_r4(version) else {"category": "AE"}),
        "subject": {"reference": "#patient"},
        "contained": [{"resourceType": "Patient", "id": "patient"}],
        "extension": [],
    }
    for section, entry, property, value in told:
        if section == "native":
            resource |= _native(version, property, value)
        else:
            sections[section, entry].append(_inner(version, section, property, value))
    for (section, _), inner in sorted(sections.items()):
        _place(resource, version, section, inner, base)
    return resource


def _native(version: int, property: str, value: Any) -> Json:
    if property == "Type":
        return {"event" if is_r4(version) else "type": {"coding": [{"code": value}]}}
    return {property.lower(): value}


def _inner(version: int, section: str, property: str, value: Any) -> Json:
    question = question_set(version).question(section, property)
    assert question is not None
    if question.element:
        element = question.element.partition(".")[2]
        return {"modelNumber" if is_r4(version) and element == "model" else element: value}
    return {"url": property, f"value{question.kind.value.capitalize()}": value}


def _place(resource: Json, version: int, section: str, inner: list[Json], base: str) -> None:
    answers = [each for each in inner if "url" in each]
    extension = {"url": f"{base}{section}-{version}", "extension": answers}
    kind = _HOLDERS.get(section)
    if kind is None:
        resource["extension"].append(extension)
        return
    holder = _holder(resource, kind)
    if answers:
        holder.setdefault("extension", []).append(extension)
    for each in inner:
        if "url" not in each:
            holder |= each


def _holder(resource: Json, kind: str) -> Json:
    """One for all entries; of medicines and devices each has its own."""
    found: list[Json] = [each for each in resource["contained"] if each["resourceType"] == kind]
    if found and kind not in ("Medication", "Device"):
        return found[0]
    made: Json = {"resourceType": kind, "id": f"{kind.lower()}{len(found) + 1}"}
    resource["contained"].append(made)
    pointer = {"reference": f"#{made['id']}"}
    if kind in _POINTERS:
        resource[_POINTERS[kind]] = pointer
    else:
        resource.setdefault("suspectEntity", []).append({"instance": pointer})
    return made


# ---- as recording tells them


def as_event(
    version: int, told: Iterable[Told], checked: bool = True, **more: Any
) -> recording_pb2.SafetyEvent:
    """What recording would answer for these answers. What is personal is never told."""
    event = recording_pb2.SafetyEvent()
    facts = event.facts
    known: Json = {"event_id": ID, "reference": REFERENCE, "revision": 2, "question_set": version}
    facts.MergeFrom(recording_pb2.EventFacts(**known | more))
    facts.reported_at.FromJsonString("2026-03-02T14:05:00Z")
    facts.revised_at.FromJsonString("2026-03-04T08:00:00Z")
    numbers: dict[tuple[str, int, str], int] = defaultdict(int)
    for section, entry, property, value in told:
        question = question_set(version).question(section, property)
        assert question is not None
        if question.narrative:
            index = numbers[section, entry, property]
            numbers[section, entry, property] += 1
            name = f"{section}/{entry}/{property}" + (f"/{index}" if question.maximum > 1 else "")
            event.texts.add(field=name, text=value if checked else "", checked=checked)
        elif not question.personal:
            _fact(facts, question, entry, value)
    return event


def _fact(facts: recording_pb2.EventFacts, question: Question, entry: int, value: Any) -> None:
    slot = "code" if question.kind is Kind.STRING else question.kind.value
    facts.answers.add(section=question.section, entry=entry, property=question.property, **{slot: value})
    if question.section == "native" and question.property == "Type":
        facts.event_type = SLUGS[value]
    elif question.section == "native":
        facts.occurred_on = value


def told_of(answers: Iterable[recording_pb2.Answer]) -> list[Told]:
    """Answers as they were read, those to one question in their order."""
    found = [(a.section, a.entry, a.property, getattr(a, a.WhichOneof("value") or "text")) for a in answers]
    return ordered(found)


def ordered(told: Iterable[Told]) -> list[Told]:
    return sorted(told, key=lambda each: each[:3])


def incident(version: int = 6, **more: Any) -> list[Told]:
    """A fall, in a version that has only what all versions have."""
    ages = {4: "AgeAtTimeOfIncident"}
    found = []
    for one in an_incident(more):
        property = ages.get(version, one.property) if one.property.startswith("AgeAt") else one.property
        native = one.section == "adverse-event-core" and not is_r4(version)
        found.append(("native" if native else one.section, one.entry, property, one.value))
    return found


# ---- any answers at all


_TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=30)
_DATES = st.dates().map(lambda each: each.isoformat())
_TIMES = st.times().map(lambda each: each.strftime("%H:%M:%S"))
_KINDS = {
    Kind.STRING: _TEXTS,
    Kind.INTEGER: st.integers(-(1 << 63), (1 << 63) - 1),
    Kind.BOOLEAN: st.booleans(),
    Kind.DATE: _DATES,
    Kind.TIME: _TIMES,
    Kind.CODE: st.from_regex(r"[A-Z0-9]{3,10}", fullmatch=True),
}


def _values(question: Question) -> st.SearchStrategy[list[Any]]:
    one = st.sampled_from(list(question.value_set.labels)) if question.value_set else _KINDS[question.kind]
    if question.organisation:
        one = st.sampled_from(["RZ1", "RZ102"])
    if question.format == "partial-date":
        one = st.sampled_from(["2026", "2026-03"])
    return st.lists(one, min_size=1, max_size=min(question.maximum, 3))


@st.composite
def any_answers(draw: st.DrawFn, version: int) -> list[Told]:
    """Answers of the right kinds to any questions of a version, in a few sections, as often as they may come."""
    questions = question_set(version)
    names = st.lists(st.sampled_from([*questions.sections]), max_size=4, unique=True)
    told: list[Told] = [("native", 0, "Type", draw(st.sampled_from([*questions.event_types])))]
    for name in draw(names):
        section = questions.sections[name]
        asked = [one for one in section.questions if not one.assigned and one.property != "Type"]
        for entry in range(draw(st.integers(1, min(section.maximum, 3)))):
            chosen = draw(st.lists(st.sampled_from(asked), min_size=1, max_size=4, unique_by=id))
            for question in chosen:
                told += [(name, entry, question.property, value) for value in draw(_values(question))]
    return told
