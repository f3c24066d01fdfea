"""Style sheets, scripts and pictures, all of them ours to serve; each at an address that changes with its content."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Blueprint, Response, request, url_for
from werkzeug.security import safe_join

from chassis.problems import not_found
from gateway.guards import public

routes = Blueprint("assets", __name__, url_prefix="/static")
FOLDER = Path(__file__).parent / "static"
SQUEEZED = (".css", ".js", ".svg")  # nothing in them is anybody's, so that squeezing tells nobody anything
YEAR, DAY = 31_536_000, 86_400  # seconds


@routes.get("/<path:name>")
@public
def asset(name: str) -> Response:
    """One file, squeezed where the browser takes that; kept for a year under the address of its content."""
    path = safe_join(str(FOLDER), name)
    if path is None or not Path(path).is_file():
        raise not_found("no-such-asset", "There is no such file.")
    changed = Path(path).stat().st_mtime_ns
    squeeze = name.endswith(SQUEEZED) and request.accept_encodings["gzip"] > 0
    response = Response(_squeezed(name, changed) if squeeze else _content(name, changed))
    response.mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if squeeze:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    kept = f"max-age={YEAR}, immutable" if request.args.get("v") == _mark(name, changed) else f"max-age={DAY}"
    response.headers["Cache-Control"] = f"public, {kept}"
    return response


def address(name: str) -> str:
    """Where a page finds one of our files; NOT_FOUND where there is none."""
    file = FOLDER / name
    if not file.is_file():
        raise not_found("no-such-asset", "A part of this page is missing.")
    return url_for("assets.asset", name=name, v=_mark(name, file.stat().st_mtime_ns))


@lru_cache(maxsize=64)
def _content(name: str, changed: int) -> bytes:
    """What is in it; `changed` is when it last was, in nanoseconds."""
    return (FOLDER / name).read_bytes()


@lru_cache(maxsize=64)
def _mark(name: str, changed: int) -> str:
    """What its content is called in its address."""
    return hashlib.sha256(_content(name, changed)).hexdigest()[:10]


@lru_cache(maxsize=64)
def _squeezed(name: str, changed: int) -> bytes:
    return gzip.compress(_content(name, changed), 9, mtime=0)
