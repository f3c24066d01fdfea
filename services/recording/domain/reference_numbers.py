"""The number by which people quote an event: PSE-26-7H3KQ2WX-9.

The year in which it was given (Europe/London), eight random Crockford base-32 symbols (2^40 numbers a year:
not to be guessed) and a check symbol over both, which catches every wrong symbol and nearly every swap of
neighbours.
"""

from __future__ import annotations

import re
from datetime import date

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_SYMBOLS = 8
RANDOM_BITS = 5 * RANDOM_SYMBOLS

_VALUES = {symbol: value for value, symbol in enumerate(SYMBOLS)}
_WRITTEN = re.compile(rf"PSE-([0-9]{{2}})-([{SYMBOLS}]{{{RANDOM_SYMBOLS}}})-([{SYMBOLS}])")
_LOOSE = re.compile(r"(?:PSE)?([0-9OIL]{2})([0-9A-Z]{8})([0-9A-Z])", re.ASCII)
_MISREAD = str.maketrans("ILO", "110")
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2014\u2212_.]+")


def new_reference(today: date, random_bits: int) -> str:
    """A new reference number, from the date in Europe/London and forty random bits."""
    if not 0 <= random_bits < 1 << RANDOM_BITS:
        raise ValueError(f"a reference number takes {RANDOM_BITS} random bits")
    year = f"{today.year % 100:02d}"
    symbols = "".join(SYMBOLS[random_bits >> shift & 31] for shift in range(RANDOM_BITS - 5, -1, -5))
    return f"PSE-{year}-{symbols}-{check_symbol(year + symbols)}"


def is_reference(text: str) -> bool:
    """Whether this is a reference number as we write it, check symbol included; `normalise` comes first."""
    written = _WRITTEN.fullmatch(text)
    return written is not None and check_symbol(written[1] + written[2]) == written[3]


def normalise(text: str) -> str:
    """A reference number as we write it, from how people type it.

    Case, hyphens and spaces do not matter; O counts as 0, I and L as 1. What does not look like a reference
    number comes back as it was, without surrounding space.
    """
    loose = _LOOSE.fullmatch(_SEPARATORS.sub("", text).upper())
    if loose is None:
        return text.strip()
    year, symbols, check = (part.translate(_MISREAD) for part in loose.groups())
    return f"PSE-{year}-{symbols}-{check}"


def check_symbol(text: str) -> str:
    """Luhn's check modulo 32, over symbols."""
    total = 0
    for place, symbol in enumerate(reversed(text)):
        value = _VALUES[symbol] * (2 if place % 2 == 0 else 1)
        total += value // 32 + value % 32
    return SYMBOLS[-total % 32]
