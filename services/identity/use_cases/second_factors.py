"""Second factors: setting one up, losing one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import uuid_utils
import webauthn
from sqlalchemy import Connection, Engine
from webauthn.helpers import options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from chassis.actors import Actor
from chassis.problems import conflict, invalid, unauthenticated
from chassis.sealing import Vault
from services.identity import store
from services.identity.domain import accounts, joining, second_factors
from services.identity.domain.accounts import Account
from services.identity.domain.roles import Permission
from services.identity.domain.second_factors import Device, Factor, Passkey, Totp
from services.identity.use_cases.accounts import EVERYWHERE, held_account, known_password, own, tell_owner
from services.identity.use_cases.sessions import count_try, forget_tries

VERIFY = UserVerificationRequirement.PREFERRED


@dataclass(frozen=True)
class Site:
    """Where browsers meet us: a passkey made here answers nobody else."""

    origin: str  # https://example.org
    name: str = second_factors.ISSUER

    @property
    def host(self) -> str:
        return urlsplit(self.origin).hostname or ""


@dataclass(frozen=True)
class SecondFactors:
    """What somebody sees of their own second factors and devices."""

    factors: list[Factor]
    recovery_codes_left: int
    devices: list[Device]
    needed: bool


# ---- setting up ----------------------------------------------------------------------------------------------


def list_second_factors(db: Engine, actor: Actor, now: datetime) -> SecondFactors:
    """The actor's own."""
    with db.begin() as tx:
        return _all(tx, own(tx, actor.id, now), now)


def add_totp(
    db: Engine,
    vault: Vault,
    actor: Actor,
    session_token: str,
    password: str,
    label: str,
    now: datetime,
) -> tuple[str, str, str]:
    """The id of a new app, its secret, and the address it reads from a picture; it counts once a code of it came.

    Raises INVALID `password-wrong`, FORBIDDEN `second-factor-needed` in a session without the one there is.
    """
    called = second_factors.label_of(label, "Authenticator app")
    known_password(db, actor, password, now)
    with db.begin() as tx:
        account = _may_change(tx, actor, session_token, now, adding=True)
        factor_id, secret = str(uuid_utils.uuid7()), second_factors.new_secret()
        keep_secret(tx, vault, factor_id, account.id, called, secret, now)
    return factor_id, secret, second_factors.address_for_app(secret, account.email)


def keep_secret(
    tx: Connection, vault: Vault, factor_id: str, account_id: str, label: str, secret: str, now: datetime
) -> None:
    key = vault.new_key(factor_id)
    store.second_factors.add_totp(
        tx, factor_id, account_id, label, key, key.seal(secret, f"totp:{factor_id}"), now
    )


def confirm_totp(
    db: Engine, vault: Vault, actor: Actor, session_token: str, factor_id: str, code: str, now: datetime
) -> tuple[Factor, list[str]]:
    """The app that now counts, with recovery codes where it is the account's first second factor.

    Raises INVALID `code-wrong`, NOT_FOUND, THROTTLED. The session counts as opened with it.
    """
    with db.begin() as tx:
        count_try(tx, tries_of(actor.id), now)
    with db.begin() as tx:
        account = _may_change(tx, actor, session_token, now)
        app = _unconfirmed(tx, account.id, factor_id, now)
        step = second_factors.step_of(secret_of(vault, app), code, now)
        if step is None:
            raise second_factors.not_set_up("code-wrong")
        store.second_factors.confirm(tx, app.id, step, now)
        forget_tries(tx, tries_of(actor.id), now)
        return _added(tx, actor, app.id, session_token, now)


