"""Safety events → AdverseEvent resources: the echo of a write, and the redacted form of a read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from gateway.fhir.layout import (
    BASE,
    CONTAINED,
    CORE,
    DEVICE_DETAILS,
    DEVICE_ELEMENTS,
    METADATA,
    NATIVE,
    PROFILE,
    PROFILES,
    REFERENCE_SYSTEM,
    VERSIONS,
    WRITTEN_TEXT,
    extension_url,
)
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
_EVENT_CODES: Mapping[str, str] = {"incident": "1", "risk": "2", "outcome": "3", "good_care": "4"}
_READ_BY = tuple(f"/{PROFILE}-{version}" for version in VERSIONS)
_OWN = ("ReferenceNumber", "LocalReference")  # inner extensions that we write ourselves


@dataclass(frozen=True)
class Stamp:
    """What makes a resource ours: its id, reference and revision, and when that was made."""

    event_id: str
    reference: str
    revision: int
    made_at: datetime


def stamp_of(told: recording_pb2.Submitted | recording_pb2.EventFacts) -> Stamp:
    return Stamp(told.event_id, told.reference, told.revision, told.reported_at.ToDatetime(UTC))


def location(public_url: str, event_id: str) -> str:
    """The address of one event."""
    return f"{public_url}{BASE}/AdverseEvent/{event_id}"


# ---- the echo of a write ----------------------------------------------------------------------------------


def echo(sent: Json, stamp: Stamp, local_reference: str, tags: list[Json], public_url: str) -> Json:
    """What was sent, in the sender's own words, stamped as recorded. `tags` are our remarks on it."""
    meta = {**sent["meta"], "versionId": str(stamp.revision), "lastUpdated": _instant(stamp.made_at)}
    if tags:
        meta["tag"] = tags
    return {
        **sent,
        "id": stamp.event_id,
        "meta": meta,
        "identifier": _identifier(public_url, stamp.reference),
        "extension": _with_reference(sent, stamp.reference, local_reference),
    }


def _with_reference(sent: Json, reference: str, local_reference: str) -> list[Json]:
    """The sent extensions, the reference metadata last, the national reference first in it: clients look there."""
    base, _, version = _profile(sent).rpartition(f"/{PROFILE}-")
    url = extension_url(base, METADATA, int(version))
    others: list[Json] = []
    inner: list[Json] = []
    for each in sent.get("extension") or ():
        if each["url"].endswith(f"/{METADATA}-{version}"):
            url = each["url"]
            inner += (one for one in each.get("extension") or () if one["url"] not in _OWN)
        else:
            others.append(each)
    return [*others, {"url": url, "extension": [*_references(reference, local_reference), *inner]}]


def _profile(sent: Json) -> str:
    """The profile that the resource was read by: another may be named before it."""
    return next(url for url in sent["meta"]["profile"] if isinstance(url, str) and url.endswith(_READ_BY))


def _references(reference: str, local_reference: str) -> Iterator[Json]:
    yield {"url": "ReferenceNumber", "valueString": reference}
    if local_reference:
        yield {"url": "LocalReference", "valueString": local_reference}


# ---- the redacted form of a read --------------------------------------------------------------------------


def resource(event: recording_pb2.SafetyEvent, public_url: str) -> Json:
    """One recorded event. A text that is still being checked for personal data says that it is unknown for now."""
    facts = event.facts
    stamp = stamp_of(facts)
    base = f"{public_url}{PROFILES}"
    entries = _entries(event)
    metadata = entries.pop((METADATA, 0), [])
    inner = [
        *_references(facts.reference, facts.local_reference),
        *(o for o in metadata if o["url"] not in _OWN),
    ]
    last = {"url": extension_url(base, METADATA, facts.question_set), "extension": inner}
    contained = list(_contained(entries, base, facts.question_set))
    answer: Json = {
        "resourceType": "AdverseEvent",
        "id": stamp.event_id,
        "meta": _meta(stamp, base, facts.question_set),
        "contained": contained,
        "extension": [*_root_extensions(entries, base, facts.question_set), last],
        "identifier": _identifier(public_url, stamp.reference),
        "actuality": "potential" if facts.event_type == "risk" else "actual",
        "event": {"coding": [{"code": _type(facts)}]},
        "subject": {"reference": "#patient"},
        "recordedDate": _instant(stamp.made_at),
    }
    return answer | _native(facts) | _references_to(contained)


