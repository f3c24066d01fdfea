"""Words of abuse or danger in what a patient or family writes, and where to get help now (`danger.toml`). Nothing is stopped by them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Help:
    """Somebody to turn to, and when."""

    kinds: tuple[str, ...]
    who: str
    when: str


@dataclass(frozen=True)
class Danger:
    """What words may mean, a sentence to whoever wrote them where there is one, and where to turn."""

    kind: str
    means: str
    says: str
    help: tuple[Help, ...]


_DATA: Mapping[str, Any] = tomllib.loads((Path(__file__).parent / "danger.toml").read_text(encoding="utf-8"))
HELP = tuple(Help(tuple(one["kinds"]), one["who"], one["when"]) for one in _DATA["help"])
KINDS = tuple(
    Danger(name, kind["means"], kind.get("says", ""), tuple(one for one in HELP if name in one.kinds))
    for name, kind in _DATA["kinds"].items()
)


def said_in(text: str) -> tuple[Danger, ...]:
    """What the words may mean, each with where to turn; nothing where they mean nothing of the kind."""
    plain = " ".join(text.replace("’", "'").casefold().split())
    return tuple(one for one in KINDS if _means(one.kind, plain))


def _means(kind: str, plain: str) -> bool:
    harmless = [found.span() for found in _UNLESS[kind].finditer(plain)]
    return any(
        not any(start <= found.start() and found.end() <= end for start, end in harmless)
        for found in _PHRASES[kind].finditer(plain)
    )


# ---- phrases as patterns ---------------------------------------------------------------------------------------


def _pattern(phrases: Iterable[str], groups: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){_any(phrases, groups)}(?!\w)")


def _any(phrases: Iterable[str], groups: Mapping[str, str]) -> str:
    return "(?:" + "|".join(_phrase(one, groups) for one in phrases) + ")"


def _phrase(phrase: str, groups: Mapping[str, str]) -> str:
    """KeyError for a group that there is not."""
    parts = re.split(r"<(\w+)>|(\*)", phrase.casefold())
    found = []
    for words, group, rest in zip(parts[::3], [*parts[1::3], None], [*parts[2::3], None], strict=True):
        found.append(re.escape(words) + (groups[group] if group else r"\w*" if rest else ""))
    return "".join(found)


def _groups(said: Mapping[str, Iterable[str]]) -> dict[str, str]:
    made: dict[str, str] = {}
    for name, words in said.items():
        made[name] = _any(words, made)
    return made


_GROUPS = _groups(_DATA["groups"])
_PHRASES = {name: _pattern(kind["phrases"], _GROUPS) for name, kind in _DATA["kinds"].items()}
_UNLESS = {name: _pattern(kind["unless"], _GROUPS) for name, kind in _DATA["kinds"].items()}
