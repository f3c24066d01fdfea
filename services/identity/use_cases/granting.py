"""Who holds which role where: asking, deciding, inviting, leaving, and roles that nobody uses."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import uuid_utils
from sqlalchemy import Connection, Engine

from chassis import outbox
from chassis.actors import Actor, Reach, system
from chassis.problems import Problem, forbidden
from chassis.sealing import Sealer
from services.identity import messages, store
from services.identity.domain import accounts, joining, ods, roles
from services.identity.domain.accounts import PAGE, Account
from services.identity.domain.joining import Invitation, RoleRequest
from services.identity.domain.roles import Held, Permission

MOST = 200  # in one list
EXPIRING_AT_ONCE = 50
LONDON = ZoneInfo("Europe/London")
POLICY = system("policy").id
NOBODY_USED_IT = "nobody used it for a year"


def ask_for_role(
    db: Engine, actor: Actor, role: str, organisation: str, reason: str, now: datetime
) -> RoleRequest:
    """Ask for a role; it is granted at once where policy says so, else it waits. The same again is the same request.

    Raises INVALID for what nobody can hold, or not there, CONFLICT where it is held already.
    """
    why = joining.reason_given(reason)
    joining.check_role(role, organisation)
    with db.begin() as tx:
        account = _account(tx, actor, now)
        if not store.organisations.is_open(tx, organisation, day(now)):
            raise joining.no_such_organisation()
        _must_fit(tx, role, organisation, now)
        if any((one.role, one.organisation) == (role, organisation) for one in account.held):
            raise joining.already_held()
        if same := store.joining.waiting_request(tx, account.id, role, organisation):
            return same
        request = _asked(account, role, organisation, why, now)
        store.joining.add_request(tx, request)
        store.audit.note(tx, actor.id, "role-asked", request.id, role=role, organisation=organisation)
        if roles.ROLES[role].automatic and roles.is_listed(account.email):
            return _approve(tx, request, POLICY, "an address of a listed domain", now)
        outbox.put(tx, outbox.announcement(messages.role_requested(request), request.id, actor.id))
        return _held_request(tx, request.id)


def withdraw_request(db: Engine, actor: Actor, request_id: str, now: datetime) -> RoleRequest:
    """Take back one's own request; one that was decided stays as it is."""
    with db.begin() as tx:
        request = _held_request(tx, request_id)
        if request.account_id != actor.id:
            raise joining.no_such_request()
        if request.state == joining.WAITING:
            store.joining.settle_request(tx, request.id, joining.WITHDRAWN, actor.id, "", now)
        return _held_request(tx, request.id)


def list_requests(db: Engine, actor: Actor, now: datetime, request_id: str = "") -> list[RoleRequest]:
    """Requests that wait for the actor to decide, oldest first; the one with an id alone, where there is one. Raises NOT_FOUND for
    what is no id."""
    named = _id(request_id, joining.no_such_request()) if request_id else None
    with db.begin() as tx:
        mine = _account(tx, actor, now).held
        places = _reached(tx, actor, Permission.DECIDE, now)
        found = store.joining.requests_waiting(tx, places, joining.beyond(mine), actor.id, MOST, named)
        above = {code: _operators(tx, code, now) for code in {one.organisation for one in found}}
        seen = [
            one
            for one in found
            if joining.may_decide(one.role, one.organisation, mine, above[one.organisation])
        ]
        store.audit.note(tx, actor.id, "role-requests-listed", named or "", found=len(seen))
        return seen


def decide_request(
    db: Engine, actor: Actor, request_id: str, approve: bool, reason: str, now: datetime
) -> RoleRequest:
    """Grant what was asked for, or refuse it with a reason. One that was decided stays as it was decided.

    Raises NOT_FOUND for a request that is not the actor's to decide, FORBIDDEN for their own.
    """
    why = joining.reason_given(reason, wanted=not approve)
    with db.begin() as tx:
        request = _held_request(tx, request_id)
        _must_decide(tx, actor, request.role, request.organisation, now, joining.no_such_request())
        if request.account_id == actor.id:
            raise joining.not_oneself()
        if request.state != joining.WAITING:
            return request
        if approve:
            return _approve(tx, request, actor.id, why, now)
        store.joining.settle_request(tx, request.id, joining.REFUSED, actor.id, why, now)
        store.audit.note(tx, actor.id, "role-refused", request.id, role=request.role)
        return _told(tx, request.id, actor.id)


