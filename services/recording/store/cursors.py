"""Cursors: where a page ended, for a client to hand back and not to read."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

import orjson

from chassis.problems import Problem, invalid
from services.recording.store import is_id


def packed(*values: str | int) -> str:
    """A cursor of these values, of which the last is an id."""
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


def unpacked(cursor: str, *kinds: type) -> list[Any]:
    """The values behind a cursor: one of each kind, then an id. INVALID where it is none that we could have made."""
    try:
        found = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        raise unknown() from None
    if not isinstance(found, list) or [type(one) for one in found] != [*kinds, str]:
        raise unknown()
    if not is_id(found[-1]) or not all(str(one).isprintable() for one in found):
        raise unknown()
    return found


def instant(value: str) -> datetime:
    """A time that a cursor holds; INVALID where it is none."""
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        raise unknown() from None


def unknown() -> Problem:
    return invalid("cursor-not-known", "Start again from the first page.")
