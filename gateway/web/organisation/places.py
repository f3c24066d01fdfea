"""Which organisation: whoever administers one goes straight to it, others choose, the national team finds it."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import forbidden
from gateway.guards import signed_in
from gateway.web import naming, presenters
from gateway.web.answering import Faults, or_again
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("places", __name__, url_prefix="/organisation")
DECIDE, KEYS = "identity:decide", "identity:read-credentials"
EVERYWHERE = ""


@routes.get("")
@signed_in
def people() -> AnyResponse:
    """On to the people of an organisation."""
    return _chosen(DECIDE, "")


@routes.get("/keys")
@signed_in
def keys() -> AnyResponse:
    """On to its keys."""
    return _chosen(KEYS, "/keys")


def _chosen(permission: str, rest: str) -> AnyResponse:
    """To the only one there is; else a list of them, and a search for whoever may see all. FORBIDDEN where there is none."""
    places = presenters.places(permission)
    if not places:
        detail = "You do not administer an organisation. If you should, ask for the role on the page of your account."
        raise forbidden("not-permitted", detail)
    if len(places) == 1 and EVERYWHERE not in places:
        return redirect(f"/organisation/{places[0]}{rest}")
    text = request.args.get("search", "").strip() if EVERYWHERE in places else ""
    return or_again(
        lambda: make_response(_page(places, rest, text, naming.found(text) if text else None)),
        lambda faults: _page(places, rest, text, None, faults),
        "search",
    )


def _page(
    places: list[str],
    rest: str,
    text: str,
    found: list[pb.FoundOrganisation] | None,
    faults: Faults | None = None,
) -> str:
    return render_template(
        "organisation/places.html",
        mine=naming.organisations(code for code in places if code),
        everywhere=EVERYWHERE in places,
        rest=rest,
        found=found,
        given={"search": text},
        faults=faults or {},
    )
