"""States of handling, remarks and links, each with its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from chassis.actors import Actor
from services.recording.domain.following_up import TEXT, Handling, Kind, Link, LinkKind, Remark, State
from services.recording.store import is_id
from services.recording.store.scopes import Scope

# Whoever recorded the event is named by the event alone, so that one cut (`forget_reporter`) is enough.
_NAMELESS = "case when e.recorder_id = :actor then '' else cast(:actor as text) end"


# ---- handling ----------------------------------------------------------------------------------------------


def reference_of(tx: Connection, event_id: str, sight: Scope) -> str:
    """The reference number of an event in sight, else nothing."""
    if not event_id:
        return ""
    found = tx.execute(
        text(f"select e.reference from events e where e.id = cast(:id as uuid) and ({sight.condition()})"),
        sight.values() | {"id": event_id},
    ).scalar_one_or_none()
    return str(found or "")


def handling(tx: Connection, event_id: str) -> Handling:
    """How far the organisation is with an event."""
    row = tx.execute(
        text(
            "select h.*, coalesce(nullif(h.changed_by, ''), e.recorder_id) as who"
            " from handlings h join events e on e.id = h.event_id"
            " where h.event_id = cast(:id as uuid) order by h.version desc limit 1"
        ),
        {"id": event_id},
    ).one_or_none()
    if row is None:
        return Handling()
    original = str(row.duplicate_of or "")
    return Handling(
        State(row.state),
        row.version,
        original,
        row.returns_to,
        row.who,
        row.changed_at,
        row.assigned_to or "",
    )


def keep_handling(tx: Connection, event_id: str, after: Handling, actor: Actor) -> None:
    """Save the next state of an event that this transaction holds."""
    tx.execute(
        text(
            "insert into handlings (event_id, version, state, duplicate_of, returns_to, changed_by, changed_for, changed_at,"
            " assigned_to)"
            f" select e.id, :version, :state, cast(nullif(:duplicate_of, '') as uuid), :returns_to, {_NAMELESS},"
            " :organisation, :changed_at, :assigned_to from events e where e.id = cast(:id as uuid)"
        ),
        asdict(after) | {"id": event_id, "actor": actor.id, "organisation": actor.organisation},
    )


# ---- remarks -----------------------------------------------------------------------------------------------

_KIND = (
    "case when m.to_reporter then 'feedback' else m.kind end"  # those who do not know of it read an addendum
)
REMARK = f"""
select m.id, m.event_id, {_KIND} as kind, m.in_reply_to, coalesce(nullif(m.author_id, ''), e.recorder_id) as author_id,
  m.author_organisation, m.made_at, m.sealed, t.body as redacted,
  exists (select 1 from remarks a where a.event_id = m.event_id and a.in_reply_to = m.id) as answered
from remarks m join events e on e.id = m.event_id
  left join redacted_texts t on t.event_id = m.id and t.revision = 1 and t.field = :field
"""


def add_remark(tx: Connection, remark: Remark) -> None:
    tx.execute(
        text(
            "insert into remarks (id, event_id, kind, in_reply_to, author_id, author_organisation, made_at, sealed, to_reporter)"
            f" select cast(:id as uuid), e.id, :kind, cast(nullif(:in_reply_to, '') as uuid), {_NAMELESS},"
            " :organisation, :made_at, :sealed, :to_reporter from events e where e.id = cast(:event_id as uuid)"
        ),
        {
            "id": remark.remark_id,
            "event_id": remark.event_id,
            "kind": (Kind.ADDENDUM if remark.kind is Kind.FEEDBACK else remark.kind).value,
            "to_reporter": remark.kind is Kind.FEEDBACK,
            "in_reply_to": remark.in_reply_to,
            "actor": remark.author_id,
            "organisation": remark.author_organisation,
            "made_at": remark.made_at,
            "sealed": remark.sealed,
        },
    )


def remarks(tx: Connection, event_id: str) -> list[Remark]:
    """All remarks on an event, oldest first, with the texts that may be shown."""
    found = tx.execute(
        text(f"{REMARK} where m.event_id = cast(:event_id as uuid) order by m.made_at, m.id"),
        {"event_id": event_id, "field": TEXT},
    )
    return [remark_of(row) for row in found]


def remarks_since(
    tx: Connection, event_id: str, kind: Kind, in_reply_to: str, author_id: str, since: datetime
) -> list[Remark]:
    """What an author remarked on an event of one kind, since then, newest first."""
    found = tx.execute(
        text(
            f"{REMARK} where m.event_id = cast(:event_id as uuid) and {_KIND} = :kind and m.made_at >= :since"
            " and coalesce(cast(m.in_reply_to as text), '') = :in_reply_to"
            " and coalesce(nullif(m.author_id, ''), e.recorder_id) = :author order by m.made_at desc"
        ),
        {
            "event_id": event_id,
            "kind": kind.value,
            "in_reply_to": in_reply_to,
            "author": author_id,
            "since": since,
            "field": TEXT,
        },
    )
    return [remark_of(row) for row in found]


def question(tx: Connection, remark_id: str) -> Remark | None:
    """A question by its id, which may be anything that was sent."""
    if not is_id(remark_id):
        return None
    row = tx.execute(
        text(f"{REMARK} where m.id = cast(:id as uuid) and m.kind = 'question'"),
        {"id": remark_id, "field": TEXT},
    ).one_or_none()
    return remark_of(row) if row else None


def open_questions(tx: Connection, event_id: str) -> int:
    """How many questions about an event nobody has answered."""
    return int(
        tx.execute(
            text(
                "select count(*) from remarks q where q.event_id = cast(:id as uuid) and q.kind = 'question' and not"
                " exists (select 1 from remarks a where a.event_id = q.event_id and a.in_reply_to = q.id)"
            ),
            {"id": event_id},
        ).scalar_one()
    )


def remark_of(row: Any) -> Remark:
    """A row of REMARK."""
    return Remark(
        remark_id=str(row.id),
        event_id=str(row.event_id),
        kind=Kind(row.kind),
        in_reply_to=str(row.in_reply_to or ""),
        author_id=row.author_id,
        author_organisation=row.author_organisation,
        made_at=row.made_at,
        sealed=bytes(row.sealed),
        redacted=row.redacted,
        answered=row.answered,
    )


# ---- links -------------------------------------------------------------------------------------------------

# Seen from :event_id. The other end comes only from what is in scope.
_LINK = """
select l.id, l.kind, l.event_id = cast(:event_id as uuid) as outgoing, l.other_organisation, l.made_by, l.made_at,
  o.id as other_id, o.reference, o.organisation
