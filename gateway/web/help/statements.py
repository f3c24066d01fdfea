"""What a public service owes people to say: its cookies, how accessible it is, what it keeps of them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template

from gateway import guards
from gateway.guards import public
from gateway.web.account import devices, outside, sign_in

routes = Blueprint("statements", __name__)


@dataclass(frozen=True)
class Cookie:
    """One cookie that a page of ours may set, why, and until when it lasts."""

    name: str
    why: str
    until: str


COOKIES = (
    Cookie(
        guards.FORM_COOKIE,
        "So that a form which you send comes from this service and from no other site, and to say once on the next page what was done.",
        "you close the browser",
    ),
    Cookie(guards.COOKIE, "That you are signed in.", "you sign out, or 12 hours at most"),
    Cookie(
        sign_in.HALF_COOKIE,
        "That your password was right, until you have given the second proof.",
        "you are signed in, or 10 minutes at most",
    ),
    Cookie(
        devices.COOKIE,
        "That you have signed in on this device before, so that wrong passwords of strangers do not make you wait, and so that you are not asked"
        " for the second proof for 30 days where you asked for that.",
        "a year at most",
    ),
    Cookie(
        outside.COOKIE,
        "Where you sign in with an account elsewhere: that it was you who left from here and came back.",
        "you are signed in, or an hour at most",
    ),
)


@routes.get("/cookies")
@public
def cookies() -> str:
    """Every cookie there is."""
    return render_template("help/cookies.html", cookies=COOKIES)


@routes.get("/accessibility")
@public
def accessibility() -> str:
    """What was tested, what was not, and whom to tell."""
    return render_template("help/accessibility.html")


@routes.get("/privacy")
@public
def privacy() -> str:
    """What is kept, who sees it, for how long, and one's rights."""
    return render_template("help/privacy.html")