def _meta(stamp: Stamp, base: str, version: int) -> Json:
    return {
        "versionId": str(stamp.revision),
        "lastUpdated": _instant(stamp.made_at),
        "profile": [f"{base}/{PROFILE}-{version}"],
    }


def _entries(event: recording_pb2.SafetyEvent) -> dict[Place, list[Json]]:
    """Inner extensions by section and entry, coded answers before texts; a native description joins the core."""
    entries: dict[Place, list[Json]] = defaultdict(list)
    for answer in event.facts.answers:
        if answer.section != NATIVE:
            entries[answer.section, answer.entry].append(_coded(answer))
    for section, entry, property, text in sorted(map(_placed, event.texts), key=lambda each: each[:2]):
        if section != NATIVE:
            entries[section, entry].append(_text(property, text))
        elif not _has(entries[CORE, 0], property):
            entries[CORE, 0].append(_text(property, text))
    return {place: inner for place, inner in sorted(entries.items()) if inner}


def _placed(text: recording_pb2.Text) -> tuple[str, int, str, recording_pb2.Text]:
    """A text with the parts of its field's name."""
    section, entry, property = text.field.split("/")[:3]
    return section, int(entry), property, text


def _has(inner: Iterable[Json], property: str) -> bool:
    return any(each["url"] == property for each in inner)


def _coded(answer: recording_pb2.Answer) -> Json:
    kind = answer.WhichOneof("value") or "code"
    name = "valueString" if answer.property in WRITTEN_TEXT else _VALUES[kind]
    return {"url": answer.property, name: getattr(answer, kind)}


def _text(property: str, text: recording_pb2.Text) -> Json:
    if text.checked:
        return {"url": property, "valueString": text.text}
    return {"url": property, "_valueString": {"extension": [{"url": ABSENT, "valueCode": "temp-unknown"}]}}


def _root_extensions(entries: Mapping[Place, list[Json]], base: str, version: int) -> Iterator[Json]:
    for (section, _), inner in entries.items():
        if section not in CONTAINED and section != DEVICE_DETAILS:
            yield {"url": extension_url(base, section, version), "extension": inner}


def _contained(entries: Mapping[Place, list[Json]], base: str, version: int) -> Iterator[Json]:
    """The patient always, because R4 asks for a subject; the others where there is something to say."""
    for section, (kind, name) in CONTAINED.items():
        url = extension_url(base, section, version)
        found = [{"url": url, "extension": inner} for (one, _), inner in entries.items() if one == section]
        if found:
            yield {"resourceType": kind, "id": name, "extension": found}
        elif kind == "Patient":
            yield {"resourceType": kind, "id": name}
    devices = [inner for (section, _), inner in entries.items() if section == DEVICE_DETAILS]
    for number, inner in enumerate(devices, 1):
        yield _device(number, inner, extension_url(base, DEVICE_DETAILS, version))


def _device(number: int, inner: list[Json], url: str) -> Json:
    """A device's maker and model are elements of R4's Device, the rest an extension."""
    native = {property: element for element, property in DEVICE_ELEMENTS.items()}
    device: Json = {"resourceType": "Device", "id": f"device{number}"}
    details = [each for each in inner if each["url"] not in native]
    for each in inner:
        element = native.get(each["url"])
        if element:
            device |= {("_" if key[0] == "_" else "") + element: each[key] for key in each if key != "url"}
    return device | ({"extension": [{"url": url, "extension": details}]} if details else {})


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


def _native(facts: recording_pb2.EventFacts) -> Json:
    """The date, where it is exact; a rough one is an answer of its section."""
    return {"date": facts.occurred_on} if len(facts.occurred_on) == len("2026-03-02") else {}


def _type(facts: recording_pb2.EventFacts) -> str:
    return _EVENT_CODES.get(facts.event_type, facts.event_type)


def _identifier(public_url: str, reference: str) -> Json:
    return {"system": f"{public_url}{REFERENCE_SYSTEM}", "value": reference}


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
