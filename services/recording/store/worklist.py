"""Lists of work: each organisation's newest merged by keyset, as in `searching`, and what waits, counted from an index alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, text

from services.recording.domain.following_up import TEXT
from services.recording.domain.reference_numbers import normalise
from services.recording.domain.safety_responses import ACTION, Due
from services.recording.domain.worklist import ENDED as CLOSED
from services.recording.domain.worklist import Asked, Assigned, Counts, OwnRecord, Work
from services.recording.store import cursors
from services.recording.store.following_up import REMARK, remark_of
from services.recording.store.safety_responses import ACTION_LATE, DUE, due_values
from services.recording.store.scopes import Scope

MOST, USUAL = 500, 25
MOST_OWN = 100

_CONDITIONS = {
    "states": "e.handling = any(:states)",
    "event_types": "e.event_type = any(:event_types)",
    "physical_harms": "e.worst_physical = any(:physical_harms)",
    "recorded_from": "e.reported_at >= cast(:recorded_from as date)::timestamp at time zone 'Europe/London'",
    "recorded_until": "e.reported_at < (cast(:recorded_until as date) + 1)::timestamp at time zone 'Europe/London'",
    "occurred_from": "e.occurred_on >= :occurred_from",
    "occurred_until": "e.occurred_on < :occurred_until and e.occurred_on <> ''",
    "reference": "e.reference = :reference",
}
_ASSIGNED = {
    Assigned.ME: "e.assigned_to = :me and e.assigned_to <> ''",
    Assigned.NOBODY: "e.assigned_to = ''",
    Assigned.SOMEBODY: "e.assigned_to <> ''",
}


# ---- a page ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reach:
    """Which events an actor may see, and of which of them they may know how they are followed up. `me` is their id."""

    sight: Scope
    followed: Scope
    me: str

    def values(self) -> dict[str, Any]:
        mine = {f"followed_{name}": value for name, value in self.followed.values().items()}
        return self.sight.values() | mine | {"me": self.me}

    @property
    def may_know(self) -> str:
        """A condition on `events e`, in terms of its own values."""
        return self.followed.condition("followed_")


def page(tx: Connection, reach: Reach, asked: Asked) -> tuple[list[Work], str]:
    """Events in sight, and the cursor of what comes after them; "" at the end."""
    count = min(asked.count or USUAL, MOST)
    column, way, branches = _either(reach, asked)
    rows = tx.execute(
        text(
            f"with page as (select * from ({branches}) as either order by {column} {way}, id {way} limit :limit)"
            f" select {_WORK}, ({reach.may_know}) as followed, page.{column} as sorted_by"
            " from page join events e on e.id = page.id"
            " join revisions r on r.event_id = e.id and r.revision = e.revision"
            f" order by page.{column} {way}, page.id {way}"
        ),
        _values(asked) | reach.values() | _after(asked) | {"limit": count + 1},
    ).all()
    following = _cursor(rows[count - 1]) if len(rows) > count else ""
    return [_work(row) for row in rows[:count]], following


def is_longer(tx: Connection, reach: Reach, asked: Asked, most: int) -> bool:
    """Whether there are more than so many events in sight; none more than that are counted."""
    _, _, branches = _either(reach, asked)
    counted = text(f"select count(*) from (select id from ({branches}) as either limit :limit) as first")
    values = _values(asked) | reach.values() | _after(asked) | {"limit": most + 1}
    return int(tx.execute(counted, values).scalar_one()) > most


def _either(reach: Reach, asked: Asked) -> tuple[str, str, str]:
    """By which column and which way a list is sorted, and the ids of its first ones, each with that column."""
    column = "occurred_on" if asked.by_date else "reported_at"
    way = "asc" if asked.ascending else "desc"
    order = f"{column} {way}, id {way}"
    branches = " union ".join(
        f"(select id, {column} from {source} where {where} order by {order} limit :limit)"
        for source, where in _branches(reach, asked, column, order)
    )
    return column, way, branches


_WORK = """
  e.id, e.reference, e.revision, e.event_type, e.occurred_on, e.reported_at, e.organisation, e.occurred_organisations,
  e.worst_physical, e.worst_psychological, coalesce(cast(r.summary->>'urgent' as boolean), false) as urgent, r.question_set,
  e.handling, e.assigned_to,
  coalesce((select max(h.version) from handlings h where h.event_id = e.id), 1) as version,
  (select count(*) from remarks q where q.event_id = e.id and q.kind = 'question' and not exists
    (select from remarks a where a.event_id = q.event_id and a.in_reply_to = q.id)) as open_questions
