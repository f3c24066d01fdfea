"""Organisations over time, and whom they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, text

from services.identity.domain.organisations import Organisation, Parent

OPERATED_BY = "RE6"  # ODS: is operated by
_BOOTSTRAPPING = 7_304_101  # advisory lock: two migrations must not both find an empty house


def wait_for_bootstrap(tx: Connection) -> None:
    """One bootstrap at a time, until this transaction ends."""
    tx.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _BOOTSTRAPPING})


def has_organisations(tx: Connection) -> bool:
    return bool(tx.execute(text("select exists (select from organisations)")).scalar())


def add_organisations(tx: Connection, organisations: Sequence[Organisation]) -> None:
    """New organisations, then whom they belong to: a parent may come after its child."""
    tx.execute(
        text(
            "insert into organisations (code, name, role, postcode, opened_on, closed_on, version)"
            " values (:code, :name, :role, :postcode, :opened_on, :closed_on, :version)"
        ),
        [_organisation_values(one) for one in organisations],
    )
    parents = [_parent_values(one.code, parent) for one in organisations for parent in one.parents]
    if parents:
        tx.execute(
            text(
                "insert into organisation_parents (code, parent, kind, starts_on, ends_on)"
                " values (:code, :parent, :kind, :starts_on, :ends_on)"
            ),
            parents,
        )
    roles = [
        {"code": one.code, "role": one.role, "starts_on": one.opened_on, "ends_on": one.closed_on}
        for one in organisations
    ]
    tx.execute(
        text(
            "insert into organisation_roles (code, role, is_primary, starts_on, ends_on)"
            " values (:code, :role, true, :starts_on, :ends_on)"
        ),
        roles,
    )


def every(tx: Connection) -> tuple[Organisation, ...]:
    """All of them, with whom they ever belonged to."""
    parents: dict[str, list[Parent]] = {}
    for row in tx.execute(text("select * from organisation_parents order by code, starts_on, parent")):
        parents.setdefault(row.code, []).append(Parent(row.parent, row.kind, row.starts_on, row.ends_on))
    rows = tx.execute(text("select * from organisations order by code"))
    return tuple(_organisation(row, tuple(parents.get(row.code, ()))) for row in rows)


def _organisation(row: Row[Any], parents: tuple[Parent, ...]) -> Organisation:
    return Organisation(
        row.code, row.name, row.role, row.postcode, row.opened_on, row.closed_on, parents, row.version
    )


def _organisation_values(one: Organisation) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "role": one.role,
        "postcode": one.postcode,
        "opened_on": one.opened_on,
        "closed_on": one.closed_on,
        "version": one.version,
    }


def _parent_values(code: str, parent: Parent) -> dict[str, Any]:
    return {
        "code": code,
        "parent": parent.code,
        "kind": parent.kind,
        "starts_on": parent.start,
        "ends_on": parent.end,
    }


def is_open(tx: Connection, code: str, day: date) -> bool:
    """Whether there is such an organisation, and it is not closed on that day."""
    found = tx.execute(
        text(
            "select exists (select from organisations where code = :code"
            " and (closed_on is null or closed_on >= :day))"
        ),
        {"code": code, "day": day},
    )
    return bool(found.scalar())


def operators(tx: Connection, code: str, day: date) -> frozenset[str]:
    """Who operates an organisation on that day, step by step upwards."""
    rows = tx.execute(
        text(
            "with recursive above as (select cast(:code as text) as code union"
            " select p.parent from above a join organisation_parents p on p.code = a.code and p.kind = :kind"
            " and p.starts_on <= :day and (p.ends_on is null or p.ends_on >= :day)) select code from above"
        ),
        {"code": code, "kind": OPERATED_BY, "day": day},
    )
    return frozenset(rows.scalars()) - {code}


def operated(tx: Connection, codes: Iterable[str], day: date) -> frozenset[str]:
    """These organisations, and whatever they operate on that day."""
    rows = tx.execute(
        text(
            "with recursive below as (select unnest(cast(:codes as text[])) as code union"
            " select p.code from below b join organisation_parents p on p.parent = b.code and p.kind = :kind"
            " and p.starts_on <= :day and (p.ends_on is null or p.ends_on >= :day)) select code from below"
        ),
        {"codes": list(codes), "kind": OPERATED_BY, "day": day},
    )
    return frozenset(rows.scalars())
