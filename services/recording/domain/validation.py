"""What is wrong with the answers of one safety event, or what they amount to.

What the national profiles say (types, codes, cardinality) refuses; what the business rules want besides is
only remarked on, because real traffic breaks it and a report counts for more than its form. A caller with a
person in front of it asks to be strict: then the business rules refuse as well. All faults are said at once,
and none quotes an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from chassis.problems import Fault, invalid
from services.recording.domain import ages, harm
from services.recording.domain.answers import Answer, Value, field_name
from services.recording.domain.conditions import Given, holds, in_words
from services.recording.domain.question_set import (
    NATIVE,
    Asked,
    Condition,
    Otherwise,
    Question,
    QuestionSet,
    Section,
    ValueSet,
)
from services.recording.domain.values import day, times, wrong

# Sections that every version of the question set has. What differs from version to version is in its data.
PATIENTS = "patient-information"
LOCATION = "location-details"
REPORTER = "practitioner-details"
METADATA = "adverse-event-reference-metadata"
TIME = "adverse-event-estimated-date"

PATIENTS_KNOWN = ("", "yes", "no", "unknown")
OLD = timedelta(days=730)
MOST_FAULTS = 100

Facts = dict[str, list[dict[str, Any]]]
"""Coded answers: section → entries → property → value, or a list where it may be repeated."""


@dataclass(frozen=True)
class Checked:
    """A safety event whose answers hold: its coded facts, its texts apart from them, and what follows.

    `occurred_on` is the exact date where one is known; `approximate_date` is YYYY-MM or YYYY.
    `patients_known` is "yes", "no" (somebody said so) or "unknown". `worst_…` are codes of the event's worst
    grade. `narrative` is by field name; `contact` identifies the reporter.
    """

    event_type: str
    facts: Facts
    narrative: Mapping[str, str] = field(repr=False)
    contact: str | None = field(repr=False)
    occurred_on: date | None
    approximate_date: str | None
    reporter_organisation: str | None
    worst_physical: str | None
    worst_psychological: str | None
    patients_known: str
    data_sharing_opt_out: bool
    warnings: tuple[Fault, ...]

    def fact(self, section: str, property: str) -> Any:
        """A coded answer of the first entry of a section; None where it was not given."""
        return _fact(self.facts, section, property)

    def happened_at(self, organisation: str) -> tuple[str, ...]:
        """Where it happened: as answered, else at the reporter's own, when it happened there. Where the reporter names
        none, that is `organisation`, whose record it is."""
        answered = self.fact(LOCATION, "Organisation")
        if answered:
            return tuple(answered)
        here = self.fact(LOCATION, "LocationKnown") == harm.YES
        return (self.reporter_organisation or organisation,) if here else ()


@dataclass(slots=True)
class _Found:
    """Faults refuse, shortcomings refuse when the caller is strict, advice never does."""

    faults: list[Fault] = field(default_factory=list)
    shortcomings: list[Fault] = field(default_factory=list)
    advice: list[Fault] = field(default_factory=list)

    def against(self, otherwise: Otherwise) -> list[Fault]:
        return self.faults if otherwise is Otherwise.REFUSE else self.shortcomings


def validate(
    question_set: QuestionSet,
    answers: Sequence[Answer],
    *,
    today: date,
    known_organisation: Callable[[str], bool],
    strict: bool = False,
    patients: str = "",
    recorded_on: date | None = None,
) -> Checked:
    """What one event's answers amount to; Problem(INVALID) with every fault when they do not hold.

    `today` is the date in Europe/London, `recorded_on` that on which the record was first reported; a new one is reported
    today. `strict` refuses for what the business rules want as well (online);
    without it that comes back as `warnings` (API). `patients` is what a person answered to whether any were
    affected: "yes", "no", "unknown", or "" where nobody was asked. A fault's path is the sender's where there
    is an answer, else the name of the field (`answers.field_name`) or of the section that is missing.
    """
    found = _Found()
    given = _read(question_set, answers, today, known_organisation, found)
    slug = question_set.event_types.get(str(given.first(NATIVE, "Type")))
    _check_sections(question_set, given, slug, found)
    _check_expected(question_set, given, slug, found)
    _check_description(question_set, given, found)
    _check_numbering(given, found)
    _check_patients(given, patients, found)
    _check_today(given, found)
    if strict and slug in question_set.sections[PATIENTS].counted:
        _check_counted(given, patients, found)
    _refuse(found, strict)
    remarks = (*found.shortcomings, *found.advice)[:MOST_FAULTS]
    days = (today, recorded_on or today)
    return _checked(question_set, given, slug or "", days, patients, remarks)


@dataclass(frozen=True)
class Block:
    """The answers of some sections that hold by themselves: coded facts, and texts by field name."""

    facts: Facts
    narrative: Mapping[str, str] = field(repr=False)


def validate_block(
    question_set: QuestionSet,
    answers: Sequence[Answer],
    sections: Iterable[str],
    *,
    today: date,
    known_organisation: Callable[[str], bool],
    strict: bool,
) -> Block:
    """What answers to a few sections alone amount to, by the rules of an event; INVALID with every fault."""
    alone, found = question_set.only(sections), _Found()
    given = _read(alone, answers, today, known_organisation, found)
    slug = next(iter(alone.event_types.values()))
    _check_sections(alone, given, slug, found)
    _check_expected(alone, given, slug, found)
    _refuse(found, strict)
    facts, narrative, _ = _sorted_out(alone, given)
    return Block(facts, narrative)


def _refuse(found: _Found, strict: bool) -> None:
    faults = found.faults + found.shortcomings if strict else found.faults
    if faults:
        raise invalid(
            "answers-not-accepted",
            "Some answers are missing or cannot be accepted. Nothing was recorded.",
            *faults[:MOST_FAULTS],
        )


# ---- reading: each answer by itself -----------------------------------------------------------------------


def _read(
    question_set: QuestionSet,
    answers: Iterable[Answer],
    today: date,
    known_organisation: Callable[[str], bool],
    found: _Found,
) -> Given:
    given = Given()
    for answer in answers:
        question = question_set.by_key.get((answer.section, answer.property))
        if question is None:
            found.faults.append(_unknown(question_set, answer))
            continue
        if question.assigned or _is_blank(answer.value):
            continue
        fault = wrong(question, answer, question_set, today, known_organisation)
        if fault is None:
            given.add(answer)
            continue
        code, detail = fault
        given.doubtful.add((answer.section, answer.property))
        found.faults.append(Fault(answer.path, code, detail))
    return given


def _is_blank(value: Value) -> bool:
    return isinstance(value, str) and not value.strip()


def _unknown(question_set: QuestionSet, answer: Answer) -> Fault:
    what = "question" if answer.section in question_set.sections else "section"
    return Fault(
        answer.path,
        "unknown-question",
        f"Version {question_set.version} of the question set has no such {what}.",
    )


def _unmet(path: str, condition: Condition) -> Fault:
    return Fault(path, "condition-violated", f"This is asked only when {in_words(condition)}.")


# ---- checking: the answers among themselves ---------------------------------------------------------------


def _check_sections(question_set: QuestionSet, given: Given, slug: str | None, found: _Found) -> None:
    for section in question_set.sections.values():
        entries = given.sections.get(section.name)
        if entries is None:
            _check_absent(section, given, slug, found)
            continue
        _check_asked(section, entries, given, slug, found)
        for entry, held in entries.items():
            _check_entry(section, entry, held, given, slug, found)


def _check_absent(section: Section, given: Given, slug: str | None, found: _Found) -> None:
    """A section that did not come. The profile misses it only where its contained resource came."""
    if section.minimum and section.name == NATIVE:
        _check_minimum(section, 0, {}, given, found)
    elif section.minimum or (slug and section.asked.get(slug) is Asked.REQUIRED):
        found.shortcomings.append(
            Fault(section.name, "required-missing", "This section is asked for and is missing.")
        )


def _check_asked(
    section: Section,
    entries: Mapping[int, Mapping[str, list[Answer]]],
    given: Given,
    slug: str | None,
    found: _Found,
) -> None:
    """Whether this section has a place in this event."""
    where = next(iter(next(iter(entries.values())).values()))[0].path
    if slug and section.asked.get(slug) is Asked.ABSENT:
        found.shortcomings.append(
            Fault(where, "not-asked", "This section is not asked for this type of event.")
        )
    if section.when is not None and not holds(section.when, given, section.name, 0):
        found.against(section.otherwise).append(_unmet(where, section.when))


def _check_entry(
    section: Section,
    entry: int,
    held: Mapping[str, list[Answer]],
    given: Given,
    slug: str | None,
    found: _Found,
) -> None:
    _check_minimum(section, entry, held, given, found)
    for question in section.questions:
        answers = held.get(question.property)
        if answers is not None:
            _check_answers(question, answers, given, slug, found)


def _check_minimum(
    section: Section, entry: int, held: Mapping[str, list[Answer]], given: Given, found: _Found
) -> None:
    """What the profile requires of a section that is there; what could not be read has its fault."""
    for question in section.questions:
        short = question.minimum > len(held.get(question.property, ()))
        if short and (section.name, question.property) not in given.doubtful:
            found.faults.append(_missing(question, entry))


def _missing(question: Question, entry: int) -> Fault:
    path = field_name(question.section, entry, question.property)
    return Fault(path, "required-missing", f"This needs an answer: {question.wording}")


def _check_answers(
    question: Question, answers: list[Answer], given: Given, slug: str | None, found: _Found
) -> None:
    """The answers to one question of one entry: how many, which together, and whether it was asked at all."""
    first = answers[0]
    if len(answers) > question.maximum:
        detail = f"This may be answered {times(question.maximum)}."
        found.faults.append(Fault(answers[question.maximum].path, "too-many-answers", detail))
    if question.exclusive:
        _check_exclusive(question, answers, found)
    if slug and question.asked.get(slug) is Asked.ABSENT:
        found.shortcomings.append(Fault(first.path, "not-asked", "This is not asked for this type of event."))
    if question.when is not None and not holds(question.when, given, question.section, first.entry):
        found.against(question.otherwise).append(_unmet(first.path, question.when))
    if question.value_set is not None and question.value_set.retired:
        _check_retired(question.value_set, answers, found)
    if question.format == "age-days" and ages.decode(int(first.value)) is None:
        found.shortcomings.append(_odd_age(first))


def _odd_age(answer: Answer) -> Fault:
    detail = "An age is days up to 30, months × 31 up to 11 months, or years × 372. This counts as no age."
    return Fault(answer.path, "age-encoding", detail)


def _check_exclusive(question: Question, answers: list[Answer], found: _Found) -> None:
    """“None” and “I don't know” stand alone."""
    codes = {answer.value for answer in answers}
    if len(codes) > 1 and not question.exclusive.isdisjoint(codes):
        alone = next(answer for answer in answers if answer.value in question.exclusive)
        detail = f"Code {alone.value} says there is nothing else to choose, and other codes came with it."
        found.faults.append(Fault(alone.path, "mutually-exclusive", detail))


