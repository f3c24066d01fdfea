"""Erasures: who asked and decided, what was erased here, what every other place answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from chassis import database
from services.recording.domain.erasing import NOWHERE, PLACES, Done, Erasure, Place, State
from services.recording.domain.following_up import TEXT
from services.recording.store import is_id

_ERASURE = """
select x.id, x.event_id, e.reference, x.ground, x.case_number, x.state, x.asked_by, x.asked_at, x.decided_by, x.decided_at
from erasures x join events e on e.id = x.event_id
"""


def add(tx: Connection, erasure: Erasure) -> None:
    tx.execute(
        text(
            "insert into erasures (id, event_id, ground, case_number, asked_by, asked_at) values"
            " (cast(:id as uuid), cast(:event_id as uuid), :ground, :case_number, :asked_by, :asked_at)"
        ),
        {
            "id": erasure.erasure_id,
            "event_id": erasure.event_id,
            "ground": erasure.ground,
            "case_number": erasure.case_number,
            "asked_by": erasure.asked_by,
            "asked_at": erasure.asked_at,
        },
    )


def of_event(tx: Connection, event_id: str) -> Erasure | None:
    """The erasure of an event that was asked for and not withdrawn."""
    return _one(tx, "x.event_id = cast(:sought as uuid) and x.state <> 'withdrawn'", event_id)


def find(tx: Connection, erasure_id: str) -> Erasure | None:
    return _one(tx, "x.id = cast(:sought as uuid)", erasure_id) if is_id(erasure_id) else None


def hold(tx: Connection, erasure_id: str) -> Erasure | None:
    """The same, which nobody else decides until this transaction ends."""
    lock = text("select 1 from erasures where id = cast(:id as uuid) for update")
    if not is_id(erasure_id) or tx.execute(lock, {"id": erasure_id}).first() is None:
        return None
    return find(tx, erasure_id)


def page(tx: Connection, after: str, most: int) -> list[Erasure]:
    """Erasures, newest first, with what their places answered."""
    where = "where x.id < cast(:after as uuid)" if after else ""
    rows = tx.execute(
        text(f"{_ERASURE} {where} order by x.id desc limit :most"), {"after": after, "most": most}
    )
    return [_with_places(tx, _erasure(row)) for row in rows.all()]


def decide(tx: Connection, erasure: Erasure) -> None:
    tx.execute(
        text(
            "update erasures set state = :state, decided_by = :by, decided_at = :at where id = cast(:id as uuid)"
        ),
        {
            "id": erasure.erasure_id,
            "state": erasure.state.value,
            "by": erasure.decided_by,
            "at": erasure.decided_at,
        },
    )


def keep_places(tx: Connection, erasure_id: str, places: Iterable[Place]) -> None:
    """What was done where. An answer that comes again, when nothing is left to find, does not undo the first."""
    rows = [
        {
            "id": erasure_id,
            "service": one.service,
            "place": one.place,
            "found": one.found,
            "done": one.done.value,
            "at": one.at,
        }
        for one in places
    ]
    statement = """
    insert into erasure_places as known (erasure_id, service, place, found, done, at)
      select cast(:id as uuid), :service, :place, :found, :done, :at from erasures where id = cast(:id as uuid)
    on conflict (erasure_id, service, place) do update set found = greatest(known.found, excluded.found)
    """
    if rows and is_id(erasure_id):
        tx.execute(text(statement), rows)


# ---- erasing -------------------------------------------------------------------------------------------------


def lock_text(tx: Connection, record_id: str, alone: bool = False) -> None:
    """Until `tx` ends texts of a record are either kept or erased (`alone`), never both at once."""
    database.hold_name(tx, f"text {record_id}", shared=not alone)


def remarks_of(tx: Connection, event_id: str) -> list[str]:
    found = tx.execute(
        text("select cast(id as text) from remarks where event_id = cast(:id as uuid) order by id"),
        {"id": event_id},
    )
    return [str(one) for one in found.scalars()]


def is_on_its_way(tx: Connection, event_id: str) -> bool:
    """Whether something is still to be sent about an event, perhaps with its text."""
    waiting = text("select 1 from outbox where headers->>'about' = :id and sent_at is null limit 1")
    return tx.execute(waiting, {"id": event_id}).first() is not None


_MARK = "insert into erased (record_id, erased_at) select cast(r as uuid), :at from unnest(cast(:ids as text[])) r on conflict do nothing"
# What is shown instead of each text that stands in a revision, checked or not.
_SHOW = """
insert into redacted_texts (event_id, revision, field, body)
select r.event_id, r.revision, field, :shown from revisions r cross join lateral jsonb_object_keys(r.sealed) as field
  where r.event_id = cast(:id as uuid) and not jsonb_exists(r.written_in, field) and field <> :contact