def colleagues(
    db: Engine,
    actor: Actor,
    organisation: str,
    now: datetime,
    after: str = "",
    search: str = "",
    grant_id: str = "",
) -> tuple[tuple[Account, ...], str]:
    """A page of those who hold a role at an organisation, by name, and the next cursor (empty at the end), for whoever administers it
    or supports everybody. `search` is what stands somewhere in a name or an address; with `grant_id`, who holds that role alone."""
    begins, sought = accounts.cursor(after), accounts.comparable(search)
    grant = _id(grant_id, joining.no_such_grant()) if grant_id else None
    with db.begin() as tx:
        places = _reached(tx, actor, Permission.READ_ACCOUNTS, now)
        if places is not None and organisation not in places:
            raise _not_yours()
        found = store.accounts.at(tx, organisation, now, begins, PAGE + 1, sought, grant)
        page = found[:PAGE]
        store.audit.note(tx, actor.id, "colleagues-listed", organisation, found=len(page))
    return page, page[-1].id if len(found) > PAGE else ""


def follow_up_staff(
    db: Engine, actor: Actor, organisation: str, now: datetime
) -> tuple[tuple[str, str], ...]:
    """Everybody who follows up the events of an organisation, each id and name, by name, for those who do so as well: those whose
    role there, or at an organisation that operates it, lets them."""
    with db.begin() as tx:
        places = _reached(tx, actor, Permission.READ_STAFF, now)
        if places is not None and organisation not in places:
            raise _no_staff_of_yours()
        there = {organisation, *_operators(tx, organisation, now)}
        follow = [one.name for one in roles.ROLES.values() if Permission.READ_STAFF in one.permissions]
        found = store.accounts.holders(tx, there, follow, now)
        store.audit.note(tx, actor.id, "follow-up-staff-listed", organisation, found=len(found))
        return found


def _no_staff_of_yours() -> Problem:
    return forbidden("not-permitted", "You do not follow up the events of this organisation.")


def end_role(db: Engine, actor: Actor, grant_id: str, reason: str, now: datetime) -> None:
    """Give up one's own role, or end a colleague's with a reason. It no longer counts anywhere within a second.

    Raises NOT_FOUND for a role that is not the actor's to end, CONFLICT for the last administrator's.
    """
    with db.begin() as tx:
        held = store.accounts.grant_named(tx, _id(grant_id, joining.no_such_grant()), now)
        if held is None:
            raise joining.no_such_grant()
        store.accounts.hold(tx, held.account_id, now)
        own = held.account_id == actor.id
        why = joining.reason_given(reason, wanted=not own)
        if not own:
            _must_decide(tx, actor, held.role, held.organisation, now, joining.no_such_grant())
        others = store.accounts.others_with(tx, held.role, held.organisation, held.account_id, now)
        joining.must_not_be_last(held.role, others, by_national=not own and _is_national(actor))
        if store.accounts.grant_named(tx, held.grant_id, now):
            take(tx, held, actor.id, why or "left", now)


# ---- invitations ---------------------------------------------------------------------------------------------


def invite(
    db: Engine, sealer: Sealer, actor: Actor, email: str, role: str, organisation: str, now: datetime
) -> Invitation:
    """Offer a role to an address; a code goes there. Inviting again sends a new code, and the old one is void; the same a moment ago
    is the same invitation."""
    address = accounts.address(email)
    joining.check_role(role, organisation)
    code = joining.new_code()
    made = Invitation(
        str(uuid_utils.uuid7()), address, role, organisation, actor.id, now, now + joining.INVITATION_LASTS
    )
    with db.begin() as tx:
        if not store.organisations.is_open(tx, organisation, day(now)):
            raise joining.no_such_organisation()
        _must_decide(tx, actor, role, organisation, now, _not_yours())
        _must_fit(tx, role, organisation, now)
        store.joining.hold_address(tx, address)
        if same := _invited_lately(tx, made):
            return same
        store.joining.add_invitation(tx, made, joining.code_hash(made.id, code))
        told = messages.verification_requested(made.id, joining.INVITE, sealer, address, code, made)
        outbox.put(tx, outbox.announcement(told, made.id, actor.id))
        store.audit.note(tx, actor.id, "invited", made.id, role=role, organisation=organisation)
    return made


