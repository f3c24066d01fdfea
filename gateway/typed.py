"""What somebody typed into a page that could not take it: shown once more, so that it can be sent again from there."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import request

KEPT = ("/report", "/tell-us", "/follow-up", "/feedback")
"""Where somebody writes: pages that take the same twice as once. Nothing with a password is among them."""


@dataclass(frozen=True)
class Typed:
    """Where it was sent, and every field."""

    address: str
    fields: tuple[tuple[str, str], ...] = field(repr=False)


def again() -> Typed | None:
    """What this request sent; None where there is nothing that can be sent again."""
    if request.method != "POST" or not request.path.startswith(KEPT):
        return None
    return Typed(request.full_path.rstrip("?"), tuple(request.form.items(multi=True)))
