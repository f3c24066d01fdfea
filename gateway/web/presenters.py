"""Protobuf → what pages show: words, dates as people write them, tags that never speak by colour alone."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from flask import g
from google.protobuf.timestamp_pb2 import Timestamp

from gateway.copying import Copy
from protos.access.v1 import access_pb2
from protos.notifications.v1 import notifications_pb2

LONDON = ZoneInfo("Europe/London")
UNKNOWN = "Not known"
OLDEST = 199  # years; an age above it stands for nothing
SECTIONS: Mapping[str, str] = {
    "native": "The event",
    "adverse-event-core": "The event",
    "adverse-event-estimated-date": "When it happened",
    "location-details": "Where it happened",
    "adverse-event-agent": "What was involved",
    "medication-dmd": "Medicine",
    "medication-administration": "Giving the medicine",
    "adverse-event-device-details": "Device",
    "adverse-event-problem-": "Problem",
    "adverse-event-safety-challenges": "Safety challenges",
    "patient-information": "Patient",
    "adverse-event-classification": "Level of concern",
    "adverse-event-outcome": "Outcome and actions",
    "adverse-event-process": "Process of care",
    "detection-factors": "How it was noticed",
    "adverse-event-risk-details": "The risk",
    "adverse-event-went-well": "What went well",
    "practitioner-details": "Who recorded it",
    "adverse-event-governance": "Governance",
    "adverse-event-reference-metadata": "About this record",
}
PROBLEM = "adverse-event-problem-"
SUMMARISED = frozenset({"Type", "Date", "PatientSequence", "ReferenceNumber"})
_ORDER: Mapping[str, int] = {heading: place for place, heading in enumerate(dict.fromkeys(SECTIONS.values()))}
NUMBERED = frozenset({"patient-information", "medication-dmd", "adverse-event-device-details"})
REPORT, EVENT = "/my-records/{reference}", "/events/{reference}"
PHYSICAL: Mapping[str, str] = {"1": "red", "2": "orange", "3": "yellow", "4": "blue", "5": "green"}
PSYCHOLOGICAL: Mapping[str, str] = {"1": "orange", "2": "yellow", "3": "blue", "4": "green"}


@dataclass(frozen=True)
class Tag:
    """A word with a colour behind it."""

    text: str
    colour: str


@dataclass(frozen=True)
class Row:
    """One event in a list."""

    reference: str
    event_type: str
    happened: str
    recorded: str
    organisation: str
    harm: tuple[Tag, ...]
    urgent: bool


@dataclass(frozen=True)
class HeldTable:
    """What one place holds of somebody; every row has a value for each heading."""

    name: str
    headings: tuple[str, ...]
    rows: list[tuple[str, ...]]


@dataclass(frozen=True)
class Line:
    """A question and what was answered. `being_checked` means that there is a text nobody may read yet."""

    question: str
    answers: tuple[str, ...]
    being_checked: bool = False


@dataclass(frozen=True)
class Section:
    """The answers of one part of the question set."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Event:
    """One event on its own page."""

    row: Row
    revision: int
    where: tuple[str, ...]
    sections: tuple[Section, ...]
    read_only: bool
    being_checked: bool


@dataclass(frozen=True)
class Way:
    """A page, where it leads in words, and the permission without which its reader is refused there; none for a page of everybody."""

    address: str
    words: str
    permission: str = ""


_OWN = (Way(REPORT, "See your report {reference}", "recording:read"),)
_SEEN = (Way(EVENT, "See event {reference}", "access:read"),)
_AUDIT = (Way("/support/audit", "Search the audit", "identity:read-audit"),)
WAYS: Mapping[str, tuple[Way, ...]] = {
    **dict.fromkeys(("receipt", "question", "feedback", "handled"), _OWN),
    **dict.fromkeys(("recorded", "urgent", "escalated", "restored"), _SEEN),
    **dict.fromkeys(("answer", "addendum", "assigned", "linked"), _SEEN),
    "withdrawn": (Way(f"{EVENT}/history", "See the history of {reference}", "recording:read"),),
    "original_read": (*_SEEN, *_AUDIT),
    "draft_expiring": (Way("/my-records", "See your drafts", "recording:submit"),),
    "role_asked": (Way("/organisation/requests", "See the requests", "identity:decide"),),
    **dict.fromkeys(
        ("role_decided", "role_expiring", "account_changed"), (Way("/account", "See your account"),)
    ),
    "key_expiring": (Way("/organisation/keys", "See the keys", "identity:read-credentials"),),
    "audit_doubted": (Way("/support/audit/verification", "See what was found", "identity:read-audit"),),
    "feedback_waits": (Way("/support/feedback", "Read the feedback", "notifications:feedback"),),
}
"""Where a notice of a kind leads: the first of the pages that its reader may open. A kind that is not here leads nowhere."""


