"""Organisations over time, and whom they belong to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Connection, text

OPERATED_BY = "RE6"  # ODS: is operated by
_BOOTSTRAPPING = 7_304_101  # advisory lock: two migrations must not both find an empty house


def wait_for_bootstrap(tx: Connection) -> None:
    """One bootstrap at a time, until this transaction ends."""
    tx.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _BOOTSTRAPPING})


def has_organisations(tx: Connection) -> bool:
    return bool(tx.execute(text("select exists (select from organisations)")).scalar())


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
