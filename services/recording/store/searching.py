"""Searching events and listing what is held: pages by keyset, each organisation's newest merged, so that a page of a
million rows costs what a page of a hundred does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from services.recording.domain.safety_events import SafetyEvent
from services.recording.domain.searches import Held, Wanted
from services.recording.store import cursors, is_id
from services.recording.store.events import FOUND, event_of
from services.recording.store.scopes import Scope

MOST = 100
USUAL = 50
HELD_AT_ONCE = 500


# What a client holds under its own references: what lives, and of what was withdrawn the newest where nothing took its
# place. In two parts, because each has an index of its own, and each no longer than a page.
_UNDER = """select * from events e where e.recorder_id = :recorder and e.local_reference <> '' and e.state = '{state}' {more}
  order by e.local_reference, e.id limit :limit"""
_SUCCESSOR = """select from events o where o.recorder_id = :recorder and o.local_reference = e.local_reference
  and o.reference_system = e.reference_system and o.local_reference <> '' and o.state = """
_NOTHING_FOLLOWED = (
    f"and not exists ({_SUCCESSOR} 'recorded' union all {_SUCCESSOR} 'withdrawn' and o.id > e.id)"
)

_CONDITIONS = {
    "event_ids": "e.id = any(cast(:event_ids as uuid[]))",
    "references": "e.reference = any(:references)",
    "local_references": "e.local_reference = any(:local_references)",
    "reference_systems": """exists (
      select from unnest(cast(:local_references as text[]), cast(:reference_systems as text[])) as asked (value, system)
      where asked.value = e.local_reference and asked.system in (e.reference_system, ''))""",
    "organisations": "e.organisation = any(:organisations)",
    "event_types": "e.event_type = any(:event_types)",
    "physical_harms": "e.worst_physical = any(:physical_harms)",
    "occurred_from": "e.occurred_on >= :occurred_from",
    "occurred_until": "e.occurred_on < :occurred_until and e.occurred_on <> ''",
    "updated_from": "e.updated_at >= :updated_from",
    "updated_until": "e.updated_at < :updated_until",
}


def search(tx: Connection, scope: Scope, wanted: Wanted) -> tuple[list[tuple[SafetyEvent, str]], bool]:
    """Events in scope, each with the cursor of what comes after it, and whether there are more."""
    count = min(wanted.count or USUAL, MOST)
    column = "occurred_on" if wanted.by_date else "updated_at"
    order = f"{column} {_way(wanted)}, id {_way(wanted)}"
    values = _values(wanted) | scope.values() | _after(wanted) | {"limit": count + 1}
    branches = " union ".join(
        f"(select id, {column} from {source} where {where} order by {order} limit :limit)"
        for source, where in _branches(scope, wanted, column, order)
    )
    rows = tx.execute(
        text(
            f"with page as (select * from ({branches}) as either order by {order} limit :limit)"
            f" select {FOUND}, page.{column} as sorted_by from page join events e on e.id = page.id"
            f" join revisions r on r.event_id = e.id and r.revision = e.revision"
            f" order by page.{column} {_way(wanted)}, page.id {_way(wanted)}"
        ),
        values,
    ).all()
    return [(event_of(row), _cursor(row)) for row in rows[:count]], len(rows) > count


def count(tx: Connection, scope: Scope, wanted: Wanted) -> int:
    """How many events in scope there are, exactly."""
    found = tx.execute(
        text(f"select count(*) from events e where ({scope.condition()}) and {_filters(wanted)}"),
        _values(wanted) | scope.values(),
    )
    return int(found.scalar_one())


def held(tx: Connection, recorder: str, references: Sequence[str], cursor: str) -> tuple[list[Held], str]:
    """What a client recorded under its local references: under these, or page by page all; a withdrawn one where nothing took
    its place."""
    values: dict[str, Any] = {"recorder": recorder, "limit": None if references else HELD_AT_ONCE}
    asked = ""
    if references:
        asked, values["references"] = "and e.local_reference = any(:references)", list(references)
    elif cursor:
        asked = "and (e.local_reference, e.id) > (:after, cast(:after_id as uuid))"
        values["after"], values["after_id"] = cursors.unpacked(cursor, str)
    living = _UNDER.format(state="recorded", more=asked)
    gone = _UNDER.format(state="withdrawn", more=f"{asked} {_NOTHING_FOLLOWED}")
    rows = tx.execute(
        text(
            "select e.local_reference, e.id, e.reference, e.revision, e.updated_at, e.state = 'withdrawn' as withdrawn,"
            f" e.reference_system from (({living}) union all ({gone})) as e"
            " order by e.local_reference, e.id limit :limit"
        ),
        values,
    ).all()
    found = [
        Held(
            row.local_reference,
            str(row.id),
            row.reference,
            row.revision,
            row.updated_at,
            row.withdrawn,
            row.reference_system,
        )
        for row in rows
    ]
    more = not references and len(found) == HELD_AT_ONCE
    return found, cursors.packed(found[-1].local_reference, found[-1].event_id) if more else ""


def _branches(scope: Scope, wanted: Wanted, column: str, order: str) -> list[tuple[str, str]]:
    """Where rows may come from, each read in order: one index each, where a single condition would need them all."""
    where = _filters(wanted)
    if wanted.cursor:
        compare = ">" if wanted.ascending else "<"
        where += f" and (e.{column}, e.id) {compare} (:after_value, cast(:after_id as uuid))"
    if scope.everything:
        return [("events e", where)]
    found = [("events e", f"e.recorder_id = :recorder and {where}")] if not scope.organisations else []
    if scope.organisations:
        inner = (
            f"select e.* from events e where e.organisation = code and {where} order by {order} limit :limit"
        )
        found.append((f"unnest(cast(:mine as text[])) as code cross join lateral ({inner}) as e", "true"))
        found.append(
            ("events e", f"e.recorder_id = :recorder and not e.organisation = any(:mine) and {where}")
        )
    if scope.organisations and scope.elsewhere:
        there = "e.elsewhere and e.occurred_organisations && cast(:mine as text[])"
        found.append(("events e", f"{there} and {where}"))
    return found


def _filters(wanted: Wanted) -> str:
    given = [condition for name, condition in _CONDITIONS.items() if getattr(wanted, name)]
    return " and ".join(["e.state = 'recorded'", *given])


def _values(wanted: Wanted) -> dict[str, Any]:
    given = {name: getattr(wanted, name) for name in _CONDITIONS}
    values = {
        name: list(value) if isinstance(value, (list, tuple)) else value for name, value in given.items()
    }
    values["event_ids"] = [one for one in wanted.event_ids if is_id(one)]  # what is no id names no event
    values["occurred_from"], values["occurred_until"] = wanted.occurred()
    return values


def _way(wanted: Wanted) -> str:
    return "asc" if wanted.ascending else "desc"


def _cursor(row: Any) -> str:
    value = row.sorted_by
    return cursors.packed(value.isoformat() if isinstance(value, datetime) else value, str(row.id))


def _after(wanted: Wanted) -> dict[str, Any]:
    if not wanted.cursor:
        return {}
    value, event_id = cursors.unpacked(wanted.cursor, str)
    return {"after_value": value if wanted.by_date else cursors.instant(value), "after_id": event_id}
