"""An AdverseEvent as it was sent → the answers it holds. Nothing here knows the questions: recording does.

An extension's name (the tail of its URL without the version) is the section, its repetitions are entries, its inner
extensions are answers, and elements of the resource itself are the section "native". Whatever does not have this
shape is a fault at its path, never a failure of ours. Faults never quote what was sent.

Two things are passed over with a remark: elements that no question asks, and extensions of others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from chassis.problems import Fault, invalid
from gateway.fhir.bodies import MOST_ANSWERS, MOST_FAULTS, Json, child, parse, refusal
from gateway.fhir.layout import (
    DEVICE_DETAILS,
    DEVICE_ELEMENTS,
    META,
    METADATA,
    NATIVE,
    OF_ANY_CONTAINED,
    OTHER_IDENTIFIER,
    PROFILE,
    SHAPES,
    VERSIONS,
    is_our_reference,
    is_ours,
)
from protos.recording.v1 import recording_pb2

__all__ = ["Json", "Understood", "parse", "understood"]

LONDON = ZoneInfo("Europe/London")
WAITING = "temp-unknown"  # why a text is not there while it is being checked
_PROFILE_TAIL = re.compile(rf"(.*)/{PROFILE}-([1-9][0-9]?)", re.DOTALL)
_NOT_KEPT = "The question set does not ask this, so it was not kept."
_ANOTHER = "The event has another reference of its sender's already, so this one was not kept."
_OF_OTHERS = "This is no extension of the national interface, so it was not kept."
_KINDS: Mapping[str, tuple[str, type]] = {
    "valueCode": ("code", str),
    "valueString": ("text", str),
    "valueInteger": ("integer", int),
    "valueBoolean": ("boolean", bool),
    "valueDate": ("date", str),
    "valueTime": ("time", str),
}
_NAMES = {str: "text in quotes", int: "a whole number", bool: "true or false"}
_KINDS_OF_JSON: Mapping[type, str] = {str: "text in quotes", dict: "an object", list: "a list of objects"}
_INT64 = 1 << 63


@dataclass(frozen=True)
class Understood:
    """A resource as answers, what is remarked on it, and under which base its sender's profiles stand."""

    submission: recording_pb2.SubmitRequest
    remarks: tuple[Fault, ...]
    version: int
    base: str


def understood(resource: Json, revising: bool = False) -> Understood:
    """The answers of `resource`; INVALID with every fault of its shape.

    When `revising`, a text that is said to be unknown for now is left as it is; else it is no answer.
    """
    base, version = _profile(resource)
    reader = _Reader(version, revising)
    reader.read(resource)
    if reader.faults:
        raise refusal(reader.faults)
    return Understood(reader.request, tuple(reader.remarks), version, base)


def _profile(resource: Json) -> tuple[str, int]:
    """The version of the profile that the resource follows, and what stands before its name: whatever host that is."""
    if resource.get("resourceType") != "AdverseEvent":
        raise refusal(
            [Fault("AdverseEvent.resourceType", "structure", "The resource must be an AdverseEvent.")]
        )
    meta = resource.get("meta")
    profiles = meta.get("profile") if isinstance(meta, dict) else None
    for url in profiles if isinstance(profiles, list) else ():
        found = _PROFILE_TAIL.fullmatch(url) if isinstance(url, str) else None
        if found and int(found[2]) in VERSIONS:
            return found[1], int(found[2])
    supported = " or ".join(f"{PROFILE}-{version}" for version in VERSIONS)
    detail = f"meta.profile must name a profile that ends in {supported}."
    raise invalid("unknown-profile", detail, Fault("AdverseEvent.meta.profile", "unknown-profile", detail))


