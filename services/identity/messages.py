"""Domain ↔ protobuf: replies and announcements."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from uuid import UUID, uuid5

from google.protobuf.timestamp_pb2 import Timestamp

from chassis.sealing import Sealer
from protos.audit.v1.erasing_pb2 import TextErased
from protos.identity.v1 import identity_pb2 as pb
from services.identity.domain.accounts import Account, OpenSession, Session
from services.identity.domain.assertions import Token
from services.identity.domain.client_keys import KeySet, Registered
from services.identity.domain.credentials import Credential
from services.identity.domain.erasing import AccountErasure, Listed, Place
from services.identity.domain.finding import Found, Record
from services.identity.domain.importing import Import
from services.identity.domain.joining import APPROVED, Invitation, RoleRequest
from services.identity.domain.organisation_files import Refused
from services.identity.domain.organisations import Organisation, Parent, Succession
from services.identity.domain.outside import CameBack, Leaving, Link
from services.identity.domain.roles import ROLES, Held, Role, Scope
from services.identity.domain.second_factors import Device, Factor

# ---- replies


def session(one: Session) -> pb.Session:
    return pb.Session(
        token=one.token,
        expires_at=_instant(one.expires_at),
        strength=one.strength,
        factors=one.factors,
        second_factor_missing=one.second_missing,
        device=one.device.token if one.device else "",
        device_expires_at=_instant(one.device.expires_at) if one.device else None,
    )


def second_factor(one: Factor) -> pb.SecondFactor:
    return pb.SecondFactor(
        factor_id=one.id,
        kind=one.kind,
        label=one.label,
        added_at=_instant(one.added_at),
        last_used_at=_instant_or_none(one.last_used_at),
    )


def second_factors(
    factors: Iterable[Factor], codes_left: int, devices: Iterable[Device], needed: bool
) -> pb.SecondFactors:
    return pb.SecondFactors(
        factors=[second_factor(one) for one in factors],
        recovery_codes_left=codes_left,
        devices=[_device(one) for one in devices],
        needed=needed,
    )


def _device(one: Device) -> pb.Device:
    return pb.Device(
        device_id=one.id,
        label=one.label,
        made_at=_instant(one.made_at),
        last_used_at=_instant(one.last_used_at),
        trusted_until=_instant_or_none(one.trusted_until),
    )


def signed_actor(token: str, expires_at: datetime, watch_id: str, scope: str = "") -> pb.SignedActor:
    return pb.SignedActor(token=token, expires_at=_instant(expires_at), watch_id=watch_id, scope=scope)


def credential(one: Credential) -> pb.Credential:
    client = one.client
    return pb.Credential(
        credential_id=one.id,
        product=client.product,
        organisation=client.organisation,
        environment=client.environment,
        issued_at=_instant(one.issued_at),
        revoked_at=_instant_or_none(one.revoked_at),
        slot=one.slot,
        expires_at=_instant_or_none(one.expires_at),
        client_id=client.id,
        scopes=client.holds(one.scopes),
        last_used_on=_day(one.last_used_on),
    )


def credentials(rows: Iterable[Credential]) -> pb.Credentials:
    return pb.Credentials(credentials=[credential(one) for one in rows])


def accounts(rows: Iterable[Account], next: str) -> pb.Accounts:
    return pb.Accounts(accounts=[account(one) for one in rows], next=next)


def account(one: Account) -> pb.Account:
    return pb.Account(
        account_id=one.id,
        name=one.name,
        email=one.email,
        grants=[_grant(held) for held in one.held],
        suspended=one.suspended,
    )


def _grant(held: Held) -> pb.Grant:
    return pb.Grant(
        role=held.role,
        organisation=held.organisation,
        grant_id=held.grant_id,
        starts_at=_instant_or_none(held.starts_at),
        ends_at=_instant_or_none(held.ends_at),
        reason=held.reason,
        last_used_at=_instant_or_none(held.last_used_at),
    )


def own_account(
    one: Account,
    requests: Iterable[RoleRequest],
    sessions: Iterable[OpenSession],
    links: Iterable[tuple[Link, str]],
    has_password: bool,
) -> pb.OwnAccount:
    """`links` come with what people call their provider."""
    return pb.OwnAccount(
        account=account(one),
        requests=[role_request(each) for each in requests],
        outside_links=[outside_link(each, label) for each, label in links],
        has_password=has_password,
        sessions=[
            pb.OpenSession(
                session_id=each.id,
                started_at=_instant(each.started_at),
                last_seen_at=_instant(each.last_seen_at),
                expires_at=_instant(each.expires_at),
                this_one=each.this_one,
            )
            for each in sessions
        ],
    )


def role_request(one: RoleRequest) -> pb.RoleRequest:
    return pb.RoleRequest(
        request_id=one.id,
        account_id=one.account_id,
        name=one.name,
        email=one.email,
        role=one.role,
        organisation=one.organisation,
        organisation_name=one.organisation_name,
        reason=one.reason,
        state=one.state,
        asked_at=_instant(one.asked_at),
        decided_at=_instant_or_none(one.decided_at),
        decision_reason=one.decision_reason,
    )


def invitation(one: Invitation, now: datetime) -> pb.Invitation:
    return pb.Invitation(
        invitation_id=one.id,
        email=one.email,
        role=one.role,
        organisation=one.organisation,
        state=one.state(now),
        invited_at=_instant(one.invited_at),
        expires_at=_instant(one.expires_at),
    )


def role(one: Role) -> pb.Role:
    return pb.Role(
        name=one.name,
        label=one.label,
        means=one.means,
        reach=one.reach.value,
        permissions=sorted(one.permissions),
        approved_by=sorted(one.approved_by),
        automatic=one.automatic,
        second_factor=one.second_factor,
    )


def scope(one: Scope) -> pb.Scope:
    return pb.Scope(name=one.name, label=one.label)


def access_token(one: Token) -> pb.AccessToken:
    return pb.AccessToken(token=one.secret, expires_at=_instant(one.expires_at), scope=" ".join(one.scopes))


def client(one: Registered, shared: Iterable[Credential]) -> pb.LrmsClient:
    return pb.LrmsClient(
        client_id=one.client.id,
        product=one.client.product,
        organisation=one.client.organisation,
        environment=one.client.environment,
        made_at=_instant(one.made_at),
        scopes=one.client.holds(),
        credentials=[credential(each) for each in shared],
        keys=_client_keys(one.keys) if one.keys else None,
    )


def _client_keys(one: KeySet) -> pb.ClientKeys:
    return pb.ClientKeys(
        jwks_uri=one.jwks_uri,
        keys=[
            pb.PublicKey(kid=each.kid, kind=each.kind, thumbprint=each.thumbprint, algorithms=each.algorithms)
            for each in one.keys
        ],
        registered_at=_instant_or_none(one.registered_at),
        fetched_at=_instant_or_none(one.fetched_at),
        last_used_on=_day(one.last_used_on),
    )


def found_organisation(one: Found) -> pb.FoundOrganisation:
    return pb.FoundOrganisation(
        code=one.code,
        name=one.name,
        kind=one.kind,
        label=one.label,
        postcode=one.postcode,
        closed=one.closed,
        belongs_to=[_named(*each) for each in one.belongs_to],
        successors=[_named(*each) for each in one.successors],
    )


def organisation_record(one: Record) -> pb.OrganisationRecord:
    def link(code: str, start: date, end: date | None = None, kind: str = "") -> pb.DatedLink:
        other = _named(code, one.names.get(code, ""))
        return pb.DatedLink(organisation=other, kind=kind, start=_day(start), end=_day(end))

    known = one.organisation
    return pb.OrganisationRecord(
        organisation=found_organisation(one.found),
        opened_on=_day(known.opened_on),
        closed_on=_day(known.closed_on),
        withdrawn_on=_day(known.withdrawn_on),
        roles=[
            pb.DatedRole(role=each.role, primary=each.primary, start=_day(each.start), end=_day(each.end))
            for each in known.roles
        ],
        parents=[link(each.code, each.start, each.end, each.kind) for each in known.parents],
        predecessors=[link(each.predecessor, each.start) for each in one.predecessors],
        successors=[link(each.successor, each.start) for each in one.successors],
        version=known.version,
    )


def organisation_import(one: Import, faults: Iterable[Refused] = ()) -> pb.OrganisationImport:
    return pb.OrganisationImport(
        import_id=one.id,
        kind=one.kind,
        source=one.source,
        state=one.state,
        received_at=_instant(one.received_at),
        finished_at=_instant_or_none(one.finished_at),
        lines=one.lines,
        done=one.done,
        added=one.added,
        changed=one.changed,
        unchanged=one.unchanged,
        skipped=one.skipped,
        refused=one.refused,
        faults=[pb.ImportFault(line=each.line, code=each.code, detail=each.detail) for each in faults],
    )


def organisation_sync(
    state: str, since: date | None, waiting: int, failed: int, error: str
) -> pb.OrganisationSync:
    return pb.OrganisationSync(
        state=state, since=_day(since), waiting=waiting, failed=failed, last_error=error
    )


def _named(code: str, name: str) -> pb.NamedOrganisation:
    return pb.NamedOrganisation(code=code, name=name)


# ---- announcements


def organisation_changed(one: Organisation, successions: Iterable[Succession] = ()) -> pb.OrganisationChanged:
    """`successions`: those in which it takes over; others are left out."""
    return pb.OrganisationChanged(
        code=one.code,
        name=one.name,
        role=one.role,
        opened_on=_day(one.opened_on),
        closed_on=_day(one.closed_on),
        parents=[_parent(parent) for parent in one.parents],
        version=one.version,
        predecessors=[
            pb.Predecessor(code=each.predecessor, start=_day(each.start))
            for each in successions
            if each.successor == one.code
        ],
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


def verification_requested(
    verification_id: str,
    purpose: str,
    sealer: Sealer,
    address: str,
    code: str,
    offered: Invitation | None = None,
) -> pb.VerificationRequested:
    """Address and code are for notifications alone, bound to this one letter."""
    sealed = sealer.seal(f"{address}\n{code}".encode(), f"verification:{verification_id}")
    return pb.VerificationRequested(
        verification_id=verification_id,
        purpose=purpose,
        sealed=sealed,
        organisation=offered.organisation if offered else "",
        role_label=_label(offered.role) if offered else "",
    )


def role_requested(one: RoleRequest) -> pb.RoleRequested:
    decided_by = sorted(ROLES[one.role].approved_by)
    return pb.RoleRequested(
        request_id=one.id, organisation=one.organisation, role_label=_label(one.role), decided_by=decided_by
    )


def role_decided(one: RoleRequest) -> pb.RoleDecided:
    return pb.RoleDecided(
        request_id=one.id,
        account_id=one.account_id,
        organisation=one.organisation,
        role_label=_label(one.role),
        approved=one.state == APPROVED,
    )


def role_expiring(one: Held, ends_at: datetime) -> pb.RoleExpiring:
    return pb.RoleExpiring(
        grant_id=one.grant_id,
        account_id=one.account_id,
        organisation=one.organisation,
        role_label=_label(one.role),
        ends_at=_instant(ends_at),
    )


def came_back(one: CameBack) -> pb.CameBack:
    return pb.CameBack(
        session=session(one.session) if one.session else None,
        next=one.back,
        email=one.email,
        name_wanted=one.name_wanted,
        expires_at=_instant_or_none(one.expires_at),
    )


def outside_link(one: Link, label: str) -> pb.OutsideLink:
    return pb.OutsideLink(
        link_id=one.id,
        provider=one.provider,
        label=label,
        linked_at=_instant(one.linked_at),
        last_used_at=_instant_or_none(one.last_used_at),
    )


def leaving(one: Leaving) -> pb.OutsideSignIn:
    return pb.OutsideSignIn(address=one.address, token=one.token, expires_at=_instant(one.expires_at))


def account_changed(change_id: str, account_id: str, change: str, at: datetime) -> pb.AccountChanged:
    return pb.AccountChanged(change_id=change_id, account_id=account_id, change=change, at=_instant(at))


def credential_expiring(one: Credential, days: int) -> pb.CredentialExpiring:
    """Of one step: so many days before."""
    client = one.client
    return pb.CredentialExpiring(
        warning_id=str(uuid5(UUID(one.id), f"ends within {days} days")),
        credential_id=one.id,
        organisation=client.organisation,
        product=client.product,
        environment=client.environment,
        slot=one.slot,
        ends_at=_instant_or_none(one.expires_at),
    )


def _label(role: str) -> str:
    return ROLES[role].label if role in ROLES else role


def _parent(one: Parent) -> pb.Parent:
    return pb.Parent(code=one.code, kind=one.kind, start=_day(one.start), end=_day(one.end))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _instant_or_none(at: datetime | None) -> Timestamp | None:
    return _instant(at) if at else None


def _instant(at: datetime) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(at)
    return made


# ---- erasing ---------------------------------------------------------------------------------------------------


def account_erasure(one: AccountErasure, with_places: bool = True) -> pb.AccountErasure:
    made = pb.AccountErasure(
        erasure_id=one.id,
        account_id=one.account_id,
        ground=one.ground,
        case_number=one.case_number,
        state=one.shown_state,
        asked_by=one.asked_by,
        decided_by=one.decided_by,
        waiting_for=one.waiting_for,
    )
    made.asked_at.FromDatetime(one.asked_at)
    if one.decided_at:
        made.decided_at.FromDatetime(one.decided_at)
    for place in one.places if with_places else ():
        added = made.places.add(service=place.service, place=place.place, found=place.found, done=place.done)
        added.at.FromDatetime(place.at)
    return made


def listed_account_erasure(one: Listed) -> pb.ListedAccountErasure:
    return pb.ListedAccountErasure(
        erasure=account_erasure(one.erasure, with_places=False),
        account_name=one.account_name,
        asked_by_name=one.asked_by_name,
    )


def account_erased(one: AccountErasure, codes: Iterable[str]) -> pb.AccountErased:
    return pb.AccountErased(erasure_id=one.id, account_id=one.account_id, verification_ids=codes)


def places_erased(told: TextErased) -> list[Place]:
    at = told.at.ToDatetime(UTC)
    return [Place(told.service, one.place, one.found, one.done, at) for one in told.places]
