"""Where things stand in an AdverseEvent of the national interface: names, elements, and which resource holds what."""

from __future__ import annotations

from collections.abc import Mapping

VERSIONS = (6,)  # of the question set that we take
PROFILE = "patient-safety-adverse-event"
BASE = "/adverse-event/fhir"
PROFILES = "/taxonomy/fhir/StructureDefinition"
REFERENCE_SYSTEM = "/reference-number"  # tail of the identifier system of our own references

NATIVE = "native"
CORE = "adverse-event-core"
METADATA = "adverse-event-reference-metadata"
DEVICE_DETAILS = "adverse-event-device-details"
DEVICE_ELEMENTS: Mapping[str, str] = {
    "manufacturer": "DeviceManufacturer",
    "model": "DeviceModel",
    "modelNumber": "DeviceModel",
    "serialNumber": "DeviceSerial",
    "lotNumber": "DeviceLot",
}

# Sections that live in contained resources, with the resource's type and id.
CONTAINED: Mapping[str, tuple[str, str]] = {
    "patient-information": ("Patient", "patient"),
    "practitioner-details": ("Practitioner", "practitioner1"),
    "location-details": ("Location", "location1"),
    "medication-administration": ("Medication", "medication1"),
}
WRITTEN_TEXT = frozenset({"ApproximateDate"})  # facts that are strings in FHIR, not codes

_R4 = """
    resourceType id meta implicitRules language text contained extension modifierExtension identifier actuality category
    event subject encounter date detected recordedDate resultingCondition location seriousness severity outcome recorder
    contributor suspectEntity subjectMedicalHistory referenceDocument study
"""
_LENIENT = "description"  # STU3's, which real clients of version 6 still send
ELEMENTS = frozenset((*_R4.split(), _LENIENT))
_NO_QUESTION = """
    language text category encounter detected resultingCondition seriousness severity outcome contributor
    subjectMedicalHistory referenceDocument study
"""
NOT_KEPT = frozenset(_NO_QUESTION.split())
"""Elements that R4 has and the question set does not ask: they go back to the sender, who is told that nothing keeps them."""


def extension_url(base: str, section: str, version: int) -> str:
    """The canonical address of a section's extension; `base` ends without a slash."""
    return f"{base}/{section}-{version}"
