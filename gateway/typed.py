"""What somebody typed into a page that could not take it: shown once more, so that it can be sent again from there.

A session that ended, a service that is away, too many at once: nothing of it may cost anybody their words.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import request

from chassis.problems import Kind
from gateway.envelope import NAMELESS

KEPT = ("/report", "/events", "/my-records", "/safety-responses", "/tell-us", "/follow-up/", "/feedback")
"""Where somebody writes: pages that take the same twice as once. Nothing with a password is among them."""
_PASSING = (Kind.UNAUTHENTICATED, Kind.UNAVAILABLE, Kind.THROTTLED, None)  # None: a bug of ours
_SINCE = "You have signed in since you opened this page. Check that it is still you, and send it once more."


@dataclass(frozen=True)
class Typed:
    """Where it was sent, and every field. `why` it was not taken, where that needs other words than the problem's own.

    `signed`: the form gets a token of now, because the browser says that it came from a page of ours. Otherwise it goes with the token
    it came with: one that was forged stays so.
    """

    address: str
    fields: tuple[tuple[str, str], ...] = field(repr=False)
    signed: bool
    sign_in: bool
    why: str = ""


def again(kind: Kind | None, code: str) -> Typed | None:
    """What this request sent; None where there is nothing that could be sent again, or it came from another site."""
    if request.method != "POST" or not request.path.startswith(KEPT) or not request.form:
        return None
    site = request.headers.get("Sec-Fetch-Site", "")
    expired = code == "form-expired" and site == "same-origin"
    if site not in ("", "same-origin") or not (expired or kind in _PASSING):
        return None
    signed = site == "same-origin" and not request.path.startswith(NAMELESS)
    sent = tuple(
        (name, value)
        for name, value in request.form.items(multi=True)
        if not (signed and name == "csrf_token")
    )
    return Typed(
        request.full_path.rstrip("?"), sent, signed, kind is Kind.UNAUTHENTICATED, _SINCE if expired else ""
    )