def _check_retired(value_set: ValueSet, answers: list[Answer], found: _Found) -> None:
    """A code that is no longer offered still says what it said; its sender's lists are out of date."""
    for answer in answers:
        replacements = value_set.retired.get(str(answer.value))
        if replacements is not None:
            instead = f" These took its place: {', '.join(replacements)}." if replacements else ""
            detail = f"This code is no longer in use.{instead}"
            found.shortcomings.append(Fault(answer.path, "code-not-in-value-set", detail))


def _check_expected(question_set: QuestionSet, given: Given, slug: str | None, found: _Found) -> None:
    """What the business rules want of this type of event, in each entry of a section or once."""
    for question in question_set.expected.get(slug or "", ()):
        required = question.asked.get(slug or "") is Asked.REQUIRED
        if question.section == PATIENTS and PATIENTS not in given.sections:
            continue
        for entry, held in given.sections.get(question.section, {0: {}}).items():
            if question.property not in held and _is_expected(question, required, given, entry):
                found.shortcomings.append(_missing(question, entry))


def _is_expected(question: Question, required: bool, given: Given, entry: int) -> bool:
    section = question.section
    if (section, question.property) in given.doubtful or (
        required and question.minimum and section in given.sections
    ):
        return False
    if required:
        return question.when is None or holds(question.when, given, section, entry)
    return question.required_when is not None and holds(question.required_when, given, section, entry)


