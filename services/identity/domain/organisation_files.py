"""The official files of organisations, as ODS publishes them: CSV without a header, 27 columns, one organisation a line.

Which file says what is data (`FILES`). The file of successions (`succ`) has five columns. What is wrong with a line is
said of that line, and the others are taken.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from chassis.problems import Fault, Problem, invalid
from services.identity.domain import ods
from services.identity.domain.organisations import DatedRole, Succession
from services.identity.domain.telling import Link, Told

COLUMNS = 27
(CODE, NAME, REGION, AREA, POSTCODE, OPENED, CLOSED, STATUS, SUB_TYPE, PARENT, JOINED, LEFT, SETTING) = (
    0, 1, 2, 3, 9, 10, 11, 12, 13, 14, 15, 16, 25,
)  # fmt: skip
LONGEST_LINE, LONGEST_NAME, LONGEST_POSTCODE = 4_000, 200, 10
LARGEST = 48 << 20  # bytes of one file; the largest of them, of trust sites, has about 10 million
SUCCESSIONS = "succ"
_EARLIEST = date(1900, 1, 1)
_CLOSED_WORDS = frozenset({"C", "CLOSED", "INACTIVE"})
_ROLE = re.compile(r"\bRO[0-9]{1,4}\b")
_PRESCRIBING_GP = "4"


@dataclass(frozen=True)
class File:
    """What one of the files says: the primary role of its organisations, and by what they belong to whom."""

    role: str
    means: str
    operated: bool = False  # the parent column names who operates it
    commissioned: bool = False  # the parent column names who commissions it
    lies_in: bool = False  # the area column names the ICB in whose geography it lies


FILES: Mapping[str, File] = {
    "etr": File(ods.TRUST, "NHS trusts", lies_in=True),
    "ets": File(ods.TRUST_SITE, "NHS trust sites", operated=True),
    "ect": File(ods.CARE_TRUST, "Care trusts", lies_in=True),
    "ectsite": File(ods.CARE_TRUST_SITE, "Care trust sites", operated=True),
    "epraccur": File(ods.PRESCRIBING_COST_CENTRE, "GP practices", commissioned=True, lies_in=True),
    "edispensary": File(ods.PHARMACY, "Pharmacies", operated=True, lies_in=True),
    "epharmacyhq": File(ods.PHARMACY_HQ, "Pharmacy headquarters", lies_in=True),
    "egdpprac": File(ods.DENTAL_PRACTICE, "Dental practices", commissioned=True, lies_in=True),
    "ephp": File(ods.INDEPENDENT, "Independent providers", lies_in=True),
    "ephpsite": File(ods.INDEPENDENT_SITE, "Independent provider sites", operated=True),
    "eccg": File(ods.SUB_ICB, "Sub-ICB locations", lies_in=True),
    "eauth": File("", "Regions and ICBs", lies_in=True),
    "eother": File("", "Other organisations, of which the ICBs are taken", lies_in=True),
}


@dataclass(frozen=True)
class Refused:
    """A line that cannot be taken, and why. It is not repeated."""

    line: int
    code: str
    detail: str


Read = Told | Succession | Refused | None


def check_kind(kind: str) -> None:
    """INVALID unless this is the name of a file that we take."""
    if kind not in FILES and kind != SUCCESSIONS:
        names = ", ".join(sorted((*FILES, SUCCESSIONS)))
        detail = f"There is no official file of this name that is taken here. These are: {names}."
        raise invalid("file-not-known", detail, Fault("kind", "file-not-known", detail))


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8, with or without a byte order mark, else Latin-1, in which older files come."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    if not text.strip() or "\0" in text:
        raise not_a_file()
    return text


def not_a_file() -> Problem:
    detail = "This is not one of the official files: send the CSV file itself, as it was published, not a ZIP file."
    return invalid("file-not-readable", detail, Fault("", "file-not-readable", detail))


def read(kind: str, text: str, first_line: int = 1) -> Iterator[tuple[int, Read]]:
    """Each line's number and what it says; None for one that this file holds and we do not take."""
    for number, row in _rows(text, first_line):
        if isinstance(row, Refused):
            yield number, row
        elif kind == SUCCESSIONS:
            yield number, _succession(number, row)
        else:
            yield number, _organisation(kind, number, row)


def _rows(text: str, first_line: int) -> Iterator[tuple[int, list[str] | Refused]]:
    """Lines that are not blank. Each stands alone, so that one with a stray quotation mark does not swallow the next."""
    for number, line in enumerate(text.split("\n"), start=first_line):
        if not line.strip():
            continue
        if len(line) > LONGEST_LINE:
            yield (
                number,
                Refused(number, "line-too-long", f"The line has more than {LONGEST_LINE} characters."),
            )
            continue
        try:
            (row,) = csv.reader([line.rstrip("\r")], strict=True)
        except (csv.Error, ValueError):
            yield number, Refused(number, "line-not-readable", "The line is not CSV.")
            continue
        yield number, [one.strip() for one in row]


