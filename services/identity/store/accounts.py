"""Accounts and the roles they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text

from services.identity.domain.accounts import Account
from services.identity.domain.roles import Held

_ACCOUNT = "id, name, email, version, suspended_at"
_GRANT = "id, account_id, role, organisation, starts_at, ends_at, reason, last_used_at"
_HELD = "starts_at <= :now and (ends_at is null or ends_at > :now)"


def add(tx: Connection, account: Account, password_hash: str, now: datetime) -> None:
    """A new account with an e-mail address in its normal form; its grants are added apart."""
    tx.execute(
        text(
            "insert into accounts (id, email, name, password_hash, opened_at, version)"
            " values (:id, :email, :name, :password_hash, :now, :version)"
        ),
        {
            "id": account.id,
            "email": account.email,
            "name": account.name,
            "password_hash": password_hash,
            "now": now,
            "version": account.version,
        },
    )


def add_grant(
    tx: Connection, id: str, account_id: str, held: Held, now: datetime, approver: str, reason: str
) -> None:
    """`approver` is the id of the actor who allowed it."""
    tx.execute(
        text(
            "insert into grants (id, account_id, role, organisation, starts_at, ends_at, approver, reason)"
            " values (:id, :account_id, :role, :organisation, :now, :ends_at, :approver, :reason)"
        ),
        {
            "id": id,
            "account_id": account_id,
            "role": held.role,
            "organisation": held.organisation,
            "now": now,
            "ends_at": held.ends_at,
            "approver": approver,
            "reason": reason,
        },
    )


def after(
    tx: Connection, after: UUID | None, most: int, now: datetime, search: str = ""
) -> tuple[Account, ...]:
    """A page of open accounts, oldest first, with the roles they hold now; of those with `search` in their name or address."""
    rows = tx.execute(
        text(
            f"select {_ACCOUNT} from accounts where closed_at is null"
            " and (cast(:after as uuid) is null or id > cast(:after as uuid))"
            " and position(:search in lower(name || ' ' || email)) > 0 order by id limit :most"
        ),
        {"after": after, "most": most, "search": search},
    ).all()
    held = held_by(tx, (row.id for row in rows), now)
    return tuple(_account(row, held.get(row.id, ())) for row in rows)


def names(tx: Connection, accounts: Iterable[str]) -> Mapping[str, str]:
    """What the owners of these accounts are called, by id; one that is closed has no name."""
    statement = text(
        "select id, name from accounts where id = any(cast(:accounts as uuid[])) and closed_at is null"
    )
    return {str(row.id): row.name for row in tx.execute(statement, {"accounts": list(accounts)})}


def held_by(tx: Connection, accounts: Iterable[UUID], now: datetime) -> Mapping[UUID, tuple[Held, ...]]:
    """The roles that each of `accounts` holds now, first granted first."""
    rows = tx.execute(
        text(
            f"select {_GRANT} from grants where account_id = any(:accounts) and {_HELD} order by starts_at, id"
        ),
        {"accounts": list(accounts), "now": now},
    )
    held: dict[UUID, tuple[Held, ...]] = {}
    for row in rows:
        held[row.account_id] = (*held.get(row.account_id, ()), _held(row))
    return held


def _held(row: Row[Any]) -> Held:
    return Held(
        row.role,
        row.organisation,
        row.ends_at,
        str(row.id),
        row.starts_at,
        row.reason,
        row.last_used_at,
        str(row.account_id),
    )


# ---- one account ---------------------------------------------------------------------------------------------


def find(tx: Connection, account_id: str, now: datetime) -> Account | None:
    """An open account, suspended or not, with the roles it holds now."""
    return _one(tx, "id = cast(:sought as uuid)", account_id, now)


def find_by_address(tx: Connection, email: str, now: datetime) -> Account | None:
    return _one(tx, "email = :sought", email, now)


def hold(tx: Connection, account_id: str, now: datetime) -> Account | None:
    """The same, which nobody else changes until this transaction ends: every change of its roles begins here."""
    return _one(tx, "id = cast(:sought as uuid)", account_id, now, "for update")


def _one(tx: Connection, where: str, sought: str, now: datetime, lock: str = "") -> Account | None:
    row = tx.execute(
        text(f"select {_ACCOUNT} from accounts where {where} and closed_at is null {lock}"),
        {"sought": sought},
    ).one_or_none()
    return None if row is None else _account(row, held_by(tx, [row.id], now).get(row.id, ()))


def _account(row: Row[Any], held: tuple[Held, ...]) -> Account:
    return Account(str(row.id), row.name, row.email, held, row.version, row.suspended_at is not None)


def password_of(tx: Connection, account_id: str) -> str:
    """The hash of an account's password."""
    found = tx.execute(
        text("select password_hash from accounts where id = cast(:id as uuid)"), {"id": account_id}
    )
    return str(found.scalar_one())


def change_password(tx: Connection, account_id: str, password_hash: str) -> None:
    """Another password, or with an empty hash none; wrong second factors after the one before no longer count."""
    tx.execute(
        text("update accounts set password_hash = :hash, wrong_seconds = 0 where id = cast(:id as uuid)"),
        {"id": account_id, "hash": password_hash},
    )


def rectify(tx: Connection, account_id: str, name: str, email: str) -> None:
    """An account is known by these from now on."""
    tx.execute(
        text(
            "update accounts set name = :name, email = :email, version = version + 1 where id = cast(:id as uuid)"
        ),
        {"id": account_id, "name": name, "email": email},
    )


