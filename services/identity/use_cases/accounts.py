"""Accounts: one's own, and all of them for support staff."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import uuid_utils
from sqlalchemy import Connection, Engine

from chassis import outbox
from chassis.actors import Actor
from services.identity import messages, store
from services.identity.domain import accounts, joining
from services.identity.domain.accounts import PAGE, Account, OpenSession
from services.identity.domain.joining import RoleRequest
from services.identity.domain.outside import Link
from services.identity.domain.roles import Permission
from services.identity.use_cases import passwords
from services.identity.use_cases.granting import announce_grant
from services.identity.use_cases.sessions import count_try, forget_tries

EVERYWHERE = ""
_MOST_REQUESTS = 50


@dataclass(frozen=True)
class OwnAccount:
    """What somebody sees of their own account."""

    account: Account
    requests: list[RoleRequest]
    sessions: list[OpenSession]
    links: list[Link]
    has_password: bool


def list_accounts(
    db: Engine, actor: Actor, after: str, now: datetime, search: str = ""
) -> tuple[tuple[Account, ...], str]:
    """A page of accounts, oldest first, and the next cursor (empty at the end); needs a national grant. `search` is what stands
    somewhere in a name or an address; whom it looked for is not noted, whom it found is counted. An id in place of that is
    one account, and noted."""
    actor.must(Permission.READ_ACCOUNTS, EVERYWHERE)
    with db.begin() as tx:
        if named := accounts.id_of(search):
            one = store.accounts.find(tx, named, now)
            store.audit.note(tx, actor.id, "accounts-listed", named, found=1 if one else 0)
            return ((one,) if one else ()), ""
        found = store.accounts.after(tx, accounts.cursor(after), PAGE + 1, now, accounts.comparable(search))
        page = found[:PAGE]
        store.audit.note(tx, actor.id, "accounts-listed", after, found=len(page))
    return page, page[-1].id if len(found) > PAGE else ""


def own_account(db: Engine, actor: Actor, session_token: str, now: datetime) -> OwnAccount:
    """The actor's own account, what they have asked for, and where they are signed in."""
    mine = accounts.digest(session_token)
    with db.begin() as tx:
        account = own(tx, actor.id, now)
        return OwnAccount(
            account,
            store.joining.requests_of(tx, account.id, _MOST_REQUESTS),
            store.sessions.open_sessions(tx, account.id, mine, now, now - accounts.IDLE),
            store.outside.links_of(tx, account.id),
            bool(store.accounts.password_of(tx, account.id)),
        )


def change_password(
    db: Engine, actor: Actor, session_token: str, current: str, password: str, now: datetime
) -> None:
    """Take a new password; every other session ends, and remembered devices are asked for the second factor again.

    Raises INVALID `password-wrong`, `no-password` or `password-weak`, THROTTLED.
    """
    with db.begin() as tx:
        account = own(tx, actor.id, now)
    passwords.must_be_strong(password, account.email, account.name)
    kept = known_password(db, actor, current, now, "current")
    changed = passwords.protect(password)
    with db.begin() as tx:
        held_account(tx, account.id, now)
        if store.accounts.password_of(tx, account.id) != kept:
            raise joining.wrong_password(
                "current"
            )  # another came meanwhile: nobody's is undone by one that is old
        store.accounts.change_password(tx, account.id, changed)
        ended = store.sessions.end_sessions(tx, account.id, now, but=accounts.digest(session_token))
        store.devices.end(tx, account.id, now)
        tell_owner(tx, account.id, "password-changed", actor.id, now)
        store.audit.note(tx, actor.id, "password-changed", account.id, sessions_ended=ended)


def known_password(db: Engine, actor: Actor, typed: str, now: datetime, path: str = "password") -> str:
    """Whoever changes what guards an account types its password again; its hash.

    Raises INVALID `password-wrong`, or `no-password` where there is none to type, THROTTLED.
    """
    who = f"change:{actor.id}"
    with db.begin() as tx:
        account = own(tx, actor.id, now)
        kept = store.accounts.password_of(tx, account.id)
        if not kept:
            raise joining.no_password(path)
        count_try(tx, who, now)
    if not passwords.matches(typed, kept):
        raise joining.wrong_password(path)
    with db.begin() as tx:
        forget_tries(tx, who, now)
    return kept


def tell_owner(tx: Connection, account_id: str, change: str, by: str, now: datetime) -> None:
    """Let the owner of an account know what became of what guards it, by letter."""
    told = messages.account_changed(str(uuid_utils.uuid7()), account_id, change, now)
    outbox.put(tx, outbox.announcement(told, account_id, by))


def end_session(db: Engine, actor: Actor, session_id: str, now: datetime) -> None:
    """End one of the actor's own sessions. One that is not theirs, or ended, is no news to anybody."""
    if (named := accounts.id_of(session_id)) is None:
        return
    with db.begin() as tx:
        if store.sessions.end_named(tx, named, actor.id, now):
            store.audit.note(tx, actor.id, "session-ended", named)


def suspend_account(db: Engine, actor: Actor, account_id: str, reason: str, now: datetime) -> Account:
    """From now on nobody signs in to the account, its sessions are over, and it is told nothing. Twice changes nothing."""
    actor.must(Permission.SUSPEND, EVERYWHERE)
    why = joining.reason_given(reason)
    if account_id == actor.id:
        raise joining.not_oneself()
    with db.begin() as tx:
        account = held_account(tx, account_id, now)
        if not account.suspended:
            store.accounts.suspend(tx, account.id, why, now)
            store.sessions.end_sessions(tx, account.id, now)
            _announce_all(tx, actor, account, ended=True)
            store.audit.note(tx, actor.id, "account-suspended", account.id)
        return own(tx, account.id, now)


def resume_account(db: Engine, actor: Actor, account_id: str, now: datetime) -> Account:
    """The account may be used again, with the roles it held. Twice changes nothing."""
    actor.must(Permission.SUSPEND, EVERYWHERE)
    with db.begin() as tx:
        account = held_account(tx, account_id, now)
        if account.suspended:
            store.accounts.suspend(tx, account.id, "", None)
            _announce_all(tx, actor, account, ended=False)
            store.audit.note(tx, actor.id, "account-resumed", account.id)
        return own(tx, account.id, now)


def _announce_all(tx: Connection, actor: Actor, account: Account, ended: bool) -> None:
    for held in account.held:
        announce_grant(tx, account.id, held, actor.id, ended)


def held_account(tx: Connection, account_id: str, now: datetime) -> Account:
    """An open account, which nobody else changes until `tx` ends; raises NOT_FOUND."""
    named = accounts.id_of(account_id)
    found = store.accounts.hold(tx, named, now) if named else None
    if found is None:
        raise joining.no_such_account()
    return found


def own(tx: Connection, account_id: str, now: datetime) -> Account:
    """An open account; raises NOT_FOUND."""
    named = accounts.id_of(account_id)
    found = store.accounts.find(tx, named, now) if named else None
    if found is None:
        raise joining.no_such_account()
    return found
