"""Domain ↔ protobuf: replies and announcements."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from protos.identity.v1 import identity_pb2 as pb
from services.identity.domain.accounts import Account, Session
from services.identity.domain.credentials import Credential
from services.identity.domain.organisations import Organisation, Parent
from services.identity.domain.roles import Held

# ---- replies


def session(one: Session) -> pb.Session:
    return pb.Session(token=one.token, expires_at=_instant(one.expires_at))


def signed_actor(token: str, expires_at: datetime, watch_id: str) -> pb.SignedActor:
    return pb.SignedActor(token=token, expires_at=_instant(expires_at), watch_id=watch_id)


def credential(one: Credential) -> pb.Credential:
    client = one.client
    return pb.Credential(
        credential_id=one.id,
        product=client.product,
        organisation=client.organisation,
        environment=client.environment,
        issued_at=_instant(one.issued_at),
        revoked_at=_instant(one.revoked_at) if one.revoked_at else None,
    )


def credentials(rows: Iterable[Credential]) -> pb.Credentials:
    return pb.Credentials(credentials=[credential(one) for one in rows])


def accounts(rows: Iterable[Account], next: str) -> pb.Accounts:
    return pb.Accounts(accounts=[_account(one) for one in rows], next=next)


def _account(one: Account) -> pb.Account:
    held = [pb.Grant(role=grant.role, organisation=grant.organisation) for grant in one.held]
    return pb.Account(account_id=one.id, name=one.name, email=one.email, grants=held)


# ---- announcements


def organisation_changed(one: Organisation) -> pb.OrganisationChanged:
    return pb.OrganisationChanged(
        code=one.code,
        name=one.name,
        role=one.role,
        opened_on=_day(one.opened_on),
        closed_on=_day(one.closed_on),
        parents=[_parent(parent) for parent in one.parents],
        version=one.version,
    )


def account_opened(one: Account, address_sealed: bytes) -> pb.AccountOpened:
    """`address_sealed` is for notifications alone, bound to `address_context`."""
    return pb.AccountOpened(
        account_id=one.id, name=one.name, address_sealed=address_sealed, version=one.version
    )


def address_context(account_id: str) -> str:
    """What a sealed address is bound to, so that it cannot be passed off as another account's."""
    return f"address:{account_id}"


def grant_changed(account_id: str, held: Held, ended: bool, version: int) -> pb.GrantChanged:
    return pb.GrantChanged(
        account_id=account_id, role=held.role, organisation=held.organisation, ended=ended, version=version
    )


def _parent(one: Parent) -> pb.Parent:
    return pb.Parent(code=one.code, kind=one.kind, start=_day(one.start), end=_day(one.end))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _instant(at: datetime) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(at)
    return made
