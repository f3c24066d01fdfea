"""Finding personal data: numbers, addresses and dates by their form and the cue before them, and names by `names`.

Every rule is linear in the length of the text: patterns have bounded or disjoint repetitions, and whatever looks back looks at
most `_LOOK_BACK` characters back. Positions are offsets into the text as it was given; no found text is kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from services.enrichment.domain import words as w
from services.enrichment.domain.names import Lexicon, Reading, find_names, parts_of, read

_LOOK_BACK = 40


class Kind(StrEnum):
    """What a span is; its placeholder is its name in brackets."""

    NAME = "NAME"
    NHS_NUMBER = "NHS_NUMBER"
    DATE_OF_BIRTH = "DATE_OF_BIRTH"
    PHONE = "PHONE"
    EMAIL = "EMAIL"
    POSTCODE = "POSTCODE"
    ADDRESS = "ADDRESS"
    HOSPITAL_NUMBER = "HOSPITAL_NUMBER"
    STAFF_ID = "STAFF_ID"
    NATIONAL_INSURANCE_NUMBER = "NATIONAL_INSURANCE_NUMBER"
    VEHICLE = "VEHICLE"
    URL = "URL"
    WITHHELD = "WITHHELD"


# Where spans overlap the earlier kind here wins, and takes the whole stretch.
_RANK = {
    kind: rank
    for rank, kind in enumerate(
        (
            Kind.WITHHELD,
            Kind.EMAIL,
            Kind.URL,
            Kind.NHS_NUMBER,
            Kind.NATIONAL_INSURANCE_NUMBER,
            Kind.STAFF_ID,
            Kind.HOSPITAL_NUMBER,
            Kind.DATE_OF_BIRTH,
            Kind.PHONE,
            Kind.ADDRESS,
            Kind.POSTCODE,
            Kind.VEHICLE,
            Kind.NAME,
        )
    )
}


@dataclass(frozen=True, order=True)
class Span:
    """Where personal data stands: characters `start` to `end` (one past) of the original text, and what they are."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True)
class Findings:
    """What was found in one text: spans in order and apart, and the words of the names, folded, for its other fields."""

    spans: tuple[Span, ...]
    names: frozenset[str] = field(repr=False)


def find(text: str, lexicon: Lexicon, known: frozenset[str] = frozenset()) -> Findings:
    """All personal data in `text`; `known` are name words found elsewhere in the same document."""
    level = _level(text)
    reading = read(level.text, lexicon, known)
    runs = find_names(reading)
    spans = [Span(reading.words[a].start, reading.words[b - 1].end, Kind.NAME) for a, b in runs]
    spans += _patterns(level.text)
    spans += _addresses(reading)
    spans += _dates(level.text, {s.end for s in spans if s.kind in (Kind.NAME, Kind.NHS_NUMBER)})
    return Findings(tuple(_original(level, _apart(spans))), parts_of(reading, runs))


# --- levelling ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Level:
    """The text with look-alikes made plain, and for each of its characters where it was (None: nothing was dropped)."""

    text: str = field(repr=False)
    offsets: list[int] | None = field(repr=False)
    length: int


class _Plain(dict[int, str]):
    """What each character is read as; filled as characters are met (there are finitely many)."""

    def __missing__(self, code: int) -> str:
        plain = _plain_character(chr(code))
        self[code] = plain
        return plain


def _plain_character(char: str) -> str:
    """One character for one: wide forms narrowed, dashes and spaces made one kind; "\\0" for what is to be dropped."""
    category = unicodedata.category(char)
    if category in ("Cf", "Mn", "Me") or char == "\0":
        return "\0"
    if category == "Zs" or char == "\t":
        return " "
    if category == "Pd":
        return "-"
    if char in "\r\x0b\x0c\x85\u2028\u2029":
        return "\n"
    if char in "’‘ʼ`´＇":
        return "'"
    if category == "Nd":
        return str(unicodedata.digit(char))
    narrow = unicodedata.normalize("NFKC", char)
    return narrow if len(narrow) == 1 and narrow != "\0" else char


_PLAIN = _Plain()