def _invited_lately(tx: Connection, made: Invitation) -> Invitation | None:
    """The open invitation that whoever presses twice made by pressing once."""
    wanted, since = _offer(made), made.invited_at - joining.BETWEEN_CODES
    waiting = store.joining.open_invitations(tx, made.email, made.invited_at)
    return next((one for one, _ in waiting if _offer(one) == wanted and one.invited_at > since), None)


def _offer(invitation: Invitation) -> tuple[str, str, str]:
    return invitation.invited_by, invitation.role, invitation.organisation


def list_invitations(db: Engine, actor: Actor, organisation: str, now: datetime) -> list[Invitation]:
    with db.begin() as tx:
        places = _reached(tx, actor, Permission.DECIDE, now)
        if places is not None and organisation not in places:
            raise _not_yours()
        found = store.joining.invitations_at(tx, organisation, MOST)
        store.audit.note(tx, actor.id, "invitations-listed", organisation, found=len(found))
        return found


def revoke_invitation(db: Engine, actor: Actor, invitation_id: str, now: datetime) -> Invitation:
    """Take an invitation back; one that was accepted stays so."""
    with db.begin() as tx:
        found = store.joining.hold_invitation(tx, _id(invitation_id, joining.no_such_invitation()))
        if found is None:
            raise joining.no_such_invitation()
        _must_decide(tx, actor, found.role, found.organisation, now, joining.no_such_invitation())
        if found.accepted_at is None and found.revoked_at is None:
            store.joining.revoke_invitation(tx, found.id, now)
            store.audit.note(tx, actor.id, "invitation-revoked", found.id)
            return replace(found, revoked_at=now)
        return found


# ---- roles that nobody uses ----------------------------------------------------------------------------------


def warn_of_dormant_roles(tx: Connection) -> bool:
    """Tell people of roles that will end because nobody uses them; whether there may be more."""
    now = datetime.now(UTC)
    found = store.accounts.unused(tx, now - joining.DORMANT + joining.WARNED_BEFORE, None, EXPIRING_AT_ONCE)
    for held in found:
        store.accounts.note_warning(tx, held.grant_id, now)
        told = messages.role_expiring(held, now + joining.WARNED_BEFORE)
        outbox.put(tx, outbox.announcement(told, held.account_id, POLICY))
    return len(found) == EXPIRING_AT_ONCE


def end_dormant_roles(tx: Connection) -> bool:
    """End roles that nobody has used for a year, and whose holders were warned; whether there may be more.

    The last administrator of an organisation keeps the role: somebody must be able to let others in.
    """
    now = datetime.now(UTC)
    found = store.accounts.unused(tx, now - joining.DORMANT, now - joining.WARNED_BEFORE, EXPIRING_AT_ONCE)
    for held in found:
        if held.role == roles.ORG_ADMIN and not store.accounts.others_with(
            tx, held.role, held.organisation, held.account_id, now
        ):
            store.accounts.note_warning(tx, held.grant_id, now)
            continue
        take(tx, held, POLICY, NOBODY_USED_IT, now)
    return len(found) == EXPIRING_AT_ONCE


# ---- how a role is given and taken ---------------------------------------------------------------------------


def give(tx: Connection, account_id: str, held: Held, approver: str, reason: str, now: datetime) -> None:
    """Grant a role and announce it; one that is held already stays as it is."""
    account = store.accounts.hold(tx, account_id, now)
    if account is None:
        raise joining.no_such_account()
    if any((one.role, one.organisation) == (held.role, held.organisation) for one in account.held):
        return
    _must_fit(tx, held.role, held.organisation, now)
    store.accounts.add_grant(tx, str(uuid_utils.uuid7()), account_id, held, now, approver, reason)
    store.audit.note(tx, approver, "role-granted", account_id, role=held.role, organisation=held.organisation)
    announce_grant(tx, account_id, held, approver, ended=False)


