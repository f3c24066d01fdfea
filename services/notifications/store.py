"""Every table and every query of notifications."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import orjson
import uuid_utils
from sqlalchemy import Connection, text

from chassis import database
from chassis.actors import Actor
from services.notifications.domain import Happening, Notice, Words


@dataclass(frozen=True)
class Recipient:
    """An account that may be told, its address still sealed."""

    account_id: str
    address_sealed: bytes = field(repr=False)


@dataclass(frozen=True)
class Letter:
    """An e-mail to send."""

    key: str
    subject: str
    body: str
    address_sealed: bytes = field(repr=False)
    address_context: str


@dataclass(frozen=True)
class SealedFeedback:
    """What somebody said of the service, still sealed."""

    id: str
    taken_at: datetime
    done_at: datetime | None
    sealed: bytes = field(repr=False)


def keep_recipient(tx: Connection, account_id: str, name: str, address_sealed: bytes, version: int) -> None:
    tx.execute(
        text(
            "insert into recipients (account_id, name, address_sealed, version) values (:id, :name, :sealed, :version)"
            " on conflict (account_id) do update set name = excluded.name, address_sealed = excluded.address_sealed,"
            " version = excluded.version where recipients.version < excluded.version"
        ),
        {"id": account_id, "name": name, "sealed": address_sealed, "version": version},
    )


def keep_grant(
    tx: Connection, account_id: str, role: str, organisation: str, ended: bool, version: int
) -> None:
    tx.execute(
        text(
            "insert into grants (account_id, role, organisation, ended, version)"
            " values (:id, :role, :organisation, :ended, :version) on conflict (account_id, role, organisation)"
            " do update set ended = excluded.ended, version = excluded.version"
            " where grants.version < excluded.version"
        ),
        {"id": account_id, "role": role, "organisation": organisation, "ended": ended, "version": version},
    )


def keep_organisation(
    tx: Connection,
    code: str,
    name: str,
    operators: list[dict[str, str]],
    version: int,
    closed_on: date | None = None,
    predecessors: Sequence[Mapping[str, Any]] = (),
) -> None:
    newer = tx.execute(
        text(
            "insert into organisations (code, name, operators, version, closed_on)"
            " values (:code, :name, cast(:operators as jsonb), :version, :closed_on)"
            " on conflict (code) do update set name = excluded.name, operators = excluded.operators,"
            " version = excluded.version, closed_on = excluded.closed_on where organisations.version < excluded.version"
        ),
        {
            "code": code,
            "name": name,
            "operators": orjson.dumps(operators).decode(),
            "version": version,
            "closed_on": closed_on,
        },
    ).rowcount
    if not newer:
        return
    tx.execute(text("delete from organisation_predecessors where code = :code"), {"code": code})
    if predecessors:
        tx.execute(
            text(
                "insert into organisation_predecessors (code, predecessor, starts)"
                " values (:code, :predecessor, :starts)"
            ),
            [{"code": code, **one} for one in predecessors],
        )


def organisation_name(tx: Connection, code: str) -> str:
    """The name of an organisation; its code until we are told."""
    return str(
        tx.execute(text("select name from organisations where code = :c"), {"c": code}).scalar() or code
    )


_HOLDERS = text("""
with recursive responsible(code) as (
  select cast(:code as text)
  union
  select n.code from responsible r, lateral (
    select o->>'code' as code from organisations c, jsonb_array_elements(c.operators) o where c.code = r.code
      and o->>'start' <= cast(least(cast(:today as date), coalesce(c.closed_on, cast(:today as date))) as text)
      and (o->>'end' = '' or o->>'end' >= cast(least(cast(:today as date), coalesce(c.closed_on, cast(:today as date))) as text))
    union all
    select s.code from organisation_predecessors s join organisations c on c.code = s.predecessor
    where s.predecessor = r.code and coalesce(s.starts <= cast(:today as date), true)
      and c.closed_on <= cast(:today as date)
  ) n
)
select distinct r.account_id, r.address_sealed from grants g join recipients r using (account_id)
where g.role = :role and not g.ended and (:code = '' or g.organisation in (select code from responsible))
""")


def holders(tx: Connection, role: str, organisation: str, today: date) -> list[Recipient]:
    """Who holds `role` at an organisation, at the one that operates it today, or at whoever took over from it once it has
    closed; anywhere, when `organisation` is empty."""
    rows = tx.execute(_HOLDERS, {"role": role, "code": organisation, "today": today.isoformat()})
    return [Recipient(row.account_id, bytes(row.address_sealed)) for row in rows]


def recipient(tx: Connection, account_id: str) -> Recipient | None:
    row = tx.execute(
        text("select account_id, address_sealed from recipients where account_id = :id"), {"id": account_id}
    ).one_or_none()
    return Recipient(row.account_id, bytes(row.address_sealed)) if row else None


def is_newest(tx: Connection, about: str, version: int) -> bool:
    """Whether no state as new as this was heard of; remembers it."""
    return bool(
        tx.execute(
            text(
                "insert into newest (about, version) values (:about, :version)"
                " on conflict (about) do update set version = excluded.version"
                " where newest.version < excluded.version"
            ),
            {"about": about, "version": version},
        ).rowcount
    )


def was_heard(tx: Connection, about: str) -> bool:
    """Whether anything was remembered under this name (`is_newest`)."""
    found = tx.execute(text("select from newest where about = :about"), {"about": about})
    return found.first() is not None


_FORGET_TOLD = text("""
with gone as (
  delete from notices where reference = :reference and kind = any(:kinds) returning event_id
)
delete from letters where kind = any(:kinds)
  and (event_id = cast(:event as uuid) or event_id in (select event_id from gone))
