"""An AdverseEvent as it was sent → the answers it holds. Nothing here knows the questions: recording does.

An extension's name (the tail of its URL without the version) is the section, its repetitions are entries, its inner
extensions are answers, and elements of the resource itself are the section "native". Whatever does not have this
shape is a fault at its path, never a failure of ours. Faults never quote what was sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from chassis.problems import Fault, Problem, invalid
from gateway.fhir.layout import (
    DEVICE_DETAILS,
    DEVICE_ELEMENTS,
    ELEMENTS,
    METADATA,
    NATIVE,
    PROFILE,
    REFERENCE_SYSTEM,
    VERSIONS,
)
from protos.recording.v1 import recording_pb2

MOST_FAULTS = 100
_PROFILE_TAIL = re.compile(rf".*/{PROFILE}-([1-9][0-9]?)", re.DOTALL)
_NUL = "\x00"
_KINDS: Mapping[str, tuple[str, type]] = {
    "valueCode": ("code", str),
    "valueString": ("text", str),
    "valueInteger": ("integer", int),
    "valueBoolean": ("boolean", bool),
    "valueDate": ("date", str),
    "valueTime": ("time", str),
}
_NAMES = {str: "text in quotes", int: "a whole number", bool: "true or false"}
_INT64 = 1 << 63
Json = dict[str, Any]


def parse(body: bytes) -> Json:
    """The JSON object in a request's body; INVALID (400) when there is none."""
    try:
        resource = orjson.loads(body)
    except orjson.JSONDecodeError as wrong:
        where = f"line {wrong.lineno}, column {wrong.colno}"
        raise invalid("malformed-json", f"The body is not JSON: see {where}.") from None
    if not isinstance(resource, dict):
        raise invalid("malformed-json", "The body must be one JSON object.")
    _must_be_writable(resource, body)
    return resource


def read(resource: Json) -> recording_pb2.SubmitRequest:
    """What to ask of recording for `resource`; INVALID with every fault of its shape."""
    version = _version(resource)
    reader = _Reader(version)
    reader.read(resource)
    if reader.faults:
        raise _refusal(reader.faults)
    return reader.request


def _must_be_writable(resource: Json, body: bytes) -> None:
    """We answer with what was sent, so it must go back into JSON (which says no to 255 levels); NUL can be kept nowhere."""
    try:
        orjson.dumps(resource)
    except TypeError:
        raise invalid("structure", "The body is nested too deeply.") from None
    if b"\\u0000" in body:
        faults = [
            Fault(path, "structure", "Text may not hold the character NUL.")
            for path in _nuls(resource, "AdverseEvent")
        ]
        if faults:
            raise _refusal(faults)


def _nuls(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, str):
        if _NUL in value:
            yield path
    elif isinstance(value, dict):
        if any(_NUL in key for key in value):
            yield path
        for key, each in value.items():
            yield from _nuls(each, f"{path}.{_safe_name(key)}")
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _nuls(each, f"{path}[{index}]")


def _refusal(faults: list[Fault]) -> Problem:
    detail = "The resource does not have the shape of an AdverseEvent. Nothing was recorded."
    return invalid("structure", detail, *faults[:MOST_FAULTS])


def _version(resource: Json) -> int:
    """The version of the profile that the resource follows, whatever the host in its URL."""
    if resource.get("resourceType") != "AdverseEvent":
        raise _refusal(
            [Fault("AdverseEvent.resourceType", "structure", "The resource must be an AdverseEvent.")]
        )
    meta = resource.get("meta")
    profiles = meta.get("profile") if isinstance(meta, dict) else None
    for url in profiles if isinstance(profiles, list) else ():
        found = _PROFILE_TAIL.fullmatch(url) if isinstance(url, str) else None
        if found and int(found[1]) in VERSIONS:
            return int(found[1])
    supported = " or ".join(f"{PROFILE}-{version}" for version in VERSIONS)
    detail = f"meta.profile must name a profile that ends in {supported}."
    raise invalid("unknown-profile", detail, Fault("AdverseEvent.meta.profile", "unknown-profile", detail))