def _level(text: str) -> _Level:
    plain = text.translate(_PLAIN)
    if "\0" not in plain:
        return _Level(plain, None, len(text))
    kept = [i for i, char in enumerate(plain) if char != "\0"]
    return _Level(plain.replace("\0", ""), kept, len(text))


def _original(level: _Level, spans: list[Span]) -> Iterator[Span]:
    """The spans in the original text; what was dropped after a span's last character goes with it (an accent, a joiner)."""
    offsets = level.offsets
    if offsets is None:
        yield from spans
        return
    for span in spans:
        end = offsets[span.end] if span.end < len(offsets) else level.length
        yield Span(offsets[span.start], end, span.kind)


def _apart(spans: list[Span]) -> list[Span]:
    """In order, with overlapping spans made one of the stronger kind."""
    joined: list[Span] = []
    for span in sorted(spans):
        if joined and span.start < joined[-1].end:
            joined[-1] = _joined(joined[-1], span)
        else:
            joined.append(span)
    return joined


def _joined(one: Span, other: Span) -> Span:
    kind = min(one.kind, other.kind, key=_RANK.__getitem__)
    return Span(min(one.start, other.start), max(one.end, other.end), kind)


# --- forms -------------------------------------------------------------------------------------------------------------


def _patterns(text: str) -> Iterator[Span]:
    if "@" in text:
        yield from _emails(text)
    yield from (Span(m.start(), m.end(), Kind.URL) for m in _URL.finditer(text))
    yield from _coded(text)
    yield from _numbers(text)


_URL = re.compile(
    r"(?i:(?:https?|ftp)://|(?<![\w.])www\.)[^\s<>\[\]\"]+"
    r"|(?<![\w.@/-])(?:[a-z0-9][a-z0-9-]{0,62}\.){1,4}(?:com|org|net|co\.uk|org\.uk|nhs\.uk|gov\.uk|ac\.uk|info)(?![\w-])(?:/[^\s<>\[\]\"]*)?"
)
_BEFORE_AT = re.compile(r"[\w.+'%&-]{1,64}")
_AFTER_AT = re.compile(r" ?[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")


def _emails(text: str) -> Iterator[Span]:
    for at in re.finditer("@", text):
        after = _AFTER_AT.match(text, at.end())
        before = _BEFORE_AT.match(text[max(0, at.start() - 64) : at.start()].rstrip(" ")[::-1])
        if after and before and text[at.start() - 1] != " ":
            yield Span(at.start() - before.end(), after.end(), Kind.EMAIL)


# Codes of letters and digits; a code may be split by single spaces where the form says so.
_POSTCODE_AREAS = frozenset(
    [
        "AB",
        "AL",
        "B",
        "BA",
        "BB",
        "BD",
        "BF",
        "BH",
        "BL",
        "BN",
        "BR",
        "BS",
        "BT",
        "CA",
        "CB",
        "CF",
        "CH",
        "CM",
        "CO",
        "CR",
        "CT",
        "CV",
        "CW",
        "DA",
        "DD",
        "DE",
        "DG",
        "DH",
        "DL",
        "DN",
        "DT",
        "DY",
        "E",
        "EC",
        "EH",
        "EN",
        "EX",
        "FK",
        "FY",
        "G",
        "GL",
        "GU",
        "GY",
        "HA",
        "HD",
        "HG",
        "HP",
        "HR",
        "HS",
        "HU",
        "HX",
        "IG",
        "IM",
        "IP",
        "IV",
        "JE",
        "KA",
        "KT",
        "KW",
        "KY",
        "L",
        "LA",
        "LD",
        "LE",
        "LL",
        "LN",
        "LS",
        "LU",
        "M",
        "ME",
        "MK",
        "ML",
        "N",
        "NE",
        "NG",
        "NN",
        "NP",
        "NR",
        "NW",
        "OL",
        "OX",
        "PA",
        "PE",
        "PH",
        "PL",
        "PO",
        "PR",
        "RG",
        "RH",
        "RM",
        "S",
        "SA",
        "SE",
        "SG",
        "SK",
        "SL",
        "SM",
        "SN",
        "SO",
        "SP",
        "SR",
        "SS",
        "ST",
        "SW",
        "SY",
        "TA",
        "TD",
        "TF",
        "TN",
        "TQ",
        "TR",
        "TS",
        "TW",
        "UB",
        "W",
        "WA",
        "WC",
        "WD",
        "WF",
        "WN",
        "WR",
        "WS",
        "WV",
        "YO",
        "ZE",
    ]
)
_POSTCODE = re.compile(
    r"(?<![A-Za-z0-9])([A-Za-z]{1,2})(\d[A-Za-z\d]?)(\s{0,2})(\d)([ABD-HJLNP-UW-Zabd-hjlnp-uw-z]{2})(?![A-Za-z0-9])"
)
_NOT_INWARD = frozenset(
    ["st", "nd", "rd", "th", "ug", "ng", "pg", "gs", "hr", "db", "ph", "fr", "ul", "nl", "dl"]
)
_NATIONAL_INSURANCE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-Da-d](?![A-Za-z0-9])")
_VEHICLE = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2} ?[A-Z]{3}(?![A-Za-z0-9])")
_NMC_PIN = re.compile(r"(?<![A-Za-z0-9])\d{2}[A-La-l]\d{4}[A-Za-z](?![A-Za-z0-9])")
_LETTER_NUMBER = re.compile(r"(?<![A-Za-z0-9-])([A-Za-z]{1,3}-?|[KDXkdx] )\d{6,8}[A-Za-z]?(?![A-Za-z0-9])")