@dataclass(frozen=True)
class Notice:
    """One notice; `address` is empty where it leads nowhere, `way` says where in words."""

    id: str
    subject: str
    paragraphs: tuple[str, ...]
    address: str
    way: str
    sent: str
    unread: bool


@dataclass(frozen=True)
class Person:
    """Who is signed in."""

    name: str
    organisation: str


def row(event: access_pb2.Event) -> Row:
    return Row(
        reference=event.reference,
        event_type=event.event_type.label or event.event_type.code,
        happened=day(event.occurred_on),
        recorded=moment(event.reported_at),
        organisation=named(event.organisation),
        harm=harm(event),
        urgent=event.urgent,
    )


def event(found: access_pb2.Event) -> Event:
    return Event(
        row=row(found),
        revision=found.revision,
        where=tuple(named(each) for each in found.occurred_organisations),
        sections=sections(found),
        read_only=found.read_only,
        being_checked=any(text.being_checked for text in found.texts),
    )


def harm(event: access_pb2.Event) -> tuple[Tag, ...]:
    """The worst harm to a body and to a mind, in words, where they were graded."""
    grades = ((event.worst_physical_harm, PHYSICAL), (event.worst_psychological_harm, PSYCHOLOGICAL))
    return tuple(
        Tag(each.label or each.code, colours.get(each.code, "grey")) for each, colours in grades if each.code
    )


def sections(found: access_pb2.Event) -> tuple[Section, ...]:
    """Answers and texts by section, in the order people tell an event; what the summary says is left out."""
    told: dict[tuple[int, str], list[Line]] = {}
    entries = _entries(found)
    for (section, entry, _), texts in groupby(found.texts, key=_question_of):
        told.setdefault(_place(section, entry, entries), []).append(_told(list(texts)))
    for answer in found.answers:
        if answer.property not in SUMMARISED:
            line = Line(answer.question, tuple(_words_of(answer.property, each) for each in answer.values))
            told.setdefault(_place(answer.section, answer.entry, entries), []).append(line)
    return tuple(
        Section(heading, tuple(lines))
        for (_, heading), lines in sorted(told.items(), key=lambda one: one[0][0])
    )


def _place(section: str, entry: int, entries: Mapping[str, int]) -> tuple[int, str]:
    """Where a section stands on the page, and its heading."""
    kind = PROBLEM if section.startswith(PROBLEM) else section
    return _ORDER.get(SECTIONS.get(kind, ""), len(_ORDER)), _heading(section, entry, entries)


def _words_of(property: str, value: access_pb2.Coded) -> str:
    """An answer in words; an age is kept as a number that nobody could read."""
    if property == "AgeAtTimeOfIncidentDays" and value.code.isdigit():
        return _age(int(value.code))
    return value.label or value.code


def _age(encoded: int) -> str:
    """The national encoding: days to 30, months times 31 to 11 months, years times 372. Other numbers are no age."""
    unit, size = ("day", 1) if encoded <= 30 else ("month", 31) if encoded < 372 else ("year", 372)
    number, rest = divmod(encoded, size)
    if rest or not 0 < number <= OLDEST:
        return f"{UNKNOWN}: {encoded} was sent, which stands for no age"
    return _count(number, unit)


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _entries(found: access_pb2.Event) -> dict[str, int]:
    """How many entries each section has."""
    places = [(answer.section, answer.entry) for answer in found.answers]
    places += [_question_of(text)[:2] for text in found.texts]
    return {section: 1 + max(entry for one, entry in places if one == section) for section, _ in places}


def _question_of(text: access_pb2.TextShown) -> tuple[str, int, str]:
    section, entry, property = text.field.split("/")[:3]
    return section, int(entry), property


def _told(texts: list[access_pb2.TextShown]) -> Line:
    """The texts of one question."""
    checked = tuple(each.text for each in texts if not each.being_checked)
    return Line(texts[0].question, checked, any(each.being_checked for each in texts))


def _heading(section: str, entry: int, entries: Mapping[str, int]) -> str:
    if section.startswith(PROBLEM):
        return f"{SECTIONS[PROBLEM]}: {_words(section.removeprefix(PROBLEM)).lower()}"
    heading = SECTIONS.get(section) or _words(section.removeprefix("adverse-event-"))
    return f"{heading} {entry + 1}" if section in NUMBERED and entries[section] > 1 else heading