def _check_description(question_set: QuestionSet, given: Given, found: _Found) -> None:
    """Every event is told in words. A version may take them in two places; the first of them wins."""
    kept = question_set.description
    told = {key: given.first(*key) for key in (kept, *question_set.retold)}
    said = [each for each in told.values() if each is not None]
    if not said and given.doubtful.isdisjoint(told):
        found.faults.append(_missing(question_set.by_key[kept], 0))
    for section, property in question_set.retold:
        if told[kept] is not None and told[section, property] not in (None, told[kept]):
            path = given.sections[section][0][property][0].path
            detail = f"There are two descriptions that differ. The one in {kept[0]} is kept."
            found.advice.append(Fault(path, "described-twice", detail))


def _check_numbering(given: Given, found: _Found) -> None:
    """Patients are numbered 1, 2, 3 without gaps, in any order."""
    numbers = [
        each["PatientSequence"][0]
        for each in given.sections.get(PATIENTS, {}).values()
        if "PatientSequence" in each
    ]
    if sorted(int(each.value) for each in numbers) != list(range(1, len(numbers) + 1)):
        detail = "Patients are numbered from 1, each number once."
        found.shortcomings.append(Fault(numbers[0].path, "patient-sequence", detail))


def _check_patients(given: Given, patients: str, found: _Found) -> None:
    """Whether the patients that came are those that were said to be."""
    if patients not in PATIENTS_KNOWN:
        detail = "This takes one of these codes: yes, no, unknown."
        found.faults.append(Fault("patients_known", "code-not-in-value-set", detail))
    elif patients in ("no", "unknown") and PATIENTS in given.sections:
        said = "nobody was" if patients == "no" else "it is not known whether anybody was"
        detail = f"Patients were described, and the answer before says that {said} affected."
        found.faults.append(Fault(PATIENTS, "condition-violated", detail))
    elif patients == "yes" and not _patients_came(given):
        detail = "Patients were affected, and none is described."
        found.shortcomings.append(Fault(PATIENTS, "required-missing", detail))