_HOSPITAL_CUE = re.compile(
    r"(?i)\b(?:(?:hosp(?:ital)?|unit|district|case ?notes?|patient|pt|pas|k|x|rxx|record|casenote|identification|wristband)"
    r"[ .]{0,2}(?:no|num|numb|number|id|ref|record)\b|mrn\b|crn\b|hosp#|k-number|hospital[ .]{0,2}#|chi(?: no| number)?\b|h&c(?: no| number)?\b)"
    r"[ .:#=-]{0,4}(?:(?:is|was|of)[ :]{1,2})?[(]?(?=([A-Za-z0-9][A-Za-z0-9/-]{2,19}))"
)
_STAFF_CUE = re.compile(
    r"(?i)\b(?:gmc|nmc|gphc|hcpc|gdc|payroll|staff|employee|assignment|smart ?card|pin|registration)[ .]{0,2}"
    r"(?:no|num|number|pin|id|ref|registration)?\b[ .:#=-]{0,4}(?:(?:is|was)[ :]{1,2})?(?=([A-Za-z]{0,3}\d[A-Za-z0-9/-]{3,13}))"
)
_THING_NUMBER = re.compile(
    r"(?i)\b(?:(?:lot|batch|serial|gtin|udi|barcode|asset|datix|sn|donation|requisition|catalogue|steis|ref|reference|incident"
    r"|web|inc|inv)(?:[ .:#=-]{0,3}(?:no|num|number|id|code|ref|log)s?)?"
    r"|(?:model|equipment|order|specimen|sample|lab|part|product|job|ticket|bag|unit|pump|device)[ .:#=-]{0,3}"
    r"(?:no|num|number|id|code|ref)s?)[ .:#=-]{0,4}$"
)


def _coded(text: str) -> Iterator[Span]:
    for m in _POSTCODE.finditer(text):
        if m[1].upper() in _POSTCODE_AREAS and not (m[5].islower() and m[5] in _NOT_INWARD):
            yield Span(m.start(), m.end(), Kind.POSTCODE)
    yield from (
        Span(m.start(), m.end(), Kind.NATIONAL_INSURANCE_NUMBER) for m in _NATIONAL_INSURANCE.finditer(text)
    )
    yield from (Span(m.start(), m.end(), Kind.VEHICLE) for m in _VEHICLE.finditer(text))
    yield from (Span(m.start(), m.end(), Kind.STAFF_ID) for m in _NMC_PIN.finditer(text))
    yield from _cued(text)
    for m in _LETTER_NUMBER.finditer(text):
        if not _numbers_a_thing(text, m.start()) and m[1].lower().rstrip("- ") not in (
            "web",
            "inc",
            "dw",
            "cm",
            "inv",
        ):
            yield Span(m.start(), m.end(), Kind.HOSPITAL_NUMBER)