class _Reader:
    """Walks one resource, gathering answers and faults."""

    def __init__(self, version: int) -> None:
        self.request = recording_pb2.SubmitRequest(question_set=version, route=recording_pb2.ROUTE_API)
        self.faults: list[Fault] = []
        self._suffix = f"-{version}"
        self._add = self.request.answers.add
        self._entries: dict[str, int] = {}

    def read(self, resource: Json) -> None:
        self._check_elements(resource)
        self._native(resource)
        self._identifier(resource.get("identifier"))
        for index, each in enumerate(self._list(resource, "contained", "AdverseEvent")):
            self._contained(each, f"AdverseEvent.contained[{index}]")
        self._extensions(resource, "AdverseEvent")

    def _fault(self, path: str, code: str, detail: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(path, code, detail))

    # ---- the resource's own elements

    def _check_elements(self, resource: Json) -> None:
        unknown = resource.keys() - ELEMENTS
        if unknown:
            detail = "R4 has no such element in AdverseEvent, and its content would be lost."
            for name in sorted(unknown):
                self._fault(f"AdverseEvent.{_safe_name(name)}", "unknown-element", detail)
        if resource.get("actuality") not in ("actual", "potential"):
            self._fault("AdverseEvent.actuality", "required-missing", "This must be “actual” or “potential”.")
        if not isinstance(resource.get("subject"), dict):
            self._fault(
                "AdverseEvent.subject", "required-missing", 'R4 asks for a subject, as {"reference": …}.'
            )

    def _native(self, resource: Json) -> None:
        event = resource.get("event")
        if event is not None:
            code = self._concept(event, "AdverseEvent.event")
            if code is not None:
                self._add(
                    section=NATIVE, property="Type", code=code, path="AdverseEvent.event.coding[0].code"
                )
        date = resource.get("date")
        if date is not None and self._is_text(date, "AdverseEvent.date"):
            self._add(section=NATIVE, property="Date", date=date.split("T", 1)[0], path="AdverseEvent.date")
        description = resource.get("description")
        if self._is_text(description, "AdverseEvent.description"):
            self._add(
                section=NATIVE, property="Description", text=description, path="AdverseEvent.description"
            )

    def _identifier(self, sent: Any) -> None:
        """The client's own number for the event; ours, which an answer of ours carries, is not.

        R4 has one identifier here; clients that send a list are understood.
        """
        for identifier in sent if isinstance(sent, list) else () if sent is None else (sent,):
            system = identifier.get("system", "") if isinstance(identifier, dict) else None
            value = identifier.get("value") if isinstance(identifier, dict) else None
            if not isinstance(system, str) or not isinstance(value, str):
                detail = 'This must be {"system": …, "value": …}, both text in quotes.'
                self._fault("AdverseEvent.identifier", "structure", detail)
            elif not system.endswith(REFERENCE_SYSTEM):
                self.request.local_reference = value

    # ---- contained resources

    def _contained(self, contained: Any, path: str) -> None:
        if not isinstance(contained, dict):
            self._fault(path, "structure", "This must be a resource.")
            return
        device = contained.get("resourceType") == "Device"
        entry = self._entries.get(DEVICE_DETAILS, 0)
        self._extensions(contained, path)
        if device:
            self._device(contained, path, entry)

    def _device(self, device: Json, path: str, entry: int) -> None:
        """What R4 says of a device itself belongs to the details of the same device."""
        for element, property in DEVICE_ELEMENTS.items():
            value = device.get(element)
            where = f"{path}.{element}"
            if self._is_text(value, where):
                self._add(section=DEVICE_DETAILS, entry=entry, property=property, text=value, path=where)
                self._entries[DEVICE_DETAILS] = max(entry + 1, self._entries.get(DEVICE_DETAILS, 0))

    # ---- extensions

    def _extensions(self, holder: Json, path: str) -> None:
        if "modifierExtension" in holder:
            self._fault(f"{path}.modifierExtension", "unknown-element", "We know no modifier extensions.")
        for index, each in enumerate(self._list(holder, "extension", path)):
            self._section(each, f"{path}.extension[{index}]")

    def _section(self, extension: Any, path: str) -> None:
        url = extension.get("url") if isinstance(extension, dict) else None
        if not isinstance(url, str):
            self._fault(f"{path}.url", "structure", "An extension must have a url.")
            return
        section = url.rpartition("/")[2].removesuffix(self._suffix)
        if not url.endswith(section + self._suffix) or not section or len(section) > 100:
            detail = f"We know extensions whose url ends in a name and “{self._suffix}”."
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
            self._value(section, entry, property, inner[name], name, f"{path}.{_safe_name(name)}")

    def _value_name(self, inner: Json, path: str) -> str:
        """Which value[x] an inner extension has; empty when it has none to read."""
        names = [name for name in inner if name.startswith("value")]
        if len(names) == 1:
            return names[0]
        if names:
            self._fault(path, "structure", "An extension takes one value, and there are several.")
        elif not _is_absent(inner):
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
            self._reference(property, value)
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

    def _reference(self, property: str, value: Any) -> None:
        """References in an answer of ours that is sent back: the client's own is its own again, ours stays ours."""
        if property == "LocalReference" and isinstance(value, str):
            self.request.local_reference = value

    # ---- shapes

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

    def _is_text(self, value: Any, path: str) -> bool:
        if value is None:
            return False
        if isinstance(value, str):
            return True
        self._fault(path, "wrong-type", "This takes text in quotes.")
        return False


def _is_absent(inner: Json) -> bool:
    """A value that says why it is not there, as our own answers do while a text is being checked."""
    return any(name.startswith("_value") for name in inner)


def _safe_name(name: str) -> str:
    """A name we were sent, if it can be one: what is not might be somebody's text."""
    return name if name.isascii() and name.isidentifier() and len(name) <= 40 else "(unnamed)"
