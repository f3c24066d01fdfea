"""What a person typed into a page of the form, as values; what cannot be one is said in words that help to mend it.

Names of fields are section.entry.Property, with .day, .month, .year, .unit or .text where one answer takes several.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from gateway.web import presenters
from gateway.web.languages import say
from gateway.web.recording.form import Form, Option, Place, Value
from protos.recording.v1 import question_set_pb2 as pb

OLDEST_YEAR = 1900
MOST_FOUND = 10  # that somebody is asked to choose from
MONTH, YEAR = 31, 372  # how many days an age of whole months or years is written as
_UNITS: Mapping[str, tuple[int, int]] = {"years": (YEAR, 150), "months": (MONTH, 11), "days": (1, 30)}
_TIME = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")
Sent = MultiDict[str, str]


class NotAnswer(Exception):
    """What was typed cannot be an answer; in words for whoever typed it, with `values` in their places."""

    def __init__(self, what: str, **values: Any) -> None:
        super().__init__(say(what).format(**values))


class Several(NotAnswer):
    """What was typed may mean one of these: code and name."""

    def __init__(self, what: str, found: tuple[tuple[str, str], ...]) -> None:
        super().__init__(what)
        self.found = found


def name_of(place: Place) -> str:
    return f"{place[0]}.{place[1]}.{place[2]}"


def read(form: Form, place: Place, sent: Sent) -> list[Value]:
    """The values that were typed for a question; none where nothing was. Raises NotAnswer."""
    question, name = form.question(place), name_of(place)
    if question.organisation:
        return [one.strip().upper() for one in sent.getlist(name) if one.strip()]
    if question.value_set:
        return list(_chosen(form, question, [one for one in sent.getlist(name) if one]))
    return _READERS.get(question.format, _READERS.get(question.kind, _text))(question, name, sent)


def _chosen(form: Form, question: pb.QuestionDefinition, codes: list[str]) -> list[str]:
    known = {one.code: one for one in form.options(question)}
    codes = [one if one in known else _meant(one, known) for one in codes]
    if question.maximum <= 1 and len(codes) > 1:
        raise NotAnswer("Choose one answer")
    alone = [known[one].label for one in codes if known[one].alone]
    if alone and len(codes) > 1:
        raise NotAnswer("Choose “{alone}” or the others, not both", alone=alone[0])
    return codes


def _meant(typed: str, known: Mapping[str, Option]) -> str:
    """The code whose label was typed, or part of it."""
    wanted = typed.strip().casefold()
    exact = [code for code, one in known.items() if one.label.casefold() == wanted]
    near = exact or [code for code, one in known.items() if wanted in one.label.casefold()]
    if len(near) == 1:
        return near[0]
    if 1 < len(near) <= MOST_FOUND:
        raise Several(
            "Choose one of these, or type more of it", tuple((one, known[one].label) for one in near)
        )
    raise NotAnswer("Choose from the list: what you typed is not on it")


def _text(question: pb.QuestionDefinition, name: str, sent: Sent) -> list[Value]:
    typed = [one.replace("\r\n", "\n").strip() for one in sent.getlist(name)]
    for one in typed:
        if question.text_limit and len(one) > question.text_limit:
            raise NotAnswer(
                "Your answer is {over:,} characters too long: {most:,} at most",
                over=len(one) - question.text_limit,
                most=question.text_limit,
            )
        if "\0" in one:
            raise NotAnswer("There is a character in this answer that cannot be kept: type it again")
    return [one for one in typed if one]


def _boolean(question: pb.QuestionDefinition, name: str, sent: Sent) -> list[Value]:
    typed = sent.get(name, "")
    return [typed == "true"] if typed in ("true", "false") else []


def _integer(question: pb.QuestionDefinition, name: str, sent: Sent) -> list[Value]:
    typed = sent.get(name, "").strip()
    if not typed:
        return []
    return [number(typed, "Enter a whole number, like 12")]


def number(typed: str, otherwise: str, most: int = 999_999_999) -> int:
    """A whole number that was typed, up to `most`; NotAnswer in the words of `otherwise` for anything else."""
    if not typed.isdecimal() or len(typed) > 9 or int(typed) > most:
        raise NotAnswer(otherwise, most=most)
    return int(typed)


def _date(question: pb.QuestionDefinition, name: str, sent: Sent) -> list[Value]:
    day, month, year = (sent.get(f"{name}.{part}", "").strip() for part in ("day", "month", "year"))
    if not (day or month or year):
        return []
    if not (day and month and year):
        raise NotAnswer("The date must have a day, a month and a year")
    return [_day(day, month, year, to_come=question.format == "any-date").isoformat()]


def _day(day: str, month: str, year: str, to_come: bool = False) -> date:
    try:
        found = date(number(year, ""), month_of(month), number(day, ""))
    except (ValueError, NotAnswer):
        raise NotAnswer("Enter a date that there is, like 27 3 2026") from None
    if found > presenters.today() and not to_come:
        raise NotAnswer("Enter today or a day that has passed")
    if found.year < OLDEST_YEAR:
        raise NotAnswer("Enter a year after {year}, with four digits", year=OLDEST_YEAR - 1)
    return found


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def month_of(typed: str) -> int:
    """The number of a month that was typed as a number or a name. ValueError for what is neither."""
    # Three digits are no month already; thousands of them would end in an error that `date` does not raise.
    return int(typed[:3]) if typed.isdecimal() else _MONTHS.index(typed.lower()[:3]) + 1


def _partial(question: pb.QuestionDefinition, name: str, sent: Sent) -> list[Value]:
    month, year = (sent.get(f"{name}.{part}", "").strip() for part in ("month", "year"))
    if not month and not year:
        return []
    if not year:
        raise NotAnswer("Enter a year, like 2026, with or without a month")
    found = _day("1", month or "1", year)
    return [f"{found.year:04}-{found.month:02}" if month else f"{found.year:04}"]


def _time(question: pb.QuestionDefinition, name: str, sent: Sent) -> list[Value]:
    typed = sent.get(name, "").strip()
    if not typed:
        return []
    found = _TIME.fullmatch(typed)
    if not found:
        raise NotAnswer("Enter a time on the 24-hour clock, like 14:30")
    return [f"{int(found[1]):02}:{found[2]}:00"]


def _age(question: pb.QuestionDefinition, name: str, sent: Sent) -> list[Value]:
    """Days up to a month, then whole months, then whole years; nobody has to work out how that is written."""
    typed, unit = sent.get(name, "").strip(), sent.get(f"{name}.unit", "years")
    if not typed:
        return []
    worth, most = _UNITS.get(unit, _UNITS["years"])
    age = number(typed, "Enter the age as a whole number, like 47")
    if age > most or (age == 0 and unit != "days"):
        least = 0 if unit == "days" else 1
        raise NotAnswer("Enter an age from {least} to {most} {unit}", least=least, most=most, unit=say(unit))
    return [age * worth]


def age_typed(encoded: int) -> tuple[str, str]:
    """How an age was typed: the number and its unit."""
    for unit, (worth, _) in _UNITS.items():
        if encoded and encoded % worth == 0:
            return str(encoded // worth), unit
    return str(encoded), "days"


Reader = Callable[[pb.QuestionDefinition, str, Sent], list[Any]]
_READERS: Mapping[str, Reader] = {
    "age-days": _age,
    "partial-date": _partial,
    "boolean": _boolean,
    "integer": _integer,
    "date": _date,
    "time": _time,
}