from links l left join (select e.id, e.reference, e.organisation from events e where {scope}) o
  on o.id = case when l.event_id = cast(:event_id as uuid) then l.other_event_id else l.event_id end
where l.ended_at is null and (l.event_id = cast(:event_id as uuid) or l.other_event_id = cast(:event_id as uuid))
"""
_NAMELESS_END = (
    "case when exists (select 1 from events e where e.recorder_id = :actor"
    " and e.id in (cast({one} as uuid), cast({other} as uuid))) then '' else cast(:actor as text) end"
)
_SAME = """
select id from links where ended_at is null and kind = :kind and (
  (event_id = cast(:event_id as uuid) and other_event_id is not distinct from cast(nullif(:other_id, '') as uuid)
    and other_organisation = :other_organisation)
  or (:either_way and event_id = cast(nullif(:other_id, '') as uuid) and other_event_id = cast(:event_id as uuid)))
"""
_LEADS_TO = """
with recursive chain (id) as (
  select cast(:start as uuid)
  union
  select further.target from chain cross join lateral (
    select other_event_id as target from links
    where event_id = chain.id and kind = 'duplicate_of' and ended_at is null
    union all
    select now.duplicate_of from (
      select duplicate_of from handlings where event_id = chain.id order by version desc limit 1
    ) now where now.duplicate_of is not null
  ) further
)
select exists (select 1 from chain where id = cast(:end as uuid))
"""


def link_one_at_a_time(tx: Connection) -> None:
    """Until this transaction ends nobody else links: two who link at once could close a circle."""
    tx.execute(text("select pg_advisory_xact_lock(hashtext('recording.links'))"))


def links(tx: Connection, event_id: str, sight: Scope) -> list[Link]:
    """The links of an event, oldest first; the other end of each as far as it is in sight."""
    found = tx.execute(
        text(f"{_LINK.format(scope=sight.condition())} order by l.made_at, l.id"),
        sight.values() | {"event_id": event_id},
    )
    return [_link(row, event_id) for row in found]


def same_link(tx: Connection, kind: LinkKind, event_id: str, other_id: str, organisation: str) -> str:
    """The id of a link that says this already, or nothing."""
    values = {
        "kind": kind.value,
        "event_id": event_id,
        "other_id": other_id,
        "other_organisation": organisation,
    }
    either_way = kind is LinkKind.SAME_PATIENT_JOURNEY
    found = tx.execute(text(_SAME), values | {"either_way": either_way}).scalar_one_or_none()
    return str(found or "")


def is_duplicate_of(tx: Connection, event_id: str, other_id: str) -> bool:
    """Whether an event is a duplicate of another, at once or by way of others."""
    return bool(tx.execute(text(_LEADS_TO), {"start": event_id, "end": other_id}).scalar_one())


def add_link(
    tx: Connection,
    link_id: str,
    kind: LinkKind,
    ends: Sequence[str],
    organisation: str,
    actor: Actor,
    at: datetime,
) -> None:
    """Save a link from the first of `ends` to the second, or where there is none to an organisation."""
    tx.execute(
        text(
            "insert into links (id, kind, event_id, other_event_id, other_organisation, made_by, made_for, made_at)"
            " select cast(:id as uuid), :kind, cast(:event_id as uuid), cast(:other as uuid), :organisation,"
            f" {_NAMELESS_END.format(one=':event_id', other=':other')}, :for, :at"
        ),
        {
            "id": link_id,
            "kind": kind.value,
            "event_id": ends[0],
            "other": ends[1] if len(ends) > 1 else None,
            "organisation": organisation,
            "actor": actor.id,
            "for": actor.organisation,
            "at": at,
        },
    )


def ends_of(tx: Connection, link_id: str) -> tuple[str, ...]:
    """The events that a link joins, also of one that has ended; none where there is no such link."""
    if not is_id(link_id):
        return ()
    row = tx.execute(
        text("select event_id, other_event_id from links where id = cast(:id as uuid)"), {"id": link_id}
    ).one_or_none()
    return tuple(str(one) for one in row if one) if row else ()


def end_link(tx: Connection, link_id: str, actor: Actor, at: datetime) -> bool:
    """End a link; whether it had not ended before."""
    ended = tx.execute(
        text(
            f"update links set ended_by = {_NAMELESS_END.format(one='event_id', other='other_event_id')},"
            " ended_at = :at where id = cast(:id as uuid) and ended_at is null"
        ),
        {"id": link_id, "actor": actor.id, "at": at},
    )
    return bool(ended.rowcount)


def _link(row: Any, event_id: str) -> Link:
    return Link(
        link_id=str(row.id),
        kind=LinkKind(row.kind),
        event_id=event_id,
        other_event_id=str(row.other_id or ""),
        other_reference=row.reference or "",
        other_organisation=row.organisation or row.other_organisation,
        outgoing=row.outgoing,
        made_by=row.made_by,
        made_at=row.made_at,
    )
