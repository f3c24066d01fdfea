"""What is held of the person who is signed in, to read, to print and to keep."""

from __future__ import annotations

from flask import Blueprint, render_template

from gateway.copying import ELSEWHERE, copy_of
from gateway.guards import signed_in
from gateway.web import presenters

routes = Blueprint("copies", __name__, url_prefix="/account/copy")


@routes.get("")
@signed_in
def own_copy() -> str:
    """A table for each place that holds something, and the names of those that do not."""
    made = copy_of()
    return render_template("account/copy.html", **presenters.held(made), elsewhere=ELSEWHERE)