def _check_counted(given: Given, patients: str, found: _Found) -> None:
    """A person says that nobody was affected; a local system has no way to, so it is not asked."""
    if not patients and not _patients_came(given):
        detail = "This needs an answer: was any patient affected?"
        found.shortcomings.append(Fault("patients_known", "required-missing", detail))


def _check_today(given: Given, found: _Found) -> None:
    """What happened today has a date, and a rough one beside it is not needed."""
    rough = given.sections.get(TIME, {}).get(0, {}).get("ApproximateDate")
    if rough and given.first(TIME, "IncidentOccurredToday") == harm.YES:
        detail = (
            "This is said to have happened on the day of recording, so the approximate date does not count."
        )
        found.advice.append(Fault(rough[0].path, "condition-violated", detail))


def _patients_came(given: Given) -> bool:
    return PATIENTS in given.sections or any(section == PATIENTS for section, _ in given.doubtful)


# ---- what the answers amount to ---------------------------------------------------------------------------


def _checked(
    question_set: QuestionSet,
    given: Given,
    slug: str,
    days: tuple[date, date],
    said: str,
    warnings: tuple[Fault, ...],
) -> Checked:
    """`days` are today and the day of recording."""
    facts, narrative, contact = _sorted_out(question_set, given)
    patients = facts.get(PATIENTS, [])
    occurred_on = _occurred_on(facts, days[1])
    return Checked(
        event_type=slug,
        facts=facts,
        narrative=narrative,
        contact=contact,
        occurred_on=occurred_on,
        approximate_date=_fact(facts, TIME, "ApproximateDate"),
        reporter_organisation=_fact(facts, REPORTER, "ReporterOrganisation"),
        worst_physical=harm.worst(each["PhysicalHarm"] for each in patients if "PhysicalHarm" in each),
        worst_psychological=harm.worst(
            each["PsychologicalHarm"] for each in patients if "PsychologicalHarm" in each
        ),
        patients_known="yes" if patients else said or "unknown",
        data_sharing_opt_out=_fact(facts, METADATA, "DataSharingOptOut") is True,
        warnings=(*warnings, *_old(given, occurred_on, days[0])),
    )


