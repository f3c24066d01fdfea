"""The keys that sign forms and their cookie: a line each; the first signs, all are believed."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import Flask, current_app

from chassis import rereading
from chassis.rereading import Fixed, Reread
from gateway import networks


@dataclass(frozen=True)
class FormKeys:
    """The first signs."""

    all: tuple[str, ...] = field(repr=False)

    def apply(self, app: Flask) -> None:
        """As Flask takes them for the cookie, and Flask-WTF for the forms (which wants the one that signs last)."""
        app.config.update(
            SECRET_KEY=self.all[0],
            SECRET_KEY_FALLBACKS=list(self.all[1:]),
            WTF_CSRF_SECRET_KEY=list(reversed(self.all)),
        )
        networks.hash_with(app, self.all[0])


def install(app: Flask, text: str) -> None:
    """Sign with these keys, and with those of the file they came from when it changes."""
    held = rereading.of(text, _keys)
    held.now().apply(app)
    app.extensions["form_keys"] = (held, held.now())
    app.before_request(_follow)


def _keys(text: str) -> FormKeys:
    found = tuple(line.strip() for line in text.splitlines() if line.strip())
    if not found:
        raise ValueError("no key that signs forms")
    return FormKeys(found)


def _follow() -> None:
    held: Reread[FormKeys] | Fixed[FormKeys]
    held, applied = current_app.extensions["form_keys"]
    if (found := held.now()) is not applied:
        found.apply(current_app)
        current_app.extensions["form_keys"] = (held, found)
