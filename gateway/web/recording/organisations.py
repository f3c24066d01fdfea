"""Organisations as one types: what the script offers in a list. Without it, the page itself asks which was meant."""

from __future__ import annotations

import orjson
from flask import Blueprint, Response, request

from gateway import question_sets
from gateway.guards import public

routes = Blueprint("finding", __name__)
SHORTEST, MOST = 3, 10  # characters that are looked for; organisations in a list


@routes.get("/organisations")
@public
def organisations() -> Response:
    """Names with their codes, as they are typed into the field: [] where too little is typed yet."""
    typed = request.args.get("search", "").strip()[:100]
    listed = (
        question_sets.current().organisations(typed, MOST).organisations if len(typed) >= SHORTEST else ()
    )
    names = [f"{one.name} ({one.code})" for one in listed if not one.closed]
    return Response(orjson.dumps(names), mimetype="application/json")
