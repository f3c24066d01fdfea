"""Signing in and out, and who a session is."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

import uuid_utils
from sqlalchemy import Connection, Engine

from chassis.actors import Actor, Signer
from chassis.problems import forbidden, unauthenticated
from services.identity import store
from services.identity.domain import accounts, roles
from services.identity.domain.accounts import Session
from services.identity.use_cases import passwords, slowing
from services.identity.use_cases.signing import Signed, sign

_KEEP_TRIES = timedelta(days=1)
_KEEP_SESSIONS = timedelta(days=7)
_NOBODY = "anonymous"


def sign_in(db: Engine, email: str, password: str, now: datetime, place: bytes = b"") -> Session:
    """A session for the account with this address and password. `place` is a keyed hash of where this comes from.

    Raises UNAUTHENTICATED `sign-in-failed`, the same after the same work whatever was wrong, and THROTTLED
    `too-many-tries`. The try is counted in a transaction of its own, before the password is looked at:
    guesses made at once must not all pass as the first, and no connection waits while a password is checked.
    """
    typed = accounts.comparable(email)
    with db.begin() as tx:
        slowing.count_sign_in(tx, typed, place, now)
        found = store.sessions.facts(tx, typed)
    right = passwords.matches(password, found.password_hash if found else None)
    with db.begin() as tx:
        if found and right and not found.suspended:
            session = _open_session(tx, typed, found.account_id, now)
            slowing.signed_in(tx, found.account_id, place, now)
            return session
        store.audit.note(tx, _NOBODY, "sign-in-failed", found.account_id if found else "unknown")
    if found and right:
        raise forbidden("account-suspended", "This account is suspended. Ask the support team.")
    raise unauthenticated("sign-in-failed", "The email address or the password is wrong.")


def sign_out(db: Engine, token: str, now: datetime) -> None:
    """End a session everywhere. Twice does no harm, and one we never knew gets the same answer."""
    with db.begin() as tx:
        ended = store.sessions.end_session(tx, accounts.digest(token), now)
        if ended:
            session_id, account_id = ended
            store.audit.note(tx, account_id, "signed-out", session_id)


def actor_for_session(db: Engine, signer: Signer, token: str, now: datetime) -> Signed:
    """Whose session this token is; raises UNAUTHENTICATED `session-ended`. Not audited: asked too often."""
    with db.begin() as tx:
        session = store.sessions.seen_session(tx, accounts.digest(token), now, now - accounts.IDLE)
    if session is None:
        raise unauthenticated("session-ended", "Your session has ended. Sign in again.")
    account = session.account
    seconds = accounts.actor_seconds(now, session.expires_at, *(held.ends_at for held in account.held))
    return sign(signer, _person(account), seconds, store.watching.session_watch_id(session.id))


def _open_session(tx: Connection, typed: str, account_id: str, now: datetime) -> Session:
    session = Session(str(uuid_utils.uuid7()), secrets.token_urlsafe(32), now + accounts.SESSION)
    store.sessions.add_session(tx, session, accounts.digest(session.token), account_id, now)
    store.sessions.forget_tries(tx, accounts.digest(typed), now - _KEEP_TRIES)
    store.sessions.forget_sessions(tx, account_id, now - _KEEP_SESSIONS)
    store.audit.note(tx, account_id, "signed-in", session.id)
    return session


def _person(account: accounts.Account) -> Actor:
    """Their own organisation is where they got their first role."""
    home = account.held[0].organisation if account.held else ""
    return Actor(account.id, "person", home, roles.grants(account.held), account.name)
