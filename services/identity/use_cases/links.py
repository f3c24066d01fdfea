"""That an outside account signs in to one here: made once it is proven whose it is, seen and removed by its owner."""

from __future__ import annotations

from datetime import datetime

import uuid_utils
from sqlalchemy import Connection, Engine

from chassis.actors import Actor
from services.identity import store
from services.identity.domain import accounts, outside, second_factors
from services.identity.domain.outside import Link, Person
from services.identity.use_cases.accounts import held_account, known_password, tell_owner


def connect(tx: Connection, account_id: str, provider: str, person: Person, now: datetime) -> None:
    """Whoever the provider calls so signs in to this account from now on, and its owner is told. Twice changes nothing.

    Raises CONFLICT `outside-linked` where it is another account's.
    """
    if len(store.outside.links_of(tx, account_id)) >= outside.MOST_LINKS:
        raise outside.too_many_links()
    there = store.outside.add_link(tx, str(uuid_utils.uuid7()), account_id, provider, person, now)
    if there and there.account_id != account_id:
        raise outside.linked_elsewhere()
    if not there:
        _tell(tx, account_id, "outside-sign-in-added", account_id, provider, now)


def connect_waiting(tx: Connection, session_id: str, account_id: str, now: datetime) -> None:
    """The half session was completed: whoever waited for it has proven whose the account is."""
    found = store.outside.waiting_for(tx, session_id, now)
    if found:
        connect(tx, account_id, found.provider, found.person, now)
        store.outside.end(tx, found.id, now)


def remove_outside_link(
    db: Engine, actor: Actor, session_token: str, link_id: str, password: str, now: datetime
) -> list[Link]:
    """What is left; other sessions end. Raises INVALID `password-wrong` or `no-password`, NOT_FOUND.

    It takes the password, so whoever has none here cannot lose their last way in.
    """
    named, mine = accounts.id_of(link_id), accounts.digest(session_token)
    known_password(db, actor, password, now)
    with db.begin() as tx:
        account = held_account(tx, actor.id, now)
        strength = store.sessions.strength_of(tx, mine, account.id)
        second_factors.must_be_strong(strength, bool(store.second_factors.of(tx, account.id)))
        gone = next((one for one in store.outside.links_of(tx, account.id) if one.id == named), None)
        if gone is None or not store.outside.remove_link(tx, account.id, gone.id):
            raise outside.no_such_link()
        store.sessions.end_sessions(tx, account.id, now, but=mine)
        _tell(tx, account.id, "outside-sign-in-removed", actor.id, gone.provider, now)
        return store.outside.links_of(tx, account.id)


def remove_outside_links(tx: Connection, account_id: str, now: datetime) -> None:
    """Nobody signs in to the account from elsewhere any more, and its owner is told."""
    for one in store.outside.links_of(tx, account_id):
        if store.outside.remove_link(tx, account_id, one.id):
            _tell(tx, account_id, "outside-sign-in-removed", account_id, one.provider, now)


def _tell(tx: Connection, account_id: str, change: str, by: str, provider: str, now: datetime) -> None:
    tell_owner(tx, account_id, change, by, now)
    store.audit.note(tx, by, change, account_id, provider=provider)
