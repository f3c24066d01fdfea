"""Signing in with an outside provider: going there, coming back, and proving once whose account here it is.

An account is never entered because an address is the same: its password or a code sent to the address comes first, and its second
factor where it has one.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from secrets import compare_digest

import uuid_utils
from sqlalchemy import Connection, Engine

from chassis.problems import Problem, forbidden
from chassis.sealing import Sealer
from services.identity import store
from services.identity.domain import accounts, joining, outside
from services.identity.domain.accounts import Account, Session
from services.identity.domain.outside import CameBack, Leaving, Link, Person, Provider, Returned, Waiting
from services.identity.domain.second_factors import First, Strength
from services.identity.use_cases import slowing
from services.identity.use_cases.accounts import own
from services.identity.use_cases.links import connect
from services.identity.use_cases.providers import Providers
from services.identity.use_cases.registering import open_account, send_code, taken_code
from services.identity.use_cases.sessions import OnDevice, begin_with, half_session, open_session, sign_in

_DAY = timedelta(days=1)
_FORGOTTEN_AT_ONCE = 1000
_NOBODY = "anonymous"


@dataclass(frozen=True)
class OutsideProof:
    """What proves whose account it is: a code from a letter or the password; with a new account, a name."""

    code: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    name: str = field(default="", repr=False)


def begin_outside(db: Engine, providers: Providers, name: str, back: str, now: datetime) -> Leaving:
    """Raises NOT_FOUND `provider-not-found`, UNAVAILABLE `outside-away`. `back` is where the person goes on to afterwards."""
    provider = providers.named(name)
    where = providers.of(provider, now).published.authorization_endpoint
    secret, until = outside.new_secret(), now + outside.AWAY
    with db.begin() as tx:
        store.outside.begin(
            tx, str(uuid_utils.uuid7()), accounts.digest(secret), provider.name, back, now, until
        )
    here = outside.return_address(providers.public_url, provider.name)
    return Leaving(outside.address_to_go_to(provider, where, here, secret), secret, until)


def complete_outside(
    db: Engine,
    providers: Providers,
    sealer: Sealer,
    name: str,
    token: str,
    returned: Returned,
    device: OnDevice,
    now: datetime,
) -> CameBack:
    """Whoever came back is signed in, or waits to prove whose account it is. What a browser brings is taken once.

    Raises UNAUTHENTICATED `outside-ended`, `outside-cancelled`, `outside-refused` or `outside-not-verified`, UNAVAILABLE
    `outside-away`, FORBIDDEN `account-suspended` or `outside-no-address`. Nobody is asked anything inside a transaction.
    """
    provider = providers.named(name)
    id, back = _returning(db, provider, token, returned, now)
    try:
        outside.must_be_of(provider, providers.of(provider, now).published, returned)
        outside.must_have_come_back(provider, returned)
        person = providers.person(provider, returned.code, token, now)
    except Problem as problem:
        _note_failure(db, provider, problem)
        raise
    found = _let_in(db, provider, person, back, device, now)
    return found or _first_time(db, sealer, provider, id, back, person, device, now)


def send_outside_code(db: Engine, sealer: Sealer, token: str, now: datetime) -> None:
    """Another code, unless there was one a moment ago. Raises UNAUTHENTICATED `outside-ended`."""
    with db.begin() as tx:
        waiting = _waiting(tx, token, now)
        send_code(tx, sealer, joining.OUTSIDE, waiting.person.email, now)


def prove_outside(
    db: Engine, sealer: Sealer, token: str, proof: OutsideProof, device: OnDevice, now: datetime
) -> CameBack:
    """A session of the account that was proven, or of a new one; half a one where a second factor is wanted too.

    Raises UNAUTHENTICATED `outside-ended` or `sign-in-failed`, INVALID `code-wrong`, `name-not-valid` or `proof-missing`,
    THROTTLED, FORBIDDEN `account-suspended`, CONFLICT `outside-linked`.
    """
    with db.begin() as tx:
        waiting = _waiting(tx, token, now)
    if proof.password:
        asked_again = replace(device, token="")  # a device that is remembered proves nothing new
        session = sign_in(db, waiting.person.email, proof.password, now, asked_again)
        with db.begin() as tx:
            waiting = _waiting(tx, token, now)
            return CameBack(_settled(tx, waiting, session, now), waiting.back)
    if not proof.code:
        raise outside.proof_missing()
    name = "" if waiting.person.name else proof.name
    return _proven_by_code(db, sealer, token, proof.code, name, device, now)


def forget_outside(tx: Connection) -> bool:
    """Forget sign-ins that ran out a day ago; whether there may be more."""
    gone = store.outside.forget(tx, datetime.now(UTC) - _DAY, _FORGOTTEN_AT_ONCE)
    return gone == _FORGOTTEN_AT_ONCE


# ---- coming back -----------------------------------------------------------------------------------------------


def _returning(
    db: Engine, provider: Provider, token: str, returned: Returned, now: datetime
) -> tuple[str, str]:
    """The sign-in that this browser began; another's state never spends it."""
    if not token or not compare_digest(outside.state_of(token).encode(), returned.state.encode()):
        raise outside.ended()
    with db.begin() as tx:
        found = store.outside.come_back(tx, accounts.digest(token), provider.name, now)
    if found is None:
        raise outside.ended()
    return found


