"""OAuth 2 for local risk management systems: an access token for what only the client can have signed, and where to find us.

Client credentials with `private_key_jwt` (RFC 7523) are all there is: nobody signs in here for somebody else, and no secret is shared.
"""

from __future__ import annotations

import time
from typing import Any

from flask import Blueprint, Flask, Response, current_app, request

from chassis.problems import Problem, invalid
from gateway import problems
from gateway.envelope import body
from gateway.fhir.layout import BASE
from gateway.guards import ASK_AT, public
from gateway.identity import ask_openly
from protos.identity.v1 import identity_pb2

ENDPOINT = ASK_AT
FORM = "application/x-www-form-urlencoded"
GRANT = "client_credentials"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
METHOD = "private_key_jwt"
ALGORITHMS = ("RS256", "RS512", "PS256", "ES256", "ES384", "EdDSA", "Ed25519")
DEADLINE = 6.0  # seconds: a published key set may have to be fetched
KEPT = "public, max-age=300"
_ONCE = ("grant_type", "client_assertion_type", "client_assertion", "scope", "client_id")

routes = Blueprint("oauth_tokens", __name__)


def install(app: Flask) -> None:
    app.register_blueprint(routes)


@routes.post(ENDPOINT)
@public
def token() -> Response:
    """An access token for a client that signed for it."""
    sent = _sent()
    asking = identity_pb2.IssueTokenRequest(
        assertion=sent["client_assertion"], scope=sent["scope"], client_id=sent["client_id"]
    )
    made = ask_openly("IssueToken", asking, DEADLINE)
    seconds = max(0, made.expires_at.seconds - int(time.time()))
    answer = {"access_token": made.token, "token_type": "Bearer", "expires_in": seconds, "scope": made.scope}
    response = problems.json(answer)
    response.headers["Pragma"] = "no-cache"
    return response


@routes.get("/.well-known/openid-configuration")
@routes.get("/.well-known/oauth-authorization-server")
@public
def configuration() -> Response:
    """What a client's library asks first (RFC 8414)."""
    issuer = _issuer()
    return _kept(
        {
            "issuer": issuer,
            "token_endpoint": f"{issuer}{ENDPOINT}",
            "jwks_uri": f"{issuer}/.well-known/jwks.json",
            "response_types_supported": ["none"],  # libraries refuse an empty list
            "service_documentation": f"{issuer}/api/docs",
        }
        | _supported()
    )


@routes.get("/.well-known/jwks.json")
@public
def keys() -> Response:
    """None: our access tokens are signed by nobody, and what identity signs never leaves the house (docs/decisions/0025)."""
    return _kept({"keys": []})


@routes.get(f"{BASE}/.well-known/smart-configuration")
@public
def smart() -> Response:
    """The same for clients of FHIR (SMART App Launch, backend services)."""
    issuer = _issuer()
    return _kept(
        {
            "issuer": issuer,
            "jwks_uri": f"{issuer}/.well-known/jwks.json",
            "token_endpoint": f"{issuer}{ENDPOINT}",
            "capabilities": ["client-confidential-asymmetric"],
        }
        | _supported()
    )


def _supported() -> dict[str, Any]:
    scopes = ask_openly("ListRoles", identity_pb2.ListRolesRequest()).scopes
    return {
        "grant_types_supported": [GRANT],
        "token_endpoint_auth_methods_supported": [METHOD],
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "scopes_supported": [one.name for one in scopes],
    }


def _sent() -> dict[str, str]:
    """The form, each parameter once; raises what RFC 6749 has a word for."""
    if request.mimetype != FORM or request.args:
        raise _unreadable(f"Send the parameters in the body, as {FORM}, and none in the address.")
    body()
    sent = {name: request.form.getlist(name) for name in _ONCE}
    if any(len(several) > 1 for several in sent.values()):
        raise _unreadable("Send each parameter once.")
    one = {name: several[0] if several else "" for name, several in sent.items()}
    if not one["grant_type"]:
        raise _unreadable(f"grant_type is missing: send {GRANT}.")
    if one["grant_type"] != GRANT:
        raise invalid("unsupported-grant-type", f"The only grant_type here is {GRANT}.")
    if "Authorization" in request.headers or "client_secret" in request.form:
        raise _unreadable(f"No secret is taken here: sign a client_assertion ({METHOD}).")
    if one["client_assertion_type"] != ASSERTION or not one["client_assertion"]:
        raise _unreadable(f"Send client_assertion_type={ASSERTION} and a client_assertion.")
    return one


def _unreadable(why: str) -> Problem:
    return invalid("invalid-request", why)


def _kept(document: dict[str, Any]) -> Response:
    response = problems.json(document)
    response.headers["Cache-Control"] = KEPT
    return response


def _issuer() -> str:
    return str(current_app.config["PUBLIC_URL"])