def _words(name: str) -> str:
    return name.replace("-", " ").capitalize()


def notice(found: notifications_pb2.Notice) -> Notice:
    address, way = _way(found.kind, found.reference)
    return Notice(
        id=found.notice_id,
        subject=found.subject,
        paragraphs=tuple(part.strip() for part in found.body.split("\n\n") if part.strip()),
        address=address,
        way=way,
        sent=moment(found.sent_at),
        unread=not found.read_at.seconds,
    )


def _way(kind: str, reference: str) -> tuple[str, str]:
    """The address to which a notice leads its reader, and the same in words."""
    for one in WAYS.get(kind, ()):
        if not one.permission or may(one.permission):
            named = one.address.format(reference=quote(reference, safe=""))
            return named, one.words.format(reference=reference)
    return "", ""


def person(token: str | None) -> Person | None:
    """Name and organisation from a signed actor. Identity gave it to us, so its signature is not our business here."""
    claims = _claims(token)
    return Person(str(claims.get("name", "")), str(claims.get("org", ""))) if claims else None


def today() -> date:
    """The day it is in London."""
    return datetime.now(LONDON).date()


def own_organisation() -> str:
    """Code of the organisation that whoever asks is signed in for; empty where there is none."""
    known = person(g.get("actor"))
    return known.organisation if known else ""


def own_id() -> str:
    """The account of whoever asks."""
    return str(_claims(g.get("actor")).get("sub", ""))


def may(permission: str) -> bool:
    """Whether it is worth showing somebody the way to what needs a permission. The service there decides."""
    grants = _claims(g.get("actor")).get("grants", [])
    return any(permission in permissions for _, _, permissions in grants)


def places(permission: str) -> list[str]:
    """The codes of the organisations at which somebody holds a permission; an empty one stands for everywhere."""
    grants = _claims(g.get("actor")).get("grants", [])
    return sorted({place for place, _, permissions in grants if permission in permissions})


def _claims(token: str | None) -> dict[str, Any]:
    try:
        payload = (token or "").split(".")[1]
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, IndexError):
        return {}
    return claims


def named(organisation: access_pb2.Organisation) -> str:
    """An organisation's name, or its code where the name has not reached us."""
    return organisation.name or organisation.code or UNKNOWN


def day(written: str) -> str:
    """A date as people write it: 2 March 2026, or March 2026, or 2026."""
    parts = [int(part) for part in written.split("-") if part.isdigit()]
    match parts:
        case [year, month, number]:
            return f"{number} {date(year, month, 1):%B %Y}"
        case [year, month]:
            return f"{date(year, month, 1):%B %Y}"
        case [year]:
            return str(year)
    return UNKNOWN


def held(copy: Copy) -> dict[str, Any]:
    """What is held of somebody: tables, and the places that hold nothing."""
    tables = [
        HeldTable(
            f"{_words(one.name)} ({one.service})",
            tuple(_words(name.replace("_", " ")) for name in one.rows[0]),
            [tuple(_moment_or_text(value) for value in row.values()) for row in one.rows],
        )
        for one in copy.places
        if one.rows
    ]
    empty = [f"{_words(one.name)} ({one.service})" for one in copy.places if not one.rows]
    return {"made": instant(copy.made_at), "places": tables, "empty": empty}


def _moment_or_text(value: str) -> str:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return value
    return instant(found) if found.tzinfo else day(value)


def moment(stamp: Timestamp) -> str:
    """An instant in London: 23 November 2026 at 2:05pm."""
    return instant(stamp.ToDatetime(UTC))


def day_of(stamp: Timestamp) -> str:
    """The day of an instant in London: 23 November 2026."""
    local = stamp.ToDatetime(UTC).astimezone(LONDON)
    return f"{local.day} {local:%B %Y}"


def instant(at: datetime) -> str:
    """The same of a time of ours."""
    local = at.astimezone(LONDON)
    return f"{local.day} {local:%B %Y} at {_clock(local)}"


def _clock(local: datetime) -> str:
    """The hour as the NHS writes it: 2pm, 2:05pm, midday, midnight."""
    if local.minute == 0 and local.hour in (0, 12):
        return "midday" if local.hour else "midnight"
    minutes = f":{local.minute:02}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{'pm' if local.hour >= 12 else 'am'}"