def _sorted_out(question_set: QuestionSet, given: Given) -> tuple[Facts, dict[str, str], str | None]:
    """Coded facts, texts by field name, and the reporter's contact: three things with three fates."""
    facts: Facts = {}
    narrative: dict[str, str] = {}
    contact: str | None = None
    for section, entries in given.sections.items():
        rows = facts[section] = [{} for _ in range(max(entries) + 1)]
        for entry, held in entries.items():
            for property, answers in held.items():
                question = question_set.by_key[section, property]
                if question.personal:
                    contact = str(answers[0].value)
                elif question.narrative:
                    narrative.update(_texts(question, entry, answers))
                else:
                    rows[entry][property] = _coded(question, answers)
    coded = {section: rows for section, rows in facts.items() if any(rows)}
    return coded, _one_description(question_set, narrative), contact


def _coded(question: Question, answers: list[Answer]) -> Any:
    """The value, or each value once in the order given where the property may be repeated."""
    if question.maximum == 1:
        return answers[0].value
    return list(dict.fromkeys(answer.value for answer in answers))


def _texts(question: Question, entry: int, answers: list[Answer]) -> Iterable[tuple[str, str]]:
    for index, answer in enumerate(answers):
        place = None if question.maximum == 1 else index
        yield field_name(question.section, entry, question.property, place), str(answer.value)


def _one_description(question_set: QuestionSet, narrative: dict[str, str]) -> dict[str, str]:
    for section, property in question_set.retold:
        told = narrative.pop(field_name(section, 0, property), None)
        if told is not None:
            kept, name = question_set.description
            narrative.setdefault(field_name(kept, 0, name), told)
    return narrative


def _fact(facts: Facts, section: str, property: str) -> Any:
    rows = facts.get(section)
    return rows[0].get(property) if rows else None


def _occurred_on(facts: Facts, recorded_on: date) -> date | None:
    """The day that is named; else, of what happened “today”, the day of recording, which no later change moves."""
    exact = day(_fact(facts, NATIVE, "Date"))
    if exact is None and _fact(facts, TIME, "IncidentOccurredToday") == harm.YES:
        return day(_fact(facts, TIME, "TodaysDate")) or recorded_on
    return exact


def _old(given: Given, occurred_on: date | None, today: date) -> tuple[Fault, ...]:
    """A remark, never a refusal, that an event is older than two years: where its year was written it may be mistyped."""
    if occurred_on is None or today - occurred_on <= OLD:
        return ()
    written = [
        one
        for section, property in ((NATIVE, "Date"), (TIME, "TodaysDate"))
        for one in given.sections.get(section, {}).get(0, {}).get(property, ())
        if day(one.value) == occurred_on
    ]
    detail = "This happened more than two years ago. Please check the year."
    return tuple(Fault(one.path, "old-date", detail) for one in written[:1])