def _note_failure(db: Engine, provider: Provider, problem: Problem) -> None:
    with db.begin() as tx:
        store.audit.note(tx, _NOBODY, "outside-sign-in-failed", provider.name, why=problem.code)


def _let_in(
    db: Engine, provider: Provider, person: Person, back: str, device: OnDevice, now: datetime
) -> CameBack | None:
    """A session of the account that is linked; None where none is."""
    with db.begin() as tx:
        link = store.outside.find_link(tx, person)
        if link is None:
            return None
        account = own(tx, link.account_id, now)
        if not account.suspended:
            return CameBack(_entered(tx, provider, account, link, person, device, now), back)
        store.audit.note(tx, _NOBODY, "outside-sign-in-failed", account.id, why="account-suspended")
    raise _suspended()


def _entered(
    tx: Connection,
    provider: Provider,
    account: Account,
    link: Link,
    person: Person,
    device: OnDevice,
    now: datetime,
) -> Session:
    store.outside.use_link(tx, link.id, now)
    store.audit.note(tx, account.id, "signed-in-outside", link.id, provider=provider.name)
    return begin_with(tx, account, device, now, strong=person.second)


def _first_time(
    db: Engine,
    sealer: Sealer,
    provider: Provider,
    id: str,
    back: str,
    person: Person,
    device: OnDevice,
    now: datetime,
) -> CameBack:
    person = _with_address(db, provider, person)
    with db.begin() as tx:
        store.joining.hold_address(tx, person.email)
        known = store.accounts.find_by_address(tx, person.email, now)
        if provider.trusted_email and person.name and known is None:
            account = open_account(tx, sealer, person.email, person.name, "", now)
            waiting = Waiting(id, provider.name, back, person)
            return CameBack(_opened(tx, waiting, account, device, now), back)
        until = now + outside.PROVING
        store.outside.wait(tx, id, person, until)
        send_code(tx, sealer, joining.OUTSIDE, person.email, now)
    return CameBack(None, back, person.email, not person.name, until)


def _with_address(db: Engine, provider: Provider, person: Person) -> Person:
    """With the address and name as we keep them; a name that is none is asked for."""
    try:
        email = accounts.address(person.email)
    except Problem:
        problem = outside.no_address(provider.label)
        _note_failure(db, provider, problem)
        raise problem from None
    try:
        return replace(person, email=email, name=joining.name_of_person(person.name))
    except Problem:
        return replace(person, email=email, name="")


# ---- proving ---------------------------------------------------------------------------------------------------


def _waiting(tx: Connection, token: str, now: datetime) -> Waiting:
    found = store.outside.waiting(tx, accounts.digest(token), now)
    if found is None:
        raise outside.ended()
    return found


def _proven_by_code(
    db: Engine, sealer: Sealer, token: str, code: str, name: str, device: OnDevice, now: datetime
) -> CameBack:
    with db.begin() as tx:
        email = _waiting(tx, token, now).person.email
        known = store.accounts.find_by_address(tx, email, now) is not None
        wanted = not known and not _waiting(tx, token, now).person.name
    slowing.count_code(db, device.place, now)
    found = taken_code(db, joining.OUTSIDE, email, code, now)
    called = (
        joining.name_of_person(name) if wanted else ""
    )  # after the code: a stranger is not told whether there is an account
    with db.begin() as tx:
        store.joining.hold_address(tx, email)
        waiting = _waiting(tx, token, now)
        account = store.accounts.find_by_address(tx, email, now)
        if account is None:
            account = open_account(tx, sealer, email, waiting.person.name or called, "", now)
        if account.suspended:
            raise _suspended()
        store.joining.use_code(tx, found.id, now)
        slowing.code_was_right(tx, device.place, now)
        if kinds := store.second_factors.kinds_of(tx, account.id):
            half = half_session(tx, account, kinds, now, First.CODE)
            return CameBack(_settled(tx, waiting, half, now), waiting.back)
        return CameBack(_opened(tx, waiting, account, device, now), waiting.back)


def _opened(tx: Connection, waiting: Waiting, account: Account, device: OnDevice, now: datetime) -> Session:
    strength = Strength.SECOND if waiting.person.second else Strength.PASSWORD
    session = open_session(tx, account, strength, replace(device, remember=False), now)
    return _settled(tx, waiting, session, now, account.id)


def _settled(
    tx: Connection, waiting: Waiting, session: Session, now: datetime, account_id: str = ""
) -> Session:
    """The link is made; or waits, where the session is half. A provider's second factor counts as one."""
    if session.strength == Strength.HALF:
        store.outside.wait_for(tx, waiting.id, session.id)
        return session
    whose = account_id or store.sessions.account_of(tx, session.id)
    connect(tx, whose, waiting.provider, waiting.person, now)
    store.outside.end(tx, waiting.id, now)
    if waiting.person.second and session.strength != Strength.SECOND:
        store.sessions.strengthen(tx, accounts.digest(session.token))
        return replace(session, strength=Strength.SECOND, second_missing=False)
    return session


def _suspended() -> Problem:
    return forbidden("account-suspended", "This account is suspended. Ask the support team.")
