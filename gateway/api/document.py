"""The OpenAPI document, made from the routes and schemas that exist, and a readable page of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

import orjson
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Blueprint, Flask, Response, current_app, render_template
from marshmallow import Schema

from gateway.api import schemas
from gateway.guards import Guard, guard_of, public

View = TypeVar("View", bound=Callable[..., Any])

routes = Blueprint("api_document", __name__, url_prefix="/api")
VERSION = "1.0.0"


@dataclass(frozen=True)
class Said:
    """What the document says of a route."""

    summary: str
    answer: type[Schema] | None
    status: int = 200
    query: type[Schema] | None = None
    body: type[Schema] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)  # name → what it is for
    kept: bool = False  # its ETag is honoured: who has the answer is not sent it again


def documented(said: Said) -> Callable[[View], View]:
    """Say what a route takes and answers."""

    def mark(view: View) -> View:
        view.documented = said  # type: ignore[attr-defined]
        return view

    return mark


@routes.get("/openapi.json")
@public
def openapi() -> Response:
    """The document, as OpenAPI 3.1."""
    return Response(
        _document(), mimetype="application/json", headers={"Cache-Control": "public, max-age=300"}
    )


@routes.get("/docs")
@public
def docs() -> str:
    """The same for people."""
    return render_template("api_docs.html", operations=_operations(orjson.loads(_document())))


def spec(app: Flask) -> dict[str, Any]:
    """Every documented route of `app`, as OpenAPI 3.1."""
    made = APISpec(
        title="Patient safety events",
        version=VERSION,
        openapi_version="3.1.0",
        info={
            "description": "Recorded patient safety events, notices and administration. Texts are always redacted."
        },
        servers=[{"url": app.config["PUBLIC_URL"]}],
        plugins=[MarshmallowPlugin()],
    )
    made.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    made.components.schema("Problem", schema=schemas.ProblemJson)
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule):
        view = app.view_functions[rule.endpoint]
        said: Said | None = getattr(view, "documented", None)
        if said is not None:
            made.path(_path(rule.rule), operations=_operation(rule, view, said))
    document: dict[str, Any] = made.to_dict()
    return document


_IN_PATH = re.compile(r"<(?:(\w+):)?(\w+)>")
_IF_NONE_MATCH = {"If-None-Match": "the ETag of the answer that you have"}


def _path(rule: str) -> str:
    return _IN_PATH.sub(r"{\2}", rule)


def _operation(rule: Any, view: Callable[..., Any], said: Said) -> dict[str, Any]:
    method = next(iter(rule.methods - {"HEAD", "OPTIONS"})).lower()
    in_path = [
        {
            "in": "path",
            "name": name,
            "required": True,
            "schema": {"type": "integer" if kind == "int" else "string"},
        }
        for kind, name in _IN_PATH.findall(rule.rule)
    ]
    in_query = [{"in": "query", "schema": said.query}] if said.query else []
    in_header = [
        {"in": "header", "name": name, "description": about, "schema": {"type": "string"}}
        for name, about in {**said.headers, **(_IF_NONE_MATCH if said.kept else {})}.items()
    ]
    operation: dict[str, Any] = {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": said.summary,
        "parameters": in_path + in_query + in_header,
        "responses": {
            str(said.status): {"description": "Done"}
            | ({"content": _json(said.answer)} if said.answer else {}),
            **({"304": {"description": "Not changed"}} if said.kept else {}),
            "default": {
                "description": "A problem",
                "content": {"application/problem+json": {"schema": "Problem"}},
            },
        },
    }
    if said.body:
        operation["requestBody"] = {"required": True, "content": _json(said.body)}
    if guard_of(view) is Guard.BEARER:
        operation["security"] = [{"token": []}]
    return {method: operation}


def _json(schema: type[Schema]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _document() -> bytes:
    return _written(current_app._get_current_object())  # type: ignore[attr-defined]


@cache
def _written(app: Flask) -> bytes:
    return orjson.dumps(spec(app))


def _operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    """What the page shows of each operation."""
    named = document["components"]["schemas"]
    return [
        {
            "method": method.upper(),
            "path": path,
            "summary": operation["summary"],
            "guarded": "security" in operation,
            "parameters": [_parameter(one) for one in operation.get("parameters", ())],
            "body": _fields(operation.get("requestBody"), named),
            "answer": _fields(next(iter(operation["responses"].values())), named),
        }
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def _parameter(one: dict[str, Any]) -> dict[str, str]:
    return {"name": one["name"], "where": one["in"], "about": one.get("description", "")}


def _fields(content: dict[str, Any] | None, named: dict[str, Any]) -> list[dict[str, str]]:
    """The fields of a body's schema, one level deep."""
    if not content or "content" not in content:
        return []
    reference = content["content"]["application/json"]["schema"]["$ref"]
    properties = named[reference.rpartition("/")[2]]["properties"]
    return [
        {"name": name, "type": _type(each), "about": each.get("description", "")}
        for name, each in properties.items()
    ]


def _type(schema: dict[str, Any]) -> str:
    """A field's type in a few words."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema or "allOf" in schema:
        return " or ".join(_type(each) for each in schema.get("anyOf") or schema["allOf"])
    kind = schema.get("type", "any")
    if kind == "array":
        return f"list of {_type(schema['items'])}"
    return " or ".join(kind) if isinstance(kind, list) else str(kind)