"""


def _branches(reach: Reach, asked: Asked, column: str, order: str) -> list[tuple[str, str]]:
    """Where rows may come from, each read in order from an index of its own."""
    where, sight = _filters(asked, reach, column), reach.sight
    if sight.everything:
        return [("events e", where)]
    found = [("events e", f"e.recorder_id = :recorder and {where}")] if sight.recorder else []
    for codes, sharing in (("mine", "true"), ("overseen", "not e.data_sharing_opt_out")):
        if codes in sight.values():
            found.append((_of_each(codes, sharing, reach, asked, column, order), "true"))
            if sight.elsewhere:
                there = f"e.elsewhere and e.occurred_organisations && cast(:{codes} as text[])"
                found.append(("events e", f"{there} and {where}"))
    return found or [("events e", "false")]


def _of_each(codes: str, sharing: str, reach: Reach, asked: Asked, column: str, order: str) -> str:
    """Each organisation's first ones, and of each state that is asked for: several at once would all have to be sorted."""
    each, state = f"unnest(cast(:{codes} as text[])) as code", ""
    if asked.states:
        each, state = (
            f"{each} cross join unnest(cast(:states as text[])) as one_state",
            "e.handling = one_state",
        )
    where = _filters(asked, reach, column, state)
    inner = (
        f"select e.* from events e where e.organisation = code and {sharing} and {where}"
        f" order by {order} limit :limit"
    )
    return f"{each} cross join lateral ({inner}) as e"


def _filters(asked: Asked, reach: Reach, column: str, state: str = "") -> str:
    """What every row must be; `state` in place of the condition on states."""
    conditions = _CONDITIONS | {"states": state or _CONDITIONS["states"]}
    given = [condition for name, condition in conditions.items() if getattr(asked, name)]
    if asked.assigned:
        given.append(_ASSIGNED[asked.assigned])
    if asked.of_followed:
        given.append(f"({reach.may_know})")
    if asked.cursor:
        compare = ">" if asked.ascending else "<"
        given.append(f"(e.{column}, e.id) {compare} (:after_value, cast(:after_id as uuid))")
    return " and ".join(["e.state = 'recorded'", *given])


def _values(asked: Asked) -> dict[str, Any]:
    begun, ended = asked.occurred()
    return {
        "states": list(dict.fromkeys(asked.states)),
        "event_types": list(asked.event_types),
        "physical_harms": list(asked.physical_harms),
        "recorded_from": asked.recorded_from,
        "recorded_until": asked.recorded_until,
        "occurred_from": begun,
        "occurred_until": ended,
        "reference": normalise(asked.reference),
    }


def _after(asked: Asked) -> dict[str, Any]:
    if not asked.cursor:
        return {}
    value, event_id = cursors.unpacked(asked.cursor, str)
    return {"after_value": value if asked.by_date else cursors.instant(value), "after_id": event_id}


def _cursor(row: Any) -> str:
    value = row.sorted_by
    return cursors.packed(value.isoformat() if isinstance(value, datetime) else value, str(row.id))


def _work(row: Any) -> Work:
    followed = {
        "state": row.handling,
        "assigned_to": row.assigned_to,
        "version": row.version,
        "open_questions": row.open_questions,
    }
    return Work(
        event_id=str(row.id),
        reference=row.reference,
        revision=row.revision,
        event_type=row.event_type,
        occurred_on=row.occurred_on,
        reported_at=row.reported_at,
        organisation=row.organisation,
        occurred_organisations=tuple(row.occurred_organisations),
        worst_physical=row.worst_physical,
        worst_psychological=row.worst_psychological,
        urgent=row.urgent,
        question_set=row.question_set,
        followed=row.followed,
        **(followed if row.followed else {}),
    )


