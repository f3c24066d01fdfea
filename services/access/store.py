"""Every table and every query of access."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import orjson
from sqlalchemy import Connection, Row, text

from chassis import database
from chassis.actors import Actor
from services.access.domain import BELOW, OPERATED_BY, Event, Place, Scope

# Who belongs to whom counts as of today, and for a closed organisation as of its last day. `own` is what the actor's
# organisations are and operate; `inherited` what those took over, with what it operated, however long ago; `area` what
# lies below a board or a region, where a closed organisation counts with whoever took over from it.
_DAY = "least(:today, coalesce(c.closed_on, :today))"
_VALID = f"coalesce(p.starts <= {_DAY}, true) and coalesce(p.ends >= {_DAY}, true)"
_TAKEN_OVER = "coalesce(s.starts <= :today, true) and c.closed_on <= :today"
_SITES = f"""
select p.code from organisation_parents p left join organisations c on c.code = p.code
where p.parent = {{above}}.code and p.kind = any(:operated_by) and {_VALID}"""
_PREDECESSORS = f"""
select s.predecessor as code from organisation_predecessors s join organisations c on c.code = s.predecessor
where s.code = {{above}}.code and {_TAKEN_OVER}"""
_LYING_BELOW = f"""
select p.code from organisation_parents p left join organisations c on c.code = p.code
where p.parent = area.code and p.kind = any(:below) and {_VALID}
  and not exists (select from organisation_predecessors s where s.predecessor = p.code and {_TAKEN_OVER})"""
_BELOW = f"""
with recursive own(code) as (
  select unnest(cast(:organisations as text[]))
  union
  select n.code from own, lateral ({_SITES.format(above="own")}) n
), inherited(code) as (
  select n.code from own, lateral ({_PREDECESSORS.format(above="own")}) n
  union
  select n.code from inherited, lateral ({_SITES.format(above="inherited")}
    union all {_PREDECESSORS.format(above="inherited")}) n
), area(code) as (
  select unnest(cast(:areas as text[]))
  union
  select n.code from area, lateral ({_LYING_BELOW} union all {_PREDECESSORS.format(above="area")}) n
), mine as (select array(select code from own) as codes), overseen as (select array(select code from area) as codes),
held as (select array(select code from own union select code from inherited) as codes)
"""
_SEEN = """
 not e.withdrawn and (e.recorder_id = :actor_id or e.organisation = any(held.codes) or :national
  or (not e.data_sharing_opt_out and (e.occurred_organisations && held.codes
      or e.organisation = any(overseen.codes) or e.occurred_organisations && overseen.codes)))
"""
_COLUMNS = """
 e.event_id, e.reference, e.revision, e.question_set, e.event_type, e.reported_at, e.occurred_on, e.organisation,
 e.occurred_organisations, e.worst_physical_harm, e.worst_psychological_harm, e.urgent,
 not (e.recorder_id = :actor_id or e.organisation = any(mine.codes)) as read_only
"""
_LIST = text(f"""{_BELOW} select {_COLUMNS} from events e, mine, held, overseen
where {_SEEN} and (cast(:before as uuid) is null or e.event_id < cast(:before as uuid))
order by e.event_id desc limit :limit""")
_ONE = text(f"""{_BELOW} select {_COLUMNS}, e.answers, e.narrative_fields, e.written_in from events e, mine, held, overseen
where e.reference = :reference and {_SEEN}""")


def list_events(tx: Connection, scope: Scope, before: str | None, limit: int) -> list[Event]:
    """Events in scope, newest first, reported before the event with id `before`."""
    rows = tx.execute(_LIST, _values(scope) | {"before": before, "limit": limit}).all()
    names = _names(tx, _codes(rows))
    return [_event(row, names) for row in rows]


def find_event(tx: Connection, scope: Scope, reference: str) -> Event | None:
    """One event in scope with its answers and texts."""
    row = tx.execute(_ONE, _values(scope) | {"reference": reference}).one_or_none()
    if row is None:
        return None
    texts = _texts(tx, row)
    answered = {str(answer["value"]) for answer in row.answers}
    names = _names(tx, _codes([row]) | answered)
    return _event(row, names, answers=row.answers, texts=texts, names=names)


def questions(tx: Connection, version: int) -> list[dict[str, Any]]:
    """The published questions of a version; empty when recording has not told us of it."""
    row = tx.execute(
        text("select questions from question_sets where version = :v"), {"v": version}
    ).one_or_none()
    return list(row.questions) if row else []


def note_read(tx: Connection, actor: Actor, action: str, about: Sequence[str], trace: str) -> None:
    """Who looked at which events (ids), in the transaction that shows them."""
    tx.execute(
        text(
            "insert into audit (actor, organisation, action, about, trace)"
            " values (:actor, :organisation, :action, :about, :trace)"
        ),
        {
            "actor": actor.id,
            "organisation": actor.organisation,
            "action": action,
            "about": " ".join(about),
            "trace": trace,
        },
    )


_KEEP = text("""
insert into events (event_id, reference, revision, question_set, event_type, reported_at, occurred_on, organisation,
  occurred_organisations, recorder_id, worst_physical_harm, worst_psychological_harm, urgent, data_sharing_opt_out,
  answers, narrative_fields, written_in, route, withdrawn)