def _cued(text: str) -> Iterator[Span]:
    for cue, kind, least in ((_HOSPITAL_CUE, Kind.HOSPITAL_NUMBER, 3), (_STAFF_CUE, Kind.STAFF_ID, 4)):
        for m in cue.finditer(text):
            if sum(char.isdigit() for char in m[1]) >= least:
                yield Span(m.start(1), m.end(1), kind)


def _numbers_a_thing(text: str, start: int) -> bool:
    """Whether what stands before says that the number is a batch, a device or an incident, which readers need."""
    return _cue_before(_THING_NUMBER, text, start)


# --- numbers -----------------------------------------------------------------------------------------------------------

# A cluster: groups of digits with short separators between them ("943 476 5919", "+44 (0)121 496 0000").
_CLUSTER = re.compile(r"(?:\+ ?)?\(?\d+(?:[ .\-/()]{1,3}\d+)*", re.ASCII)
_GROUP = re.compile(r"\d+", re.ASCII)
_NHS_CUE = re.compile(
    r"(?i)\bnhs[ .]{0,2}(?:no|num|numb|number|id|#)?\b[ .:#=()-]{0,5}(?:(?:is|was|of)[ :]{1,2})?$"
)
_PHONE_CUE = re.compile(
    r"(?i)\b(?:tel|tele|telephone|phone|mobile|mob|landline|ring|contact|text|whatsapp|fax|ext|extension)"
    r"(?:[ .]{0,2}(?:no|num|number))?\b[ .:#=(-]{0,4}(?:(?:is|on|was)[ :]{1,2})?(?:0|\+)?$"
)
_EXTENSION_CUE = re.compile(
    r"(?i)\b(?:ext|extn|extension|tel|telephone|mobile|mob|bleep holder)(?:[ .]{0,2}(?:no|number))?[ .:#=-]{0,4}$"
)
_MOST_GROUPS = 10


def _numbers(text: str) -> Iterator[Span]:
    for cluster in _CLUSTER.finditer(text):
        if cluster.end() - cluster.start() > 3:
            yield from _in_cluster(text, cluster.start(), cluster.end())


def _in_cluster(text: str, start: int, end: int) -> Iterator[Span]:
    """The numbers of people inside one cluster, from its left; a number takes whole groups of digits."""
    groups = [m.span() for m in _GROUP.finditer(text, start, end)]
    at = 0
    while at < len(groups):
        taken, kind = _number_at(text, groups, at)
        if kind:
            yield Span(_with_plus(text, groups[at][0], start), groups[at + taken - 1][1], kind)
        at += max(taken, 1)


def _with_plus(text: str, at: int, least: int) -> int:
    while at > least and text[at - 1] in "+( ":
        at -= 1
    return at


def _number_at(text: str, groups: list[tuple[int, int]], at: int) -> tuple[int, Kind | None]:
    """How many groups from `at` make one number, and of what kind; the longest reading of the strongest kind.

    A cue can stand before the first group only: before the others there are digits.
    """
    readings = _readings(text, groups, at)
    if not readings or (len(readings[0][1]) < 7 and at):
        return 0, None
    taken = _nhs_taken(text, groups, at, readings)
    if taken:
        return taken, Kind.NHS_NUMBER
    for taken, digits in readings:
        if (at == 0 or len(digits) > 8) and _is_phone(text, groups[at : at + taken], digits, at == 0):
            return taken, Kind.PHONE
    for taken, digits in readings:
        if len(digits) == 10 and _mistyped_nhs(text, groups[at : at + taken]):
            return taken, Kind.NHS_NUMBER
    return (1, Kind.PHONE) if at == 0 and _cue_before(_EXTENSION_CUE, text, groups[0][0]) else (0, None)


def _nhs_taken(text: str, groups: list[tuple[int, int]], at: int, readings: list[tuple[int, str]]) -> int:
    """How many groups are an NHS number: ten digits that check, or whatever follows "NHS no"; 0 for none."""
    cued = at == 0 and _cue_before(_NHS_CUE, text, groups[0][0])
    for taken, digits in readings:
        if len(digits) == 10 and (
            cued or (is_nhs_number(digits) and _lengths(groups[at : at + taken]) in _NHS_GROUPS)
        ):
            return taken
    return next((taken for taken, digits in readings if 7 <= len(digits) <= 12), 0) if cued else 0