def count_wrong_second(tx: Connection, account_id: str) -> int:
    """One more wrong second factor; how many there were in a row."""
    counted = tx.execute(
        text(
            "update accounts set wrong_seconds = wrong_seconds + 1 where id = cast(:id as uuid) returning wrong_seconds"
        ),
        {"id": account_id},
    )
    return int(counted.scalar_one())


def forget_wrong_seconds(tx: Connection, account_id: str) -> None:
    tx.execute(
        text("update accounts set wrong_seconds = 0 where id = cast(:id as uuid) and wrong_seconds > 0"),
        {"id": account_id},
    )


def suspend(tx: Connection, account_id: str, reason: str, now: datetime | None) -> None:
    """From now on the account may not be used; without `now`, it may again."""
    tx.execute(
        text(
            "update accounts set suspended_at = :now, suspension_reason = :reason, version = version + 1"
            " where id = cast(:id as uuid)"
        ),
        {"id": account_id, "now": now, "reason": reason},
    )


# ---- roles held at an organisation ---------------------------------------------------------------------------


def at(
    tx: Connection,
    organisation: str,
    now: datetime,
    after: UUID | None,
    most: int,
    search: str,
    grant_id: str | None,
) -> tuple[Account, ...]:
    """Who holds a role at an organisation now, by name, with the roles they hold there: `most` of those who come after an account
    (None: from the first), have `search` in their name or address, and hold the role `grant_id` (None: any)."""
    rows = tx.execute(
        text(
            f"select {_ACCOUNT} from accounts where closed_at is null and id in"
            f" (select account_id from grants where organisation = :code and {_HELD}"
            " and (cast(:grant_id as uuid) is null or id = cast(:grant_id as uuid)))"
            " and (cast(:after as uuid) is null"
            " or (name, id) > (select one.name, one.id from accounts one where one.id = cast(:after as uuid)))"
            " and position(:search in lower(name || ' ' || email)) > 0 order by name, id limit :most"
        ),
        {
            "code": organisation,
            "now": now,
            "after": after,
            "most": most,
            "search": search,
            "grant_id": grant_id,
        },
    ).all()
    held = held_by(tx, (row.id for row in rows), now)
    here = {
        id: tuple(one for one in several if one.organisation == organisation) for id, several in held.items()
    }
    return tuple(_account(row, here.get(row.id, ())) for row in rows)


_HOLDERS = f"""
    select id, name from accounts where closed_at is null and suspended_at is null and id in
      (select account_id from grants where organisation = any(:codes) and role = any(:roles) and {_HELD})
    order by name, id"""


def holders(
    tx: Connection, organisations: Iterable[str], roles: Iterable[str], now: datetime
) -> tuple[tuple[str, str], ...]:
    """Who can sign in and holds one of these roles at one of these organisations now: each id and name, by name."""
    values = {"codes": list(organisations), "roles": list(roles), "now": now}
    return tuple((str(row.id), row.name) for row in tx.execute(text(_HOLDERS), values))


def grant_named(tx: Connection, grant_id: str, now: datetime) -> Held | None:
    """A role that is held now."""
    row = tx.execute(
        text(f"select {_GRANT} from grants where id = cast(:id as uuid) and {_HELD}"),
        {"id": grant_id, "now": now},
    ).one_or_none()
    return _held(row) if row else None


def others_with(tx: Connection, role: str, organisation: str, account_id: str, now: datetime) -> int:
    """How many others hold a role at an organisation. Who asks holds the organisation's row, so none leaves meanwhile."""
    tx.execute(text("select 1 from organisations where code = :code for update"), {"code": organisation})
    found = tx.execute(
        text(
            "select count(*) from grants g join accounts a on a.id = g.account_id where g.role = :role"
            f" and g.organisation = :code and g.account_id <> cast(:account_id as uuid) and {_HELD}"
            " and a.closed_at is null and a.suspended_at is null"
        ),
        {"role": role, "code": organisation, "account_id": account_id, "now": now},
    )
    return int(found.scalar_one())


def end_grant(tx: Connection, grant_id: str, by: str, reason: str, now: datetime) -> None:
    tx.execute(
        text(
            "update grants set ends_at = :now, ended_by = :by, end_reason = :reason, version = version + 1"
            " where id = cast(:id as uuid)"
        ),
        {"id": grant_id, "by": by, "reason": reason, "now": now},
    )


def next_change(tx: Connection) -> int:
    """The number of a change of grants: the newest has the highest."""
    return int(tx.execute(text("select nextval('grant_changes')")).scalar_one())


def note_use(tx: Connection, account_id: str, now: datetime) -> None:
    """The roles of an account are used, to the day; a warning that they would end is void."""
    tx.execute(
        text(
            "update grants set last_used_at = :now, warned_at = null where account_id = cast(:id as uuid)"
            " and ends_at is null and (last_used_at is null or last_used_at < :now - interval '1 day')"
        ),
        {"id": account_id, "now": now},
    )


def unused(tx: Connection, since: datetime, warned_by: datetime | None, most: int) -> list[Held]:
    """Roles that nobody has used since then and of which nobody was warned yet; or, with `warned_by`, was by then."""
    warned = "warned_at is null" if warned_by is None else "warned_at <= :warned_by"
    rows = tx.execute(
        text(
            f"select {_GRANT} from grants where ends_at is null and {warned}"
            " and coalesce(last_used_at, starts_at) < :since order by id limit :most for update skip locked"
        ),
        {"since": since, "warned_by": warned_by, "most": most},
    )
    return [_held(row) for row in rows]


def note_warning(tx: Connection, grant_id: str, now: datetime) -> None:
    tx.execute(
        text("update grants set warned_at = :now where id = cast(:id as uuid)"), {"id": grant_id, "now": now}
    )
