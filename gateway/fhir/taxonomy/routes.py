"""Hand out the taxonomy: read, search and expand, to anybody, with tags that spare the reading again.

What is asked of recording each time, as organisations are, has no tag and is not kept: it may be another in a minute.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import cast
from urllib.parse import urlencode

import orjson
from flask import Blueprint, Response, current_app, request

from chassis.problems import Problem, not_found
from gateway import media_types, question_sets
from gateway.fhir import parameters
from gateway.fhir.layout import BASE
from gateway.fhir.parameters import CURSOR, Parameters
from gateway.fhir.taxonomy import expansion, library, operations, statement
from gateway.fhir.taxonomy.library import KINDS, Codes, Library, Page, Shelf
from gateway.fhir.taxonomy.version import PLACE, Json
from gateway.guards import public

routes = Blueprint("taxonomy", __name__, url_prefix=PLACE)
KEPT = "public, max-age=3600"
MOST, USUAL = 200, 50  # definitions on one page of a search
_KIND = f"<any({', '.join(KINDS)}):kind>"
_SEARCHED_BY = ("url", "name", "_id")


@routes.get("/metadata")
@public
def metadata() -> Response:
    """What this interface does."""
    told = statement.of_taxonomy(current_app.config["PUBLIC_URL"])
    return _answer(orjson.dumps(told), None)


@routes.get(f"/{_KIND}/<id>")
@public
def read(kind: str, id: str) -> Response:
    """One definition."""
    found = library.find(_shelves(), kind, id)
    if found is None:
        raise _nothing()
    return _answer(found.page.body, found.made_at, found.page.tag)


@routes.get(f"/{_KIND}")
@public
def search(kind: str) -> Response:
    """Definitions of one type, by url, name or id."""
    asked = _sent()
    parameters.check(asked, (*_SEARCHED_BY, "_count", CURSOR))
    shelves = _shelves()
    wanted = _wanted(asked)
    pages = [page for shelf in shelves for page in shelf.pages if page.kind == kind and wanted(page)]
    return _answer(_bundle(kind, pages, asked), None)


@routes.get("/ValueSet/$expand")
@public
def expand() -> Response:
    """The codes of the list that `url` names, whatever host stands in it."""
    url = request.args.get("url", "")
    return _expanded(url.partition("|")[0].rpartition("/ValueSet/")[2])


@routes.get("/ValueSet/<id>/$expand")
@public
def expand_one(id: str) -> Response:
    """The codes of a list."""
    return _expanded(id)


def _shelves() -> list[Shelf]:
    place = cast(Library, current_app.extensions["taxonomy"])
    published = question_sets.current()
    return place.shelves(published.all(), published.concept_maps(), _operations)


def _operations() -> Iterable[Json]:
    """What the routes of the other interface offer beyond FHIR."""
    found = operations.told(current_app, BASE)
    return operations.definitions(found, f"{current_app.config['PUBLIC_URL']}{PLACE}")


def _expanded(id: str) -> Response:
    for shelf in _shelves():
        codes = shelf.codes.get(id)
        if codes is not None:
            live = codes.codes is None
            made_at = datetime.now(UTC) if live else shelf.made_at
            told = expansion.expanded(codes, expansion.asked(_sent()), made_at, _organisations)
            body = orjson.dumps(_with_names(shelf, id, codes) | told)
            return _just_made(body) if live else _answer(body, shelf.made_at)
    raise _nothing()


def _with_names(shelf: Shelf, id: str, codes: Codes) -> Json:
    page = shelf.by_id["ValueSet", id]
    return {
        "resourceType": "ValueSet",
        "id": id,
        "url": codes.url,
        "name": page.name,
        "status": "active",
    }


def _organisations(text: str, count: int) -> expansion.Organisations:
    return question_sets.current().organisations(text, count)


def _sent() -> Parameters:
    return dict(request.args.lists())


def _wanted(asked: Parameters) -> Callable[[Page], bool]:
    """Whether a definition is what the search asks for. A name is looked for from its beginning, as FHIR does."""
    url = parameters.one(asked, "url").partition("|")[0]
    ids = frozenset(parameters.values(asked, "_id"))
    name = parameters.one(asked, "name").casefold()
    return lambda page: (
        url in ("", page.url) and (not ids or page.id in ids) and page.name.casefold().startswith(name)
    )


def _bundle(kind: str, pages: list[Page], asked: Parameters) -> bytes:
    count = parameters.whole_number(asked, "_count", USUAL, MOST)
    start = parameters.whole_number(asked, CURSOR, 0, len(pages))
    links = [{"relation": "self", "url": _link(kind, asked, start)}]
    if count and start + count < len(pages):
        links.append({"relation": "next", "url": _link(kind, asked, start + count)})
    entries = [
        {"fullUrl": each.url, "resource": orjson.Fragment(each.body), "search": {"mode": "match"}}
        for each in pages[start : start + count]
    ]
    made: Json = {"resourceType": "Bundle", "type": "searchset", "total": len(pages), "link": links}
    return orjson.dumps(made | ({"entry": entries} if entries else {}))


def _link(kind: str, asked: Parameters, start: int) -> str:
    """The same search from another place."""
    said = {name: parameters.one(asked, name) for name in sorted(asked) if name != CURSOR}
    page = {CURSOR: str(start)} if start else {}
    return f"{current_app.config['PUBLIC_URL']}{PLACE}/{kind}?{urlencode(said | page)}".rstrip("?")


def _nothing() -> Problem:
    return not_found("no-such-address", "There is no such definition.")


def _just_made(body: bytes) -> Response:
    return Response(body, mimetype=media_types.fhir_type())


def _answer(body: bytes, made_at: datetime | None, tag: str = "") -> Response:
    response = _just_made(body)
    response.headers["Cache-Control"] = KEPT
    response.headers["Vary"] = "Accept"
    response.set_etag(tag or hashlib.sha256(body).hexdigest()[:32])
    if made_at is not None:
        response.last_modified = made_at
    response.make_conditional(request)
    return response
