"""Signing in and out, and who a session is."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import uuid_utils
from sqlalchemy import Connection, Engine

from chassis.actors import Actor, Signer
from chassis.problems import forbidden, unauthenticated
from chassis.tries import Tries, tried_again
from services.identity import store
from services.identity.domain import accounts, roles, second_factors
from services.identity.domain.accounts import Account, NewDevice, Session
from services.identity.domain.second_factors import First, Strength
from services.identity.store.devices import KnownDevice
from services.identity.use_cases import passwords, slowing
from services.identity.use_cases.signing import Signed, sign

_KEEP_TRIES = timedelta(days=1)
_KEEP_SESSIONS = timedelta(days=7)
_NOBODY = "anonymous"


@dataclass(frozen=True)
class OnDevice:
    """Where somebody signs in: the token it was given before, what it is called, and whether it shall be trusted."""

    token: str = field(default="", repr=False)
    label: str = ""
    remember: bool = False
    place: bytes = b""  # keyed hash of the network address; empty: not told


SOMEWHERE = OnDevice()


def sign_in(db: Engine, email: str, password: str, now: datetime, device: OnDevice = SOMEWHERE) -> Session:
    """A session for the account with this address and password; half a one where its second factor is wanted.

    Raises UNAUTHENTICATED `sign-in-failed`, the same after the same work whatever was wrong, and THROTTLED
    `too-many-tries`. The try is counted in a transaction of its own, before the password is looked at:
    guesses made at once must not all pass as the first, and no connection waits while a password is checked.
    """
    typed = accounts.comparable(email)
    with db.begin() as tx:
        known = _known(tx, typed, device, now)
        who = f"device:{known.id}" if known else typed
        slowing.count_sign_in(tx, typed, device.place, now, known.id if known else "")
        found = store.sessions.facts(tx, typed)
    right = passwords.matches(password, found.password_hash if found else None)
    with db.begin() as tx:
        if found and right and _still_so(tx, found, now):
            forget_tries(tx, who, now)
            return _begun(tx, found.account_id, known, device, now)
        store.audit.note(tx, _NOBODY, "sign-in-failed", found.account_id if found else "unknown")
    if found and right and found.suspended:
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
    actor = _person(account, session.strength)
    return sign(signer, actor, seconds, store.watching.session_watch_id(session.id))


# ---- what completing a sign-in needs too ---------------------------------------------------------------------


def count_try(tx: Connection, who: str, now: datetime) -> Tries:
    """One more try of `who` (an address, or what stands for one); raises THROTTLED."""
    mark = accounts.digest(who)
    tries = tried_again(store.sessions.lock_tries(tx, mark, now), now)
    store.sessions.save_tries(tx, mark, tries)
    return tries


def forget_tries(tx: Connection, who: str, now: datetime) -> None:
    store.sessions.forget_tries(tx, accounts.digest(who), now - _KEEP_TRIES)


def open_session(
    tx: Connection, account: Account, strength: Strength, device: OnDevice, now: datetime
) -> Session:
    """A session of an account; on a device that has a name and is not known yet, what it will be known by."""
    session = Session(
        str(uuid_utils.uuid7()),
        secrets.token_urlsafe(32),
        now + accounts.SESSION,
        strength,
        second_missing=strength == Strength.PASSWORD and second_factors.needs_second(account.held),
        device=_make_known(tx, account, strength, device, now),
    )
    store.sessions.add_session(tx, session, accounts.digest(session.token), account.id, now)
    store.sessions.forget_sessions(tx, account.id, now - _KEEP_SESSIONS)
    store.audit.note(tx, account.id, "signed-in", session.id, strength=strength)
    slowing.signed_in(tx, account.id, device.place, now)
    return session


def begin_with(tx: Connection, account: Account, device: OnDevice, now: datetime, strong: bool) -> Session:
    """A session of somebody whom another provider let in; where that was not `strong`, half a one if a second factor is wanted."""
    known = _known(tx, account.email, device, now)
    if strong:
        return open_session(tx, account, Strength.SECOND, replace(device, label="") if known else device, now)
    return _begun(tx, account.id, known, device, now, First.OUTSIDE)


def half_session(
    tx: Connection, account: Account, kinds: tuple[str, ...], now: datetime, proof: First
) -> Session:
    """What the second factor makes whole; `proof` is what was right so far."""
    ends = now + second_factors.HALF_SESSION
    factors = (*kinds, "recovery") if store.second_factors.recovery_codes_left(tx, account.id) else kinds
    session = Session(
        str(uuid_utils.uuid7()), secrets.token_urlsafe(32), ends, Strength.HALF, factors=factors
    )
    store.sessions.add_session(tx, session, accounts.digest(session.token), account.id, now, proof)
    store.audit.note(tx, account.id, proof, session.id)
    return session


def _still_so(tx: Connection, found: store.sessions.SignInFacts, now: datetime) -> bool:
    """Whether what was checked is what the account has now: no new password and no suspension came meanwhile, nor comes before `tx` ends."""
    account = store.accounts.hold(tx, found.account_id, now)
    unchanged = (
        account is not None and store.accounts.password_of(tx, found.account_id) == found.password_hash
    )
    return unchanged and account is not None and not account.suspended


# ---- how -----------------------------------------------------------------------------------------------------


def _known(tx: Connection, typed: str, device: OnDevice, now: datetime) -> KnownDevice | None:
    if not device.token:
        return None
    mark = accounts.digest(device.token)
    return store.devices.known(tx, typed, mark, now - second_factors.KNOWN, now)


def _begun(
    tx: Connection,
    account_id: str,
    known: KnownDevice | None,
    device: OnDevice,
    now: datetime,
    proof: First = First.PASSWORD,
) -> Session:
    """The first proof was right: a session, or half a one."""
    account = store.accounts.find(tx, account_id, now)
    assert account is not None
    kinds = store.second_factors.kinds_of(tx, account_id)
    trusted = known is not None and known.trusted and second_factors.may_be_remembered(account.held)
    if kinds and not trusted:
        return half_session(tx, account, kinds, now, proof)
    strength = Strength.SECOND if kinds else Strength.PASSWORD
    return open_session(tx, account, strength, replace(device, label="") if known else device, now)


def _make_known(
    tx: Connection, account: Account, strength: Strength, device: OnDevice, now: datetime
) -> NewDevice | None:
    if not device.label:
        return None
    trust = device.remember and strength == Strength.SECOND and second_factors.may_be_remembered(account.held)
    made = NewDevice(secrets.token_urlsafe(32), now + second_factors.KNOWN)
    until = now + second_factors.REMEMBERED if trust else None
    label = second_factors.label_of(device.label, "")
    store.devices.add(tx, str(uuid_utils.uuid7()), account.id, accounts.digest(made.token), label, until, now)
    return made


def _person(account: Account, strength: str) -> Actor:
    """Their own organisation is where they got their first role."""
    home = account.held[0].organisation if account.held else ""
    held = second_factors.counting(account, strength)
    return Actor(account.id, "person", home, roles.grants(held), account.name)
