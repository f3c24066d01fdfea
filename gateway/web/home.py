"""The first page: what this is, and the way in."""

from __future__ import annotations

from flask import Blueprint, render_template

from gateway.guards import public

routes = Blueprint("home", __name__)


@routes.get("/")
@public
def home() -> str:
    return render_template("home.html")
