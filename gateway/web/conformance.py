"""Which products have shown that they record properly: public, the same for everyone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC

from flask import Blueprint, current_app, render_template

from gateway.guards import public
from gateway.web import presenters
from protos.recording.v1 import recording_pb2

routes = Blueprint("conformance", __name__)


@dataclass(frozen=True)
class Row:
    product: str
    version: str
    question_set: int
    since: str


@routes.get("/conformance")
@public
def conformance() -> str:
    """Products that have passed."""
    asking = recording_pb2.ListConformanceRequest()
    found = current_app.extensions["clients"]["recording"].ask("ListConformance", asking)
    return render_template("conformance.html", rows=[_row(one) for one in found.entries])


def _row(one: recording_pb2.ConformanceEntry) -> Row:
    local = one.passed_at.ToDatetime(UTC).astimezone(presenters.LONDON)
    since = presenters.day(local.date().isoformat())
    return Row(one.product, one.product_version, one.question_set, since)
