"""Safety events → AdverseEvent resources: the echo of a write, and the redacted form of a read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gateway.fhir.layout import (
    CONTAINED,
    CORE,
    EACH_ITS_OWN,
    EVENT_CODES,
    EVENTS,
    METADATA,
    NATIVE,
    OTHER_IDENTIFIER,
    PROFILE,
    PROFILES,
    REFERENCE_SYSTEM,
    SHAPES,
    TIME,
    WRITTEN_TEXT,
    Shape,
    extension_url,
)
from gateway.fhir.mirrors import mirrors
from gateway.fhir.reading import WAITING, Understood
from gateway.fhir.releases import in_release
from protos.recording.v1 import recording_pb2

Json = dict[str, Any]
Place = tuple[str, int]
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_VALUES: Mapping[str, str] = {
    "text": "valueString",
    "code": "valueCode",
    "integer": "valueInteger",
    "boolean": "valueBoolean",
    "date": "valueDate",
    "time": "valueTime",
}
_OWN = ("ReferenceNumber", "LocalReference")  # inner extensions that we write ourselves


@dataclass(frozen=True)
class Stamp:
    """What makes a resource ours: its id, reference and revision, and when that revision was made."""

    event_id: str
    reference: str
    revision: int
    made_at: datetime


def stamp_of(told: recording_pb2.Submitted | recording_pb2.EventFacts) -> Stamp:
    made = told.revised_at if told.HasField("revised_at") else told.reported_at
    return Stamp(told.event_id, told.reference, told.revision, made.ToDatetime(UTC))


def location(public_url: str, event_id: str) -> str:
    """The address of one event."""
    return f"{public_url}{EVENTS}/{event_id}"


# ---- the echo of a write ----------------------------------------------------------------------------------


def echo(sent: Json, understood: Understood, stamp: Stamp, tags: list[Json], public_url: str) -> Json:
    """What was sent, in the sender's own words, stamped as recorded. `tags` are our remarks on it.

    What real clients send of another release stands where the release of its version has it (decisions 21).
    """
    stands = in_release(sent, understood)
    meta = {**stands["meta"], "versionId": str(stamp.revision), "lastUpdated": instant(stamp.made_at)}
    if tags:
        meta["tag"] = tags
    return {
        **stands,
        "id": stamp.event_id,
        "meta": meta,
        "identifier": _identifier(public_url, stamp.reference),
        "extension": _with_reference(stands, understood, stamp.reference),
    }


def _with_reference(sent: Json, understood: Understood, reference: str) -> list[Json]:
    """The sent extensions, the reference metadata last, the national reference first in it: clients look there."""
    url = extension_url(understood.base, METADATA, understood.version)
    others: list[Json] = []
    inner: list[Json] = []
    for each in sent.get("extension") or ():
        if each["url"].endswith(f"/{METADATA}-{understood.version}"):
            url = each["url"]
            inner += (one for one in each.get("extension") or () if one["url"] not in _OWN)
        elif each["url"] != OTHER_IDENTIFIER:
            others.append(each)
    sent_as = understood.submission
    references = _references(reference, sent_as.local_reference)
    return [*others, *_own_identifier(sent_as), {"url": url, "extension": [*references, *inner]}]


def _references(reference: str, local_reference: str) -> Iterator[Json]:
    yield {"url": "ReferenceNumber", "valueString": reference}
    if local_reference:
        yield {"url": "LocalReference", "valueString": local_reference}


def _own_identifier(of: recording_pb2.SubmitRequest | recording_pb2.EventFacts) -> Iterator[Json]:
    """The client's own reference with its system, for which the reference metadata have no place."""
    if of.reference_system:
        identifier = {"system": of.reference_system, "value": of.local_reference}
        yield {"url": OTHER_IDENTIFIER, "valueIdentifier": identifier}


# ---- the redacted form of a read --------------------------------------------------------------------------


def resource(event: recording_pb2.SafetyEvent, public_url: str) -> Json:
    """One recorded event, in the shape of its version. A text that is still being checked is said to be unknown for now."""
    facts = event.facts
    shape = SHAPES[facts.question_set]
    base = f"{public_url}{PROFILES}"
    entries = _entries(event)
    described = _described(entries, shape)
    contained = list(_contained(entries, shape, base, facts.question_set))
    answer: Json = {
        "resourceType": "AdverseEvent",
        "id": facts.event_id,
        "meta": _meta(stamp_of(facts), base, facts.question_set),
        "contained": contained,
        "extension": [*_extensions(entries, facts, base)],
        "identifier": _identifier(public_url, facts.reference),
        **shape.fixed,
        shape.event_type: {"coding": [{"code": EVENT_CODES.get(facts.event_type, facts.event_type)}]},
        "subject": {"reference": "#patient"},
    }
    return answer | _native(facts, shape) | described | _references_to(contained) | mirrors(facts, shape)


def _meta(stamp: Stamp, base: str, version: int) -> Json:
    return {
        "versionId": str(stamp.revision),
        "lastUpdated": instant(stamp.made_at),
        "profile": [f"{base}/{PROFILE}-{version}"],
    }


