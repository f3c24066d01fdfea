"""For support staff, and for whoever administers an organisation: accounts and LRMS credentials. Identity decides who may."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response
from marshmallow import fields, validate

from gateway import problems
from gateway.api import people, schemas
from gateway.api.document import Said, documented
from gateway.api.times import instant, instant_or_none
from gateway.guards import bearer
from gateway.identity import ask
from protos.identity.v1 import identity_pb2

routes = Blueprint("api_admin", __name__, url_prefix="/api/v1/admin")


class WantedAccounts(schemas.After):
    search = fields.String(
        validate=validate.Length(min=2, max=254),
        metadata={"description": "part of a name or an address, or an id"},
    )


ACCOUNTS = schemas.page_of(schemas.Account)
CREDENTIALS = schemas.page_of(schemas.Credential)


@routes.get("/accounts")
@documented(Said("Accounts and what they may do where", ACCOUNTS, query=WantedAccounts))
@bearer
def accounts() -> Response:
    """A page of accounts."""
    sent = schemas.sent_query(WantedAccounts)
    asking = identity_pb2.ListAccountsRequest(after=sent.get("cursor", ""), search=sent.get("search", ""))
    found = ask("ListAccounts", asking)
    page = {"items": found.accounts, "next": found.next or None}
    return problems.json(ACCOUNTS().dump(page))


@routes.put("/accounts/<account_id>/suspension")
@documented(
    Said("Suspend an account: nobody signs in to it until it is resumed", schemas.Person, body=schemas.Reason)
)
@bearer
def suspend(account_id: str) -> Response:
    """The account; its sessions end within a second."""
    asking = identity_pb2.SuspendAccountRequest(account_id=account_id, **schemas.sent_body(schemas.Reason))
    return problems.json(schemas.Person().dump(people.person(ask("SuspendAccount", asking))))


@routes.delete("/accounts/<account_id>/suspension")
@documented(Said("Resume a suspended account, with the roles it held", schemas.Person))
@bearer
def resume(account_id: str) -> Response:
    """The account."""
    asking = identity_pb2.ResumeAccountRequest(account_id=account_id)
    return problems.json(schemas.Person().dump(people.person(ask("ResumeAccount", asking))))


@routes.post("/accounts/<account_id>/second-factor-reset")
@documented(
    Said("Reset the second factors of somebody who lost them all", schemas.Person, body=schemas.Reason)
)
@bearer
def reset_second_factors(account_id: str) -> Response:
    """The account; its sessions and remembered devices are over, and its owner is told."""
    asking = identity_pb2.ResetSecondFactorsRequest(
        account_id=account_id, **schemas.sent_body(schemas.Reason)
    )
    return problems.json(schemas.Person().dump(people.person(ask("ResetSecondFactors", asking))))


@routes.patch("/accounts/<account_id>")
@documented(Said("Put right somebody's name or e-mail address", schemas.Person, body=schemas.Rectified))
@bearer
def rectify(account_id: str) -> Response:
    """The account, with its new name; an address stays until its owner confirmed the new one. The owner is told of both."""
    asking = identity_pb2.RectifyAccountRequest(account_id=account_id, **schemas.sent_body(schemas.Rectified))
    return problems.json(schemas.Person().dump(people.person(ask("RectifyAccount", asking))))


@routes.get("/credentials")
@documented(Said("LRMS credentials, ended ones too", CREDENTIALS, query=schemas.OfOrganisation))
@bearer
def credentials() -> Response:
    """Every credential, of one organisation or of all."""
    asking = identity_pb2.ListCredentialsRequest(**schemas.sent_query(schemas.OfOrganisation))
    found = ask("ListCredentials", asking)
    page = {"items": [credential_row(each) for each in found.credentials], "next": None}
    return problems.json(CREDENTIALS().dump(page))


@routes.post("/credentials")
@documented(
    Said(
        "Issue an LRMS key; it is shown this once",
        schemas.IssuedCredential,
        201,
        body=schemas.WantedCredential,
    )
)
@bearer
def issue() -> Response:
    """The credential with its key. A client has two, so that one is changed while the other works."""
    asking = identity_pb2.IssueCredentialRequest(**schemas.sent_body(schemas.WantedCredential))
    made = ask("IssueCredential", asking)
    shown = credential_row(made.credential) | {"key": made.key}
    return problems.json(schemas.IssuedCredential().dump(shown), 201)


@routes.delete("/credentials/<credential_id>")
@documented(Said("End an LRMS credential at once", schemas.Credential))
@bearer
def revoke(credential_id: str) -> Response:
    """The credential, which no worker honours any longer."""
    ended = ask("RevokeCredential", identity_pb2.RevokeCredentialRequest(credential_id=credential_id))
    return problems.json(schemas.Credential().dump(credential_row(ended)))


def credential_row(credential: identity_pb2.Credential) -> dict[str, Any]:
    return {
        "credential_id": credential.credential_id,
        "slot": credential.slot,
        "expires_at": instant_or_none(credential.expires_at),
        "product": credential.product,
        "organisation": credential.organisation,
        "environment": credential.environment,
        "issued_at": instant(credential.issued_at),
        "revoked_at": instant_or_none(credential.revoked_at),
        "client_id": credential.client_id,
        "scopes": list(credential.scopes),
        "last_used_on": credential.last_used_on or None,
    }
