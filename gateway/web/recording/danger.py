"""Words of abuse or danger in what a patient or family writes, and where to get help now (`danger.toml`). Nothing is stopped by them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Help:
    """Somebody to turn to, and when."""

    kinds: tuple[str, ...]
    who: str
    when: str


_DATA: Mapping[str, Any] = tomllib.loads((Path(__file__).parent / "danger.toml").read_text(encoding="utf-8"))
HELP = tuple(Help(tuple(one["kinds"]), one["who"], one["when"]) for one in _DATA["help"])
KINDS: Mapping[str, str] = {name: kind["means"] for name, kind in _DATA["kinds"].items()}
_FOUND = {
    name: re.compile(r"\b(?:" + "|".join(re.escape(one) for one in kind["phrases"]) + ")", re.IGNORECASE)
    for name, kind in _DATA["kinds"].items()
}


def said_in(text: str) -> tuple[tuple[str, tuple[Help, ...]], ...]:
    """What the words may mean, each with where to turn; nothing where they mean nothing of the kind."""
    plain = " ".join(text.replace("’", "'").split())
    kinds = [name for name, pattern in _FOUND.items() if pattern.search(plain)]
    return tuple((KINDS[name], tuple(one for one in HELP if name in one.kinds)) for name in kinds)
