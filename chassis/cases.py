"""The number of a case that is kept elsewhere, such as a ticket: it outlives whoever it is about, so it is no place for names."""

from __future__ import annotations

from chassis.problems import Fault, invalid

LONGEST = 50


def faults(case_number: str) -> list[Fault]:
    """What is wrong with a case number; nothing where it can be one."""
    if case_number.strip() and len(case_number) <= LONGEST and case_number.isprintable():
        return []
    return [
        Fault("case_number", "bad-request", f"Name the case in one line of at most {LONGEST} characters.")
    ]


def given(case_number: str) -> str:
    """A case number as it is kept; raises INVALID."""
    found = faults(case_number)
    if found:
        raise invalid(found[0].code, found[0].detail, *found)
    return case_number.strip()