""")


def forget_told(tx: Connection, event_id: str, reference: str, kinds: Sequence[str]) -> None:
    """Forget notices of these kinds about an event, and the letters that said the same, sent or not."""
    tx.execute(_FORGET_TOLD, {"event": event_id, "reference": reference, "kinds": list(kinds)})


def forget_contact(tx: Connection, event_id: str) -> int:
    """Forget letters to the contact that came with an event, sent or not; how many there were."""
    gone = text("delete from letters where event_id = cast(:event as uuid) and address_context = :context")
    return tx.execute(gone, {"event": event_id, "context": f"contact:{event_id}"}).rowcount


def lock_recipient(tx: Connection, account_id: str) -> None:
    """Until `tx` ends an account is either kept or forgotten, never both at once."""
    database.hold_name(tx, f"recipient {account_id}")


_FORGET_OWNER = {
    "recipients": "delete from recipients where account_id = :id",
    "notices": "delete from notices where account_id = :id",
    "letters": "delete from letters where address_context = any(:contexts)",
}


def forget_owner(tx: Connection, account_id: str, codes: Sequence[str]) -> dict[str, int]:
    """Forget a recipient, their notices, and letters to their address, sent or not; how many of each."""
    contexts = [f"address:{account_id}", *(f"verification:{one}" for one in codes)]
    values = {"id": account_id, "contexts": contexts}
    return {table: tx.execute(text(each), values).rowcount for table, each in _FORGET_OWNER.items()}


def add_notice(tx: Connection, account_id: str, words: Words, what: Happening) -> bool:
    """Put a notice in someone's page; false when they have been told."""
    return bool(
        tx.execute(
            text(
                "insert into notices (id, account_id, kind, subject, body, reference, event_id)"
                " values (:id, :account, :kind, :subject, :body, :reference, :event)"
                " on conflict (account_id, kind, event_id) do nothing"
            ),
            {
                "id": str(uuid_utils.uuid7()),
                "account": account_id,
                "kind": words.kind,
                "subject": words.subject,
                "body": words.body,
                "reference": what.reference,
                "event": what.id,
            },
        ).rowcount
    )


def add_letter(
    tx: Connection, key: str, words: Words, address_sealed: bytes, context: str, what: Happening
) -> bool:
    """Queue an e-mail; false when one with this key was queued before."""
    return bool(
        tx.execute(
            text(
                "insert into letters (key, kind, subject, body, address_sealed, address_context, event_id)"
                " values (:key, :kind, :subject, :body, :sealed, :context, :event) on conflict (key) do nothing"
            ),
            {
                "key": key,
                "kind": words.kind,
                "subject": words.subject,
                "body": words.letter,
                "sealed": address_sealed,
                "context": context,
                "event": what.id,
            },
        ).rowcount
    )


def waiting_letter(tx: Connection, key: str) -> Letter | None:
    """The letter, unless it has been dealt with."""
    row = tx.execute(
        text(
            "select key, subject, body, address_sealed, address_context from letters"
            " where key = :key and outcome = 'waiting'"
        ),
        {"key": key},
    ).one_or_none()
    return (
        Letter(row.key, row.subject, row.body, bytes(row.address_sealed), row.address_context)
        if row
        else None
    )


