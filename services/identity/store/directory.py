"""Organisations as they are kept and changed, many at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from services.identity.domain.organisations import DatedRole, Organisation, Parent, Succession

_CHANGING = 7_304_103  # advisory lock: one change of organisations at a time, or newest would not win


def wait_to_change(tx: Connection) -> None:
    """One change at a time, until this transaction ends."""
    tx.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _CHANGING})


def named(tx: Connection, codes: Iterable[str]) -> dict[str, Organisation]:
    """Those of `codes` that we know, whole."""
    asked = {"codes": sorted(set(codes))}
    parents: dict[str, list[Parent]] = {}
    for row in tx.execute(
        text(
            "select code, parent, kind, starts_on, ends_on from organisation_parents where code = any(:codes)"
            " order by code, starts_on, parent, kind"
        ),
        asked,
    ):
        parents.setdefault(row.code, []).append(Parent(row.parent, row.kind, row.starts_on, row.ends_on))
    roles: dict[str, list[DatedRole]] = {}
    for row in tx.execute(
        text(
            "select code, role, is_primary, starts_on, ends_on from organisation_roles where code = any(:codes)"
            " order by code, is_primary desc, role, starts_on nulls first"
        ),
        asked,
    ):
        roles.setdefault(row.code, []).append(DatedRole(row.role, row.is_primary, row.starts_on, row.ends_on))
    rows = tx.execute(
        text(
            "select code, name, role, postcode, opened_on, closed_on, withdrawn_on, version from organisations"
            " where code = any(:codes)"
        ),
        asked,
    )
    return {row.code: _organisation(row, parents.get(row.code, ()), roles.get(row.code, ())) for row in rows}


def keep(tx: Connection, organisations: Sequence[Organisation]) -> None:
    """Write organisations as they are now, new ones and known ones; nothing is deleted but what is written anew."""
    if not organisations:
        return
    tx.execute(
        text(
            "insert into organisations (code, name, role, postcode, opened_on, closed_on, withdrawn_on, version, changed_at)"
            " values (:code, :name, :role, :postcode, :opened_on, :closed_on, :withdrawn_on, :version, now())"
            " on conflict (code) do update set name = excluded.name, role = excluded.role, postcode = excluded.postcode,"
            " opened_on = excluded.opened_on, closed_on = excluded.closed_on, withdrawn_on = excluded.withdrawn_on,"
            " version = excluded.version, changed_at = excluded.changed_at"
        ),
        [_values(one) for one in organisations],
    )
    keep_parents(tx, organisations)
    keep_roles(tx, organisations)


def told_after(tx: Connection, codes: Iterable[str], as_of: datetime) -> set[str]:
    """Those of `codes` of which something newer was told."""
    newer = text("select code from organisations where code = any(:codes) and as_of > :as_of")
    return set(tx.execute(newer, {"codes": list(codes), "as_of": as_of}).scalars())


def note_told(tx: Connection, codes: Iterable[str], as_of: datetime) -> None:
    """What is kept of these was so then, whether or not it changed anything."""
    tx.execute(
        text(
            "update organisations set as_of = :as_of where code = any(:codes) and (as_of is null or as_of < :as_of)"
        ),
        {"codes": list(codes), "as_of": as_of},
    )


def keep_parents(tx: Connection, organisations: Sequence[Organisation]) -> None:
    codes = [one.code for one in organisations]
    tx.execute(text("delete from organisation_parents where code = any(:codes)"), {"codes": codes})
    rows = [
        {"code": one.code, "parent": each.code, "kind": each.kind, "starts": each.start, "ends": each.end}
        for one in organisations
        for each in one.parents
    ]
    if rows:
        tx.execute(
            text(
                "insert into organisation_parents (code, parent, kind, starts_on, ends_on)"
                " values (:code, :parent, :kind, :starts, :ends)"
            ),
            rows,
        )


def keep_roles(tx: Connection, organisations: Sequence[Organisation]) -> None:
    codes = [one.code for one in organisations]
    tx.execute(text("delete from organisation_roles where code = any(:codes)"), {"codes": codes})
    rows = [
        {"code": one.code, "role": each.role, "primary": each.primary, "starts": each.start, "ends": each.end}
        for one in organisations
        for each in one.every_role
    ]
    if rows:
        tx.execute(
            text(
                "insert into organisation_roles (code, role, is_primary, starts_on, ends_on)"
                " values (:code, :role, :primary, :starts, :ends)"
            ),
            rows,
        )


def raise_versions(tx: Connection, codes: Iterable[str]) -> None:
    """Something about these changed that stands in another table: the next word about them is newer."""
    tx.execute(
        text("update organisations set version = version + 1, changed_at = now() where code = any(:codes)"),
        {"codes": sorted(set(codes))},
    )


_CIRCULAR = text("""
with recursive above(start, code, day) as (
  select p.code, p.parent, greatest(p.starts_on, cast(:today as date)) from organisation_parents p
  where p.code = any(:codes) and p.kind = any(:kinds) and (p.ends_on is null or p.ends_on >= :today)
    and exists (select from organisation_parents below where below.parent = p.code and below.kind = any(:kinds))
  union
  select a.start, p.parent, a.day from above a join organisation_parents p on p.code = a.code and p.kind = any(:kinds)
    and p.starts_on <= a.day and (p.ends_on is null or p.ends_on >= a.day)
  where a.code <> a.start
) select distinct start from above where code = start order by start
""")


def circular(tx: Connection, codes: Iterable[str], kinds: Iterable[str], today: date) -> list[str]:
    """Those of `codes` that would belong to themselves, today or on the day a belonging of theirs begins."""
    return list(tx.execute(_CIRCULAR, {"codes": list(codes), "kinds": list(kinds), "today": today}).scalars())


def add_successions(tx: Connection, successions: Iterable[Succession]) -> list[Succession]:
    """Keep who took over from whom; those that are new, or that are now said to be of another day."""
    added = []
    for one in sorted(set(successions), key=lambda each: (each.predecessor, each.successor, each.start)):
        done = tx.execute(
            text(
                "insert into organisation_successions (predecessor, successor, starts_on) values (:before, :after, :start)"
                " on conflict (predecessor, successor) do update set starts_on = excluded.starts_on"
                " where organisation_successions.starts_on <> excluded.starts_on"
            ),
            {"before": one.predecessor, "after": one.successor, "start": one.start},
        )
        if done.rowcount:
            added.append(one)
    return added


def successions_of(tx: Connection, codes: Iterable[str]) -> list[Succession]:
    """Those in which any of `codes` takes over or is taken over."""
    rows = tx.execute(
        text(
            "select predecessor, successor, starts_on from organisation_successions"
            " where predecessor = any(:codes) or successor = any(:codes) order by predecessor, starts_on, successor"
        ),
        {"codes": list(codes)},
    )
    return [Succession(row.predecessor, row.successor, row.starts_on) for row in rows]


def names(tx: Connection, codes: Iterable[str]) -> Mapping[str, str]:
    rows = tx.execute(
        text("select code, name from organisations where code = any(:codes)"), {"codes": sorted(set(codes))}
    )
    return {row.code: row.name for row in rows}


def _organisation(row: Row[Any], parents: Iterable[Parent], roles: Iterable[DatedRole]) -> Organisation:
    made = Organisation(
        row.code,
        row.name,
        row.role,
        row.postcode,
        row.opened_on,
        row.closed_on,
        tuple(parents),
        row.version,
        tuple(roles),
        row.withdrawn_on,
    )
    return replace(made, roles=made.every_role)


def _values(one: Organisation) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "role": one.role,
        "postcode": one.postcode,
        "opened_on": one.opened_on,
        "closed_on": one.closed_on,
        "withdrawn_on": one.withdrawn_on,
        "version": one.version,
    }
