"""One answer to one question of the question set, as a sender gave it."""

from __future__ import annotations

from dataclasses import dataclass, field

Value = str | int | bool
"""A code, text, date (YYYY-MM-DD) or time (hh:mm:ss) is a `str`; the question says which."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer and where the sender wrote it.

    `section` is an extension name without its version suffix, or "native" for the resource's own elements;
    `entry` is which repetition of the section, from 0; a repeated property is several answers. `path` appears
    in faults. `value` may be free text, so it is never shown by `repr`.
    """

    section: str
    entry: int
    property: str
    value: Value = field(repr=False)
    path: str
    as_it_is: bool = False  # a text its sender has not seen and leaves alone; its value is empty


def field_name(section: str, entry: int, property: str, index: int | None = None) -> str:
    """A field where no sender's path exists: section/entry/property, and /index where it repeats."""
    name = f"{section}/{entry}/{property}"
    return name if index is None else f"{name}/{index}"
