"""Where things stand in an AdverseEvent of the national interface: names, elements, and which resource holds what.

Versions 4 and 5 have the shape of STU3, version 6 that of R4. All that differs between the two stands in `SHAPES`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property

from gateway.fhir import base


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PROFILE = "patient-safety-adverse-event"
BASE = "/adverse-event/fhir"
EVENTS = f"{BASE}/AdverseEvent"
PROFILES = "/taxonomy/fhir/StructureDefinition"
REFERENCE_SYSTEM = "/reference-number"  # tail of the identifier system of our own references
REFERENCE_NUMBER = re.compile(r"PSE-[0-9]{2}-[0-9A-Z]{8}-[0-9A-Z]", re.IGNORECASE)
# Ours is the one identifier that STU3 and R4 have a place for. R5 has several; so do earlier releases write the others.
OTHER_IDENTIFIER = "http://hl7.org/fhir/5.0/StructureDefinition/extension-AdverseEvent.identifier"

NATIVE = "native"
CORE = "adverse-event-core"
METADATA = "adverse-event-reference-metadata"
TIME = "adverse-event-estimated-date"
DEVICE_DETAILS = "adverse-event-device-details"

# What clients call a device's elements, in either release.
DEVICE_ELEMENTS: Mapping[str, str] = {
    "manufacturer": "DeviceManufacturer",
    "model": "DeviceModel",
    "modelNumber": "DeviceModel",
    "serialNumber": "DeviceSerial",
    "lotNumber": "DeviceLot",
}

# Sections that live in contained resources, with the resource's type.
CONTAINED: Mapping[str, str] = {
    "patient-information": "Patient",
    "practitioner-details": "Practitioner",
    "location-details": "Location",
    "medication-administration": "Medication",
    DEVICE_DETAILS: "Device",
}
EACH_ITS_OWN = frozenset({"Medication", "Device"})  # one resource for each entry; else one for all
OF_ANY_CONTAINED = _words("resourceType id meta implicitRules language extension modifierExtension")
WRITTEN_TEXT = frozenset({"ApproximateDate"})  # facts that are strings in FHIR, not codes
EVENT_CODES: Mapping[str, str] = {"incident": "1", "risk": "2", "outcome": "3", "good_care": "4"}

_NAMES = frozenset({"detection-factors", "medication-dmd", *CONTAINED})
_NAMED = "adverse-event-"


class Scale(Enum):
    """The lists of codes in which FHIR says how bad something was."""

    SERIOUSNESS = auto()
    SEVERITY = auto()
    SEVERITY_IN_STU3 = auto()  # where the list called seriousness is one of severity
    OUTCOME = auto()


@dataclass(frozen=True)
class Shape:
    """How one release of FHIR writes an AdverseEvent.

    `event_type` and `description` are the elements that hold these answers. `elements` are all that the release has
    (others are refused), each with what JSON has there: a text, an object or a list of objects. `not_kept` are those that
    no question asks. `required` must be there, `codes` says what some may hold. `fixed` stands in every resource of ours, `device`
    is where answers about a device go, `mirrors` we add for generic clients, each in its scale. `terminology` is HL7's, of
    the release.
    """

    release: str
    event_type: str
    description: str  # empty where the description is an extension
    elements: Mapping[str, type]
    not_kept: frozenset[str]
    required: tuple[str, ...]
    codes: Mapping[str, tuple[str, ...]]
    fixed: Mapping[str, str]
    device: Mapping[str, str]
    mirrors: Mapping[str, Scale]
    terminology: str

    @cached_property
    def primitives(self) -> frozenset[str]:
        """The elements that may have a `_name` beside them."""
        texts = (name for name, kind in self.elements.items() if kind is str)
        return frozenset(texts) - {"resourceType", "id"}

    @cached_property
    def unread(self) -> Mapping[str, type]:
        """The elements of which nothing is looked at but that they are what JSON has there."""
        read = {self.event_type, *_READ, *self.required, *self.codes}
        return {name: kind for name, kind in self.elements.items() if name not in read}


def _elements(stu3: bool) -> Mapping[str, type]:
    """What JSON has of each element of an AdverseEvent: str, dict or list."""
    found: dict[str, type] = {"resourceType": str}
    for one in base.elements("AdverseEvent", stu3):
        _, _, name = one.path.partition(".")
        if name and "." not in name:
            found[name] = list if one.maximum == "*" else str if one.types[0].code[0].islower() else dict
    return found


_READ = _words("resourceType id identifier date description contained extension modifierExtension")
META: Mapping[str, type] = {"extension": list, "security": list, "tag": list, "source": str}
_NOT_ASKED = "language text seriousness outcome subjectMedicalHistory referenceDocument study"

STU3 = Shape(
    release="STU3",
    event_type="type",
    description="description",
    elements=_elements(stu3=True),
    not_kept=_words(f"{_NOT_ASKED} reaction eventParticipant"),
    required=(),
    codes={"category": ("AE", "PAE")},
    fixed={"category": "AE"},
    device={
        "DeviceManufacturer": "manufacturer",
        "DeviceModel": "model",
        "DeviceSerial": "serialNumber",  # not STU3's own; the question set puts it there
        "DeviceLot": "lotNumber",
    },
    mirrors={"seriousness": Scale.SEVERITY_IN_STU3},
    terminology="http://hl7.org/fhir",
)
R4 = Shape(
    release="R4",
    event_type="event",
    description="",
    elements={
        **_elements(stu3=False),
        "description": str,
    },  # of STU3: real clients of version 6 still send it
    not_kept=_words(f"{_NOT_ASKED} category encounter detected resultingCondition severity contributor"),
    required=("actuality", "subject"),
    codes={"actuality": ("actual", "potential")},
    fixed={},
    device={
        "DeviceManufacturer": "manufacturer",
        "DeviceModel": "modelNumber",
        "DeviceSerial": "serialNumber",
        "DeviceLot": "lotNumber",
    },
    mirrors={"seriousness": Scale.SERIOUSNESS, "severity": Scale.SEVERITY, "outcome": Scale.OUTCOME},
    terminology="http://terminology.hl7.org/CodeSystem",
)
SHAPES: Mapping[int, Shape] = {4: STU3, 5: STU3, 6: R4}
VERSIONS = tuple(SHAPES)  # of the question set that we take


def extension_url(base: str, section: str, version: int) -> str:
    """The canonical address of a section's extension; `base` ends without a slash."""
    return f"{base}/{section}-{version}"


def is_our_reference(system: str, value: str) -> bool:
    """Whether an identifier is the number that we gave an event, and not its client's own."""
    return system.endswith(REFERENCE_SYSTEM) and bool(REFERENCE_NUMBER.fullmatch(value))


def is_ours(name: str) -> bool:
    """Whether an extension's name, without its version, is one of the national interface."""
    return name in _NAMES or name.startswith(_NAMED)
