"""A patient's age as the national question set writes it: one number of "days" that tells three units apart.

Days up to 30 are days, multiples of 31 up to 341 are months, multiples of 372 from 372 to 74,028 are years.
Any other number is not compliant and says nothing about the age.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

DAYS_IN_MONTH = 31
DAYS_IN_YEAR = 12 * DAYS_IN_MONTH
OLDEST = 199


class Age(NamedTuple):
    number: int
    unit: Literal["days", "months", "years"]


def decode(encoded: int) -> Age | None:
    """The age behind an encoded number of days; None when the number is not compliant."""
    if 1 <= encoded < DAYS_IN_MONTH:
        return Age(encoded, "days")
    if encoded < DAYS_IN_YEAR:
        return _whole(encoded, DAYS_IN_MONTH, "months")
    return _whole(encoded, DAYS_IN_YEAR, "years") if encoded <= OLDEST * DAYS_IN_YEAR else None


def _whole(encoded: int, length: int, unit: Literal["months", "years"]) -> Age | None:
    number, rest = divmod(encoded, length)
    return Age(number, unit) if number > 0 and rest == 0 else None
