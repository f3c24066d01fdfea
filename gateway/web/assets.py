"""Style sheets, scripts and pictures, all of them ours to serve."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, send_from_directory, url_for

from gateway.guards import public

routes = Blueprint("assets", __name__, url_prefix="/static")
FOLDER = Path(__file__).parent / "static"
VERSION = "4-10.6.1"  # ours and nhsuk-frontend's: a new one makes browsers ask again
DAY = 86_400  # seconds


@routes.get("/<path:name>")
@public
def asset(name: str) -> Response:
    """One file."""
    response = send_from_directory(FOLDER, name, max_age=DAY)
    response.headers["Cache-Control"] = f"public, max-age={DAY}"
    return response


def address(name: str) -> str:
    """Where a page finds one of our files."""
    return url_for("assets.asset", name=name, v=VERSION)
