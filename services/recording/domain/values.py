"""What is wrong with one answer by itself: its type, its code, its date."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import MAXYEAR, date

from services.recording.domain.answers import Answer, Value
from services.recording.domain.question_set import Kind, Question, QuestionSet

EARLIEST = date(1900, 1, 1)
MOST_CODES_LISTED = 12

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_PARTIAL_DATE = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2]))?")
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?")
_DMD = re.compile(r"[0-9]{6,18}")
_ODS = re.compile(r"[A-Za-z0-9]{2,12}")

Wrong = tuple[str, str] | None
"""A fault's code and sentence, which never quotes the answer; None when nothing is wrong."""


def wrong(
    question: Question,
    answer: Answer,
    question_set: QuestionSet,
    today: date,
    known_organisation: Callable[[str], bool],
) -> Wrong:
    """What is wrong with one answer by itself."""
    maximum = question_set.sections[answer.section].maximum
    if not 0 <= answer.entry < maximum:
        return "too-many-answers", f"This section may be given {times(maximum)}."
    if question.kind is Kind.CODE:
        return _wrong_code(question, answer.value, known_organisation)
    if question.kind is Kind.STRING:
        return _wrong_text(question, answer.value, today)
    if question.kind is Kind.DATE:
        return _wrong_date(question, answer.value, today)
    return _wrong_plain(question.kind, answer.value)


def times(count: int) -> str:
    return "once" if count == 1 else f"at most {count} times"


def _wrong_code(question: Question, value: Value, known_organisation: Callable[[str], bool]) -> Wrong:
    if not isinstance(value, str):
        return "wrong-type", "This takes a code, as text."
    if question.value_set is not None:
        return None if value in question.value_set.labels else _not_in(question)
    if question.organisation:
        return _wrong_organisation(value, known_organisation)
    if question.format == "dmd" and not _DMD.fullmatch(value):
        return "wrong-type", "This takes a dm+d code: six to eighteen digits."
    return None


def _not_in(question: Question) -> Wrong:
    assert question.value_set is not None
    codes = question.value_set.offered()
    if len(codes) > MOST_CODES_LISTED:
        return (
            "code-not-in-value-set",
            f"This takes one of the {len(codes)} codes of {question.value_set.name}.",
        )
    return "code-not-in-value-set", f"This takes one of these codes: {', '.join(codes)}."


def _wrong_organisation(value: str, known_organisation: Callable[[str], bool]) -> Wrong:
    if _ODS.fullmatch(value) and known_organisation(value):
        return None
    return (
        "unknown-organisation",
        "This takes the ODS code of an organisation on our list, and this one is not.",
    )


def _wrong_text(question: Question, value: Value, today: date) -> Wrong:
    if not isinstance(value, str):
        return "wrong-type", "This takes text."
    if question.format == "partial-date":
        return _wrong_partial_date(value, today)
    if len(value) > question.text_limit:
        return "text-too-long", f"This takes at most {question.text_limit:,} characters."
    return None


def _wrong_date(question: Question, value: Value, today: date) -> Wrong:
    written = day(value)
    if written is None:
        return "wrong-type", "This takes a date that exists, written YYYY-MM-DD."
    return _out_of_time(written, written, date.max if question.format == "any-date" else today)


def day(value: Value | None) -> date | None:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _wrong_partial_date(value: str, today: date) -> Wrong:
    written = _PARTIAL_DATE.fullmatch(value)
    if written is None or not 1 <= int(written[1]) <= MAXYEAR:
        return "wrong-type", "This takes a year and month, written YYYY-MM, or a year, written YYYY."
    year, month = int(written[1]), written[2]
    return _out_of_time(date(year, int(month or 1), 1), date(year, int(month or 12), 28), today)


def _out_of_time(first: date, last: date, today: date) -> Wrong:
    """Whether a date, or every day of a rough one, is in the future or too long ago."""
    if first > today:
        return "future-date", "This date is in the future."
    if last < EARLIEST:
        return "too-early-date", f"This date is before {EARLIEST.year}."
    return None


def _wrong_plain(kind: Kind, value: Value) -> Wrong:
    """Integers, booleans and times. A boolean is no integer, though Python thinks so."""
    if kind is Kind.INTEGER:
        return None if type(value) is int else ("wrong-type", "This takes a whole number.")
    if kind is Kind.BOOLEAN:
        return None if type(value) is bool else ("wrong-type", "This takes true or false.")
    if isinstance(value, str) and _TIME.fullmatch(value):
        return None
    return "wrong-type", "This takes a time of day, written hh:mm:ss."
