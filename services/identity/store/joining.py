"""Codes sent to addresses, requests for roles, invitations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from services.identity.domain.joining import Invitation, RoleRequest


@dataclass(frozen=True)
class Code:
    """A code that was sent to an address, and what its sender wanted."""

    id: str
    name: str = field(repr=False)
    password_hash: str = field(repr=False)
    code_hash: bytes = field(repr=False)
    account_id: str = ""  # of the account that wants to have the address


# ---- codes ---------------------------------------------------------------------------------------------------


def hold_address(tx: Connection, email: str) -> None:
    """One at a time for each address, until this transaction ends."""
    tx.execute(text("select pg_advisory_xact_lock(7304102, hashtext(:email))"), {"email": email})


def codes_since(tx: Connection, email: str, since: datetime) -> list[tuple[str, datetime]]:
    """What for and when codes were sent to an address."""
    rows = tx.execute(
        text("select purpose, sent_at from address_codes where email = :email and sent_at > :since"),
        {"email": email, "since": since},
    )
    return [(row.purpose, row.sent_at) for row in rows]


def add_code(
    tx: Connection,
    code: Code,
    purpose: str,
    email: str,
    now: datetime,
    expires_at: datetime,
) -> None:
    """A new code; older ones of the same purpose no longer count."""
    tx.execute(
        text(
            "update address_codes set expires_at = :now where email = :email and purpose = :purpose"
            " and expires_at > :now"
        ),
        {"email": email, "purpose": purpose, "now": now},
    )
    tx.execute(
        text(
            "insert into address_codes (id, purpose, email, code_hash, name, password_hash, sent_at, expires_at, account_id)"
            " values (:id, :purpose, :email, :code_hash, :name, :password_hash, :now, :expires_at, cast(:account_id as uuid))"
        ),
        {
            "id": code.id,
            "purpose": purpose,
            "email": email,
            "code_hash": code.code_hash,
            "name": code.name,
            "password_hash": code.password_hash,
            "now": now,
            "expires_at": expires_at,
            "account_id": code.account_id or None,
        },
    )


def open_code(tx: Connection, purpose: str, email: str, now: datetime) -> Code | None:
    """The code that would be accepted now."""
    row = tx.execute(
        text(
            "select id, name, password_hash, code_hash, account_id from address_codes"
            " where purpose = :purpose and email = :email and used_at is null and expires_at > :now"
            " order by sent_at desc limit 1"
        ),
        {"purpose": purpose, "email": email, "now": now},
    ).one_or_none()
    if row is None:
        return None
    whose = str(row.account_id or "")
    return Code(str(row.id), row.name, row.password_hash, bytes(row.code_hash), whose)


def use_code(tx: Connection, code_id: str, now: datetime) -> None:
    """It is not accepted again, and what came with it is forgotten."""
    tx.execute(
        text(
            "update address_codes set used_at = :now, name = '', password_hash = '' where id = cast(:id as uuid)"
        ),
        {"id": code_id, "now": now},
    )


def forget_codes(tx: Connection, before: datetime) -> int:
    """Codes that ended before then, with whatever came with them."""
    return tx.execute(
        text("delete from address_codes where expires_at < :before"), {"before": before}
    ).rowcount


# ---- requests for roles --------------------------------------------------------------------------------------

_REQUESTS = """
select q.id, q.account_id, a.name, a.email, q.role, q.organisation, o.name as organisation_name, q.reason, q.state,
  q.asked_at, q.decided_at, q.decision_reason
from role_requests q join accounts a on a.id = q.account_id join organisations o on o.code = q.organisation
"""


def add_request(tx: Connection, request: RoleRequest) -> None:
    tx.execute(
        text(
            "insert into role_requests (id, account_id, role, organisation, reason, state, asked_at)"
            " values (:id, :account_id, :role, :organisation, :reason, :state, :asked_at)"
        ),
        {
            "id": request.id,
            "account_id": request.account_id,
            "role": request.role,
            "organisation": request.organisation,
            "reason": request.reason,
            "state": request.state,
            "asked_at": request.asked_at,
        },
    )


def waiting_request(tx: Connection, account_id: str, role: str, organisation: str) -> RoleRequest | None:
    """The same request made before, and not decided yet."""
    row = tx.execute(
        text(
            f"{_REQUESTS} where q.account_id = cast(:account_id as uuid) and q.role = :role"
            " and q.organisation = :organisation and q.state = 'waiting'"
        ),
        {"account_id": account_id, "role": role, "organisation": organisation},
    ).one_or_none()
    return _request(row) if row else None


def hold_request(tx: Connection, request_id: str) -> RoleRequest | None:
    """A request, which nobody else decides until this transaction ends."""
    row = tx.execute(
        text(f"{_REQUESTS} where q.id = cast(:id as uuid) for update of q"), {"id": request_id}
    ).one_or_none()
    return _request(row) if row else None


def settle_request(tx: Connection, request_id: str, state: str, by: str, reason: str, now: datetime) -> None:
    tx.execute(
        text(
            "update role_requests set state = :state, decided_by = :by, decision_reason = :reason, decided_at = :now"
            " where id = cast(:id as uuid)"
        ),
        {"id": request_id, "state": state, "by": by, "reason": reason, "now": now},
    )


def requests_of(tx: Connection, account_id: str, most: int) -> list[RoleRequest]:
    """Somebody's own, newest first."""
    rows = tx.execute(
        text(
            f"{_REQUESTS} where q.account_id = cast(:account_id as uuid) order by q.asked_at desc limit :most"
        ),
        {"account_id": account_id, "most": most},
    )
    return [_request(row) for row in rows]


