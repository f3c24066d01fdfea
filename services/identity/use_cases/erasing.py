"""Closing an account for good and forgetting its owner. What they recorded stays, tied to nobody; the audit keeps the id alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import uuid_utils
from sqlalchemy import Connection, Engine

from chassis import outbox
from chassis.actors import Actor, Reach
from chassis.problems import invalid, unavailable
from services.identity import messages, store
from services.identity.domain import accounts, joining, roles
from services.identity.domain import erasing as rules
from services.identity.domain.accounts import Account
from services.identity.domain.erasing import ERASED, WITHDRAWN, AccountErasure, Listed, Place
from services.identity.domain.roles import Permission
from services.identity.use_cases.accounts import EVERYWHERE, held_account
from services.identity.use_cases.granting import take

USUAL, MOST = 50, 200  # erasures on a page


def ask_account_erasure(
    db: Engine, actor: Actor, account_id: str, ground: str, case_number: str, now: datetime
) -> AccountErasure:
    """Ask that an account be erased. Asked before, it is the same erasure.

    Raises INVALID for a ground that is not on the list, NOT_FOUND, CONFLICT for the last administrator of an organisation.
    """
    actor.must(Permission.ASK_ERASURE, EVERYWHERE)
    rules.must_be_grounded(ground, case_number)
    with db.begin() as tx:
        if earlier := _of(tx, account_id):
            return earlier
        account = held_account(tx, account_id, now)
        if earlier := _of(tx, account_id):
            return earlier
        _must_not_be_last(tx, account, now)
        made = AccountErasure(str(uuid_utils.uuid7()), account.id, ground, case_number.strip(), actor.id, now)
        store.erasing.add(tx, made)
        _note(tx, actor, "account-erasure-asked", made)
        return made


def confirm_account_erasure(db: Engine, actor: Actor, account_id: str, now: datetime) -> AccountErasure:
    """Erase the account, as somebody else than asked; once more, those that have not answered are told again.

    Raises FORBIDDEN `second-person-needed`, NOT_FOUND, CONFLICT for the last administrator of an organisation, UNAVAILABLE
    while something about it is still being told to others.
    """
    actor.must(Permission.ERASE, EVERYWHERE)
    with db.begin() as tx:
        held = _found(_of(tx, account_id, lock=True))
        rules.must_be_another(held, actor.id)
        if held.state != ERASED:
            _erase(tx, actor, held, now)
        elif held.waiting_for:
            _tell(tx, actor, held, ())
        return _found(_of(tx, account_id))


def _erase(tx: Connection, actor: Actor, asked: AccountErasure, now: datetime) -> None:
    account = held_account(tx, asked.account_id, now)
    _must_not_be_last(tx, account, now)
    if store.erasing.is_on_its_way(tx, account):
        raise unavailable("try-again", "This account is still being told of. Try again in a moment.")
    decided = replace(asked, state=ERASED, decided_by=actor.id, decided_at=now)
    for held in account.held:
        take(tx, held, actor.id, "", now)
    store.sessions.end_sessions(tx, account.id, now)
    codes = store.erasing.codes_of(tx, account)
    places = store.erasing.erase(tx, account, now)
    store.erasing.decide(tx, decided)
    store.erasing.keep_places(tx, decided.id, places)
    _note(tx, actor, "account-erased", decided)
    _tell(tx, actor, decided, codes)


def withdraw_account_erasure(db: Engine, actor: Actor, account_id: str, now: datetime) -> AccountErasure:
    """Take back what was asked for, as whoever may ask. CONFLICT once the account is erased; NOT_FOUND where nobody asked."""
    actor.must(Permission.ASK_ERASURE, EVERYWHERE)
    with db.begin() as tx:
        held = _found(_of(tx, account_id, lock=True))
        if held.state == ERASED:
            raise rules.too_late()
        taken = replace(held, state=WITHDRAWN, decided_by=actor.id, decided_at=now)
        store.erasing.decide(tx, taken)
        _note(tx, actor, "account-erasure-withdrawn", taken)
        return taken


def find_account_erasure(db: Engine, actor: Actor, account_id: str) -> AccountErasure:
    """The erasure of an account with what every place answered; NOT_FOUND."""
    actor.must(Permission.ASK_ERASURE, EVERYWHERE)
    with db.begin() as tx:
        found = _found(_of(tx, account_id))
        _note(tx, actor, "account-erasure-read", found)
        return found


def list_account_erasures(
    db: Engine, actor: Actor, cursor: str, limit: int, to_confirm: bool = False
) -> tuple[list[Listed], str]:
    """Erasures of accounts, newest first, and the cursor of the next page, "" at the end; only those that nobody has confirmed or
    withdrawn, with `to_confirm`. INVALID for a cursor that is none."""
    actor.must(Permission.ASK_ERASURE, EVERYWHERE)
    if cursor and not accounts.id_of(cursor):
        raise invalid("cursor-not-known", "Start again from the first page.")
    most = min(limit or USUAL, MOST)
    with db.begin() as tx:
        found = store.erasing.page(tx, cursor, most + 1, to_confirm)
        page = found[:most]
        names = store.accounts.names(tx, _named_in(page)) if _may_see_names(actor) else {}
        store.audit.note(tx, actor.id, "account-erasures-listed", "", found=len(page))
    listed = [Listed(one, names.get(one.account_id, ""), names.get(one.asked_by, "")) for one in page]
    return listed, page[-1].id if len(found) > most else ""


def keep_erased(tx: Connection, erasure_id: str, places: Sequence[Place]) -> None:
    """A service has told what it did with what it kept of somebody."""
    store.erasing.keep_places(tx, erasure_id, places)


def _must_not_be_last(tx: Connection, account: Account, now: datetime) -> None:
    for held in account.held:
        if held.role == roles.ORG_ADMIN:
            others = store.accounts.others_with(tx, held.role, held.organisation, account.id, now)
            joining.must_not_be_last(held.role, others, by_national=False)


def _named_in(page: Sequence[AccountErasure]) -> list[str]:
    return [who for one in page for who in (one.account_id, one.asked_by) if accounts.id_of(who)]


def _may_see_names(actor: Actor) -> bool:
    """Whoever may list accounts sees there what they are called."""
    national = [one for one in actor.grants if one.reach is Reach.NATIONAL]
    return any(Permission.READ_ACCOUNTS in one.permissions for one in national)


def _tell(tx: Connection, actor: Actor, erasure: AccountErasure, codes: Sequence[str]) -> None:
    told = messages.account_erased(erasure, codes)
    outbox.put(tx, outbox.announcement(told, erasure.account_id, actor.id))


def _of(tx: Connection, account_id: str, lock: bool = False) -> AccountErasure | None:
    named = accounts.id_of(account_id)
    return store.erasing.of_account(tx, named, lock) if named else None


def _found(erasure: AccountErasure | None) -> AccountErasure:
    if erasure is None:
        raise rules.no_such_erasure()
    return erasure


def _note(tx: Connection, actor: Actor, action: str, one: AccountErasure) -> None:
    store.audit.note(
        tx, actor.id, action, one.account_id, erasure=one.id, ground=one.ground, case=one.case_number
    )
