"""Erasures of accounts: who asked and decided, what was erased here, what other services answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from services.identity.domain import accounts
from services.identity.domain.accounts import Account
from services.identity.domain.erasing import CLOSED_NAME, AccountErasure, Place

_ERASURE = """
select id, account_id, ground, case_number, asked_by, asked_at, state, decided_by, decided_at from account_erasures
"""
_FOUND = f"{_ERASURE} where account_id = cast(:account_id as uuid) and state <> 'withdrawn'"
_PAGE = f"""
{_ERASURE} where (:after = '' or id < cast(nullif(:after, '') as uuid)) and (not :asked or state = 'asked')
order by id desc limit :most
"""


def add(tx: Connection, one: AccountErasure) -> None:
    tx.execute(
        text(
            "insert into account_erasures (id, account_id, ground, case_number, asked_by, asked_at) values"
            " (cast(:id as uuid), cast(:account_id as uuid), :ground, :case_number, :asked_by, :asked_at)"
        ),
        {
            "id": one.id,
            "account_id": one.account_id,
            "ground": one.ground,
            "case_number": one.case_number,
            "asked_by": one.asked_by,
            "asked_at": one.asked_at,
        },
    )


def of_account(tx: Connection, account_id: str, lock: bool = False) -> AccountErasure | None:
    """The erasure of an account that was asked for and not withdrawn; nobody else decides it until `tx` ends, with `lock`."""
    statement = f"{_FOUND} for update" if lock else _FOUND
    found = _with_places(tx, tx.execute(text(statement), {"account_id": account_id}).all())
    return found[0] if found else None


def page(tx: Connection, after: str, most: int, asked: bool = False) -> list[AccountErasure]:
    """Erasures, newest first, from before the one called `after`; only those that nobody has decided, with `asked`."""
    rows = tx.execute(text(_PAGE), {"after": after, "most": most, "asked": asked}).all()
    return _with_places(tx, rows)


def _with_places(tx: Connection, rows: Sequence[Row[Any]]) -> list[AccountErasure]:
    places = _places(tx, [row.id for row in rows])
    return [
        AccountErasure(
            **{**row._mapping, "id": str(row.id), "account_id": str(row.account_id)},
            places=places.get(row.id, ()),
        )
        for row in rows
    ]


def _places(tx: Connection, erasures: Sequence[UUID]) -> Mapping[UUID, tuple[Place, ...]]:
    """What was done where, by erasure."""
    rows = tx.execute(
        text(
            "select erasure_id, service, place, found, done, at from account_erasure_places"
            " where erasure_id = any(:erasures) order by service, place"
        ),
        {"erasures": erasures},
    )
    found: dict[UUID, tuple[Place, ...]] = {}
    for row in rows:
        place = Place(row.service, row.place, row.found, row.done, row.at)
        found[row.erasure_id] = (*found.get(row.erasure_id, ()), place)
    return found


def decide(tx: Connection, one: AccountErasure) -> None:
    tx.execute(
        text(
            "update account_erasures set state = :state, decided_by = :by, decided_at = :at"
            " where id = cast(:id as uuid)"
        ),
        {"id": one.id, "state": one.state, "by": one.decided_by, "at": one.decided_at},
    )


def keep_places(tx: Connection, erasure_id: str, places: Iterable[Place]) -> None:
    """What was done where; an answer that comes again does not undo the first, one to what we did not ask is let go."""
    statement = text("""
    insert into account_erasure_places as known (erasure_id, service, place, found, done, at)
      select id, :service, :place, :found, :done, :at from account_erasures where id = cast(:id as uuid)
    on conflict (erasure_id, service, place) do update set found = greatest(known.found, excluded.found)
    """)
    if _is_id(erasure_id):
        for one in places:
            tx.execute(statement, {"id": erasure_id, **vars(one)})


# What is sent about somebody: about their account, codes that went to their address, requests and invitations.
_ABOUT = """
select cast(:id as text) union select cast(id as text) from address_codes
  where email = :email or account_id = cast(:id as uuid)
union select cast(id as text) from invitations where email = :email
union select cast(id as text) from role_requests where account_id = cast(:id as uuid)
"""
_CODES = """
select cast(id as text) from address_codes where email = :email or account_id = cast(:id as uuid)
union select cast(id as text) from invitations where email = :email
"""
_WAITING = f"select 1 from outbox where sent_at is null and headers->>'about' in ({_ABOUT}) limit 1"
_ERASE: Mapping[str, str] = {
    "messages that were sent": f"delete from outbox where sent_at is not null and headers->>'about' in ({_ABOUT})",
    "accounts elsewhere": "delete from outside_links where account_id = cast(:id as uuid)",
    "sign-ins from elsewhere that were not completed": "delete from outside_sign_ins where email = :email or session_id in"
    " (select id from sessions where account_id = cast(:id as uuid))",
    "devices": "delete from devices where account_id = cast(:id as uuid)",
    "second factors": "delete from second_factors where account_id = cast(:id as uuid)",
    "recovery codes": "delete from recovery_codes where account_id = cast(:id as uuid)",
    "places of sign-in": "delete from sign_in_places where account_id = cast(:id as uuid)",
    "tries to sign in": "delete from sign_in_tries where who = :who",
    "codes sent to the address": "delete from address_codes where email = :email or account_id = cast(:id as uuid)",
    "invitations": "update invitations set email = '', revoked_at = case when accepted_at is null"
    " then coalesce(revoked_at, :now) end where email = :email",
    "requests for roles": "update role_requests set reason = '', decision_reason = '',"
    " state = case when state = 'waiting' then 'withdrawn' else state end where account_id = cast(:id as uuid)",
    "reasons of roles": "update grants set reason = '', end_reason = '' where account_id = cast(:id as uuid)",
    "name, address and password": "update accounts set name = :closed, email = 'closed:' || id, password_hash = '',"
    " suspension_reason = '', closed_at = :now, version = version + 1 where id = cast(:id as uuid)",
}


def is_on_its_way(tx: Connection, account: Account) -> bool:
    """Whether something is still to be sent about somebody, perhaps with their name or address."""
    return tx.execute(text(_WAITING), {"id": account.id, "email": account.email}).first() is not None


def codes_of(tx: Connection, account: Account) -> list[str]:
    """The ids of codes that went to the account's address by letter."""
    return [
        str(one) for one in tx.execute(text(_CODES), {"id": account.id, "email": account.email}).scalars()
    ]


def erase(tx: Connection, account: Account, now: datetime) -> list[Place]:
    """Close an account that this transaction holds and take its owner out of it; what was found where.

    Sessions stay until they are pruned, ended: whoever keeps an actor of theirs is told by them.
    """
    values = {
        "id": account.id,
        "email": account.email,
        "who": accounts.digest(account.email),
        "closed": CLOSED_NAME,
        "now": now,
    }
    return [
        Place("identity", place, tx.execute(text(statement), values).rowcount, "erased", now)
        for place, statement in _ERASE.items()
    ]


def _is_id(written: str) -> bool:
    try:
        return bool(UUID(written))
    except ValueError:
        return False