def settle_letter(tx: Connection, key: str, outcome: str) -> None:
    """A letter was sent, or there was no address to send it to; its sealed address is forgotten."""
    tx.execute(
        text("update letters set outcome = :outcome, sent_at = now(), address_sealed = '' where key = :key"),
        {"key": key, "outcome": outcome},
    )


def list_notices(tx: Connection, account_id: str, before: str | None, limit: int) -> list[Notice]:
    rows = tx.execute(
        text(
            "select id, kind, subject, body, reference, sent_at, read_at from notices where account_id = :id"
            " and (cast(:before as uuid) is null or id < cast(:before as uuid)) order by id desc limit :limit"
        ),
        {"id": account_id, "before": before, "limit": limit},
    )
    return [_notice(row) for row in rows]


def unread(tx: Connection, account_id: str) -> int:
    counted = tx.execute(
        text("select count(*) from notices where account_id = :id and read_at is null"), {"id": account_id}
    )
    return int(counted.scalar_one())


def mark_read(tx: Connection, account_id: str, notice_id: str) -> Notice | None:
    """The reader's own notice, now read; None when it is not theirs."""
    row = tx.execute(
        text(
            "update notices set read_at = coalesce(read_at, now()) where id = cast(:notice as uuid)"
            " and account_id = :id returning id, kind, subject, body, reference, sent_at, read_at"
        ),
        {"id": account_id, "notice": notice_id},
    ).one_or_none()
    return _notice(row) if row else None


def _notice(row: object) -> Notice:
    values = {name: getattr(row, name) for name in Notice.__dataclass_fields__}
    return Notice(**values | {"id": str(values["id"])})


# ---- feedback ---------------------------------------------------------------------------------------------------------------


def add_feedback(tx: Connection, feedback_id: str, sealed: bytes) -> bool:
    """False when this was kept before."""
    return bool(
        tx.execute(
            text("insert into feedback (id, sealed) values (:id, :sealed) on conflict (id) do nothing"),
            {"id": feedback_id, "sealed": sealed},
        ).rowcount
    )


def oldest_feedback(tx: Connection) -> str:
    """The id of what has waited longest; empty where nothing waits."""
    oldest = text("select id from feedback where done_at is null order by taken_at, id limit 1")
    return str(tx.execute(oldest).scalar() or "")


_FEEDBACK = {  # whether it was dealt with → which, and in which order
    False: "done_at is null and (cast(:after as uuid) is null or (taken_at, id) >"
    " (select taken_at, id from feedback where id = cast(:after as uuid))) order by taken_at, id",
    True: "done_at is not null and (cast(:after as uuid) is null or (done_at, id) <"
    " (select done_at, id from feedback where id = cast(:after as uuid))) order by done_at desc, id desc",
}


def list_feedback(tx: Connection, done: bool, after: str | None, limit: int) -> list[SealedFeedback]:
    """What waits, oldest first; or what was dealt with, newest first."""
    rows = tx.execute(
        text(f"select id, taken_at, done_at, sealed from feedback where {_FEEDBACK[done]} limit :limit"),
        {"after": after, "limit": limit},
    )
    return [SealedFeedback(str(row.id), row.taken_at, row.done_at, bytes(row.sealed)) for row in rows]


def feedback_waiting(tx: Connection) -> int:
    return int(tx.execute(text("select count(*) from feedback where done_at is null")).scalar_one())


def mark_feedback_done(tx: Connection, feedback_id: str) -> bool:
    """False when there is none such; what was done before stays as it was."""
    done = text("update feedback set done_at = coalesce(done_at, now()) where id = cast(:id as uuid)")
    return bool(tx.execute(done, {"id": feedback_id}).rowcount)


def forget_feedback(tx: Connection, kept: timedelta) -> None:
    """Forget what was dealt with so long ago."""
    tx.execute(text("delete from feedback where done_at < now() - cast(:kept as interval)"), {"kept": kept})


# ---- what is sealed, by key -------------------------------------------------------------------------------------------------

# What a sealed text is sealed to stands in front of it: the length of the key's id, then the id (chassis/sealing.py).
_KEY_ID = "encode(substring(address_sealed from 2 for get_byte(address_sealed, 0)), 'escape')"
_FEEDBACK_KEY_ID = _KEY_ID.replace("address_sealed", "sealed")
_SEALED_TO = f"length(address_sealed) > 0 and {_KEY_ID} = any(:old)"
_AT_MOST = "<> all(cast(:aside as text[])) limit :most for update skip locked"


