"""One LRMS client: registering it, what it may do, the public keys it signs in with, and its end."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import Problem, not_found
from gateway.guards import signed_in
from gateway.identity import ask
from gateway.web import naming
from gateway.web.answering import MENDABLE, Faults, again, done, or_again, said, sent
from gateway.web.organisation.keys import clients_of
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("clients", __name__, url_prefix="/organisation/<code>/clients")


@routes.get("/new")
@signed_in
def form(code: str) -> str:
    """Which product, and whether it is for real."""
    return _new(code)


@routes.post("/new")
@signed_in
def register(code: str) -> AnyResponse:
    """On to the client; the same again is the same client."""

    def registered() -> AnyResponse:
        asking = pb.RegisterClientRequest(organisation=code, **sent("product", "environment"))
        return redirect(_at(code, ask("RegisterClient", asking).client_id), 303)

    return or_again(registered, lambda faults: _new(code, faults), "product")


@routes.get("/<client_id>")
@signed_in
def client(code: str, client_id: str) -> str:
    """What it can show and what it may do."""
    return _client(code, client_id)


@routes.post("/<client_id>/scopes")
@signed_in
def set_scopes(code: str, client_id: str) -> AnyResponse:
    """It counts within a second, also for keys and tokens that it has."""
    asking = pb.SetClientScopesRequest(client_id=client_id, scopes=request.form.getlist("scopes"))

    def set_() -> AnyResponse:
        ask("SetClientScopes", asking)
        return done("What the client may do is changed.", _at(code, client_id))

    return or_again(set_, lambda faults: _client(code, client_id, faults), "scopes")


@routes.post("/<client_id>/public-keys")
@signed_in
def put_keys(code: str, client_id: str) -> AnyResponse:
    """In place of those it had; whatever is wrong with a set is said at the field it stands in."""
    try:
        ask("PutClientKeys", pb.PutClientKeysRequest(client_id=client_id, **sent("jwks", "jwks_uri")))
    except Problem as problem:
        if problem.kind not in MENDABLE:
            raise
        return again(_client(code, client_id, _of_set(problem)), problem)
    return done("The public keys are registered.", _at(code, client_id))


@routes.post("/<client_id>/public-keys/removal")
@signed_in
def remove_keys(code: str, client_id: str) -> AnyResponse:
    """Its tokens end at once; its shared keys go on."""
    ask("RemoveClientKeys", pb.RemoveClientKeysRequest(client_id=client_id))
    return done("The public keys are removed, and its tokens are over.", _at(code, client_id))


@routes.post("/<client_id>/ending")
@signed_in
def end(code: str, client_id: str) -> AnyResponse:
    """Every key and token of it is over; its records stay its own."""
    ask("EndClient", pb.EndClientRequest(client_id=client_id))
    return done("The client can show nothing any longer.", f"/organisation/{code}/keys")


def _at(code: str, client_id: str) -> str:
    return f"/organisation/{code}/clients/{client_id}"


def _of_set(problem: Problem) -> Faults:
    """All faults of a key set at its field: their paths lead into what was pasted there."""
    faults: dict[str, str] = {}
    for fault in problem.faults:
        field = "jwks_uri" if fault.path.startswith("jwks_uri") else "jwks"
        faults[field] = " ".join(filter(None, (faults.get(field), fault.detail)))
    return faults or said(problem, "jwks")


def _new(code: str, faults: Faults | None = None) -> str:
    return render_template(
        "organisation/client_new.html",
        code=code,
        organisation=naming.organisation(code),
        known=sorted({one.product for one in clients_of(code)}),
        given=sent("product", "environment"),
        faults={"product" if path == "organisation" else path: text for path, text in (faults or {}).items()},
    )


def _client(code: str, client_id: str, faults: Faults | None = None) -> str:
    found = next((one for one in clients_of(code) if one.client_id == client_id), None)
    if found is None:
        raise not_found("client-not-found", "There is no such client, or none that you administer.")
    return render_template(
        "organisation/client.html",
        code=code,
        organisation=naming.organisation(code),
        client=found,
        scopes=naming.scopes(),
        given=sent("jwks", "jwks_uri"),
        faults=faults or {},
    )