union all
select id, 1, :remark, :shown from remarks where event_id = cast(:id as uuid)
"""
_BLANK = """
update revisions set content = '', written_in = written_in - cast(:contact as text),
  sealed = (select coalesce(jsonb_object_agg(field, ''), '{}') from jsonb_object_keys(sealed) as field where field <> :contact)
where event_id = cast(:id as uuid)
"""
_ERASE: Mapping[str, tuple[str, ...]] = {
    "redacted_texts": ("delete from redacted_texts where event_id = any(cast(:ids as uuid[]))", _SHOW),
    "revisions": (_BLANK,),
    "remarks": ("update remarks set sealed = '' where event_id = cast(:id as uuid)",),
    "event_keys": ("delete from event_keys where event_id = cast(:id as uuid)",),
    # A key that its sender chose still names the record, so that a retry makes no second one; what is a hash of answers goes.
    "requests": (
        "delete from requests where event_id = cast(:id as uuid) and key like 'content:%'",
        "update requests set request_hash = '' where event_id = cast(:id as uuid)",
    ),
    "outbox": ("delete from outbox where headers->>'about' = :id and sent_at is not null",),
    "glasses": (
        "update glasses set reason_sealed = '', wrapped = '', ended_at = coalesce(ended_at, :at)"
        " where event_id = cast(:id as uuid)",
    ),
    "follow_up_codes": ("delete from follow_up_codes where event_id = cast(:id as uuid)",),
}
_RESPONSES = "select count(*) from safety_response_events where event_id = cast(:id as uuid)"


def erase(
    tx: Connection, event_id: str, shown: str, contact: str, at: datetime
) -> tuple[list[Place], list[str]]:
    """Take every word of an event out of recording; what was found where, and the ids of its remarks.

    Who calls holds the event's row. `contact`: the field under which a reporter's contact is sealed.
    """
    remarks = remarks_of(tx, event_id)
    ids = sorted([event_id, *remarks])
    for one in ids:
        lock_text(tx, one, alone=True)
    values = {"id": event_id, "ids": ids, "shown": shown, "contact": contact, "remark": TEXT, "at": at}
    tx.execute(text(_MARK), values)
    found = dict[str, int]()
    for table, several in _ERASE.items():
        counts = [tx.execute(text(each), values).rowcount for each in several]
        found[table] = counts[0] if table == "redacted_texts" else sum(counts)
    places = [Place("recording", PLACES[table], count, Done.ERASED, at) for table, count in found.items()]
    responses = int(tx.execute(text(_RESPONSES), values).scalar_one())
    places.append(Place("recording", PLACES["safety_responses"], responses, Done.KEPT, at))
    return [*places, *(Place("recording", name, 0, Done.NONE, at) for name in NOWHERE)], remarks


def is_erased(tx: Connection, record_id: str) -> bool:
    found = tx.execute(text("select 1 from erased where record_id = cast(:id as uuid)"), {"id": record_id})
    return found.first() is not None


def _one(tx: Connection, where: str, sought: str) -> Erasure | None:
    row = tx.execute(text(f"{_ERASURE} where {where}"), {"sought": sought}).one_or_none()
    return _with_places(tx, _erasure(row)) if row else None


def _with_places(tx: Connection, erasure: Erasure) -> Erasure:
    rows = tx.execute(
        text(
            "select service, place, found, done, at from erasure_places where erasure_id = cast(:id as uuid)"
            " order by service, place"
        ),
        {"id": erasure.erasure_id},
    )
    places = [Place(row.service, row.place, row.found, Done(row.done), row.at) for row in rows]
    return replace(erasure, places=tuple(places))


def _erasure(row: Row[Any]) -> Erasure:
    return Erasure(
        erasure_id=str(row.id),
        event_id=str(row.event_id),
        reference=row.reference,
        ground=row.ground,
        case_number=row.case_number,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        state=State(row.state),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )
