"""The LRMS keys of an organisation: which there are, another one, and the end of one."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import not_found
from gateway.guards import KEY_HEADER, signed_in
from gateway.identity import ask
from gateway.web import naming
from gateway.web.answering import Faults, again, done, or_again, sent
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("keys", __name__, url_prefix="/organisation/<code>/keys")
LIVES = (("365", "One year"), ("730", "Two years"), ("90", "90 days"), ("0", "Until it is revoked"))  # days
_AT = {"organisation": "product"}


@routes.get("")
@signed_in
def keys(code: str) -> str:
    """Clients with the keys that work, and when each ends."""
    return render_template(
        "organisation/keys.html",
        code=code,
        organisation=naming.organisation(code),
        clients=clients_of(code),
        scopes=dict(naming.scopes()),
    )


@routes.get("/new")
@signed_in
def form(code: str) -> str:
    """For which product, how long, and for what. A second key of a client comes with its product named."""
    given = {name: request.args.get(name, "") for name in ("product", "environment")}
    return _form(code, given | {"days": "365"}, [name for name, _ in naming.scopes()])


@routes.post("/new")
@signed_in
def issue(code: str) -> AnyResponse:
    """The key, which is shown this once, and how it is used. Pressed twice it is issued once: the second time that is said."""
    given, scopes = sent("product", "environment", "days"), request.form.getlist("scopes")
    if not scopes:
        return again(_form(code, given, scopes, {"scopes": "Choose what the key may be used for"}))
    days = int(given["days"]) if given["days"] in dict(LIVES) else 365
    asking = pb.IssueCredentialRequest(
        product=given["product"],
        organisation=code,
        environment=given["environment"],
        days=days,
        scopes=scopes,
        besides=request.form.getlist("besides"),
        no_other=True,
    )

    def issued() -> AnyResponse:
        made = ask("IssueCredential", asking)
        return make_response(
            render_template(
                "organisation/key_issued.html",
                code=code,
                made=made,
                scopes=dict(naming.scopes()),
                key_header=KEY_HEADER,
            )
        )

    return or_again(issued, lambda faults: _form(code, given, scopes, faults), "product")


@routes.get("/<credential_id>/revocation")
@signed_in
def revocation(code: str, credential_id: str) -> str:
    """Which key it is, before it ends."""
    client, key = _key(code, credential_id)
    return render_template("organisation/key_revocation.html", code=code, client=client, key=key)


@routes.post("/<credential_id>/revocation")
@signed_in
def revoke(code: str, credential_id: str) -> AnyResponse:
    """No worker honours it any longer; twice is once."""
    ask("RevokeCredential", pb.RevokeCredentialRequest(credential_id=credential_id))
    return done("The key is revoked.", f"/organisation/{code}/keys")


def clients_of(code: str) -> list[pb.LrmsClient]:
    """The clients of an organisation with what they can show; raises a Problem."""
    return list(ask("ListClients", pb.ListClientsRequest(organisation=code)).clients)


def _key(code: str, credential_id: str) -> tuple[pb.LrmsClient, pb.Credential]:
    found = ((one, key) for one in clients_of(code) for key in one.credentials)
    named = next((pair for pair in found if pair[1].credential_id == credential_id), None)
    if named is None:
        raise not_found("credential-not-found", "There is no such key, or it is revoked already.")
    return named


def _form(code: str, given: dict[str, str], chosen: list[str], faults: Faults | None = None) -> str:
    clients = clients_of(code)
    return render_template(
        "organisation/key_new.html",
        code=code,
        organisation=naming.organisation(code),
        known=sorted({one.product for one in clients}),
        besides=[key.credential_id for one in clients for key in one.credentials],
        scopes=naming.scopes(),
        chosen=chosen,
        lives=LIVES,
        given=given,
        faults={_AT.get(path, path): text for path, text in (faults or {}).items()},
    )
