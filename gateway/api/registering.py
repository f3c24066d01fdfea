"""Coming to an account: registering, a forgotten password, an invitation. Nobody is told which addresses have an account."""

from __future__ import annotations

from flask import Blueprint, Response

from gateway import problems
from gateway.api import schemas
from gateway.api.document import Said, documented
from gateway.api.people import person
from gateway.guards import public
from gateway.identity import ask_openly
from gateway.networks import from_address
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("api_registering", __name__, url_prefix="/api/v1")
_SENT = {"message": "If the address can be used, a message with a code is on its way. Look at your e-mail."}


@routes.post("/registrations")
@documented(Said("Register; a code goes to the address", schemas.Sent, 202, body=schemas.Register))
@public
def register() -> Response:
    """The same answer whether the address has an account or not."""
    ask_openly(
        "Register", pb.RegisterRequest(**schemas.sent_body(schemas.Register), from_address=from_address())
    )
    return problems.json(_SENT, 202)


@routes.post("/registrations/verification")
@documented(Said("Open the account with the code that came", schemas.Person, 201, body=schemas.Verification))
@public
def verify() -> Response:
    """The account, which may now be signed in to."""
    opened = ask_openly(
        "VerifyAddress",
        pb.VerifyAddressRequest(**schemas.sent_body(schemas.Verification), from_address=from_address()),
    )
    return problems.json(schemas.Person().dump(person(opened)), 201)


@routes.post("/password-resets")
@documented(Said("Forgotten password: a code goes to the address", schemas.Sent, 202, body=schemas.Address))
@public
def ask_for_reset() -> Response:
    """The same answer whether the address has an account or not."""
    ask_openly(
        "AskForReset",
        pb.AskForResetRequest(**schemas.sent_body(schemas.Address), from_address=from_address()),
    )
    return problems.json(_SENT, 202)


@routes.post("/password-resets/completion")
@documented(
    Said("Choose a new password with the code; every session ends", None, 204, body=schemas.NewPassword)
)
@public
def reset() -> Response:
    """Nothing; sign in with the new password."""
    ask_openly(
        "ResetPassword",
        pb.ResetPasswordRequest(**schemas.sent_body(schemas.NewPassword), from_address=from_address()),
    )
    return Response(status=204)


@routes.post("/invitations/acceptance")
@documented(
    Said(
        "Accept an invitation, opening an account where there is none",
        schemas.Person,
        201,
        body=schemas.Acceptance,
    )
)
@public
def accept() -> Response:
    """The account with the role it was offered."""
    asking = pb.AcceptInvitationRequest(**schemas.sent_body(schemas.Acceptance), from_address=from_address())
    return problems.json(schemas.Person().dump(person(ask_openly("AcceptInvitation", asking))), 201)


@routes.post("/account/address")
@documented(
    Said("Confirm the new e-mail address of an account", schemas.Person, body=schemas.ConfirmedAddress)
)
@public
def confirm_address() -> Response:
    """The account, which has the new address from now on."""
    asking = pb.ConfirmAddressRequest(
        **schemas.sent_body(schemas.ConfirmedAddress), from_address=from_address()
    )
    return problems.json(schemas.Person().dump(person(ask_openly("ConfirmAddress", asking))))
