"""How a page of the public is shown: in plain words, in easy words or in large print, and in which language. It goes along with every
form and every link to another such page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from urllib.parse import urlencode

from flask import request

from chassis.problems import not_found
from gateway.web import languages
from gateway.web.recording.words import words

PLAIN = "plain"
VERSIONS: Mapping[str, str] = {PLAIN: "family", "easy": "family-easy", "large": "family"}
"""What a family may choose from, each with the file of words in which it speaks."""


@dataclass(frozen=True)
class Manner:
    version: str = PLAIN
    language: str = languages.ENGLISH

    @property
    def query(self) -> str:
        """What the address of another page ends in; nothing for plain English."""
        usual = asdict(Manner())
        differs = {name: one for name, one in asdict(self).items() if one != usual[name]}
        return f"?{urlencode(differs)}" if differs else ""

    def to(self, **other: str) -> str:
        """The same for another version or language."""
        return replace(self, **other).query


def as_asked(versions: Mapping[str, str] = VERSIONS) -> Manner:
    """What this request asks for; from here on `say` speaks so. NOT_FOUND where there is no such version."""
    version = request.values.get("version", PLAIN)
    if version not in versions:
        raise not_found("page-not-found", "There is no such version of this page.")
    sentences = words(versions[version]).sentences if versions[version] else {}
    return Manner(version, languages.speak(request.values.get("language", ""), sentences))
