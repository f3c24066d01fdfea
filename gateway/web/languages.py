"""The words of public forms in other languages: gettext catalogues in `languages/`, of which there are none yet.

What a form says goes through `say`; what a question says stands in `words/` and goes through it too. A catalogue is a file
`languages/<language>/LC_MESSAGES/forms.mo`, made by any tool of gettext's from what `make words` writes; it is offered once it is there.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable
from functools import cache
from pathlib import Path

from flask import g, has_request_context

FOLDER = Path(__file__).parent / "languages"
DOMAIN = "forms"
ENGLISH = "en"


@cache
def offered() -> tuple[str, ...]:
    """Codes of the languages there are, English first."""
    found = sorted(file.parent.parent.name for file in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return (ENGLISH, *found)


def speak(language: str) -> str:
    """Answer this request in a language; in English where there is no such one. Returns which."""
    g.language = language if language in offered() else ENGLISH
    return str(g.language)


def say(text: str) -> str:
    """A sentence of ours in the language of this request."""
    return _catalogue(spoken() if has_request_context() else ENGLISH)(text)


@cache
def _catalogue(language: str) -> Callable[[str], str]:
    return gettext.translation(DOMAIN, FOLDER, [language], fallback=True).gettext


def spoken() -> str:
    """The language of this request."""
    return str(g.get("language", ENGLISH))
