"""The words of public forms in other languages: gettext catalogues in `languages/`, of which there are none yet.

What a form says goes through `say`, and so does what a question says (`recording/words/`). A catalogue is a file
`languages/<language>/LC_MESSAGES/forms.mo`, made by any tool of gettext's; the language is offered once it is there. `?language=zz` shows
in brackets what a catalogue would have to say: what has none is nobody's to translate.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from flask import g, has_request_context

FOLDER = Path(__file__).parent / "languages"
DOMAIN = "forms"
ENGLISH = "en"
PSEUDO = "zz"  # every sentence of ours in brackets, for whoever translates


@cache
def offered() -> tuple[str, ...]:
    """Codes of the languages there are, English first."""
    found = sorted(file.parent.parent.name for file in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return (ENGLISH, *found)


def speak(language: str, sentences: Mapping[str, str] | None = None) -> str:
    """Answer this request in a language; in English where there is no such one. Returns which. `sentences` of ours are said in other
    words, which are those that a catalogue translates."""
    g.language = language if language in (*offered(), PSEUDO) else ENGLISH
    g.sentences = sentences or {}
    return str(g.language)


def say(text: str) -> str:
    """A sentence of ours in the words and the language of this request. Nothing stays nothing: a catalogue has its own header there."""
    if not text:
        return ""
    if not has_request_context():
        return _catalogue(ENGLISH)(text)
    return _catalogue(spoken())(g.get("sentences", {}).get(text, text))


@cache
def _catalogue(language: str) -> Callable[[str], str]:
    if language == PSEUDO:
        return "⟦{}⟧".format
    return gettext.translation(DOMAIN, FOLDER, [language], fallback=True).gettext


def spoken() -> str:
    """The language of this request."""
    return str(g.get("language", ENGLISH))