def _organisation(kind: str, number: int, row: list[str]) -> Read:
    if len(row) != COLUMNS:
        return Refused(number, "wrong-columns", f"There are {len(row)} columns where the file has {COLUMNS}.")
    code, name = row[CODE].upper(), row[NAME]
    if not ods.is_code(code):
        return Refused(number, "code-not-valid", "The first column is not an ODS code.")
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        return Refused(number, "name-not-valid", f"{code}: there is no name, or none that can be shown.")
    if len(row[POSTCODE]) > LONGEST_POSTCODE:
        return Refused(number, "postcode-not-valid", f"{code}: the postcode is too long.")
    role, others = _roles(kind, code, row)
    if not role:
        return None
    try:
        opened, closed, joined, left = (
            _day(row[column], code, what)
            for column, what in (
                (OPENED, "opening"),
                (CLOSED, "closing"),
                (JOINED, "joining"),
                (LEFT, "leaving"),
            )
        )
    except ValueError as wrong:
        return Refused(number, "date-not-valid", str(wrong))
    if opened and closed and closed < opened:
        return Refused(number, "closes-before-it-opens", f"{code}: it would close before it opens.")
    if joined and left and left < joined:
        return Refused(
            number, "leaves-before-it-joins", f"{code}: it would leave its parent before it joins."
        )
    return Told(
        code=code,
        name=" ".join(name.split()),
        role=role,
        postcode=row[POSTCODE].upper(),
        opened_on=opened,
        closed_on=closed,
        closed=row[STATUS].upper() in _CLOSED_WORDS,
        roles=tuple(DatedRole(one, start=opened) for one in others),
        links=tuple(_links(kind, code, row, joined, left)),
        line=number,
    )


def _roles(kind: str, code: str, row: list[str]) -> tuple[str, list[str]]:
    """The primary role and others that the line names. No primary role: not taken."""
    named = _ROLE.findall(f"{row[SUB_TYPE]} {row[SETTING]}")
    role = FILES[kind].role
    if kind == "epraccur" and row[SETTING] == _PRESCRIBING_GP:
        named.append(ods.GP_PRACTICE)
    if role:
        return role, sorted({one for one in named if one != role})
    return _of_authority(kind, code, row)


def _of_authority(kind: str, code: str, row: list[str]) -> tuple[str, list[str]]:
    """Regions have codes like Y63, ICBs like QHM, area teams that are no more had codes like Q71."""
    if re.fullmatch(r"Q[A-Z][A-Z0-9]", code):
        return ods.STRATEGIC_PARTNERSHIP, [ods.ICB]
    if kind == "eauth" and re.fullmatch(r"Y[0-9]{2}", code):
        return ods.REGION, []
    if kind == "eauth" and re.fullmatch(r"Q[0-9]{2}", code):
        return ods.AREA_TEAM, []
    return "", []


def _links(kind: str, code: str, row: list[str], joined: date | None, left: date | None) -> Iterator[Link]:
    file, parent = FILES[kind], row[PARENT].upper()
    if (file.operated or file.commissioned) and ods.is_code(parent) and parent != code:
        yield Link(parent, _relationship(kind, file, parent), joined, left)
        if file.commissioned:
            return  # the area is that of the commissioner
    area = row[AREA].upper() if row[AREA].upper() not in ("", code) else row[REGION].upper()
    if file.lies_in and ods.is_code(area) and area != code:
        yield Link(area, ods.LIES_IN)


def _relationship(kind: str, file: File, parent: str) -> str:
    """Who operates something sees its records. A pharmacy's parent is its headquarters, whose codes begin with P; older
    files name a commissioner there, who must not."""
    if kind == "edispensary" and not parent.startswith("P"):
        return ods.COMMISSIONED_BY
    return ods.OPERATED_BY if file.operated else ods.COMMISSIONED_BY


def _succession(number: int, row: list[str]) -> Read:
    """Predecessor, successor, reason, day."""
    if len(row) < 4:
        return Refused(number, "wrong-columns", f"There are {len(row)} columns where the file has 5.")
    before, after = row[0].upper(), row[1].upper()
    if not ods.is_code(before) or not ods.is_code(after):
        return Refused(number, "code-not-valid", "The first two columns are not both ODS codes.")
    if before == after:
        return Refused(number, "succeeds-itself", f"{before}: it would take over from itself.")
    try:
        day = _day(row[3], before, "succession")
    except ValueError as wrong:
        return Refused(number, "date-not-valid", str(wrong))
    if day is None:
        return Refused(number, "date-not-valid", f"{before}: there is no day of succession.")
    return Succession(before, after, day)


def _day(text: str, code: str, what: str) -> date | None:
    """20220701, 2022-07-01 or 01/07/2022; ValueError in words for people."""
    if not text:
        return None
    digits = "".join(reversed(text.split("/"))) if text.count("/") == 2 else text.replace("-", "")
    try:
        if not (digits.isascii() and digits.isdigit() and len(digits) == 8):
            raise ValueError
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise ValueError(f"{code}: the {what} date cannot be read.") from None
    if day < _EARLIEST:
        raise ValueError(f"{code}: the {what} date lies before 1900.")
    return day


def parts(text: str, size: int) -> Iterable[tuple[int, str]]:
    """A file in pieces of `size` lines, each with the number of its first."""
    lines = text.split("\n")
    return [(at + 1, "\n".join(lines[at : at + size])) for at in range(0, len(lines), size)]
