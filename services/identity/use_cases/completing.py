"""Completing a sign-in with a second factor."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import webauthn
from sqlalchemy import Connection, Engine
from webauthn.helpers import options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import PublicKeyCredentialDescriptor

from chassis.problems import unauthenticated
from chassis.sealing import Vault
from services.identity import store
from services.identity.domain import accounts, second_factors
from services.identity.domain.accounts import Account, Session
from services.identity.domain.second_factors import First, Passkey, Strength
from services.identity.store.sessions import Half
from services.identity.use_cases.accounts import held_account
from services.identity.use_cases.links import connect_waiting, remove_outside_links
from services.identity.use_cases.second_factors import VERIFY, Site, note_and_tell, secret_of, tries_of
from services.identity.use_cases.sessions import OnDevice, count_try, forget_tries, open_session

TOLD_AFTER = 3  # wrong codes in a row, with the right password, which are those that need no waiting: its owner should know


@dataclass(frozen=True)
class Proof:
    """What completes a sign-in: a code, or what a passkey answered (JSON)."""

    code: str = field(default="", repr=False)
    passkey: str = field(default="", repr=False)


def complete_sign_in(
    db: Engine, vault: Vault, site: Site, token: str, answer: Proof, device: OnDevice, now: datetime
) -> Session:
    """The session that half a one was the beginning of, under a new token.

    Raises UNAUTHENTICATED `sign-in-ended`, `second-factor-wrong` or `passkey-wrong`, THROTTLED `too-many-tries`.
    The try is counted before the answer is looked at, as at the password. The account is held before its session, as by
    whoever ends all of them.
    """
    half = accounts.digest(token)
    with db.begin() as tx:
        account_id = _waiting(tx, half, now).account_id
        tries = count_try(tx, tries_of(account_id), now)
    with db.begin() as tx:
        account = held_account(tx, account_id, now)
        waiting = _waiting(tx, half, now)
        if used := _proof(tx, vault, site, account, half, answer, now):
            store.sessions.end_session(tx, half, now)
            forget_tries(tx, tries_of(account_id), now)
            store.accounts.forget_wrong_seconds(tx, account.id)
            connect_waiting(tx, waiting.id, account.id, now)
            if used == "recovery":
                note_and_tell(tx, account.id, "recovery-code-used", account.id, now)
            return open_session(tx, account, Strength.SECOND, device, now)
        store.audit.note(tx, account_id, "second-factor-failed", waiting.id)
        if tries.count == TOLD_AFTER:
            note_and_tell(tx, account_id, "code-refused", account_id, now)
        _count_wrong(tx, waiting, now)
    raise second_factors.passkey_wrong() if answer.passkey else second_factors.second_wrong()


def ask_passkey(db: Engine, site: Site, token: str, now: datetime) -> str:
    """What a browser asks the passkeys of the account to sign (JSON), good for five minutes and one answer."""
    half = accounts.digest(token)
    with db.begin() as tx:
        account_id = _waiting(tx, half, now).account_id
        keys = store.second_factors.passkeys(tx, account_id)
        options = webauthn.generate_authentication_options(
            rp_id=site.host,
            allow_credentials=[PublicKeyCredentialDescriptor(one.credential_id) for one in keys],
            user_verification=VERIFY,
        )
        store.sessions.ask_ceremony(tx, half, options.challenge, now + second_factors.CEREMONY)
    return options_to_json(options)


def _waiting(tx: Connection, half: bytes, now: datetime) -> Half:
    found = store.sessions.half(tx, half, now)
    if found is None:
        raise unauthenticated(
            "sign-in-ended", "This sign-in has ended. Start again with your address and password."
        )
    return found


def _count_wrong(tx: Connection, waiting: Half, now: datetime) -> None:
    """Too many wrong answers in a row take away the first proof, which whoever gives them has; a letter's code is good once anyway."""
    if waiting.proof not in (First.PASSWORD, First.OUTSIDE):
        return
    if store.accounts.count_wrong_second(tx, waiting.account_id) < second_factors.MOST_WRONG:
        return
    store.sessions.end_halves(tx, waiting.account_id, now)
    if waiting.proof == First.OUTSIDE:
        store.accounts.forget_wrong_seconds(tx, waiting.account_id)
        remove_outside_links(tx, waiting.account_id, now)
    else:
        store.accounts.change_password(tx, waiting.account_id, "")
        note_and_tell(tx, waiting.account_id, "password-void", waiting.account_id, now)


def _proof(
    tx: Connection, vault: Vault, site: Site, account: Account, half: bytes, answer: Proof, now: datetime
) -> str:
    """What proved it; nothing where nothing did."""
    if answer.passkey:
        return "passkey" if _passkey_answers(tx, site, account.id, half, answer.passkey, now) else ""
    if second_factors.looks_like_recovery(answer.code):
        mark = second_factors.recovery_hash(account.id, answer.code)
        return "recovery" if store.second_factors.use_recovery_code(tx, account.id, mark, now) else ""
    for app in store.second_factors.totps(tx, account.id):
        step = second_factors.step_of(secret_of(vault, app), answer.code, now)
        if step is not None and store.second_factors.use_step(tx, app.id, step, now):
            return "totp"
    return ""


def _passkey_answers(
    tx: Connection, site: Site, account_id: str, half: bytes, answer: str, now: datetime
) -> bool:
    asked = store.sessions.take_ceremony(tx, half, now)
    if asked is None:
        return False
    for key in store.second_factors.passkeys(tx, account_id):
        if (count := _signed_by(key, site, asked, answer)) is not None:
            store.second_factors.use_passkey(tx, key.id, count, now)
            return True
    return False


def _signed_by(key: Passkey, site: Site, asked: bytes, answer: str) -> int | None:
    """The passkey's new count, if it signed what was asked; a count that goes back is a copy's."""
    try:
        if webauthn.helpers.parse_authentication_credential_json(answer).raw_id != key.credential_id:
            return None
        return webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=asked,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
        ).new_sign_count
    except (WebAuthnException, ValueError, KeyError, TypeError, RecursionError):
        return None
