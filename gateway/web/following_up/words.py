"""Codes of following up → words, and what is typed there → codes. No colour says anything that a word does not."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from gateway.web import presenters
from gateway.web.presenters import PHYSICAL, PSYCHOLOGICAL, Tag
from gateway.web.recording import versions
from gateway.web.recording.form import PATIENTS
from gateway.web.recording.reading import month_of

STATES: Mapping[str, Tag] = {
    "new": Tag("New", "blue"),
    "under_review": Tag("Under review", "yellow"),
    "needs_information": Tag("Waiting for an answer", "purple"),
    "action_in_progress": Tag("Action in progress", "orange"),
    "on_hold": Tag("On hold", "grey"),
    "reopened": Tag("Reopened", "blue"),
    "closed": Tag("Closed", "green"),
    "duplicate": Tag("Duplicate", "grey"),
    "not_a_patient_safety_event": Tag("Not a patient safety event", "grey"),
    "withdrawn": Tag("Withdrawn", "grey"),
}
HANDLED = tuple(one for one in STATES if one != "withdrawn")  # states of handling, as lists filter by them
BULK = tuple(
    one for one in HANDLED if one not in ("new", "duplicate")
)  # those that need nothing said besides
TO_THE_REPORTER: Mapping[str, str] = {
    "new": "It is recorded. Nobody has reviewed it yet.",
    "under_review": "The patient safety team is reviewing it.",
    "needs_information": "The patient safety team waits for an answer to a question.",
    "action_in_progress": "It has been reviewed, and something is being done about it.",
    "on_hold": "The review is on hold.",
    "reopened": "The review was closed and has been opened again.",
    "closed": "The review is closed.",
    "duplicate": "It was recorded more than once, and is followed up in the first record.",
    "not_a_patient_safety_event": "It was found not to be a patient safety event.",
    "withdrawn": "It was withdrawn, and is in no list or count. Its history stays.",
}
TYPES: Mapping[str, str] = {
    "incident": "Patient safety incident",
    "risk": "Risk",
    "outcome": "Outcome of concern",
    "good_care": "Good care",
}
LINKS: Mapping[str, tuple[str, str]] = {  # as it is said from the one end, and from the other
    "duplicate_of": ("Duplicate of", "Has a duplicate"),
    "same_patient_journey": ("Same course of care as", "Same course of care as"),
    "noticed_here_happened_there": ("Noticed here; happened as in", "Happened here; noticed as in"),
    "recorded_for_wrong_organisation": ("Should have been recorded for", "May have been meant for you"),
}
REASONS: Mapping[str, str] = {
    "recorded_in_error": "It was recorded in error",
    "duplicate": "It was recorded before",
    "wrong_organisation": "It was recorded for the wrong organisation",
    "not_a_patient_safety_event": "It was not a patient safety event",
    "test_record": "It was a test",
    "other": "Another reason",
}
CHANGES: Mapping[str, str] = {
    "recorded": "Recorded",
    "revised": "Amended",
    "retyped": "Made an incident",
    "governed": "Governance filled in",
    "withdrawn": "Withdrawn",
    "restored": "Restored",
}
SUGGESTED: Mapping[str, str] = {
    "duty_of_candour": "Duty of candour",
    "cqc": "Care Quality Commission",
    "never_event": "Never Event",
    "safety_response": "Safety response",
    "notify": "Tell another body",
}
MOST = 20_000  # characters of a message: recording says so too
CHANGED = "Somebody else changed this event meanwhile. Here is what it says now, with what you changed: check it, and save again."
UNNAMED = "Somebody who no longer follows up events here"
_DAY = re.compile(r"(\d{1,2})[\s/.-]+(\d{1,2}|[a-z]{3,9})[\s/.-]+(\d{4})", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


def state(code: str) -> Tag:
    return STATES.get(code, Tag(code, "grey"))


def event_type(slug: str) -> str:
    return TYPES.get(slug, slug)


def harms() -> dict[str, str]:
    """Grades of physical harm in the newest question set, worst first: code → label."""
    form = versions.newest()
    return {one.code: one.label for one in form.options(form.question((PATIENTS, 0, "PhysicalHarm")))}


def harm_tags(version: int, physical: str, psychological: str) -> tuple[Tag, ...]:
    """The worst harm to a body and to a mind, where they were graded."""
    graded = (("PhysicalHarm", physical, PHYSICAL), ("PsychologicalHarm", psychological, PSYCHOLOGICAL))
    return tuple(
        Tag(harm_label(version, question, code), colours.get(code, "grey"))
        for question, code, colours in graded
        if code
    )


def harm_label(version: int, question: str, code: str) -> str:
    """The label of a grade in a version of the question set; nothing where nobody was graded."""
    if not code:
        return ""
    form = versions.of_version(version) or versions.newest()
    try:
        return form.label(form.question((PATIENTS, 0, question)), code)
    except KeyError:
        return code


def response_type(version: int, code: str) -> str:
    """What kind of safety response it is."""
    form = versions.of_version(version) or versions.newest()
    if not code:
        return "Safety response"
    try:
        return form.label(form.question(("adverse-event-safety-response", 0, "ResponseType")), code)
    except KeyError:
        return code


def a_day(typed: str) -> str:
    """A day that somebody typed, as 27/3/2026, 27 March 2026 or 2026-03-27, in the last of these forms. ValueError for another."""
    if not typed:
        return ""
    if found := _ISO.fullmatch(typed):
        year, month, number = found.groups()
    elif found := _DAY.fullmatch(typed):
        number, month, year = found.groups()
    else:
        raise ValueError(typed)
    return date(int(year), month_of(month), int(number)).isoformat()


def due(day: str, today: date) -> str:
    """A due date in words, and that it has gone by where it has."""
    if not day:
        return ""
    written = presenters.day(day)
    if day < today.isoformat():
        return f"{written}: overdue"
    return f"{written}: today" if day == today.isoformat() else written
