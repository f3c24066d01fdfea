"""Coming to an account by one's address: registering, a forgotten password, an invitation.

Nobody is told whether an address has an account: what is answered is the same, and so is the work. The account is opened
when the code comes back, so that nobody can claim an address whose mail they do not read.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import uuid_utils
from sqlalchemy import Connection, Engine

from chassis import outbox
from chassis.actors import system
from chassis.problems import conflict
from chassis.sealing import Sealer
from services.identity import messages, store
from services.identity.domain import accounts, joining, roles
from services.identity.domain.accounts import Account
from services.identity.domain.joining import Invitation
from services.identity.domain.roles import Held
from services.identity.store.joining import Code
from services.identity.use_cases import passwords, slowing
from services.identity.use_cases.accounts import tell_owner
from services.identity.use_cases.granting import give, may_grant
from services.identity.use_cases.links import remove_outside_links

_DAY = timedelta(days=1)
WHO = system("registration").id


def register(
    db: Engine, sealer: Sealer, email: str, name: str, password: str, now: datetime, place: bytes = b""
) -> None:
    """Send a code to the address, or word to its owner that it has an account; nothing where codes were sent too often.

    Raises INVALID for an address, name or password that cannot be taken, THROTTLED while `place` has to wait.
    """
    address, called = accounts.address(email), joining.name_of_person(name)
    passwords.must_be_strong(password, address, called)
    slowing.count_letter(db, place, now)
    kept = passwords.protect(password)
    with db.begin() as tx:
        known = store.accounts.find_by_address(tx, address, now) is not None
        purpose = joining.KNOWN if known else joining.REGISTER
        send_code(tx, sealer, purpose, address, now, "" if known else called, "" if known else kept)


def verify(
    db: Engine, sealer: Sealer, email: str, code: str, password: str, now: datetime, place: bytes = b""
) -> Account:
    """Open the account that was registered with this address and password.

    Both are asked for: the code may be of somebody who registered the address of whoever enters it. Raises INVALID `code-wrong`
    or `password-wrong`, THROTTLED while `place` has to wait.
    """
    address = accounts.comparable(email)
    slowing.count_code(db, place, now)
    found = taken_code(db, joining.REGISTER, address, code, now)
    if not passwords.matches(password, found.password_hash):
        raise joining.not_the_registered_password()
    with db.begin() as tx:
        store.joining.hold_address(tx, address)
        if store.accounts.find_by_address(tx, address, now):
            raise conflict("account-exists", "This address has an account already. Sign in.")
        account = open_account(tx, sealer, address, found.name, found.password_hash, now)
        store.joining.use_code(tx, found.id, now)
        slowing.code_was_right(tx, place, now)
        return account


def ask_for_reset(db: Engine, sealer: Sealer, email: str, now: datetime, place: bytes = b"") -> None:
    """Send a code to the address, if it has an account. Raises THROTTLED while `place` has to wait."""
    address = accounts.comparable(email)
    slowing.count_letter(db, place, now)
    with db.begin() as tx:
        if store.accounts.find_by_address(tx, address, now):
            send_code(tx, sealer, joining.RESET, address, now)


def reset_password(
    db: Engine, email: str, code: str, password: str, now: datetime, place: bytes = b""
) -> None:
    """Take a new password, and end every session and every other way in: a thief may have linked an account of their own elsewhere.

    Raises INVALID `code-wrong` or `password-weak`, THROTTLED while `place` has to wait. Whoever is on the way in is waited for
    (what they hold is ended before the sessions are), so that nobody comes in afterwards.
    """
    address = accounts.comparable(email)
    passwords.must_be_strong(password, address, "")
    slowing.count_code(db, place, now)
    found = taken_code(db, joining.RESET, address, code, now)
    kept = passwords.protect(password)
    with db.begin() as tx:
        account = store.accounts.find_by_address(tx, address, now)
        if account is None:
            raise joining.wrong_code()
        store.joining.use_code(tx, found.id, now)
        store.accounts.change_password(tx, account.id, kept)
        store.outside.end_all(tx, account.id, address, now)
        remove_outside_links(tx, account.id, now)
        ended = store.sessions.end_sessions(tx, account.id, now)
        store.devices.end(tx, account.id, now)
        slowing.code_was_right(tx, place, now)
        tell_owner(tx, account.id, "password-changed", WHO, now)
        store.sessions.forget_tries(tx, accounts.digest(address), now - _DAY)
        store.audit.note(tx, account.id, "password-reset", account.id, sessions_ended=ended)


def accept_invitation(
    db: Engine,
    sealer: Sealer,
    email: str,
    code: str,
    name: str,
    password: str,
    now: datetime,
    place: bytes = b"",
) -> Account:
    """Take the role that was offered to the address, opening an account where it has none.

    An offer is void once whoever made it may no longer grant it. Raises INVALID `code-wrong`, or what is wrong with the
    name or password of a new account, THROTTLED while `place` has to wait.
    """
    address = accounts.comparable(email)
    slowing.count_code(db, place, now)
    invitation = _invitation(db, address, code, now)
    kept = _new_password(db, address, name, password, now)
    with db.begin() as tx:
        store.joining.hold_address(tx, address)
        if invitation.id not in [one.id for one, _ in store.joining.open_invitations(tx, address, now)]:
            raise joining.wrong_code()
        if not _still_stands(tx, invitation, now):
            raise joining.wrong_code()
        account = store.accounts.find_by_address(tx, address, now)
        if account is None:
            account = open_account(tx, sealer, address, joining.name_of_person(name), kept, now)
        store.joining.accept_invitation(tx, invitation.id, account.id, now)
        slowing.code_was_right(tx, place, now)
        give(
            tx,
            account.id,
            Held(invitation.role, invitation.organisation),
            invitation.invited_by,
            "invited",
            now,
        )
        return store.accounts.find(tx, account.id, now) or account


def forget_codes(tx: Connection) -> bool:
    """Codes that ended a day ago, with the names and passwords that came with them; there are never more than one go takes."""
    store.joining.forget_codes(tx, datetime.now(UTC) - _DAY)
    return False


# ---- how -----------------------------------------------------------------------------------------------------


def send_code(
    tx: Connection,
    sealer: Sealer,
    purpose: str,
    address: str,
    now: datetime,
    name: str = "",
    kept: str = "",
    account_id: str = "",
) -> None:
    """Announce a code for an address, unless it had one for this a moment ago, or too many today. `account_id`: of the account that
    wants to have it."""
    store.joining.hold_address(tx, address)
    lately = store.joining.codes_since(tx, address, now - _DAY)
    repeated = any(what == purpose and at > now - joining.BETWEEN_CODES for what, at in lately)
    if repeated or len(lately) >= joining.MOST_CODES_A_DAY:
        return
    code, code_id = joining.new_code(), str(uuid_utils.uuid7())
    made = Code(code_id, name, kept, joining.code_hash(code_id, code), account_id)
    store.joining.add_code(tx, made, purpose, address, now, now + joining.CODE_LASTS)
    told = messages.verification_requested(code_id, purpose, sealer, address, code)
    outbox.put(tx, outbox.announcement(told, code_id, WHO))


def taken_code(db: Engine, purpose: str, address: str, code: str, now: datetime) -> Code:
    """The code that was sent. A wrong one voids nothing: a stranger who knows an address could stop its owner so."""
    with db.begin() as tx:
        found = store.joining.open_code(tx, purpose, address, now)
    if found is None or joining.code_hash(found.id, code) != found.code_hash:
        raise joining.wrong_code()
    return found


def _invitation(db: Engine, address: str, code: str, now: datetime) -> Invitation:
    with db.begin() as tx:
        for invitation, kept in store.joining.open_invitations(tx, address, now):
            if joining.code_hash(invitation.id, code) == kept:
                return invitation
    raise joining.wrong_code()


def _still_stands(tx: Connection, invitation: Invitation, now: datetime) -> bool:
    host = store.accounts.find(tx, invitation.invited_by, now)
    return (
        host is not None
        and not host.suspended
        and may_grant(tx, host, invitation.role, invitation.organisation, now)
    )


def _new_password(db: Engine, address: str, name: str, password: str, now: datetime) -> str:
    """The hash of the password of a new account; nothing where the address has one."""
    with db.begin() as tx:
        if store.accounts.find_by_address(tx, address, now):
            return ""
    passwords.must_be_strong(password, address, joining.name_of_person(name))
    return passwords.protect(password)


def open_account(
    tx: Connection, sealer: Sealer, address: str, name: str, password_hash: str, now: datetime
) -> Account:
    account = Account(str(uuid_utils.uuid7()), name, address)
    store.accounts.add(tx, account, password_hash, now)
    sealed = sealer.seal(address.encode(), messages.address_context(account.id))
    outbox.put(tx, outbox.announcement(messages.account_opened(account, sealed), account.id, WHO))
    store.audit.note(
        tx, account.id, "account-opened", account.id, listed_domain=int(roles.is_listed(address))
    )
    return account