values (cast(:event_id as uuid), :reference, :revision, :question_set, :event_type, :reported_at, :occurred_on,
  :organisation, :occurred_organisations, :recorder_id, :worst_physical_harm, :worst_psychological_harm, :urgent,
  :data_sharing_opt_out, cast(:answers as jsonb), :narrative_fields, cast(:written_in as jsonb), :route, :withdrawn)
on conflict (event_id) do update set revision = excluded.revision, question_set = excluded.question_set,
  event_type = excluded.event_type, occurred_on = excluded.occurred_on, organisation = excluded.organisation,
  occurred_organisations = excluded.occurred_organisations, recorder_id = excluded.recorder_id,
  worst_physical_harm = excluded.worst_physical_harm,
  worst_psychological_harm = excluded.worst_psychological_harm, urgent = excluded.urgent,
  data_sharing_opt_out = excluded.data_sharing_opt_out, answers = excluded.answers,
  narrative_fields = excluded.narrative_fields, written_in = excluded.written_in, route = excluded.route,
  withdrawn = excluded.withdrawn
where events.revision < excluded.revision
""")
_STANDS = "t.field = any(e.narrative_fields) and coalesce(cast(e.written_in->>t.field as int), e.revision) = t.revision"
_KEEP_TEXT = text(f"""
insert into texts (event_id, revision, field, body) select t.event_id, t.revision, t.field, t.body from
  (select cast(:event_id as uuid), cast(:revision as int), cast(:field as text), cast(:body as text))
  as t (event_id, revision, field, body)
where not exists (select from events e where e.event_id = t.event_id and t.revision <= e.revision and not e.withdrawn
  and not ({_STANDS}))
on conflict (event_id, revision, field) do update set body = excluded.body
""")
_FORGET_TEXTS = text(f"""
delete from texts t using events e
where t.event_id = cast(:event_id as uuid) and e.event_id = t.event_id and t.revision <= e.revision and not e.withdrawn
  and not ({_STANDS})
""")


def keep_facts(tx: Connection, facts: Mapping[str, Any]) -> None:
    """Remember a revision's coded facts unless a newer one is known, and forget texts that it no longer has."""
    as_json = {name: orjson.dumps(facts[name]).decode() for name in ("answers", "written_in")}
    if tx.execute(_KEEP, {**facts, **as_json}).rowcount:
        tx.execute(_FORGET_TEXTS, {"event_id": facts["event_id"]})


def keep_recorder(tx: Connection, event_id: str, recorder_id: str) -> None:
    """Remember another recorder of an event, whatever its revision."""
    tx.execute(
        text("update events set recorder_id = :recorder where event_id = cast(:event as uuid)"),
        {"recorder": recorder_id, "event": event_id},
    )


def keep_texts(tx: Connection, event_id: str, revision: int, texts: Mapping[str, str]) -> None:
    """Remember texts unless a newer revision without them is known. Those that overtook their facts wait for them.

    Texts of remarks and safety responses look the same and wait for ever, out of everyone's reach.
    """
    rows = [
        {"event_id": event_id, "revision": revision, "field": name, "body": body}
        for name, body in texts.items()
    ]
    lock_text(tx, event_id)
    if rows and not _is_erased(tx, event_id):
        tx.execute(_KEEP_TEXT, rows)


def lock_text(tx: Connection, record_id: str, alone: bool = False) -> None:
    """Until `tx` ends texts of a record are either kept or erased (`alone`), never both at once."""
    database.hold_name(tx, f"text {record_id}", shared=not alone)


def _is_erased(tx: Connection, record_id: str) -> bool:
    erased = text("select 1 from erased where record_id = cast(:id as uuid)")
    return tx.execute(erased, {"id": record_id}).first() is not None


_ERASED = text("""
insert into erased (record_id) select unnest(cast(:ids as uuid[])) on conflict do nothing
""")
_SHOW_ERASED = text("""
insert into texts (event_id, revision, field, body)
select e.event_id, coalesce(cast(e.written_in->>f as int), e.revision), f, :shown
from events e cross join lateral unnest(e.narrative_fields) as f where e.event_id = cast(:id as uuid)
""")


def forget_text(tx: Connection, event_id: str, remarks: Sequence[str], shown: str) -> int:
    """Delete the texts of an event and its remarks, and say `shown` instead; how many there were, the first time."""
    ids = sorted([event_id, *remarks])
    for one in ids:
        lock_text(tx, one, alone=True)
    again = _is_erased(tx, event_id)
    tx.execute(_ERASED, {"ids": ids})
    gone = tx.execute(text("delete from texts where event_id = any(cast(:ids as uuid[]))"), {"ids": ids})
    tx.execute(_SHOW_ERASED, {"id": event_id, "shown": shown})
    return 0 if again else gone.rowcount


