"""How people come to an account, to a role, and lose it again: codes, reasons, who may decide, roles that nobody uses."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chassis.actors import Reach
from chassis.problems import Fault, Problem, conflict, forbidden, invalid, not_found
from services.identity.domain import roles
from services.identity.domain.accounts import LONGEST_PASSWORD, SHORTEST_PASSWORD
from services.identity.domain.organisations import is_code

REGISTER, KNOWN, RESET, INVITE, OUTSIDE = "register", "known", "reset", "invite", "outside"
ADDRESS = "address"  # a code that goes to the new address of an account
WAITING, APPROVED, REFUSED, WITHDRAWN = "waiting", "approved", "refused", "withdrawn"
CODE_LASTS = timedelta(hours=1)
INVITATION_LASTS = timedelta(days=14)
BETWEEN_CODES = timedelta(minutes=1)
MOST_CODES_A_DAY = 6
DORMANT = timedelta(days=365)
WARNED_BEFORE = timedelta(days=30)
LONGEST_NAME, LONGEST_REASON = 100, 500
WEAKEST = 3  # of zxcvbn's 0 to 4: more than 10^8 guesses
_SYMBOLS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is read as something else
_LENGTH = 10  # 30^10 codes: 10,000 networks at a guess each half minute (slowing.CODES) for a fortnight find one in a million


@dataclass(frozen=True)
class RoleRequest:
    """Somebody's request for a role at an organisation (ODS code), and what became of it."""

    id: str
    account_id: str
    name: str = field(repr=False)
    email: str = field(repr=False)
    role: str
    organisation: str
    organisation_name: str
    reason: str = field(repr=False)
    state: str
    asked_at: datetime
    decided_at: datetime | None = None
    decision_reason: str = field(default="", repr=False)


@dataclass(frozen=True)
class Invitation:
    """A role at an organisation, offered to an address."""

    id: str
    email: str = field(repr=False)
    role: str
    organisation: str
    invited_by: str
    invited_at: datetime
    expires_at: datetime
    accepted_at: datetime | None = None
    revoked_at: datetime | None = None

    def state(self, now: datetime) -> str:
        if self.accepted_at:
            return "accepted"
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at <= now else WAITING


# ---- codes and passwords -----------------------------------------------------------------------------------


def new_code() -> str:
    """Two groups of five, 49 bits, to be typed from a letter."""
    symbols = "".join(secrets.choice(_SYMBOLS) for _ in range(_LENGTH))
    return f"{symbols[:5]}-{symbols[5:]}"


def code_hash(place: str, code: str) -> bytes:
    """What we keep of a code; `place` is what it was sent for, so that the same code elsewhere has another hash."""
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(f"{place}:{typed}".encode(errors="replace")).digest()


def wrong_code() -> Problem:
    """The same whatever was wrong: the code, its age, the address, or that it was used, as by pressing twice."""
    return invalid(
        "code-wrong",
        "The code is wrong, too old, or used already. If you have just used it, sign in. If not, check it, or ask for a new one.",
    )


def not_the_registered_password() -> Problem:
    """For whoever has the code of a registration that they may not have made."""
    detail = (
        "This is not the password that was chosen when this address was registered. If you did not register it, or are not"
        " sure, register again in a minute."
    )
    return invalid("password-wrong", detail, Fault("password", "password-wrong", detail))


def wrong_password(path: str = "password") -> Problem:
    detail = "Your present password is not right."
    return invalid("password-wrong", detail, Fault(path, "password-wrong", detail))


def no_password(path: str = "password") -> Problem:
    """For whoever is signed in, of their own account: nobody else learns whether there is one."""
    detail = "You have no password here. Choose one with a code first."
    return invalid("no-password", detail, Fault(path, "no-password", detail))


