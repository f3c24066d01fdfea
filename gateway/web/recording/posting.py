"""What a page sends is put with the answers given so far; what cannot be is said beside its field."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from chassis.problems import Problem
from gateway import question_sets
from gateway.web.presenters import LONDON
from gateway.web.recording import reading
from gateway.web.recording.flow import COUNT, Step
from gateway.web.recording.form import PATIENTS, Form, Given, Place, Value
from gateway.web.recording.reading import NotAnswer, Sent, name_of

MOST_PATIENTS = 100
MOST_FOUND = 10
TODAY: Place = ("adverse-event-estimated-date", 0, "IncidentOccurredToday")
DATE: Place = ("native", 0, "Date")
HERE: Place = ("location-details", 0, "LocationKnown")
WORKS_FOR: Place = ("practitioner-details", 0, "ReporterOrganisation")
ORGANISATION: Place = ("location-details", 0, "Organisation")
Found = dict[str, tuple[tuple[str, str], ...]]


def keep(
    step: Step,
    form: Form,
    given: Given,
    sent: Sent,
    faults: dict[str, str],
    found: Found | None = None,
    organisation: str = "",
) -> None:
    """Put what was sent for a page into `given`; into `faults` what cannot be, by field, and into `found` organisations to choose from."""
    for place in step.places:
        name = name_of(place)
        try:
            if (place[0], place[2]) == COUNT:
                _count_patients(given, sent.get(name, "").strip(), sent.get(f"{name}.unknown", ""))
                continue
            values = reading.read(form, place, sent)
            if form.question(place[0], place[2]).organisation:
                values = [_organisation(str(one), name, found) for one in values]
            given.put(place, values)
        except NotAnswer as wrong:
            faults[name] = str(wrong)
    if TODAY in step.places and given.at(TODAY) == ["y"]:
        given.put(DATE, [datetime.now(LONDON).date().isoformat()])
    if HERE in step.places and given.at(HERE) == ["y"] and organisation:
        given.put(ORGANISATION, [organisation])


def must_be_answered(step: Step, form: Form, given: Given, faults: dict[str, str]) -> None:
    """A fault for each question of the page that must be answered and is not."""
    for place in step.places:
        if step.wants(form, place, given):
            faults[name_of(place)] = _wanted(form, place)


def _wanted(form: Form, place: Place) -> str:
    if (place[0], place[2]) == COUNT:
        return "Enter how many patients were affected, or choose “I don't know”"
    question = form.question(place[0], place[2])
    verb = "Choose an answer" if question.value_set or question.kind == "boolean" else "Enter an answer"
    return f"{verb}: {question.wording[:1].lower()}{question.wording[1:]}"


def _count_patients(given: Given, typed: str, unknown: str) -> None:
    """How many there were: that many entries, of which the first keep what was told of them."""
    if unknown:
        number, known = 0, "unknown"
    elif not typed:
        return
    elif not typed.isdecimal() or int(typed) > MOST_PATIENTS:
        raise NotAnswer(f"Enter a number from 0 to {MOST_PATIENTS}, like 1")
    else:
        number, known = int(typed), "yes" if int(typed) else "no"
    for section, entry, property in list(given.values):
        if section == PATIENTS and entry >= number:
            given.put((section, entry, property), [])
    for entry in range(number):
        given.put((PATIENTS, entry, COUNT[1]), [entry + 1])
    given.patients = known


def _organisation(typed: str, name: str, found: Found | None) -> Value:
    """The code of the organisation that was typed, by code or by words of its name."""
    try:
        told = question_sets.current().organisations(typed, MOST_FOUND)
    except Problem:
        current_app.logger.warning("organisations cannot be looked up now")
        return typed  # recording judges it when it is sent
    listed = [(one.code, one.name) for one in told.organisations if not one.closed]
    exact = [code for code, _ in listed if code == typed]
    if exact or len(listed) == 1:
        return exact[0] if exact else listed[0][0]
    if found is not None:
        found[name] = tuple(listed)
    if listed:
        raise NotAnswer("Choose one of these organisations, or type more of its name")
    raise NotAnswer("There is no organisation with this name or code: try other words of its name")