def keep_organisation(
    tx: Connection,
    code: str,
    name: str,
    version: int,
    parents: Sequence[Mapping[str, Any]],
    closed_on: date | None = None,
    predecessors: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Remember an organisation, its parents and its predecessors unless a newer version is known."""
    newer = tx.execute(
        text(
            "insert into organisations (code, name, version, closed_on) values (:code, :name, :version, :closed_on)"
            " on conflict (code) do update set name = excluded.name, version = excluded.version,"
            " closed_on = excluded.closed_on where organisations.version < excluded.version"
        ),
        {"code": code, "name": name, "version": version, "closed_on": closed_on},
    ).rowcount
    if not newer:
        return
    tx.execute(text("delete from organisation_parents where code = :code"), {"code": code})
    tx.execute(text("delete from organisation_predecessors where code = :code"), {"code": code})
    if parents:
        tx.execute(
            text(
                "insert into organisation_parents (code, parent, kind, starts, ends)"
                " values (:code, :parent, :kind, :starts, :ends)"
            ),
            [{"code": code, **one} for one in parents],
        )
    if predecessors:
        tx.execute(
            text(
                "insert into organisation_predecessors (code, predecessor, starts)"
                " values (:code, :predecessor, :starts)"
            ),
            [{"code": code, **one} for one in predecessors],
        )


def keep_questions(tx: Connection, version: int, digest: str, questions: Sequence[Mapping[str, Any]]) -> None:
    tx.execute(
        text(
            "insert into question_sets (version, digest, questions) values (:v, :d, cast(:q as jsonb))"
            " on conflict (version) do update set digest = excluded.digest, questions = excluded.questions"
        ),
        {"v": version, "d": digest, "q": orjson.dumps(questions).decode()},
    )


def _values(scope: Scope) -> dict[str, Any]:
    return {
        "actor_id": scope.actor_id,
        "organisations": list(scope.organisations),
        "areas": list(scope.areas),
        "national": scope.national,
        "today": scope.today,
        "operated_by": list(OPERATED_BY),
        "below": list(BELOW),
    }


def _texts(tx: Connection, row: Row[Any]) -> dict[str, str | None]:
    """Field → its redacted text, from the revision in which it was written; None while that is being checked."""
    found = tx.execute(
        text("select revision, field, body from texts where event_id = :e"), {"e": row.event_id}
    )
    known = {(one.field, one.revision): one.body for one in found}
    return {name: known.get((name, row.written_in.get(name, row.revision))) for name in row.narrative_fields}


def _codes(rows: Sequence[Row[Any]]) -> set[str]:
    """The organisations that events name."""
    return {row.organisation for row in rows} | {code for row in rows for code in row.occurred_organisations}


def _names(tx: Connection, codes: set[str]) -> dict[str, str]:
    """Names by code, of those that are organisations we know."""
    found = tx.execute(
        text("select code, name from organisations where code = any(:codes)"), {"codes": list(codes)}
    )
    return {row.code: row.name for row in found}


def _event(row: Row[Any], known: Mapping[str, str], **more: Any) -> Event:
    def place(code: str) -> Place:
        return Place(code, known.get(code, code))

    return Event(
        event_id=str(row.event_id),
        reference=row.reference,
        revision=row.revision,
        question_set=row.question_set,
        event_type=row.event_type,
        reported_at=row.reported_at,
        occurred_on=row.occurred_on,
        organisation=place(row.organisation),
        occurred_organisations=tuple(map(place, row.occurred_organisations)),
        worst_physical_harm=row.worst_physical_harm,
        worst_psychological_harm=row.worst_psychological_harm,
        urgent=row.urgent,
        read_only=row.read_only,
        **more,
    )


# ---- what is held of whoever owns an account, as they are given a copy of it: tests/house/test_copies.py ----------------------

HELD: Mapping[str, str] = {
    "records you reported, as they are shown": "select reference, event_type, organisation, occurred_on, reported_at, withdrawn"
    " from events where recorder_id = :id order by event_id",
}
NOT_HELD: Mapping[str, str] = {
    "texts": "words of records, found by their reference numbers",
    "erased": "ids of records",
    "organisations": "of organisations",
    "organisation_parents": "of organisations",
    "organisation_predecessors": "of organisations",
    "question_sets": "published",
    "audit": "identity has a copy, and gives what it says",
    "audit_chain": "hashes",
    "audit_walks": "hashes",
    "inbox": "ids of messages",
    "outbox": "audit and answers to erasures",
    "jobs": "ids of verifications",
    "schedules": "names",
    "alembic_version": "a number",
}
