"""Inviting somebody to a role at an organisation, and taking an invitation back."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import forbidden
from gateway.guards import secret, signed_in
from gateway.identity import ask
from gateway.web import naming
from gateway.web.answering import PRESSED, Faults, done, or_again, sent
from gateway.web.organisation.deciding import MOST
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("invitations", __name__, url_prefix="/organisation/<code>/invitations")


@routes.get("")
@signed_in
def invitations(code: str) -> str:
    """Newest first, ended ones too."""
    return _list(code)


@routes.get("/new")
@signed_in
def form(code: str) -> str:
    """Whom, and to which role."""
    return _form(code)


@routes.post("/new")
@signed_in
def invite(code: str) -> AnyResponse:
    """A code goes to the address; inviting again sends another, and the one before is void."""

    def invited() -> AnyResponse:
        ask("Invite", pb.InviteRequest(organisation=code, **sent("email", "role")))
        return done("The invitation is sent. It works for 14 days.", f"/organisation/{code}/invitations")

    return or_again(invited, lambda faults: _form(code, faults), "email")


@routes.post("/<invitation_id>/revocation")
@signed_in
def revoke(code: str, invitation_id: str) -> AnyResponse:
    """Its code works no longer; one that was accepted stays so."""

    def revoked() -> AnyResponse:
        made = ask("RevokeInvitation", pb.RevokeInvitationRequest(invitation_id=invitation_id))
        words = (
            "It had been accepted already." if made.state == "accepted" else "The invitation is taken back."
        )
        return done(words, f"/organisation/{code}/invitations")

    return or_again(revoked, lambda faults: _list(code, faults), f"revoke-{invitation_id}", PRESSED)


def _list(code: str, faults: Faults | None = None) -> str:
    found = ask("ListInvitations", pb.ListInvitationsRequest(organisation=code)).invitations
    return render_template(
        "organisation/invitations.html",
        code=code,
        organisation=naming.organisation(code),
        found=found,
        most=MOST,
        roles=naming.roles(),
        faults=faults or {},
    )


def _form(code: str, faults: Faults | None = None) -> str:
    return render_template(
        "organisation/invite.html",
        code=code,
        organisation=naming.organisation(code),
        roles=_grantable(),
        given=sent("email", "role"),
        faults={"role" if path == "organisation" else path: text for path, text in (faults or {}).items()},
    )


def _grantable() -> list[pb.Role]:
    """The roles that whoever asks may grant somewhere; identity decides whether here. FORBIDDEN where there is none."""
    own = ask("GetOwnAccount", pb.GetOwnAccountRequest(session_token=secret())).account
    held = {one.role for one in own.grants}
    found = [one for one in naming.roles().values() if held & set(one.approved_by)]
    if not found:
        raise forbidden("not-permitted", "You do not administer this organisation.")
    return found
