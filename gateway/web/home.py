"""The first page: what this is, and the way in; and where somebody's work is once they are in."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from gateway.guards import public, signed_in
from gateway.web import presenters

routes = Blueprint("home", __name__)
WORK = (  # what somebody may, and where that is done; the first that holds
    ("access:read", "/events"),
    ("identity:suspend", "/support"),
    ("identity:decide", "/organisation"),
    ("recording:submit", "/report"),
)


@routes.get("/")
@public
def home() -> str:
    return render_template("home.html")


@routes.get("/work")
@signed_in
def work() -> AnyResponse:
    """On to what somebody may do; to their account, where roles are asked for, while that is nothing."""
    return redirect(next((address for what, address in WORK if presenters.may(what)), "/account"), 303)