def _cue_before(cue: re.Pattern[str], text: str, start: int) -> bool:
    return cue.search(text, max(0, start - _LOOK_BACK), start) is not None


def _readings(text: str, groups: list[tuple[int, int]], at: int) -> list[tuple[int, str]]:
    """The digits of one group from `at`, of two, and so on, longest first; none longer than a telephone number."""
    readings: list[tuple[int, str]] = []
    digits = ""
    for taken, (start, end) in enumerate(groups[at : at + _MOST_GROUPS], 1):
        if len(digits) + end - start > 15:
            break
        digits += text[start:end]
        readings.append((taken, digits))
    return readings[::-1]


# How people split an NHS number; other splits are dates, times and observations that happen to check.
_NHS_GROUPS = (
    [10],
    [3, 3, 4],
    [3, 4, 3],
    [4, 3, 3],
    [4, 6],
    [6, 4],
    [5, 5],
    [3, 7],
    [7, 3],
    [2] * 5,
    [1] * 10,
)


def _lengths(groups: list[tuple[int, int]]) -> list[int]:
    return [end - start for start, end in groups]


def _mistyped_nhs(text: str, groups: list[tuple[int, int]]) -> bool:
    """Ten digits in one, or three, three and four: withheld though the check digit is wrong, since people mistype."""
    return _lengths(groups) in ([10], [3, 3, 4]) and not _numbers_a_thing(text, groups[0][0])


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits satisfy the NHS number's modulus 11 check."""
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    check = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(digits[:9])) % 11
    return check != 10 and check % 11 == int(digits[9])


def _is_phone(text: str, groups: list[tuple[int, int]], digits: str, cueable: bool) -> bool:
    """A British number (01, 02, 03, 05, 07, 08, 09; ten or eleven digits), an international one, or one with a cue."""
    start, end = groups[0][0], groups[-1][1]
    lengths = _lengths(groups)
    if "/" in text[start:end] or (len(groups) > 1 and set(lengths) == {4}):
        return False  # dates, and the times of a drug round
    if text[max(0, start - 3) : start].rstrip(" (").endswith("+"):
        return 9 <= len(digits) <= 15
    if (digits.startswith("00") and lengths[0] > 3) or (digits.startswith("44") and len(digits) == 12):
        return 11 <= len(digits) <= 15
    if digits[0] == "0" and digits[1:2] in tuple("1235789") and max(lengths[:2]) > 2:
        return len(digits) in (10, 11) and not (len(groups) == 1 and _numbers_a_thing(text, start))
    return cueable and 6 <= len(digits) <= 11 and _cue_before(_PHONE_CUE, text, start)


# --- dates of birth ----------------------------------------------------------------------------------------------------

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DATE = (
    rf"(?:\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}} ?[-/.] ?\d{{1,2}} ?[-/.] ?\d{{2,4}}|\d{{1,2}} \d{{1,2}} \d{{2,4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[ /.-]{{0,2}}(?:of )?{_MONTH}[ ,/.-]{{0,3}}\d{{2,4}}"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|\d{{8}}|\d{{6}})(?!\d)"
)
_BIRTH_CUE = re.compile(
    rf"(?i)\b(?:d\.? ?o\.? ?b\b\.?|date of birth|birth ?date|birthday|born(?: on)?|b\.)[ :=()-]{{0,5}}(?:(?:is|was|on)[ :]{{1,2}})?({_DATE})"
)
_OLD_DATE = re.compile(r"(?<![\d/.-])\d{1,2}([/.-])\d{1,2}\1(19\d\d|200[0-4])(?![\d/-])", re.ASCII)
_AFTER_NAME = re.compile(rf"(?i)[ ,(:;\])-]{{1,4}}({_DATE})")
_NOT_BIRTH = re.compile(r"(?i) ?(?:at|@) ?\d")


def _dates(text: str, name_ends: set[int]) -> Iterator[Span]:
    """Dates introduced as a date of birth, full dates older than any current event, and a date straight after a name."""
    yield from (Span(m.start(1), m.end(1), Kind.DATE_OF_BIRTH) for m in _BIRTH_CUE.finditer(text))
    yield from (Span(m.start(), m.end(), Kind.DATE_OF_BIRTH) for m in _OLD_DATE.finditer(text))
    for end in name_ends:
        m = _AFTER_NAME.match(text, end)
        if m and not _NOT_BIRTH.match(text, m.end()):
            yield Span(m.start(1), m.end(1), Kind.DATE_OF_BIRTH)


