"""Safety events for tests, every default a plain one: as answers, and as a local system sends them (FHIR)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.recording.domain.answers import Answer, Value

BASE = "https://developer.learn-from-patient-safety-events.nhs.uk/taxonomy/fhir/StructureDefinition/"
DESCRIPTION = (
    "Patient slid from the chair while reaching for the call bell and was found sitting on the floor. "
    "There is a bruise to the left elbow; observations were normal and the family have been told."
)
ACTIONS = "Helped back with a hoist, checked for injury, observed hourly for the rest of the shift."

Overrides = Mapping[str, Value | Sequence[Value] | None]
Patient = Mapping[str, Value]

_INCIDENT: dict[str, Value | Sequence[Value]] = {
    "native/Type": "1",
    "native/Date": "2026-03-02",
    "adverse-event-core/Description": DESCRIPTION,
    "adverse-event-estimated-date/IncidentOccurredToday": "n",
    "adverse-event-estimated-date/PreciseTime": "06:40:00",
    "location-details/LocationKnown": "y",
    "location-details/ServiceArea": ["1"],
    "location-details/LocationWithinService": "4",
    "location-details/ResponsibleSpecialty": "44",
    "adverse-event-agent/InvolvedAgents": ["10"],
    "adverse-event-safety-challenges/SafetyChallenges": ["2"],
    "patient-information/PatientSequence": 1,
    "patient-information/AgeAtTimeOfIncidentDays": 29016,
    "patient-information/PhysicalHarm": "4",
    "patient-information/PsychologicalHarm": "4",
    "adverse-event-classification/LevelOfConcern": "3",
    "adverse-event-outcome/ImmediateActions": ACTIONS,
    "practitioner-details/ReporterOrganisation": "RZ1",
    "practitioner-details/ReporterRole": "5",
    "practitioner-details/ReporterInvolvement": "4",
    "adverse-event-reference-metadata/DataSharingOptOut": False,
}


def an_answer(where: str, value: Value, entry: int = 0, index: int = 0) -> Answer:
    """One answer to "section/property"; its path says the same, so that a fault can be found by it."""
    section, name = where.split("/")
    return Answer(section, entry, name, value, f"{section}[{entry}].{name}[{index}]")


def an_incident(overrides: Overrides | None = None, patients: Sequence[Patient] = ()) -> list[Answer]:
    """A fall without lasting harm, as answers that meet every rule.

    `overrides` is by "section/property": another value, a list of them, or None to leave the answer out.
    `patients` replaces the one patient; each is properties of patient-information, numbered here unless it
    says its number.
    """
    chosen: Overrides = {**_INCIDENT, **(overrides or {})}
    if patients:
        chosen = {
            where: each for where, each in chosen.items() if not where.startswith("patient-information/")
        }
    answers = [one for where, each in chosen.items() for one in _answers(where, each)]
    return answers + [one for entry, each in enumerate(patients) for one in _patient(entry, each)]


def _answers(where: str, value: Value | Sequence[Value] | None) -> list[Answer]:
    if value is None:
        return []
    values = [value] if isinstance(value, str | int) else value
    return [an_answer(where, each, index=index) for index, each in enumerate(values)]


def _patient(entry: int, properties: Patient) -> list[Answer]:
    numbered = {"PatientSequence": entry + 1, **properties}
    return [an_answer(f"patient-information/{name}", value, entry) for name, value in numbered.items()]


def as_fhir_v6(
    *,
    organisation: str | None = "RZ1",
    description: str = DESCRIPTION,
    event_type: str = "1",
    date: str | None = "2026-03-02",
    agents: Sequence[str] = ("10",),
    physical_harm: str | None = "4",
    psychological_harm: str | None = "4",
    level_of_concern: str = "3",
    contact: str | None = None,
    local_reference: str | None = None,
    local_system: str = "https://lrms.example/incident",
    data_sharing_opt_out: bool = False,
    more: Sequence[dict[str, Any]] = (),
) -> dict[str, Any]:
    """A national version 6 AdverseEvent of about 3 KB, as a local risk management system sends it.

    `organisation` is the reporter's; None leaves it to the client's own. `more` is further extensions of the
    root, for which `extension` and `an` are at hand.
    """
    harm = {"PhysicalHarm": physical_harm, "PsychologicalHarm": psychological_harm}
    resource: dict[str, Any] = {
        "resourceType": "AdverseEvent",
        "meta": {"profile": [BASE + "patient-safety-adverse-event-6"]},
        "contained": [
            _contained("Patient", "patient", "patient-information", _patient_v6(harm)),
            _contained(
                "Practitioner", "practitioner1", "practitioner-details", _reporter_v6(organisation, contact)
            ),
            _contained("Location", "location1", "location-details", _location_v6(organisation)),
        ],
        "extension": [*_extensions_v6(description, agents, level_of_concern, data_sharing_opt_out), *more],
        "actuality": "actual",
        "event": {"coding": [{"code": event_type}]},
        "subject": {"reference": "#patient"},
        "location": {"reference": "#location1"},
        "recorder": {"reference": "#practitioner1"},
    }
    if date is not None:
        resource["date"] = date
    if local_reference is not None:
        resource["identifier"] = [{"system": local_system, "value": local_reference}]
    return resource


def extension(name: str, *properties: dict[str, Any]) -> dict[str, Any]:
    """One extension of the national profile, by its name without the version."""
    return {"url": f"{BASE}{name}-6", "extension": list(properties)}


def an(property: str, kind: str, value: Value) -> dict[str, Any]:
    """One property of an extension; `kind` is Code, String, Integer, Boolean, Date or Time."""
    return {"url": property, f"value{kind}": value}


def _contained(kind: str, id: str, section: str, properties: list[dict[str, Any]]) -> dict[str, Any]:
    return {"resourceType": kind, "id": id, "extension": [extension(section, *properties)]}


def _patient_v6(harm: dict[str, str | None]) -> list[dict[str, Any]]:
    return [
        an("PatientSequence", "Integer", 1),
        an("AgeAtTimeOfIncidentDays", "Integer", 29016),
        an("GenderIdentity", "Code", "1"),
        an("GenderSameAsAtBirth", "Code", "y"),
        an("PatientEthnicity", "Code", "11"),
        *(an(name, "Code", code) for name, code in harm.items() if code is not None),
    ]


def _reporter_v6(organisation: str | None, contact: str | None) -> list[dict[str, Any]]:
    properties = [an("ReporterRole", "Code", "5"), an("ReporterInvolvement", "Code", "4")]
    if organisation is not None:
        properties.insert(0, an("ReporterOrganisation", "Code", organisation))
    return properties if contact is None else [*properties, an("ReporterContact", "String", contact)]


def _location_v6(organisation: str | None) -> list[dict[str, Any]]:
    where = [] if organisation is None else [an("Organisation", "Code", organisation)]
    return [
        an("LocationKnown", "Code", "y"),
        *where,
        an("ServiceArea", "Code", "1"),
        an("LocationWithinService", "Code", "4"),
        an("ResponsibleSpecialty", "Code", "44"),
    ]


def _extensions_v6(
    description: str, agents: Sequence[str], level_of_concern: str, data_sharing_opt_out: bool
) -> list[dict[str, Any]]:
    time = [an("IncidentOccurredToday", "Code", "n"), an("PreciseTime", "Time", "06:40:00")]
    return [
        extension("adverse-event-core", an("Description", "String", description)),
        extension("adverse-event-estimated-date", *time),
        extension("adverse-event-agent", *(an("InvolvedAgents", "Code", each) for each in agents)),
        extension("adverse-event-safety-challenges", an("SafetyChallenges", "Code", "2")),
        extension("adverse-event-outcome", an("ImmediateActions", "String", ACTIONS)),
        extension("adverse-event-process", an("HealthcareProcess", "Code", "6")),
        extension("adverse-event-classification", an("LevelOfConcern", "Code", level_of_concern)),
        extension(
            "adverse-event-reference-metadata", an("DataSharingOptOut", "Boolean", data_sharing_opt_out)
        ),
    ]
