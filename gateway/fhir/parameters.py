"""What stands behind the question mark: each parameter once, in words that recording understands.

Whatever is not known is refused, because leaving it out would answer another question than was asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from chassis.problems import Problem, invalid
from gateway.fhir.bodies import named
from gateway.media_types import FORMATS, unknown_format

LONDON = ZoneInfo("Europe/London")
MOST_VALUES = 200
LONGEST_VALUE = 255
CURSOR = "_page"
_PREFIXED = re.compile(r"(eq|ge|gt|le|lt)?([0-9].*)")
_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")
_PRECISIONS = ((r"\d\d:\d\d", timedelta(minutes=1)), (r"\d\d:\d\d:\d\d", timedelta(seconds=1)))
_ZONE = r"(Z|[+-]\d\d:\d\d)?"

Parameters = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Span:
    """From a moment or day (inclusive) until another (exclusive); None is open."""

    start: datetime | None = None
    end: datetime | None = None

    def within(self, other: Span) -> Span:
        starts = [one for one in (self.start, other.start) if one]
        ends = [one for one in (self.end, other.end) if one]
        return Span(max(starts, default=None), min(ends, default=None))


def check(parameters: Parameters, known: Iterable[str], often: Iterable[str] = ()) -> None:
    """INVALID (400) for a parameter that is not known, or came more often than it may."""
    for name, values in parameters.items():
        if name not in {*known, "_format"}:
            raise invalid("unknown-parameter", f"There is no parameter {named(name)} here.")
        if len(values) > 1 and name not in often:
            raise wrong(name, "comes once; several values stand in it with commas between them")
        if any(not value.isprintable() for value in values):
            raise wrong(name, "has a character that cannot be printed")
    if one(parameters, "_format", "json") not in FORMATS:
        raise unknown_format()


def wrong(name: str, why: str) -> Problem:
    """INVALID (400) about one parameter."""
    return invalid("bad-request", f"The parameter {name} {why}.")


def one(parameters: Parameters, name: str, usual: str = "") -> str:
    return parameters.get(name, [usual])[-1]


def values(parameters: Parameters, name: str) -> list[str]:
    """The values of a parameter, any of which may match."""
    found = [each for each in one(parameters, name).split(",") if each]
    if name in parameters and not found:
        raise wrong(name, "has no value")
    if len(found) > MOST_VALUES or any(len(each) > LONGEST_VALUE for each in found):
        raise wrong(name, f"may have {MOST_VALUES} values of {LONGEST_VALUE} characters at most")
    return found


def codes(parameters: Parameters, name: str) -> list[str]:
    """The same for codes, whose system is not asked. A system alone would be any of its codes, which we cannot look for."""
    found = [each.rpartition("|")[2] for each in values(parameters, name)]
    if not all(found):
        raise wrong(name, "names a system, and no value after it")
    return found


def whole_number(parameters: Parameters, name: str, usual: int, most: int) -> int:
    """A count, cut to the most we give."""
    sent = one(parameters, name, str(usual))
    if not re.fullmatch(r"[0-9]{1,9}", sent):
        raise wrong(name, "is a whole number")
    return min(int(sent), most)


def span(parameters: Parameters, name: str) -> Span:
    """What all the values of a date parameter leave open together. A day or month without a zone is London's."""
    found = Span()
    for value in parameters.get(name, ()):
        found = found.within(_span(name, value))
    return found


def day(moment: datetime | None) -> str:
    """The day that begins at a moment, in London."""
    return moment.astimezone(LONDON).date().isoformat() if moment else ""


def _span(name: str, value: str) -> Span:
    if "," in value:
        raise wrong(name, "takes one date; for a span, give it twice, with ge and lt")
    found = _PREFIXED.fullmatch(value)
    if found is None:
        raise wrong(name, "is a date, with eq, ge, gt, le, lt or nothing before it")
    try:
        start, end = _written(found[2])
    except (ValueError, OverflowError):
        raise wrong(
            name, "is a date that exists, written YYYY, YYYY-MM, YYYY-MM-DD, or with a time and zone"
        ) from None
    match found[1]:
        case "ge":
            return Span(start=start)
        case "gt":
            return Span(start=end)
        case "le":
            return Span(end=end)
        case "lt":
            return Span(end=start)
    return Span(start, end)


def _written(value: str) -> tuple[datetime, datetime]:
    """The first moment of what is written and the first after it; ValueError when it is no date."""
    if _DATE.fullmatch(value):
        year, month, day_ = (int(part) for part in (value + "-01-01")[:10].split("-"))
        first = date(year, month, day_)
        return _midnight(first), _midnight(_after(first, len(value)))
    moment, precision = _moment(value.replace(" ", "+"))  # a plus that nobody escaped
    return moment, moment + precision


def _after(first: date, written: int) -> date:
    if written == len("2026"):
        return first.replace(year=first.year + 1)
    if written == len("2026-03"):
        return (first + timedelta(days=31)).replace(day=1)
    return first + timedelta(days=1)


def _midnight(of: date) -> datetime:
    return datetime(of.year, of.month, of.day, tzinfo=LONDON).astimezone(UTC)


def _moment(value: str) -> tuple[datetime, timedelta]:
    if "T" not in value:
        raise ValueError
    precision = timedelta(milliseconds=1)
    for pattern, width in _PRECISIONS:
        if re.fullmatch(rf"\d{{4}}-\d\d-\d\dT{pattern}{_ZONE}", value, re.ASCII):
            precision = width
    moment = datetime.fromisoformat(value)
    return (moment if moment.tzinfo else moment.replace(tzinfo=LONDON)).astimezone(UTC), precision
