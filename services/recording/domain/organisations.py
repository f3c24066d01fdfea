"""An organisation as recording knows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Organisation:
    code: str
    name: str
    closed_on: date | None
    parents: tuple[Mapping[str, Any], ...] = ()
