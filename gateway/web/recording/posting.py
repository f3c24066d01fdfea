"""What a page sends is put with the answers given so far; what cannot be is said beside its field."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from flask import current_app

from chassis.problems import Problem
from gateway import question_sets
from gateway.web import presenters
from gateway.web.languages import say
from gateway.web.recording import reading
from gateway.web.recording.flow import COUNT, Step
from gateway.web.recording.form import PATIENTS, Form, Given, Place, Value
from gateway.web.recording.reading import MOST_FOUND, NotAnswer, Sent, Several, name_of

MOST_PATIENTS = 100
TODAY: Place = ("adverse-event-estimated-date", 0, "IncidentOccurredToday")
DATE: Place = ("native", 0, "Date")
HERE: Place = ("location-details", 0, "LocationKnown")
ORGANISATION: Place = ("location-details", 0, "Organisation")


_LISTED = re.compile(r"\(([A-Z0-9]{2,12})\)$")


@dataclass
class Refused:
    """What could not be kept, by field: why, and the organisations there are to choose from."""

    faults: dict[str, str] = field(default_factory=dict)
    found: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)


def keep(step: Step, form: Form, given: Given, sent: Sent, organisation: str = "") -> Refused:
    """Put what was sent for a page into `given`, and what follows from it, or followed from what stood there before; what cannot be is
    answered. `organisation` is the sender's."""
    refused, before = Refused(), Given(dict(given.values))
    for place in step.places:
        try:
            _put(place, form, given, sent)
        except NotAnswer as wrong:
            refused.faults[name_of(place)] = str(wrong)
            if isinstance(wrong, Several):
                refused.found[name_of(place)] = wrong.found
    if TODAY in step.places:
        _follows(given, before, TODAY, DATE, presenters.today().isoformat())
    if HERE in step.places:
        _follows(given, before, HERE, ORGANISATION, organisation)
    return refused


def _follows(given: Given, before: Given, asked: Place, place: Place, value: str) -> None:
    """“Yes” says what stands at another place; what it said is gone with it."""
    if given.at(asked) == ["y"]:
        given.put(place, [value] if value else given.at(place))
    elif before.at(asked) == ["y"]:
        given.put(place, [])


def _put(place: Place, form: Form, given: Given, sent: Sent) -> None:
    if place == COUNT:
        name = name_of(place)
        _count_patients(given, sent.get(name, "").strip(), sent.get(f"{name}.unknown", ""))
        return
    values = reading.read(form, place, sent)
    if form.question(place).organisation:
        values = [_organisation(str(one), alone=len(values) == 1) for one in values]
    given.put(place, values)


def missing(step: Step, form: Form, given: Given) -> dict[str, str]:
    """A fault for each question of the page that must be answered and is not."""
    return {name_of(place): _wanted(form, place) for place in step.places if step.wants(form, place, given)}


def _wanted(form: Form, place: Place) -> str:
    question = form.question(place)
    asked = say(question.wording)
    if place == COUNT:
        return f"{asked} " + say("Enter a number, or choose “I don't know”")
    chosen = question.value_set or question.kind == "boolean"
    return (say("Choose an answer") if chosen else say("Enter an answer")) + f": {asked}"


def _count_patients(given: Given, typed: str, unknown: str) -> None:
    """How many there were: that many entries, of which the first keep what was told of them. Where nothing is said, they stay."""
    if unknown and typed:
        raise NotAnswer("Enter a number or choose “I don't know”, not both")
    if not unknown and not typed:
        given.patients = ""
        return
    number = 0 if unknown else reading.number(typed, "Enter a number from 0 to {most}, like 1", MOST_PATIENTS)
    known = "unknown" if unknown else "yes" if number else "no"
    for section, entry, property in list(given.values):
        if section == PATIENTS and entry >= number:
            given.put((section, entry, property), [])
    for entry in range(number):
        given.put((PATIENTS, entry, COUNT[2]), [entry + 1])
    given.patients = known


def _organisation(typed: str, alone: bool) -> Value:
    """The code of the organisation that was typed, by code or by words of its name; “Name (CODE)” is what the list writes.

    Where it may be several, they are there to choose from if it was typed `alone`, else they are named.
    """
    named = _LISTED.search(typed)
    typed = named[1] if named else typed
    try:
        told = question_sets.current().organisations(typed, MOST_FOUND)
    except Problem:
        current_app.logger.warning("organisations cannot be looked up now")
        return typed  # recording judges it when it is sent
    listed = tuple((one.code, one.name) for one in told.organisations if not one.closed)
    exact = [code for code, _ in listed if code == typed]
    if exact or len(listed) == 1:
        return exact[0] if exact else listed[0][0]
    if listed and not alone:
        names = ", ".join(f"{name} ({code})" for code, name in listed)
        raise NotAnswer(
            "“{typed}” may be one of these: {names}. Type more of its name, or its code",
            typed=typed,
            names=names,
        )
    if listed:
        raise Several("Choose one of these organisations, or type more of its name", listed)
    raise NotAnswer("There is no organisation with this name or code: try other words of its name")