def add_passkey(
    db: Engine, site: Site, actor: Actor, session_token: str, password: str, now: datetime
) -> str:
    """What a browser asks an authenticator to make a passkey for (JSON), good for five minutes and one answer."""
    known_password(db, actor, password, now)
    with db.begin() as tx:
        account = _may_change(tx, actor, session_token, now, adding=True)
        options = webauthn.generate_registration_options(
            rp_id=site.host,
            rp_name=site.name,
            user_id=account.id.encode(),
            user_name=account.email,
            user_display_name=account.name,
            exclude_credentials=[
                PublicKeyCredentialDescriptor(one.credential_id)
                for one in store.second_factors.passkeys(tx, account.id)
            ],
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.DISCOURAGED, user_verification=VERIFY
            ),
        )
        mine = accounts.digest(session_token)
        store.sessions.ask_ceremony(tx, mine, options.challenge, now + second_factors.CEREMONY)
    return options_to_json(options)


def confirm_passkey(
    db: Engine, site: Site, actor: Actor, session_token: str, answer: str, label: str, now: datetime
) -> tuple[Factor, list[str]]:
    """The passkey that now counts, with recovery codes where it is the first second factor. Raises INVALID `passkey-wrong`."""
    called = second_factors.label_of(label, "Passkey")
    with db.begin() as tx:
        account = _may_change(tx, actor, session_token, now, adding=True)
        asked = store.sessions.take_ceremony(tx, accounts.digest(session_token), now)
        made = _made(site, asked, answer) if asked else None
        if made is not None:
            if not store.second_factors.add_passkey(tx, account.id, called, made, now):
                raise conflict("passkey-known", "This passkey is set up already.")
            return _added(tx, actor, made.id, session_token, now)
    raise invalid(
        "passkey-wrong", "The passkey could not be set up. Start again, and answer within five minutes."
    )


def _made(site: Site, asked: bytes, answer: str) -> Passkey | None:
    try:
        told = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=asked,
            expected_rp_id=site.host,
            expected_origin=site.origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, RecursionError):
        return None
    return Passkey(str(uuid_utils.uuid7()), told.credential_id, told.credential_public_key, told.sign_count)


def _unconfirmed(tx: Connection, account_id: str, factor_id: str, now: datetime) -> Totp:
    named = accounts.id_of(factor_id)
    since = now - second_factors.CONFIRMED_WITHIN
    found = store.second_factors.unconfirmed(tx, account_id, named, since) if named else None
    if found is None:
        raise second_factors.no_such_factor()
    return found


def _added(
    tx: Connection, actor: Actor, factor_id: str, session_token: str, now: datetime
) -> tuple[Factor, list[str]]:
    """A second factor counts from now on; sessions that were opened without one end, and this one is strong."""
    mine, all_of_them = accounts.digest(session_token), store.second_factors.of(tx, actor.id)
    store.sessions.strengthen(tx, mine)
    codes: list[str] = []
    if len(all_of_them) == 1:
        store.sessions.end_sessions(tx, actor.id, now, but=mine)
        codes = _make_recovery_codes(tx, actor.id, now)
    note_and_tell(tx, actor.id, "second-factor-added", actor.id, now)
    return next(one for one in all_of_them if one.id == factor_id), codes


# ---- losing --------------------------------------------------------------------------------------------------


def remove_second_factor(
    db: Engine, actor: Actor, session_token: str, factor_id: str, password: str, now: datetime
) -> SecondFactors:
    """What is left. Raises CONFLICT `last-second-factor` where the roles held need one. Remembered devices are asked again."""
    named = accounts.id_of(factor_id)
    known_password(db, actor, password, now)
    with db.begin() as tx:
        account = _may_change(tx, actor, session_token, now)
        if not named or not store.second_factors.remove(tx, account.id, named):
            raise second_factors.no_such_factor()
        left = store.second_factors.of(tx, account.id)
        second_factors.must_keep_one(len(left), account.held)
        if not left:
            store.second_factors.forget_recovery_codes(tx, account.id)
        store.devices.end(tx, account.id, now)
        note_and_tell(tx, account.id, "second-factor-removed", account.id, now)
        return _all(tx, account, now)


