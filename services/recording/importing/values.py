"""How former systems wrote dates and organisations."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime

from services.recording.use_cases.common import LONDON

FIRST = date(1990, 1, 1)  # before that there was no such system
ORGANISATION = re.compile(r"[A-Z0-9]{2,12}")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]{0,63}")


def moment(written: str, formats: Sequence[str]) -> datetime | None:
    """An instant in UTC; one without a zone is London's. None where it cannot be read, is to come or too long ago."""
    found = _read(written, formats)
    if found is None or found.date() < FIRST:
        return None
    found = (found if found.tzinfo else found.replace(tzinfo=LONDON)).astimezone(UTC)
    return found if found <= datetime.now(UTC) else None


def day(written: str, formats: Sequence[str]) -> str | None:
    """YYYY-MM-DD, whatever time stands beside it; None where it cannot be read."""
    found = _read(written, formats)
    return found.date().isoformat() if found else None


def _read(written: str, formats: Sequence[str]) -> datetime | None:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        pass
    for one in formats:
        try:
            return datetime.strptime(written, one)
        except ValueError:
            continue
    return None
