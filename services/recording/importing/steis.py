"""A serious incident of StEIS as the history of a safety response, by steis.toml; of each log number its latest row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Engine

from chassis.actors import Actor
from chassis.problems import Problem
from services.recording.domain import safety_responses as rules
from services.recording.domain.answers import Answer
from services.recording.domain.safety_responses import ACTION, FINDING, RESPONSE
from services.recording.domain.validation import validate_block
from services.recording.importing import reading as rows_read
from services.recording.importing import values
from services.recording.importing.files import Row, Source, rows
from services.recording.importing.reading import Layout, Reading, differs, name_of, of_problem
from services.recording.importing.running import Kind, Read, Rejected
from services.recording.store import at_once, imports
from services.recording.use_cases import Tools, every_question_set
from services.recording.use_cases.common import question_set, today
from services.recording.use_cases.safety_responses import keep_imported_response

NAME = "steis"
ACTOR = Actor("system:import", "system", "")
NEVER = datetime(1, 1, 1, tzinfo=UTC)
FindOrganisation = Callable[[str], str]


@dataclass(frozen=True)
class Brought:
    """What StEIS held under one log number."""

    reference: str
    organisation: str
    answers: tuple[Answer, ...] = field(repr=False)


def kind(db: Engine, tools: Tools, source: Source, chosen: Mapping[str, str]) -> Kind[Brought]:
    """How the rows of one file are read and kept; CannotRun where it lacks a column we need."""
    where = rows_read.layout(rows_read.table(NAME), chosen, source.header)
    latest, find = latest_rows(source, where), finder(db)

    def keep(group: Sequence[Brought]) -> list[bool | Rejected]:
        return _each(db, group, lambda one: _kept(db, tools, one))

    def check(group: Sequence[Brought]) -> list[bool | Rejected]:
        return _each(db, group, lambda one: _checked(tools, one))

    return Kind(
        NAME, lambda row: name_of(row, where), lambda row: read(row, where, latest, find), keep, check
    )


def finder(db: Engine) -> FindOrganisation:
    """Who an organisation is, by its code or by a name that only one has; empty where that is not certain."""
    known: dict[str, str] = {}

    def find(written: str) -> str:
        if written not in known:
            with at_once(db) as tx:
                known[written] = imports.organisation_called(tx, written)
        return known[written]

    return find


# ---- the latest row of a log number ------------------------------------------------------------------------


def latest_rows(source: Source, where: Layout) -> dict[str, int]:
    """Log number → the number of its row with the latest change; of equals the last one."""
    found: dict[str, tuple[datetime, int]] = {}
    for row in rows(source):
        if row.faults or not (name := name_of(row, where)):
            continue
        this = (_changed(Reading(row, where)) or NEVER, row.number)
        found[name] = max(found.get(name, this), this)
    return {name: number for name, (_, number) in found.items()}


def _changed(reading: Reading) -> datetime | None:
    """The latest of the dates in a field; None where none can be read."""
    written, said = reading.text("changed"), reading.layout.said
    for sign in said["between_changes"]:
        written = written.replace(sign, "\n")
    read = (values.moment(one.strip(), said["dates"]) for one in written.split("\n") if one.strip())
    return max((one for one in read if one), default=None)


# ---- reading -----------------------------------------------------------------------------------------------


def read(
    row: Row, where: Layout, latest: Mapping[str, int], find: FindOrganisation
) -> Read[Brought] | Rejected:
    """A row as a response, or nothing where a later row has the same log number."""
    reading, name = Reading(row, where), name_of(row, where)
    if name and latest[name] != row.number:
        return Read(None)
    if not name:
        reading.wrong("id", "bad-id", "A log number has up to 64 letters, digits and signs such as - and /.")
    if reading.text("changed") and _changed(reading) is None:
        reading.wrong("changed", "bad-date", "This takes dates, the day before the month.")
    organisation = _organisations(reading, find)
    _status(reading)
    _texts(reading)
    if reading.faults:
        return Rejected(tuple(reading.faults))
    return Read(Brought(name, organisation, tuple(reading.answers)), reading.all_left_out())


def _organisations(reading: Reading, find: FindOrganisation) -> str:
    """Who leads: the organisation named for it, else the one that reported, which takes part where it does not lead."""
    led = "leading" if reading.text("leading") else "reporting"
    found = {word: find(reading.text(word)) for word in dict.fromkeys((led, "reporting"))}
    for word, code in found.items():
        if not code:
            detail = "This takes an ODS code on our list, or a name that one organisation on it has."
            reading.wrong(word, "unknown-organisation", detail)
    reading.answer(led, RESPONSE, "LeadOrganisation", found[led])
    if found["reporting"] != found[led]:
        reading.answer("reporting", RESPONSE, "ContributingOrganisations", found["reporting"])
    return found[led]


def _status(reading: Reading) -> None:
    said = reading.layout.said
    code = said["status"].get(reading.text("status").lower())
    if code is None:
        detail = f"This takes one of these: {', '.join(said['status'])}."
        reading.wrong("status", "code-not-in-value-set", detail)
        return
    reading.answer("status", RESPONSE, "ResponseStatus", code)
    reading.answers.append(Answer(RESPONSE, 0, "ResponseType", said["response"]["type"], ""))
    if found := reading.day("reported"):
        reading.answer("reported", RESPONSE, "DateDecided", found)


def _texts(reading: Reading) -> None:
    words = list(reading.layout.said["headings"])
    if told := reading.told(words):
        longest = max(words, key=lambda word: len(reading.text(word)))
        reading.answer(longest, RESPONSE, "ResponseRationale", told)
    if found := reading.text("findings"):
        reading.answer("findings", FINDING, "Finding", found)
    if lessons := reading.text("lessons"):
        reading.answer("lessons", ACTION, "Action", lessons)


# ---- keeping -----------------------------------------------------------------------------------------------


def _each(db: Engine, group: Sequence[Brought], judge: Callable[[Brought], None]) -> list[bool | Rejected]:
    """Whether each was kept before. Its number is national: under another lead it is the same response still."""
    with at_once(db) as tx:
        before = imports.responses(tx, [one.reference for one in group])
    found: list[bool | Rejected] = []
    for one in group:
        earlier = before.get(one.reference)
        if earlier is None:
            found.append(_judged(one, judge))
        else:
            same = earlier.changed or earlier.content == _content(one)
            found.append(True if same else differs())
    return found


def _judged(one: Brought, judge: Callable[[Brought], None]) -> bool | Rejected:
    try:
        judge(one)
    except Problem as problem:
        return of_problem(problem, {})
    return False


def _kept(db: Engine, tools: Tools, one: Brought) -> None:
    keep_imported_response(db, tools, ACTOR, one.reference, one.organisation, one.answers)


def _checked(tools: Tools, one: Brought) -> None:
    questions, answers = question_set(max(every_question_set())), rules.numbered(one.answers)
    known = tools.directory.exists
    validate_block(questions, answers, rules.SECTIONS, today=today(), known_organisation=known, strict=False)


def _content(one: Brought) -> bytes:
    version = max(every_question_set())
    return rules.content_hash(version, rules.numbered(one.answers), (), one.organisation)
