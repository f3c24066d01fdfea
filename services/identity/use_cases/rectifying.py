"""Putting right what an account is known by: its name at once; its address once the new one and the password have confirmed it.

Whoever only says that they lost the old address gets nowhere, and nor does a member of the support team alone: the code goes to the
new address, the password is the owner's, and the old address is told first.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine

from chassis import cases, outbox
from chassis.actors import Actor
from chassis.problems import Fault, conflict, invalid
from chassis.sealing import Sealer
from services.identity import messages, store
from services.identity.domain import accounts, joining
from services.identity.domain.accounts import Account
from services.identity.domain.roles import Permission
from services.identity.use_cases import passwords, slowing
from services.identity.use_cases.accounts import EVERYWHERE, held_account, known_password, own, tell_owner
from services.identity.use_cases.registering import send_code, taken_code
from services.identity.use_cases.sessions import count_try, forget_tries


def change_details(
    db: Engine, sealer: Sealer, actor: Actor, password: str, name: str, email: str, now: datetime
) -> Account:
    """Somebody's own. What stays is sent empty, or as it is. Raises INVALID `password-wrong`, or for a name or address that
    cannot be taken, THROTTLED."""
    called, address = _wanted(name, email)
    known_password(db, actor, password, now)
    return _put_right(db, sealer, actor, actor.id, called, address, "", now)


def rectify_account(
    db: Engine,
    sealer: Sealer,
    actor: Actor,
    account_id: str,
    name: str,
    email: str,
    case_number: str,
    now: datetime,
) -> Account:
    """Somebody else's, at their request. Raises INVALID for a name, address or case number that cannot be taken, FORBIDDEN for
    one's own account, NOT_FOUND."""
    actor.must(Permission.RECTIFY, EVERYWHERE)
    called, address = _wanted(name, email)
    case = cases.given(case_number)
    if account_id == actor.id:
        raise joining.not_oneself()
    return _put_right(db, sealer, actor, account_id, called, address, case, now)


def confirm_address(
    db: Engine, sealer: Sealer, email: str, code: str, password: str, now: datetime, place: bytes = b""
) -> Account:
    """The account has this address from now on, and the one before it leads nowhere.

    Raises INVALID `code-wrong` or `password-wrong`, CONFLICT where the address has an account by now, THROTTLED.
    """
    address = accounts.comparable(email)
    slowing.count_code(db, place, now)
    found = taken_code(db, joining.ADDRESS, address, code, now)
    who = f"change:{found.account_id}"
    with db.begin() as tx:
        kept = store.accounts.password_of(tx, own(tx, found.account_id, now).id)
        count_try(tx, who, now)
    if not passwords.matches(password, kept):
        raise joining.wrong_password()
    with db.begin() as tx:
        store.joining.hold_address(tx, address)
        account = held_account(tx, found.account_id, now)
        if store.accounts.find_by_address(tx, address, now):
            raise conflict("account-exists", "This address has an account already. Sign in.")
        store.joining.use_code(tx, found.id, now)
        slowing.code_was_right(tx, place, now)
        forget_tries(tx, who, now)
        changed = _change(tx, sealer, account.id, account.name, address, now)
        tell_owner(tx, account.id, "address-changed", account.id, now)
        store.audit.note(tx, account.id, "address-changed", account.id)
        return changed


def _wanted(name: str, email: str) -> tuple[str, str]:
    """A name and an address as they are kept, or nothing where they stay."""
    called = joining.name_of_person(name) if name else ""
    address = accounts.address(email) if email else ""
    if not called and not address:
        detail = "Say what is to be changed: a name, an address, or both."
        raise invalid("bad-request", detail, Fault("name", "bad-request", detail))
    return called, address


def _put_right(
    db: Engine, sealer: Sealer, actor: Actor, account_id: str, name: str, email: str, case: str, now: datetime
) -> Account:
    with db.begin() as tx:
        account = held_account(tx, account_id, now)
        if name and name != account.name:
            account = _change(tx, sealer, account.id, name, account.email, now)
            tell_owner(tx, account.id, "name-changed", actor.id, now)
            store.audit.note(tx, actor.id, "account-renamed", account.id, case=case)
        if email and email != account.email:
            _ask_address(tx, sealer, actor, account, email, case, now)
        return account


def _ask_address(
    tx: Connection, sealer: Sealer, actor: Actor, account: Account, email: str, case: str, now: datetime
) -> None:
    """A code for the new address; word to the old one. An address that has an account is told that it has one, and nobody else is."""
    taken = store.accounts.find_by_address(tx, email, now) is not None
    purpose = joining.KNOWN if taken else joining.ADDRESS
    send_code(tx, sealer, purpose, email, now, account_id="" if taken else account.id)
    tell_owner(tx, account.id, "address-asked", actor.id, now)
    store.audit.note(tx, actor.id, "address-change-asked", account.id, case=case)


def _change(tx: Connection, sealer: Sealer, account_id: str, name: str, email: str, now: datetime) -> Account:
    """Keep a name and an address, and let notifications know how the account is written to now."""
    store.accounts.rectify(tx, account_id, name, email)
    changed = own(tx, account_id, now)
    sealed = sealer.seal(email.encode(), messages.address_context(account_id))
    outbox.put(tx, outbox.announcement(messages.account_opened(changed, sealed), account_id, account_id))
    return changed
