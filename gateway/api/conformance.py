"""Which products have passed a conformance run, as JSON; public."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app
from marshmallow import Schema, fields

from gateway import problems
from gateway.api import schemas
from gateway.api.document import Said, documented
from gateway.api.times import instant
from gateway.guards import public
from protos.recording.v1 import recording_pb2 as pb

routes = Blueprint("api_conformance", __name__, url_prefix="/api/v1")


class ConformingProduct(Schema):
    product = fields.String(required=True)
    product_version = fields.String(required=True)
    question_set = fields.Integer(required=True)
    passed_at = fields.String(required=True, metadata={"description": "when this first passed"})


CONFORMING = schemas.page_of(ConformingProduct)


@routes.get("/conformance")
@documented(Said("Products that have passed a conformance run", CONFORMING))
@public
def conformance() -> Response:
    """Every product, its version and the version of the question set that has passed."""
    found = current_app.extensions["clients"]["recording"].ask("ListConformance", pb.ListConformanceRequest())
    page = {"items": [_entry(one) for one in found.entries], "next": None}
    response = problems.json(CONFORMING().dump(page))
    response.headers["Cache-Control"] = "public, max-age=60"
    return response


def _entry(one: pb.ConformanceEntry) -> dict[str, Any]:
    return {
        "product": one.product,
        "product_version": one.product_version,
        "question_set": one.question_set,
        "passed_at": instant(one.passed_at),
    }