def _native(facts: recording_pb2.EventFacts, shape: Shape) -> Json:
    """Elements of the resource itself. The date, where it is exact: as answered, or that of a report of today, unless that says it roughly too."""
    elements: Json = {}
    if "actuality" in shape.elements:
        elements["actuality"] = "potential" if facts.event_type == "risk" else "actual"
    if "recordedDate" in shape.elements:
        elements["recordedDate"] = instant(facts.reported_at.ToDatetime(UTC))
    answered = {(one.section, one.property) for one in facts.answers}
    plain = (NATIVE, "Date") in answered or (TIME, "ApproximateDate") not in answered
    if len(facts.occurred_on) == len("2026-03-02") and plain:
        elements["date"] = facts.occurred_on
    return elements


def _entries(event: recording_pb2.SafetyEvent) -> dict[Place, list[Json]]:
    """Inner extensions by section and entry, coded answers before texts; a native description joins the core."""
    entries: dict[Place, list[Json]] = defaultdict(list)
    for answer in event.facts.answers:
        if answer.section != NATIVE:
            entries[answer.section, answer.entry].append(_coded(answer))
    for section, entry, property, _, text in sorted(map(_placed, event.texts), key=lambda each: each[:4]):
        if section != NATIVE:
            entries[section, entry].append(_text(property, text))
        elif not _has(entries[CORE, 0], property):
            entries[CORE, 0].append(_text(property, text))
    return {place: inner for place, inner in sorted(entries.items()) if inner}


def _placed(text: recording_pb2.Text) -> tuple[str, int, str, int, recording_pb2.Text]:
    """A text with the parts of its field's name."""
    section, entry, property, *index = text.field.split("/")
    return section, int(entry), property, int(index[0]) if index else 0, text


def _has(inner: Iterable[Json], property: str) -> bool:
    return any(each["url"] == property for each in inner)


def _coded(answer: recording_pb2.Answer) -> Json:
    kind = answer.WhichOneof("value") or "code"
    name = "valueString" if answer.property in WRITTEN_TEXT else _VALUES[kind]
    return {"url": answer.property, name: getattr(answer, kind)}


def _text(property: str, text: recording_pb2.Text) -> Json:
    if text.checked:
        return {"url": property, "valueString": text.text}
    return {"url": property, "_valueString": {"extension": [{"url": ABSENT, "valueCode": WAITING}]}}


def _as_element(inner: Json, element: str) -> Json:
    """An inner extension with a text as an element of its own, its reason for being absent beside it."""
    return {("_" if key[0] == "_" else "") + element: inner[key] for key in inner if key != "url"}


def _described(entries: dict[Place, list[Json]], shape: Shape) -> Json:
    """The description as an element where the shape has it there; it leaves the core for it."""
    core = entries.get((CORE, 0), []) if shape.description else []
    texts = [each for each in core if each["url"] == "Description"]
    for each in texts:
        core.remove(each)
    return _as_element(texts[0], shape.description) if texts else {}


def _extensions(
    entries: Mapping[Place, list[Json]], facts: recording_pb2.EventFacts, base: str
) -> Iterator[Json]:
    """Those of the root; the reference metadata last, the national reference first in it, the client's own before."""
    for (section, _), inner in entries.items():
        if inner and section not in CONTAINED and section != METADATA:
            yield {"url": extension_url(base, section, facts.question_set), "extension": inner}
    answered = [one for one in entries.get((METADATA, 0), ()) if one["url"] not in _OWN]
    references = _references(facts.reference, facts.local_reference)
    yield from _own_identifier(facts)
    yield {
        "url": extension_url(base, METADATA, facts.question_set),
        "extension": [*references, *answered],
    }


def _contained(entries: Mapping[Place, list[Json]], shape: Shape, base: str, version: int) -> Iterator[Json]:
    """The patient always, because FHIR asks for a subject; the others where there is something to say."""
    for section, kind in CONTAINED.items():
        url = extension_url(base, section, version)
        found = [inner for (one, _), inner in entries.items() if one == section]
        if kind in EACH_ITS_OWN:
            for number, inner in enumerate(found, 1):
                native = shape.device if kind == "Device" else ()
                details = [each for each in inner if each["url"] not in native]
                yield _holding(kind, f"{kind.lower()}{number}", url, [details]) | (
                    _device(inner, shape) if native else {}
                )
        elif found or kind == "Patient":
            name = "patient" if kind == "Patient" else f"{kind.lower()}1"
            yield _holding(kind, name, url, found)


def _holding(kind: str, name: str, url: str, entries: Iterable[list[Json]]) -> Json:
    held = [{"url": url, "extension": inner} for inner in entries if inner]
    return {"resourceType": kind, "id": name} | ({"extension": held} if held else {})


def _device(inner: list[Json], shape: Shape) -> Json:
    """What FHIR has elements for: a device's maker, model and numbers. Each is asked once."""
    elements: Json = {}
    for each in inner:
        if each["url"] in shape.device:
            elements |= _as_element(each, shape.device[each["url"]])
    return elements


def _references_to(contained: Iterable[Json]) -> Json:
    """The elements that point at what is contained."""
    elements: Json = {}
    suspects = []
    for each in contained:
        pointer = {"reference": f"#{each['id']}"}
        match each["resourceType"]:
            case "Location":
                elements["location"] = pointer
            case "Practitioner":
                elements["recorder"] = pointer
            case "Device" | "Medication":
                suspects.append({"instance": pointer})
    return elements | ({"suspectEntity": suspects} if suspects else {})


def _identifier(public_url: str, reference: str) -> Json:
    return {"system": f"{public_url}{REFERENCE_SYSTEM}", "value": reference}


def instant(moment: datetime) -> str:
    """A moment as FHIR writes it."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
