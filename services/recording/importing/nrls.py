"""A row of NRLS as a submission: what is certain as codes, what is told as text, by nrls.toml."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine

from chassis.actors import Actor, Grant, Reach
from chassis.problems import Problem
from services.recording.domain import ages
from services.recording.domain.answers import Answer, field_name
from services.recording.domain.safety_events import Receipt
from services.recording.importing import reading as rows
from services.recording.importing import values
from services.recording.importing.files import Row
from services.recording.importing.reading import Reading, Table, differs, name_of, of_problem
from services.recording.importing.running import Kind, Read, Rejected
from services.recording.use_cases import SUBMIT, Submission, Tools, check, question_set, submit_many
from services.recording.use_cases.submitting import recorded_as

ROUTE = "nrls"
ACTOR = Actor("system:import", "system", "", (Grant("", Reach.NATIONAL, frozenset({SUBMIT})),))
MEDICATIONS, DEVICES, OTHER_DEVICE = "4", "3", "88"
AGES = ("none", "years", "encoded")
CORE, OUTCOME, PLACE = "adverse-event-core", "adverse-event-outcome", "location-details"
AGENTS, MEDICINE = "adverse-event-agent", "adverse-event-problem-medication"
DEVICE, PATIENT = "adverse-event-device-details", "patient-information"
_DESCRIPTION = field_name(CORE, 0, "Description")


@dataclass(frozen=True)
class Layout(rows.Layout):
    """Beside what every file has: labels of ours in lower case → their codes, and how the file writes an age."""

    specialties: Mapping[str, str]
    devices: Mapping[str, str]
    ages: str  # one of AGES


@dataclass
class _Reading(Reading):
    layout: Layout


def kind(
    db: Engine, tools: Tools, header: Sequence[str], chosen: Mapping[str, str], how_old: str
) -> Kind[Submission]:
    """How the rows of one file are read and kept; CannotRun where it lacks a column we need."""
    where = layout(header, chosen, how_old)
    columns = {_DESCRIPTION: where.columns["description"]}

    def keep(group: Sequence[Submission]) -> list[bool | Rejected]:
        return [_kept(one, columns) for one in submit_many(db, tools, ACTOR, group)]

    def judge(group: Sequence[Submission]) -> list[bool | Rejected]:
        earlier = recorded_as(db, ACTOR, group)
        return [
            _checked(tools, one, columns) or before is not None
            for one, before in zip(group, earlier, strict=True)
        ]

    return Kind(ROUTE, lambda row: name_of(row, where), lambda row: read(row, where), keep, judge)


def layout(header: Sequence[str], chosen: Mapping[str, str], how_old: str) -> Layout:
    """What nrls.toml says about a file with this header."""
    said = rows.table("nrls")
    found = rows.layout(said, chosen, header)
    specialties, devices = _labels(said, "specialty"), _labels(said, "device-type")
    return Layout(said, found.columns, found.unread, specialties, devices, how_old)


def _labels(said: Table, value_set: str) -> dict[str, str]:
    """Label in lower case → code, of those that can mean one code alone."""
    labels = question_set(said["question_set"]).value_sets[value_set].labels
    offered = [(label.lower(), code) for code, label in labels.items()]
    names = [label for label, _ in offered]
    return {label: code for label, code in offered if names.count(label) == 1 and label not in said["vague"]}


# ---- keeping -----------------------------------------------------------------------------------------------


def _kept(one: Receipt | Problem, columns: Mapping[str, str]) -> bool | Rejected:
    """Whether it was recorded before, with the same content."""
    if isinstance(one, Problem):
        return of_problem(one, columns)
    return differs() if one.differs else one.repeated


def _checked(tools: Tools, one: Submission, columns: Mapping[str, str]) -> Rejected | None:
    try:
        check(tools.directory, ACTOR, one, strict=False)
    except Problem as problem:
        return of_problem(problem, columns)
    return None


# ---- reading -----------------------------------------------------------------------------------------------


def read(row: Row, where: Layout) -> Read[Submission] | Rejected:
    """A row as a submission, or nothing where it is not England's."""
    reading = _Reading(row, where)
    if not _in_england(reading):
        return Read(None)
    submission = _submission(reading)
    for part in PARTS:
        part(reading)
    if reading.faults:
        return Rejected(tuple(reading.faults))
    return Read(replace(submission, answers=tuple(reading.answers)), reading.all_left_out())


def _in_england(reading: _Reading) -> bool:
    """The national filter. Without an organisation an open country is not England's; such a row is rejected, not dropped."""
    code, said = reading.text("country").lower(), reading.layout.said["country"]
    return code in said["england"] or code in said["open"]


def _submission(reading: _Reading) -> Submission:
    name, organisation = name_of(reading.row, reading.layout), reading.text("organisation").upper()
    if not name:
        reading.wrong("id", "bad-id", "An id has up to 64 letters, digits and signs such as - and /.")
    if not values.ORGANISATION.fullmatch(organisation):
        reading.wrong("organisation", "unknown-organisation", "This takes the ODS code of an organisation.")
        organisation = ""
    else:
        reading.answer("organisation", "practitioner-details", "ReporterOrganisation", organisation)
    version = reading.layout.said["question_set"]
    return Submission(version, (), ROUTE, organisation, "", f"nrls:{name}", reported_at=_received(reading))


