"""What a key or token is that somebody was shown, and the keys of an organisation, ended ones too. A secret is never echoed."""

from __future__ import annotations

from flask import Blueprint, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import not_found
from gateway.guards import signed_in
from gateway.identity import ask
from gateway.web.answering import Faults, again, done, or_again, sent
from gateway.web.support.start import must_support
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("support_credentials", __name__, url_prefix="/support/credentials")
HERE = "/support/credentials"
_NOTHING = {"token": "Enter the key or token"}
Found = list[pb.Credential] | None


@routes.get("")
@signed_in
def credentials() -> AnyResponse:
    """The keys of an organisation, where one was named."""
    must_support()
    code = request.args.get("organisation", "").strip().upper()
    return or_again(
        lambda: make_response(_page(code, _of(code) if code else None)),
        lambda faults: _page(code, None, faults),
        "organisation",
    )


@routes.post("/introspection")
@signed_in
def introspect() -> AnyResponse:
    """Whether it is honoured, whose it is and what it may do."""
    must_support("identity:introspect")
    given = sent("token")
    if not given["token"]:
        return again(_page("", None, _NOTHING))

    def told() -> AnyResponse:
        found = ask("Introspect", pb.IntrospectRequest(token=given["token"]))
        return make_response(render_template("support/introspection.html", found=found))

    return or_again(told, lambda faults: _page("", None, faults), "token")


@routes.get("/<code>/<credential_id>/revocation")
@signed_in
def revocation(code: str, credential_id: str) -> str:
    """Which key it is, before it ends."""
    named = next((one for one in _of(code) if one.credential_id == credential_id), None)
    if named is None:
        raise not_found("credential-not-found", "There is no such key.")
    return render_template("support/revocation.html", key=named)


@routes.post("/<code>/<credential_id>/revocation")
@signed_in
def revoke(code: str, credential_id: str) -> AnyResponse:
    """No worker honours it any longer; twice is once."""
    ask("RevokeCredential", pb.RevokeCredentialRequest(credential_id=credential_id))
    return done("The key is revoked.", f"{HERE}?organisation={code}")


def _of(code: str) -> list[pb.Credential]:
    return list(ask("ListCredentials", pb.ListCredentialsRequest(organisation=code)).credentials)


def _page(code: str, found: Found, faults: Faults | None = None) -> str:
    return render_template(
        "support/credentials.html", found=found, given={"organisation": code}, faults=faults or {}
    )