# --- addresses ---------------------------------------------------------------------------------------------------------

_LIVES = frozenset(
    ["lives", "living", "live", "address", "home", "resides", "residing", "stays", "residence"]
)
_FLAT = frozenset(["flat", "apartment", "apt"])


def _addresses(r: Reading) -> Iterator[Span]:
    """A house's number and its street ("12 Oak Road"), a flat's number, a street after "lives at"; with the town before a postcode."""
    for at, word in enumerate(r.words):
        if word.shape == "D" and len(word.text) < 5:
            last = _street_end(r, at + 1, _lives_here(r, at)) if not _counts(r, at) else 0
            if last:
                yield Span(word.start, r.words[last - 1].end, Kind.ADDRESS)
        elif word.low in _FLAT and _next_is_number(r, at):
            yield Span(word.start, r.words[at + 1].end, Kind.ADDRESS)
        elif word.low in _LIVES:
            yield from _unnumbered(r, at)


def _counts(r: Reading, at: int) -> bool:
    """Whether the number is a bed's, a ward's or a time's and not a house's."""
    before = r.words[at - 1] if at else None
    return before is not None and (before.low in w.NOT_STREET_NUMBER or before.text in (":", "/", "."))


def _next_is_number(r: Reading, at: int) -> bool:
    return at + 1 < len(r.words) and r.words[at + 1].shape == "D" and len(r.words[at + 1].text) < 5


def _lives_here(r: Reading, at: int) -> bool:
    return any(r.words[i].low in _LIVES for i in range(max(0, at - 4), at))


def _street_end(r: Reading, at: int, lives: bool) -> int:
    """One past the street's last word when a street's name starts at `at` (a letter or a comma may come first), or 0."""
    first = at
    while (
        first < len(r.words)
        and first - at < 2
        and (r.words[first].text == "," or len(r.words[first].text) == 1)
    ):
        first += 1
    for i in range(first, min(first + 5, len(r.words))):
        word = r.words[i]
        if i == first and word.low in w.STREETS_FIRST:
            return _welsh_street_end(r, i)
        if i > first and _ends_street(r, first, i, lives):
            return i + 1
        if (word.shape not in "TUl" and word.text not in "',") or (
            word.low in w.FUNCTION and word.low != "the"
        ):
            return 0
    return 0


def _welsh_street_end(r: Reading, at: int) -> int:
    """One past the capitalised words after "Heol", with the article between."""
    last = at + 1
    while (
        last < len(r.words)
        and last - at < 5
        and (r.words[last].shape in "TU" or r.words[last].low in ("y", "yr"))
    ):
        last += 1
    return last if r.words[last - 1].shape in "TU" and last > at + 1 else 0


def _ends_street(r: Reading, first: int, at: int, lives: bool) -> bool:
    word = r.words[at]
    if word.low not in w.STREETS:
        return False
    if lives:
        return True
    capitals = all(r.words[i].shape in "TUP" for i in range(first, at + 1))
    if capitals and not (r.shouting and word.low not in w.CLEAR_STREETS):
        return True
    return word.low in w.CLEAR_STREETS and at - first <= 2 and r.words[first].low not in w.ORDINARY


def _unnumbered(r: Reading, at: int) -> Iterator[Span]:
    """Rose Cottage, Mill Lane: a street without a number, straight after "lives at" or "address"."""
    first = at + 1
    while (
        first < len(r.words)
        and first - at < 4
        and r.words[first].low in ("at", "is", "in", ":", "on", "address", "-")
    ):
        first += 1
    if first >= len(r.words) or r.words[first].shape != "T":
        return
    for i in range(min(first + 6, len(r.words)) - 1, first, -1):
        if r.words[i].low in w.STREETS and all(r.words[j].shape in "TUP" for j in range(first, i + 1)):
            yield Span(r.words[first].start, r.words[i].end, Kind.ADDRESS)
            return
