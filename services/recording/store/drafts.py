"""Drafts: found by their author alone, their answers sealed whole, coded ones too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, text

from chassis.sealing import DataKey, Vault
from services.recording.domain.answers import Answer, Value, field_name
from services.recording.domain.drafts import Content, Draft
from services.recording.store import is_id

_COLUMNS = "id, author_id, version, question_set, organisation, event_type, place, patients, created_at, saved_at, warned_at"
_MINE = "id = cast(:id as uuid) and author_id = :author_id"
_SAVE = text(f"""
insert into drafts ({_COLUMNS}, key_id, wrapped, sealed, request_key)
values (cast(:id as uuid), :author_id, :version, :question_set, :organisation, :event_type, :place, :patients,
  :created_at, :saved_at, null, :key_id, :wrapped, :sealed, :request_key)
on conflict (id) do update set version = excluded.version, question_set = excluded.question_set,
  organisation = excluded.organisation, event_type = excluded.event_type, place = excluded.place,
  patients = excluded.patients, saved_at = excluded.saved_at, sealed = excluded.sealed, warned_at = null
""")
_TOUCH = text(f"update drafts set saved_at = :saved_at, warned_at = null where {_MINE}")


def lock_author(tx: Connection, author_id: str) -> None:
    """Let one transaction at a time make drafts for an author: they are counted, and a request that came before is seen."""
    tx.execute(text("select pg_advisory_xact_lock(hashtextextended(:author, 3))"), {"author": author_id})


def save(tx: Connection, draft: Draft, key: DataKey, request_key: str = "") -> None:
    """Keep a version of a draft, sealed; from now on its author may be warned again. A new one keeps what began it."""
    content = draft.content
    written = orjson.dumps([[one.section, one.entry, one.property, one.value] for one in content.answers])
    values = {name: getattr(content, name) for name in ("question_set", "organisation", "place", "patients")}
    tx.execute(
        _SAVE,
        values
        | _name(draft)
        | {
            "version": draft.version,
            "event_type": draft.event_type,
            "created_at": draft.created_at,
            "saved_at": draft.saved_at,
            "key_id": key.key_id,
            "wrapped": key.wrapped,
            "sealed": key.seal(written.decode(), _place(draft)),
            "request_key": request_key,
        },
    )


def touch(tx: Connection, draft: Draft) -> None:
    """The same draft was saved again: it lives longer."""
    tx.execute(_TOUCH, _name(draft) | {"saved_at": draft.saved_at})


def find(
    tx: Connection, vault: Vault, draft_id: str, author_id: str, hold: bool = False
) -> tuple[Draft, DataKey] | None:
    """A draft of this author, opened, with its key; with `hold` nobody else changes it until this transaction ends."""
    if not is_id(draft_id):
        return None
    ending = "for update" if hold else ""
    row = tx.execute(
        text(f"select {_COLUMNS}, key_id, wrapped, sealed from drafts where {_MINE} {ending}"),
        {"id": draft_id, "author_id": author_id},
    ).one_or_none()
    return _opened(row, vault) if row else None


def begun_by(tx: Connection, vault: Vault, author_id: str, request_key: str) -> Draft | None:
    """The draft that this author's request with this key began, opened."""
    row = tx.execute(
        text(
            f"select {_COLUMNS}, key_id, wrapped, sealed from drafts"
            " where author_id = :author_id and request_key = :request_key and request_key <> ''"
        ),
        {"author_id": author_id, "request_key": request_key},
    ).one_or_none()
    return _opened(row, vault)[0] if row else None


def of_author(tx: Connection, author_id: str) -> list[Draft]:
    """Every draft of an author without its answers, last saved first."""
    rows = tx.execute(
        text(f"select {_COLUMNS} from drafts where author_id = :author_id order by saved_at desc, id desc"),
        {"author_id": author_id},
    )
    return [_draft(row) for row in rows]


def remove(tx: Connection, draft_id: str, author_id: str) -> bool:
    """Throw away a draft of this author with its key; whether there was one."""
    if not is_id(draft_id):
        return False
    values = {"id": draft_id, "author_id": author_id}
    return tx.execute(text(f"delete from drafts where {_MINE}"), values).rowcount > 0


def take_expiring(tx: Connection, saved_before: datetime, now: datetime, most: int) -> list[Draft]:
    """Drafts not saved since, whose authors were not told yet and now are; without answers, `most` at once."""
    rows = tx.execute(
        text(
            "update drafts set warned_at = :now where id in (select id from drafts where warned_at is null"
            " and saved_at <= :before order by saved_at limit :most for update skip locked)"
            f" returning {_COLUMNS}"
        ),
        {"now": now, "before": saved_before, "most": most},
    )
    return [_draft(row) for row in rows]


def forget(tx: Connection, saved_before: datetime, warned_before: datetime, most: int) -> int:
    """Throw away drafts not saved since, of which their authors were warned long enough ago, `most` at once; how many."""
    return tx.execute(
        text(
            "delete from drafts where id in (select id from drafts where saved_at <= :saved"
            " and warned_at <= :warned order by saved_at limit :most for update skip locked)"
        ),
        {"saved": saved_before, "warned": warned_before, "most": most},
    ).rowcount


def _opened(row: Any, vault: Vault) -> tuple[Draft, DataKey]:
    draft = _draft(row)
    key = vault.unwrap(row.key_id, bytes(row.wrapped), draft.draft_id)
    written = orjson.loads(key.open(bytes(row.sealed), _place(draft)))
    answers = tuple(_answer(*each) for each in written)
    return replace(draft, content=replace(draft.content, answers=answers)), key


def _answer(section: str, entry: int, name: str, value: Value) -> Answer:
    return Answer(section, entry, name, value, field_name(section, entry, name))


def _draft(row: Any, answers: Sequence[Answer] = ()) -> Draft:
    content = Content(row.question_set, tuple(answers), row.organisation, row.place, row.patients)
    times = (row.created_at, row.saved_at, row.warned_at)
    return Draft(str(row.id), row.author_id, row.version, row.event_type, content, *times)


def _name(draft: Draft) -> dict[str, str]:
    return {"id": draft.draft_id, "author_id": draft.author_id}


def _place(draft: Draft) -> str:
    """What the answers are bound to: they cannot be moved to another draft, nor taken back to another version."""
    return f"{draft.draft_id}/{draft.version}/answers"