def recipients_sealed_to(
    tx: Connection, old: Sequence[str], aside: Collection[str], most: int
) -> list[Recipient]:
    rows = tx.execute(
        text(
            f"select account_id, address_sealed from recipients where {_SEALED_TO} and account_id {_AT_MOST}"
        ),
        {"old": list(old), "aside": list(aside), "most": most},
    )
    return [Recipient(row.account_id, bytes(row.address_sealed)) for row in rows]


def reseal_recipient(tx: Connection, account_id: str, sealed: bytes) -> None:
    tx.execute(
        text("update recipients set address_sealed = :sealed where account_id = :id"),
        {"id": account_id, "sealed": sealed},
    )


def letters_sealed_to(tx: Connection, old: Sequence[str], aside: Collection[str], most: int) -> list[Letter]:
    """Of those that wait: one that was dealt with has no address any more."""
    rows = tx.execute(
        text(
            "select key, address_sealed, address_context from letters"
            f" where outcome = 'waiting' and {_SEALED_TO} and key {_AT_MOST}"
        ),
        {"old": list(old), "aside": list(aside), "most": most},
    )
    return [Letter(row.key, "", "", bytes(row.address_sealed), row.address_context) for row in rows]


def reseal_letter(tx: Connection, key: str, sealed: bytes) -> None:
    tx.execute(
        text("update letters set address_sealed = :sealed where key = :key"), {"key": key, "sealed": sealed}
    )


def feedback_sealed_to(
    tx: Connection, old: Sequence[str], aside: Collection[str], most: int
) -> list[SealedFeedback]:
    rows = tx.execute(
        text(
            f"select id, taken_at, done_at, sealed from feedback where {_FEEDBACK_KEY_ID} = any(:old)"
            f" and cast(id as text) {_AT_MOST}"
        ),
        {"old": list(old), "aside": list(aside), "most": most},
    )
    return [SealedFeedback(str(row.id), row.taken_at, row.done_at, bytes(row.sealed)) for row in rows]


def reseal_feedback(tx: Connection, feedback_id: str, sealed: bytes) -> None:
    tx.execute(
        text("update feedback set sealed = :sealed where id = cast(:id as uuid)"),
        {"id": feedback_id, "sealed": sealed},
    )


def sealed_to_each(tx: Connection) -> dict[str, int]:
    """Id of a key → how many addresses, waiting letters and pieces of feedback are sealed to it."""
    counted = tx.execute(
        text(
            f"select id, count(*) as many from (select {_KEY_ID} as id from recipients where length(address_sealed) > 0"
            f" union all select {_FEEDBACK_KEY_ID} from feedback"
            f" union all select {_KEY_ID} from letters where outcome = 'waiting' and length(address_sealed) > 0)"
            " sealed group by id"
        )
    )
    return {row.id: int(row.many) for row in counted}


def note_read(tx: Connection, actor: Actor, action: str, about: Sequence[str], trace: str) -> None:
    """Who read notices of which records (reference numbers), in the transaction that shows them."""
    tx.execute(
        text(
            "insert into audit (actor, organisation, action, about, trace)"
            " values (:actor, :organisation, :action, :about, :trace)"
        ),
        {
            "actor": actor.id,
            "organisation": actor.organisation,
            "action": action,
            "about": " ".join(about) or None,
            "trace": trace,
        },
    )


# ---- what is held of whoever owns an account, as they are given a copy of it: tests/house/test_copies.py ----------------------

HELD: Mapping[str, str] = {
    "recipient, with a sealed address": "select name from recipients where account_id = :id",
    "roles": "select role, organisation, ended from grants where account_id = :id order by role, organisation",
    "notices": "select subject, body, reference, sent_at, read_at from notices where account_id = :id order by id",
    "letters": "select subject, body, queued_at, sent_at, outcome from letters where address_context = :context"
    " order by queued_at",
}
NOT_HELD: Mapping[str, str] = {
    "newest": "ids",
    "feedback": "sealed, and of nobody: whoever wrote it is not kept, but for an address they may have written",
    "organisations": "of organisations",
    "organisation_predecessors": "of organisations",
    "audit": "identity has a copy, and gives what it says",
    "audit_chain": "hashes",
    "audit_walks": "hashes",
    "inbox": "ids of messages",
    "outbox": "audit and answers to erasures",
    "jobs": "keys of letters",
    "schedules": "names",
    "alembic_version": "a number",
}