def check_password(password: str, score: int) -> None:
    """INVALID `password-weak` unless it is long enough and hard to guess (`score`: zxcvbn's, 0 to 4)."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        detail = f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters. Three or four words that do not belong together make a good one."
    elif score < WEAKEST:
        detail = (
            "This password is easy to guess. Three or four words that do not belong together make a good one."
        )
    else:
        return
    raise invalid("password-weak", detail, Fault("password", "password-weak", detail))


def name_of_person(name: str) -> str:
    """A name as it is kept; INVALID when there is none, or it is no name."""
    normal = " ".join(name.split())
    if not normal or len(normal) > LONGEST_NAME or not normal.isprintable():
        detail = f"Enter your name, of {LONGEST_NAME} characters at most."
        raise invalid("name-not-valid", detail, Fault("name", "name-not-valid", detail))
    return normal


def reason_given(reason: str, wanted: bool = True) -> str:
    """A reason as it is kept; INVALID when one is wanted and there is none, or it is too long."""
    normal = reason.strip()
    if (wanted and not normal) or len(normal) > LONGEST_REASON or "\0" in normal:
        detail = f"Give a reason, of {LONGEST_REASON} characters at most."
        raise invalid("reason-missing", detail, Fault("reason", "reason-missing", detail))
    return normal


# ---- roles -------------------------------------------------------------------------------------------------


def check_role(role: str, organisation: str) -> None:
    """INVALID unless people can hold this role, and the organisation could be one."""
    if not roles.for_people(role):
        detail = "There is no such role. GET /api/v1/roles lists them."
        raise invalid("role-not-known", detail, Fault("role", "role-not-known", detail))
    if not is_code(organisation):
        raise no_such_organisation()


def no_such_organisation() -> Problem:
    detail = "There is no open organisation with this code."
    return invalid("organisation-not-known", detail, Fault("organisation", "organisation-not-known", detail))


def must_fit(role: str, kind: str) -> None:
    """INVALID unless the role can be held at an organisation of this kind: oversight of an area at what governs an area."""
    wanted = roles.ROLES[role].held_at if role in roles.ROLES else frozenset[str]()
    if wanted and kind not in wanted:
        places = {"icb": "an integrated care board", "region": "an NHS England region"}
        named = " or ".join(places[one] for one in sorted(wanted))
        detail = f"The role “{roles.ROLES[role].label}” can be held at {named} only. Choose another organisation, or another role."
        raise invalid(
            "role-not-for-organisation", detail, Fault("organisation", "role-not-for-organisation", detail)
        )


def already_held() -> Problem:
    return conflict("role-held", "You hold this role there already.")


def no_such_request() -> Problem:
    return not_found("request-not-found", "There is no such request.")


def no_such_grant() -> Problem:
    return not_found("grant-not-found", "There is no such role to end.")


def no_such_invitation() -> Problem:
    return not_found("invitation-not-found", "There is no such invitation.")


def no_such_account() -> Problem:
    return not_found("account-not-found", "There is no such account.")


def may_decide(
    role: str, organisation: str, decider: tuple[roles.Held, ...], operators: frozenset[str]
) -> bool:
    """Whether somebody who holds the roles `decider` may grant or end `role` at an organisation.

    `operators` are the organisations that operate it today: who administers a trust administers its sites.
    """
    wanted = roles.ROLES[role].approved_by if role in roles.ROLES else frozenset({"super_admin"})
    return any(
        held.role in wanted
        and (
            roles.ROLES[held.role].reach is Reach.NATIONAL or held.organisation in {organisation, *operators}
        )
        for held in decider
    )


def beyond(decider: tuple[roles.Held, ...]) -> frozenset[str]:
    """The roles that somebody who holds the roles `decider` may grant nowhere."""
    held = {one.role for one in decider}
    return frozenset(name for name, role in roles.ROLES.items() if not held & role.approved_by)


def must_not_be_last(role: str, others: int, by_national: bool) -> None:
    """CONFLICT for the last administrator of an organisation, who cannot leave alone."""
    if role == roles.ORG_ADMIN and not others and not by_national:
        raise conflict(
            "last-administrator",
            "Nobody else administers this organisation. Let somebody else become administrator first, or ask the"
            " national team.",
        )


def not_oneself() -> Problem:
    return forbidden("not-oneself", "Somebody else must decide on your own request.")
