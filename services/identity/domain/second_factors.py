"""The second proof at sign-in: codes from an app, passkeys, recovery codes; and devices that gave it before."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import pyotp

from chassis.actors import Reach
from chassis.problems import Fault, Problem, conflict, forbidden, invalid, not_found, unauthenticated
from services.identity.domain.accounts import Account
from services.identity.domain.roles import ROLES, Held

ISSUER = "Patient safety events"
STEP = 30  # seconds that a code from an app is shown
DRIFT = (-1, 0, 1)  # steps that a telephone's clock may be off
CONFIRMED_WITHIN = timedelta(hours=1)
HALF_SESSION = timedelta(minutes=10)  # between the password and the second factor
CEREMONY = timedelta(minutes=5)  # between a passkey's question and its answer
REMEMBERED = timedelta(days=30)
KNOWN = timedelta(days=365)  # a device that signed in is not made to wait for strangers' failures
MOST_FACTORS = 10
MOST_WRONG = 10  # answers in a row; then the first proof, which whoever tries has, is taken away
RECOVERY_CODES = 10
LONGEST_LABEL = 60
_SYMBOLS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is read as something else
_CODE_LENGTH = 24  # 118 bits: nothing to guess, so a plain hash keeps it


class Strength(StrEnum):
    """What a session was opened with."""

    HALF = "half"  # the password alone, of an account that has a second factor: good for completing the sign-in only
    PASSWORD = "password"  # noqa: S105
    SECOND = "second"


class First(StrEnum):
    """What was right before a second factor was asked for."""

    PASSWORD = "password-right"  # noqa: S105
    OUTSIDE = "outside-right"
    CODE = "code-right"  # of a letter


class Kind(StrEnum):
    TOTP = "totp"
    PASSKEY = "passkey"


@dataclass(frozen=True)
class Factor:
    """One of an account's second factors, as its owner sees it."""

    id: str
    kind: Kind
    label: str
    added_at: datetime
    last_used_at: datetime | None = None


@dataclass(frozen=True)
class Totp:
    """An app's secret, sealed as it is kept (`key_id`, `wrapped`, `sealed`), and the last step whose code was used."""

    id: str
    key_id: str
    wrapped: bytes = field(repr=False)
    sealed: bytes = field(repr=False)
    last_step: int = 0


@dataclass(frozen=True)
class Passkey:
    """A public key that an authenticator made for us."""

    id: str
    credential_id: bytes
    public_key: bytes = field(repr=False)
    sign_count: int = 0


@dataclass(frozen=True)
class Device:
    """A device on which somebody signed in; until `trusted_until` it is not asked for the second factor."""

    id: str
    label: str
    made_at: datetime
    last_used_at: datetime
    trusted_until: datetime | None


# ---- who needs one -----------------------------------------------------------------------------------------


def needs_second(held: Iterable[Held]) -> bool:
    """Whether a role among these counts only in a session that was opened with a second factor."""
    return any(one.role in ROLES and ROLES[one.role].second_factor for one in held)


def may_be_remembered(held: Iterable[Held]) -> bool:
    """A role that reaches the whole country asks for the second factor at every sign-in."""
    return not any(one.role in ROLES and ROLES[one.role].reach is Reach.NATIONAL for one in held)


def counting(account: Account, strength: str) -> tuple[Held, ...]:
    """The roles of an account that count in a session of this strength."""
    strong = strength == Strength.SECOND
    return tuple(one for one in account.held if strong or not needs_second([one]))


# ---- codes from an app -------------------------------------------------------------------------------------


def new_secret() -> str:
    """160 random bits, base32."""
    return pyotp.random_base32()


def is_secret(written: str) -> bool:
    """Whether `written` could be an app's secret: base32, 128 bits or more."""
    try:
        return len(pyotp.TOTP(written).byte_secret()) * 8 >= 128
    except ValueError:
        return False


def address_for_app(secret: str, email: str) -> str:
    """What an app reads from a picture (otpauth://…)."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=ISSUER)


def step_of(secret: str, typed: str, now: datetime) -> int | None:
    """The step whose code was typed, where it is one of those near `now`."""
    code = "".join(typed.split())
    totp, present = pyotp.TOTP(secret), int(now.timestamp()) // STEP
    shown = {step: totp.generate_otp(step) for step in (present + off for off in DRIFT)}
    return next(
        (step for step, one in shown.items() if secrets.compare_digest(one.encode(), code.encode())), None
    )


# ---- recovery codes ----------------------------------------------------------------------------------------


def new_recovery_codes() -> list[str]:
    """Each six groups of four."""
    return [_recovery_code() for _ in range(RECOVERY_CODES)]


def recovery_hash(account_id: str, typed: str) -> bytes:
    """What we keep of a recovery code."""
    plain = "".join(letter for letter in typed.upper() if letter.isalnum())
    return hashlib.sha256(f"{account_id}:{plain}".encode(errors="replace")).digest()


def looks_like_recovery(typed: str) -> bool:
    return sum(letter.isalnum() for letter in typed) == _CODE_LENGTH


def _recovery_code() -> str:
    symbols = "".join(secrets.choice(_SYMBOLS) for _ in range(_CODE_LENGTH))
    return "-".join(symbols[at : at + 4] for at in range(0, _CODE_LENGTH, 4))


# ---- what is refused ---------------------------------------------------------------------------------------


def label_of(written: str, otherwise: str) -> str:
    """A factor's or a device's name as it is kept; INVALID when it is none."""
    normal = " ".join(written.split()) or otherwise
    if len(normal) > LONGEST_LABEL or not normal.isprintable():
        detail = f"Give it a name of {LONGEST_LABEL} characters at most."
        raise invalid("label-not-valid", detail, Fault("label", "label-not-valid", detail))
    return normal


def second_needed() -> Problem:
    """For a program that wants the whole session at once."""
    detail = "Enter the code that your app shows, or a recovery code."
    return unauthenticated("second-factor-needed", detail, Fault("code", "second-factor-needed", detail))


def second_wrong() -> Problem:
    """The same whatever was wrong: the code, its age, that it was used already."""
    detail = "The code is wrong, or was used already. Wait for the next one your app shows, then try again."
    return unauthenticated("second-factor-wrong", detail, Fault("code", "second-factor-wrong", detail))


def passkey_wrong() -> Problem:
    detail = "The passkey was not accepted. Try again, or enter a code."
    return unauthenticated("passkey-wrong", detail, Fault("passkey", "passkey-wrong", detail))


def not_set_up(code: str) -> Problem:
    detail = "The code is wrong. Check that the app was given the whole secret and that the telephone's clock is right."
    return invalid(code, detail, Fault("code", code, detail))


def no_such_factor() -> Problem:
    return not_found("second-factor-not-found", "There is no such second factor to set up or remove.")


def too_many_factors() -> Problem:
    return conflict(
        "too-many-second-factors", f"An account has {MOST_FACTORS} second factors at most. Remove one first."
    )


def must_be_strong(strength: str, has_factor: bool) -> None:
    """FORBIDDEN where an account has a second factor and this session was opened without."""
    if has_factor and strength != Strength.SECOND:
        raise forbidden("second-factor-needed", "Sign in again with your second factor to do this.")


def must_keep_one(left: int, held: Iterable[Held]) -> None:
    """CONFLICT for the last second factor of somebody whose roles need one."""
    if not left and needs_second(held):
        raise conflict(
            "last-second-factor",
            "Your roles need a second factor. Set up another one before you remove this one.",
        )