class _Reader:
    """Walks one resource, gathering answers, faults and remarks."""

    def __init__(self, version: int, revising: bool) -> None:
        self.request = recording_pb2.SubmitRequest(question_set=version, route=recording_pb2.ROUTE_API)
        self.faults: list[Fault] = []
        self.remarks: list[Fault] = []
        self._shape = SHAPES[version]
        self._version = str(version)
        self._revising = revising
        self._add = self.request.answers.add
        self._entries: dict[str, int] = {}

    def read(self, resource: Json) -> None:
        self._check_elements(resource)
        self._native(resource)
        self._identifier(resource.get("identifier"), "AdverseEvent.identifier")
        for index, each in enumerate(self._list(resource, "contained", "AdverseEvent")):
            self._contained(each, f"AdverseEvent.contained[{index}]")
        self._extensions(resource, "AdverseEvent")
        if len(self.request.answers) > MOST_ANSWERS:
            detail = f"An event may have {MOST_ANSWERS:,} answers at most."
            self._fault("AdverseEvent", "too-many-answers", detail)

    def _fault(self, path: str, code: str, detail: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(path, code, detail))

    def _remark(self, path: str, detail: str = _NOT_KEPT) -> None:
        if len(self.remarks) < MOST_FAULTS:
            self.remarks.append(Fault(path, "element-not-kept", detail))

    # ---- the resource's own elements

    def _check_elements(self, resource: Json) -> None:
        shape = self._shape
        detail = f"AdverseEvent has no such element in {shape.release}, and its content would be lost."
        for name in sorted(resource.keys() - shape.elements):
            if name[:1] != "_" or name[1:] not in shape.primitives:
                self._fault(child("AdverseEvent", name), "unknown-element", detail)
                continue
            self._is(dict, resource[name], f"AdverseEvent.{name[1:]}")
            if name != "_description":
                self._remark(f"AdverseEvent.{name[1:]}")
        for name in sorted(resource.keys() & shape.not_kept):
            if not (self._revising and name in shape.mirrors):  # our own answer, sent back
                self._remark(f"AdverseEvent.{name}")
        self._check_codes(resource)
        self._check_unread(resource, shape.unread, "AdverseEvent")
        self._check_unread(resource["meta"], META, "AdverseEvent.meta")
        if not all(isinstance(one, str) for one in resource["meta"]["profile"]):
            self._fault("AdverseEvent.meta.profile", "structure", "This must be a list of texts in quotes.")

    def _check_unread(self, holder: Json, kinds: Mapping[str, type], path: str) -> None:
        """What nobody looks at must still be what FHIR has there, because we answer with it."""
        for name in sorted(holder.keys() & kinds.keys()):
            self._is(kinds[name], holder[name], f"{path}.{name}")

    def _check_codes(self, resource: Json) -> None:
        for name, codes in self._shape.codes.items():
            wanted = name in self._shape.required or name in resource
            if wanted and resource.get(name) not in codes:
                detail = f"This must be {' or '.join(f'“{code}”' for code in codes)}."
                self._fault(f"AdverseEvent.{name}", "required-missing", detail)
        if "subject" in self._shape.required and not isinstance(resource.get("subject"), dict):
            detail = 'R4 asks for a subject, as {"reference": …}.'
            self._fault("AdverseEvent.subject", "required-missing", detail)

    def _native(self, resource: Json) -> None:
        element = f"AdverseEvent.{self._shape.event_type}"
        event = resource.get(self._shape.event_type)
        code = None if event is None else self._concept(event, element)
        if code is not None:
            self._add(section=NATIVE, property="Type", code=code, path=f"{element}.coding[0].code")
        if self._is_text(resource.get("date"), "AdverseEvent.date"):
            self._add(section=NATIVE, property="Date", date=_day(resource["date"]), path="AdverseEvent.date")
        self._text(resource, "description", NATIVE, 0, "Description", "AdverseEvent")

    def _identifier(self, sent: Any, path: str) -> None:
        """The client's own number for the event; ours, which an answer of ours carries, is not.

        FHIR has one identifier here; clients that send a list are understood.
        """
        for identifier in sent if isinstance(sent, list) else () if sent is None else (sent,):
            system = identifier.get("system", "") if isinstance(identifier, dict) else None
            value = identifier.get("value") if isinstance(identifier, dict) else None
            if not isinstance(system, str) or not isinstance(value, str):
                detail = 'This must be {"system": …, "value": …}, both text in quotes.'
                self._fault(path, "structure", detail)
            elif not is_our_reference(system, value):
                self._own_reference(system, value, path)

    def _own_reference(self, system: str, value: str, path: str) -> None:
        """The client's own reference. The first that is named counts; its system may be said beside it."""
        known = self.request
        if known.local_reference in ("", value) and not known.reference_system:
            known.local_reference, known.reference_system = value, system
        elif known.local_reference != value or system not in ("", known.reference_system):
            self._remark(path, _ANOTHER)

    def _text(self, holder: Json, element: str, section: str, entry: int, property: str, path: str) -> bool:
        """A text that is an element of its own, or is said to be unknown for now; whether there was one."""
        where = f"{path}.{element}"
        if self._is_text(holder.get(element), where):
            self._add(section=section, entry=entry, property=property, text=holder[element], path=where)
        elif element not in holder and self._is_waiting(holder.get(f"_{element}")):
            self._leave(section, entry, property, where)
        else:
            return False
        return True

    # ---- contained resources

    def _contained(self, contained: Any, path: str) -> None:
        if not isinstance(contained, dict) or not isinstance(contained.get("resourceType"), str):
            self._fault(path, "structure", "This must be a resource, with a resourceType.")
            return
        device = contained.get("resourceType") == "Device"
        entry = self._entries.get(DEVICE_DETAILS, 0)
        self._extensions(contained, path)
        if device:
            self._device(contained, path, entry)
        for name in sorted(contained.keys() - OF_ANY_CONTAINED):
            if not device or name.removeprefix("_") not in DEVICE_ELEMENTS:
                self._remark(child(path, name))

    def _device(self, device: Json, path: str, entry: int) -> None:
        """What FHIR says of a device itself belongs to the details of the same device."""
        for element, property in DEVICE_ELEMENTS.items():
            if self._text(device, element, DEVICE_DETAILS, entry, property, path):
                self._entries[DEVICE_DETAILS] = max(entry + 1, self._entries.get(DEVICE_DETAILS, 0))

    # ---- extensions

    def _extensions(self, holder: Json, path: str) -> None:
        if "modifierExtension" in holder:
            self._fault(f"{path}.modifierExtension", "unknown-element", "We know no modifier extensions.")
        for index, each in enumerate(self._list(holder, "extension", path)):
            self._extension(each, f"{path}.extension[{index}]")

    def _extension(self, extension: Any, path: str) -> None:
        url = extension.get("url") if isinstance(extension, dict) else None
        if not isinstance(url, str):
            self._fault(f"{path}.url", "structure", "An extension must have a url.")
            return
        if url == OTHER_IDENTIFIER:
            self._identifier(extension.get("valueIdentifier"), path)
            return
        tail = url.rpartition("/")[2]
        name, _, number = tail.rpartition("-")
        if number == self._version:
            self._section(name, extension, path)
        elif is_ours(tail) or (number.isdigit() and is_ours(name)):
            detail = f"This is not of version {self._version}, which the profile names: its url must end in “-{self._version}”."
            self._fault(f"{path}.url", "mixed-versions", detail)
        else:
            self._remark(path, _OF_OTHERS)

    def _section(self, section: str, extension: Json, path: str) -> None:
        if not section or len(section) > 100:
            detail = f"We know extensions whose url ends in a name and “-{self._version}”."
            self._fault(f"{path}.url", "unknown-question", detail)
            return
        answers = self._list(extension, "extension", path)
        if answers:
            entry = self._entries.get(section, 0)
            self._entries[section] = entry + 1
            for index, inner in enumerate(answers):
                self._answer(section, entry, inner, f"{path}.extension[{index}]")
        elif any(name.startswith("value") for name in extension):
            self._fault(path, "structure", "The answers of this section go into extensions of its own.")

    def _answer(self, section: str, entry: int, inner: Any, path: str) -> None:
        if not isinstance(inner, dict):
            self._fault(path, "structure", 'An extension must be {"url": …, "value…": …}.')
            return
        property = inner.get("url")
        if type(property) is not str or not property or len(property) > 100:
            self._fault(f"{path}.url", "structure", "An extension must have a url.")
            return
        name = self._value_name(inner, path)
        if name:
            self._value(section, entry, property, inner[name], name, f"{path}.value")
        elif self._is_stripped(inner) or self._is_waiting(inner.get("_valueString")):
            self._leave(section, entry, property, f"{path}.value")

    def _value_name(self, inner: Json, path: str) -> str:
        """Which value[x] an inner extension has; empty when it has none to read.

        A client that knows no `_valueString` sends what we said of a text that is being checked back without it.
        """
        names = [name for name in inner if name.startswith("value")]
        if len(names) == 1:
            return names[0]
        if names:
            self._fault(path, "structure", "An extension takes one value, and there are several.")
        elif not any(name.startswith("_value") for name in inner) and not self._is_stripped(inner):
            self._fault(path, "structure", "An extension must have a value.")
        return ""

    def _value(self, section: str, entry: int, property: str, value: Any, name: str, path: str) -> None:
        kind = _KINDS.get(name)
        if kind is None:
            self._coding(section, entry, property, value, name, path)
            return
        field, wanted = kind
        if type(value) is not wanted or (type(value) is int and not -_INT64 <= value < _INT64):
            self._fault(path, "wrong-type", f"This takes {_NAMES[wanted]}.")
        elif section == METADATA and property in ("ReferenceNumber", "LocalReference"):
            self._reference(property, value, path)
        else:
            self._add(section=section, entry=entry, property=property, path=path, **{field: value})

    def _coding(self, section: str, entry: int, property: str, value: Any, name: str, path: str) -> None:
        if name == "valueCodeableConcept":
            code = self._concept(value, path)
            path += ".coding[0].code"
        elif name == "valueCoding":
            code = self._code(value, path)
            path += ".code"
        else:
            self._fault(path, "wrong-type", "No question takes a value of this kind.")
            return
        if code is not None:
            self._add(section=section, entry=entry, property=property, path=path, code=code)

    def _reference(self, property: str, value: Any, path: str) -> None:
        """References in an answer of ours that is sent back: the client's own is its own again, ours stays ours."""
        if property == "LocalReference" and isinstance(value, str):
            self._own_reference("", value, path)

    # ---- shapes

    def _is_waiting(self, beside: Any) -> bool:
        """Whether an element is said to be unknown for now, as our own answers say of a text that is being checked."""
        reasons = beside.get("extension") if isinstance(beside, dict) else None
        return isinstance(reasons, list) and any(
            isinstance(each, dict) and each.get("valueCode") == WAITING for each in reasons
        )

    def _is_stripped(self, inner: Json) -> bool:
        return self._revising and inner.keys() == {"url"}

    def _leave(self, section: str, entry: int, property: str, path: str) -> None:
        if self._revising:
            self._add(section=section, entry=entry, property=property, as_it_is=True, path=path)

    def _concept(self, value: Any, path: str) -> str | None:
        codings = value.get("coding") if isinstance(value, dict) else None
        if not isinstance(codings, list) or not codings:
            self._fault(path, "structure", 'This must be {"coding": [{"code": …}]}.')
            return None
        return self._code(codings[0], f"{path}.coding[0]")

    def _code(self, value: Any, path: str) -> str | None:
        code = value.get("code") if isinstance(value, dict) else None
        if not isinstance(code, str):
            self._fault(f"{path}.code", "structure", "A coding must have a code, as text in quotes.")
            return None
        return code

    def _list(self, holder: Json, name: str, path: str) -> list[Any]:
        value = holder.get(name)
        if value is None:
            return []
        if isinstance(value, list):
            return value
        self._fault(f"{path}.{name}", "structure", "This must be a list.")
        return []

    def _is(self, kind: type, value: Any, path: str) -> None:
        inside = value if kind is list and isinstance(value, list) else ()
        holds = isinstance(value, kind) and all(isinstance(one, dict) for one in inside)
        if value is not None and not holds:
            self._fault(path, "structure", f"This must be {_KINDS_OF_JSON[kind]}.")

    def _is_text(self, value: Any, path: str) -> bool:
        if value is None:
            return False
        if isinstance(value, str):
            return True
        self._fault(path, "wrong-type", "This takes text in quotes.")
        return False


def _day(written: str) -> str:
    """The day of a FHIR dateTime in London, where events have their dates; without a zone, the day as written."""
    day, separator, _ = written.partition("T")
    if not separator:
        return day
    try:
        moment = datetime.fromisoformat(written)
        return moment.astimezone(LONDON).date().isoformat() if moment.tzinfo else day
    except (ValueError, OverflowError):
        return day