def requests_waiting(
    tx: Connection,
    organisations: Iterable[str] | None,
    but_roles: Iterable[str],
    but_of: str,
    most: int,
    named: str | None,
) -> list[RoleRequest]:
    """Those at some organisations (None: everywhere), oldest first, but for some roles and one account; of these `named` alone."""
    rows = tx.execute(
        text(
            f"{_REQUESTS} where q.state = 'waiting'"
            " and (cast(:codes as text[]) is null or q.organisation = any(cast(:codes as text[])))"
            " and q.role <> all(cast(:but_roles as text[])) and q.account_id <> cast(:but_of as uuid)"
            " and (cast(:named as uuid) is null or q.id = cast(:named as uuid))"
            " order by q.asked_at limit :most"
        ),
        {
            "codes": None if organisations is None else list(organisations),
            "but_roles": list(but_roles),
            "but_of": but_of,
            "named": named,
            "most": most,
        },
    )
    return [_request(row) for row in rows]


def _request(row: Row[Any]) -> RoleRequest:
    kept = dict(row._mapping)
    return RoleRequest(**kept | {"id": str(row.id), "account_id": str(row.account_id)})


# ---- invitations ---------------------------------------------------------------------------------------------

_INVITATIONS = "select id, email, role, organisation, invited_by, invited_at, expires_at, accepted_at, revoked_at from invitations"


def add_invitation(tx: Connection, invitation: Invitation, code_hash: bytes) -> None:
    """A new invitation; an older one of the same role for the same address is taken back."""
    tx.execute(
        text(
            "update invitations set revoked_at = :now where email = :email and role = :role"
            " and organisation = :organisation and accepted_at is null and revoked_at is null"
        ),
        {
            "now": invitation.invited_at,
            "email": invitation.email,
            "role": invitation.role,
            "organisation": invitation.organisation,
        },
    )
    tx.execute(
        text(
            "insert into invitations (id, email, role, organisation, code_hash, invited_by, invited_at, expires_at)"
            " values (:id, :email, :role, :organisation, :code_hash, :invited_by, :invited_at, :expires_at)"
        ),
        {
            "id": invitation.id,
            "email": invitation.email,
            "role": invitation.role,
            "organisation": invitation.organisation,
            "code_hash": code_hash,
            "invited_by": invitation.invited_by,
            "invited_at": invitation.invited_at,
            "expires_at": invitation.expires_at,
        },
    )


def open_invitations(tx: Connection, email: str, now: datetime) -> list[tuple[Invitation, bytes]]:
    """Those that the address could accept now, held until this transaction ends; with the hashes of their codes."""
    rows = tx.execute(
        text(
            _INVITATIONS.replace(" from", ", code_hash from")
            + " where email = :email and accepted_at is null and revoked_at is null and expires_at > :now"
            " order by invited_at for update"
        ),
        {"email": email, "now": now},
    ).all()
    return [(_invitation(row), bytes(row.code_hash)) for row in rows]


def accept_invitation(tx: Connection, invitation_id: str, account_id: str, now: datetime) -> None:
    tx.execute(
        text("update invitations set accepted_at = :now, accepted_by = :by where id = cast(:id as uuid)"),
        {"id": invitation_id, "by": account_id, "now": now},
    )


def hold_invitation(tx: Connection, invitation_id: str) -> Invitation | None:
    row = tx.execute(
        text(f"{_INVITATIONS} where id = cast(:id as uuid) for update"), {"id": invitation_id}
    ).one_or_none()
    return _invitation(row) if row else None


def revoke_invitation(tx: Connection, invitation_id: str, now: datetime) -> None:
    tx.execute(
        text("update invitations set revoked_at = :now where id = cast(:id as uuid)"),
        {"id": invitation_id, "now": now},
    )


def invitations_at(tx: Connection, organisation: str, most: int) -> list[Invitation]:
    """Those of one organisation, newest first, ended ones too."""
    rows = tx.execute(
        text(f"{_INVITATIONS} where organisation = :code order by invited_at desc limit :most"),
        {"code": organisation, "most": most},
    )
    return [_invitation(row) for row in rows]


def _invitation(row: Row[Any]) -> Invitation:
    return Invitation(
        str(row.id),
        row.email,
        row.role,
        row.organisation,
        row.invited_by,
        row.invited_at,
        row.expires_at,
        row.accepted_at,
        row.revoked_at,
    )