def _received(reading: _Reading) -> datetime | None:
    written = reading.text("received")
    found = values.moment(written, reading.layout.said["dates"]) if written else None
    if written and found is None:
        reading.wrong(
            "received", "bad-date", "This takes a date between 1990 and now, the day before the month."
        )
    return found


def _what(reading: _Reading) -> None:
    reading.answers.append(Answer("native", 0, "Type", "1", ""))
    told = [reading.text("description")]
    if told[0] and (causes := reading.text("causes")):
        told += [f"{reading.layout.said['headings']['causes']} {causes}"]
    reading.answer("description", CORE, "Description", "\n\n".join(told))
    if actions := reading.text("actions"):
        reading.answer("actions", OUTCOME, "ImmediateActions", actions)


def _when(reading: _Reading) -> None:
    if found := reading.day("date"):
        reading.answer("date", "native", "Date", found)


def _patient(reading: _Reading) -> None:
    harm, age = reading.text("harm"), _age(reading)
    if harm or age:
        reading.answers.append(Answer(PATIENT, 0, "PatientSequence", 1, ""))
    if age:
        reading.answer("age", PATIENT, "AgeAtTimeOfIncidentDays", age)
    code = reading.layout.said["harm"].get(harm.lower())
    if code:
        reading.answer("harm", PATIENT, "PhysicalHarm", code)
    elif harm:
        known = ", ".join(reading.layout.said["harm"])
        reading.wrong("harm", "code-not-in-value-set", f"This takes one of these: {known}.")


def _age(reading: _Reading) -> int | None:
    """An age as version 6 writes it. Files differ in how they write it, so that nothing is guessed: whoever imports says."""
    written, how = reading.text("age"), reading.layout.ages
    if not written:
        return None
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 7 else 0
    encoded = number * ages.DAYS_IN_YEAR if how == "years" else number
    if how == "none" or ages.decode(encoded) is None:
        reading.leave_out("age")
        return None
    return encoded


def _where(reading: _Reading) -> None:
    """The specialty: ours where it is called the same to the letter, else in its own words."""
    words = [one for one in ("specialty", "specialty_2", "specialty_text") if reading.text(one)]
    finest = next((one for one in ("specialty_2", "specialty") if one in words), "")
    code = reading.layout.specialties.get(reading.text(finest).lower())
    if code:
        reading.answer(finest, PLACE, "ResponsibleSpecialty", code)
        if "specialty_text" in words:
            reading.leave_out("specialty_text")
    elif words:
        told = " / ".join(reading.text(one) for one in words)
        reading.answer(words[-1], PLACE, "ResponsibleSpecialtyOther", told)


def _medicines(reading: _Reading) -> None:
    drugs = [
        w for w in ("medicine_1", "medicine_1_brand", "medicine_2", "medicine_2_brand") if reading.text(w)
    ]
    words = [word for word in ("medicine_process", "medicine_error") if reading.text(word)]
    if not drugs and not words:
        return
    reading.answer((drugs + words)[0], AGENTS, "InvolvedAgents", MEDICATIONS)
    for word in drugs:
        reading.answer(word, AGENTS, "DrugsInvolved", reading.text(word))
    code = reading.layout.said["medicine_process"].get(reading.text("medicine_process").lower())
    if code:
        reading.answer("medicine_process", MEDICINE, "InvolvedProcesses", code)
        words.remove("medicine_process")
    if words:
        reading.answer(words[0], MEDICINE, "ProblemDescriptionDrugs", reading.told(words))


def _devices(reading: _Reading) -> None:
    kind, name = reading.text("device_type"), reading.text("device_name")
    if not kind and not name:
        return
    reading.answer("device_type" if kind else "device_name", AGENTS, "InvolvedAgents", DEVICES)
    if kind:
        code = reading.layout.devices.get(kind.lower(), OTHER_DEVICE)
        reading.answer("device_type", DEVICE, "DeviceType", code)
        if code == OTHER_DEVICE:
            reading.answer("device_type", DEVICE, "DeviceTypeOther", kind)
    if name:
        reading.answer("device_name", DEVICE, "DeviceModel", name)


def _source(reading: _Reading) -> None:
    """NRLS knew no opt-out from sharing, and version 6 asks for it wherever the source is said."""
    written = reading.text("source")
    online = reading.layout.said["source"].get(written.lower())
    if online is not None:
        reading.answer("source", "adverse-event-reference-metadata", "FromOnlineForms", online)
        reading.answer("source", "adverse-event-reference-metadata", "DataSharingOptOut", False)
    elif written:
        reading.leave_out("source")


PARTS: tuple[Callable[[_Reading], None], ...] = (
    _what,
    _when,
    _patient,
    _where,
    _medicines,
    _devices,
    _source,
)