def new_recovery_codes(
    db: Engine, actor: Actor, session_token: str, password: str, now: datetime
) -> list[str]:
    """Ten codes in place of those there were. Raises CONFLICT `no-second-factor`."""
    known_password(db, actor, password, now)
    with db.begin() as tx:
        account = _may_change(tx, actor, session_token, now)
        if not store.second_factors.of(tx, account.id):
            raise conflict(
                "no-second-factor", "Set up a second factor first: recovery codes stand in for it."
            )
        note_and_tell(tx, account.id, "recovery-codes-made", account.id, now)
        return _make_recovery_codes(tx, account.id, now)


def forget_device(db: Engine, actor: Actor, device_id: str, now: datetime) -> SecondFactors:
    """What is left. A device that is not theirs, or was forgotten, is no news to anybody."""
    named = accounts.id_of(device_id)
    with db.begin() as tx:
        account = own(tx, actor.id, now)
        if named and store.devices.end(tx, account.id, now, named):
            store.audit.note(tx, actor.id, "device-forgotten", named)
        return _all(tx, account, now)


def reset_second_factors(db: Engine, actor: Actor, account_id: str, reason: str, now: datetime) -> Account:
    """For somebody who lost everything: no second factor, no session, no remembered device, and a letter. Twice changes nothing."""
    actor.must(Permission.RESET_SECOND, EVERYWHERE)
    joining.reason_given(reason)
    if account_id == actor.id:
        raise joining.not_oneself()
    with db.begin() as tx:
        account = held_account(tx, account_id, now)
        if store.second_factors.remove_all(tx, account.id):
            store.devices.end(tx, account.id, now)
            store.sessions.end_sessions(tx, account.id, now)
            note_and_tell(tx, account.id, "second-factors-reset", actor.id, now)
        return account


def forget_devices(tx: Connection) -> bool:
    """Devices that nobody used for a year; there are never more than one go takes."""
    store.devices.forget(tx, datetime.now(UTC) - second_factors.KNOWN)
    return False


# ---- how -----------------------------------------------------------------------------------------------------


def _may_change(
    tx: Connection, actor: Actor, session_token: str, now: datetime, adding: bool = False
) -> Account:
    """The actor's account, which nobody else changes meanwhile, if this session may change its second factors."""
    account = held_account(tx, actor.id, now)
    strength = store.sessions.strength_of(tx, accounts.digest(session_token), account.id)
    if not strength:
        raise unauthenticated("session-ended", "Your session has ended. Sign in again.")
    there = store.second_factors.of(tx, account.id)
    second_factors.must_be_strong(strength, bool(there))
    if adding and len(there) >= second_factors.MOST_FACTORS:
        raise second_factors.too_many_factors()
    return account


def _make_recovery_codes(tx: Connection, account_id: str, now: datetime) -> list[str]:
    made = second_factors.new_recovery_codes()
    hashes = [second_factors.recovery_hash(account_id, one) for one in made]
    store.second_factors.add_recovery_codes(tx, account_id, hashes, now)
    return made


def _all(tx: Connection, account: Account, now: datetime) -> SecondFactors:
    return SecondFactors(
        store.second_factors.of(tx, account.id),
        store.second_factors.recovery_codes_left(tx, account.id),
        store.devices.of(tx, account.id, now - second_factors.KNOWN),
        second_factors.needs_second(account.held),
    )


def tries_of(account_id: str) -> str:
    """Under which name wrong codes of an account are counted."""
    return f"second:{account_id}"


def secret_of(vault: Vault, app: Totp) -> str:
    return vault.unwrap(app.key_id, app.wrapped, app.id).open(app.sealed, f"totp:{app.id}")


def note_and_tell(tx: Connection, account_id: str, change: str, by: str, now: datetime) -> None:
    """Note it, and let the owner of the account know."""
    tell_owner(tx, account_id, change, by, now)
    store.audit.note(tx, by, change, account_id)