def take(tx: Connection, held: Held, by: str, reason: str, now: datetime) -> None:
    """End a role and announce it."""
    store.accounts.end_grant(tx, held.grant_id, by, reason, now)
    store.audit.note(tx, by, "role-ended", held.account_id, role=held.role, organisation=held.organisation)
    announce_grant(tx, held.account_id, held, by, ended=True)


def announce_grant(tx: Connection, account_id: str, held: Held, by: str, ended: bool) -> None:
    """Tell whoever keeps grants, and whoever keeps an actor of the account."""
    told = messages.grant_changed(account_id, held, ended, store.accounts.next_change(tx))
    outbox.put(tx, outbox.announcement(told, account_id, by))
    store.sessions.roles_changed(tx, account_id)


def _approve(tx: Connection, request: RoleRequest, by: str, reason: str, now: datetime) -> RoleRequest:
    store.joining.settle_request(tx, request.id, joining.APPROVED, by, reason, now)
    give(tx, request.account_id, Held(request.role, request.organisation), by, request.reason, now)
    return _told(tx, request.id, by)


def _told(tx: Connection, request_id: str, by: str) -> RoleRequest:
    """The request as it was decided, of which its sender is told."""
    request = _held_request(tx, request_id)
    outbox.put(tx, outbox.announcement(messages.role_decided(request), request.id, by))
    return request


def _asked(account: Account, role: str, organisation: str, reason: str, now: datetime) -> RoleRequest:
    made = str(uuid_utils.uuid7())
    return RoleRequest(
        made, account.id, account.name, account.email, role, organisation, "", reason, joining.WAITING, now
    )


def may_grant(tx: Connection, decider: Account, role: str, organisation: str, now: datetime) -> bool:
    """Whether somebody holds now what may grant this role there."""
    return joining.may_decide(role, organisation, decider.held, _operators(tx, organisation, now))


# ---- who may ----------------------------------------------------------------------------------------------------


def _must_decide(
    tx: Connection, actor: Actor, role: str, organisation: str, now: datetime, otherwise: Problem
) -> None:
    """Raise `otherwise` unless the actor holds, now and not only when they signed in, what may grant this role there."""
    if not may_grant(tx, _account(tx, actor, now), role, organisation, now):
        raise otherwise


def _must_fit(tx: Connection, role: str, organisation: str, now: datetime) -> None:
    """Raise INVALID unless the role can be held at this kind of organisation."""
    found = store.directory.named(tx, [organisation]).get(organisation)
    joining.must_fit(role, ods.kind(found.roles_on(day(now))).name if found else "")


def _account(tx: Connection, actor: Actor, now: datetime) -> Account:
    """The actor's own account. Only people have one."""
    found = store.accounts.find(tx, actor.id, now) if actor.kind == "person" else None
    if found is None:
        raise forbidden("not-a-person", "Only people do this. Sign in with your account.")
    return found


def _reached(tx: Connection, actor: Actor, permission: str, now: datetime) -> frozenset[str] | None:
    """The organisations at which the actor holds a permission, with what they operate; None for everywhere."""
    grants = actor.grants_with(permission)
    if any(one.reach is Reach.NATIONAL for one in grants):
        return None
    return store.organisations.operated(tx, [one.organisation for one in grants], day(now))


def _is_national(actor: Actor) -> bool:
    return any(one.reach is Reach.NATIONAL for one in actor.grants_with(Permission.DECIDE))


def _operators(tx: Connection, organisation: str, now: datetime) -> frozenset[str]:
    return store.organisations.operators(tx, organisation, day(now))


def _held_request(tx: Connection, request_id: str) -> RoleRequest:
    found = store.joining.hold_request(tx, _id(request_id, joining.no_such_request()))
    if found is None:
        raise joining.no_such_request()
    return found


def _id(written: str, otherwise: Problem) -> str:
    try:
        return str(UUID(written))
    except ValueError:
        raise otherwise from None


def _not_yours() -> Problem:
    return forbidden("not-permitted", "You do not administer this organisation.")


def day(now: datetime) -> date:
    """The day in London, by which organisations open, close and belong."""
    return now.astimezone(LONDON).date()