# ---- counts ------------------------------------------------------------------------------------------------

_OF_STATE = """
select handling, count(*) as events, count(*) filter (where assigned_to = '') as unassigned,
  count(*) filter (where assigned_to = :me) as mine
from events e where e.state = 'recorded' and {which} group by handling
"""
_RESPONSES = text(f"""
select count(*) filter (where {DUE[Due.OVERDUE]}) as overdue, count(*) filter (where {DUE[Due.SOON]}) as due
from safety_responses r
where r.target <> '' and (r.organisation = any(cast(:mine as text[])) or r.contributing && cast(:mine as text[]))
""")
_ACTIONS = text(f"""
select count(*) from safety_responses r
  join safety_response_versions v on v.response_id = r.id and v.version = r.version
  cross join lateral jsonb_array_elements(v.facts->'{ACTION}') as a
where (r.organisation = any(cast(:mine as text[])) or r.contributing && cast(:mine as text[])) and {ACTION_LATE}
""")


def counts(tx: Connection, scope: Scope, me: str, today: date) -> Counts:
    """What waits for the organisations in scope."""
    values = due_values(today) | {"mine": list(scope.organisations), "me": me}
    which = "true" if scope.everything else "e.organisation = any(cast(:mine as text[]))"
    rows = tx.execute(text(_OF_STATE.format(which=which)), values).all()
    due = tx.execute(_RESPONSES, values).one()
    open_ = [row for row in rows if row.handling not in CLOSED]
    return Counts(
        states={row.handling: row.events for row in rows},
        unassigned=sum(row.unassigned for row in open_),
        mine=sum(row.mine for row in open_),
        responses_overdue=due.overdue,
        responses_due=due.due,
        actions_overdue=int(tx.execute(_ACTIONS, values).scalar_one()),
    )


# ---- one's own ---------------------------------------------------------------------------------------------

_OWN = """
select e.id, e.reference, e.event_type, e.occurred_on, e.reported_at, e.organisation,
  case when e.state = 'withdrawn' then 'withdrawn' else e.handling end as shown_state,
  (select count(*) from remarks q where q.event_id = e.id and q.kind = 'question' and not exists
    (select from remarks a where a.event_id = q.event_id and a.in_reply_to = q.id)) as questions
from events e where e.recorder_id = :me {after} order by e.id desc limit :limit
"""
_FEEDBACK = text(f"""
select found.* from (
  select distinct on (m.event_id) m.id from remarks m
  where m.event_id = any(cast(:ids as uuid[])) and m.to_reporter order by m.event_id, m.made_at desc, m.id desc
) newest cross join lateral ({REMARK} where m.id = newest.id) found
""")


def own(tx: Connection, me: str, cursor: str, count: int) -> tuple[list[OwnRecord], str]:
    """What an account recorded, newest first, and the cursor of what comes after it; "" at the end."""
    count = min(count or USUAL, MOST_OWN)
    values: dict[str, Any] = {"me": me, "limit": count + 1}
    if cursor:
        (values["after"],) = cursors.unpacked(cursor)
    after = "and e.id < cast(:after as uuid)" if cursor else ""
    rows = tx.execute(text(_OWN.format(after=after)), values).all()
    shown = rows[:count]
    ids = [str(row.id) for row in shown]
    feedback = {
        str(row.event_id): remark_of(row) for row in tx.execute(_FEEDBACK, {"ids": ids, "field": TEXT})
    }
    found = [
        OwnRecord(
            event_id=str(row.id),
            reference=row.reference,
            event_type=row.event_type,
            occurred_on=row.occurred_on,
            reported_at=row.reported_at,
            organisation=row.organisation,
            state=row.shown_state,
            questions=row.questions,
            feedback=feedback.get(str(row.id)),
        )
        for row in shown
    ]
    return found, cursors.packed(ids[-1]) if len(rows) > count else ""
