"""Sign-ins with outside providers: those under way, and who signs in so."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, text

from services.identity.domain.outside import Link, Person, Waiting

_LINK = "id, account_id, provider, linked_at, last_used_at"


# ---- under way -------------------------------------------------------------------------------------------------


def begin(
    tx: Connection, id: str, token_hash: bytes, provider: str, back: str, now: datetime, until: datetime
) -> None:
    tx.execute(
        text(
            "insert into outside_sign_ins (id, token_hash, provider, back, begun_at, expires_at)"
            " values (:id, :token_hash, :provider, :back, :now, :until)"
        ),
        {"id": id, "token_hash": token_hash, "provider": provider, "back": back, "now": now, "until": until},
    )


def come_back(tx: Connection, token_hash: bytes, provider: str, now: datetime) -> tuple[str, str] | None:
    """The id of a sign-in that was under way, and where it goes on to; once only."""
    row = tx.execute(
        text(
            "update outside_sign_ins set returned_at = :now where token_hash = :token_hash and provider = :provider"
            " and returned_at is null and ended_at is null and expires_at > :now returning id, back"
        ),
        {"token_hash": token_hash, "provider": provider, "now": now},
    ).one_or_none()
    return (str(row.id), row.back) if row else None


def wait(tx: Connection, id: str, person: Person, until: datetime) -> None:
    """It is known who came back; what is missing is whose account it is."""
    tx.execute(
        text(
            "update outside_sign_ins set issuer = :issuer, subject = :subject, email = :email, name = :name, second = :second,"
            " expires_at = :until where id = cast(:id as uuid)"
        ),
        {
            "id": id,
            "issuer": person.issuer,
            "subject": person.subject,
            "email": person.email,
            "name": person.name,
            "second": person.second,
            "until": until,
        },
    )


def waiting(tx: Connection, token_hash: bytes, now: datetime) -> Waiting | None:
    """Who waits; held until `tx` ends."""
    return _waiting(tx, "token_hash = :sought and session_id is null", token_hash, now)


def waiting_for(tx: Connection, session_id: str, now: datetime) -> Waiting | None:
    """Who waits for a half session to be completed."""
    return _waiting(tx, "session_id = cast(:sought as uuid)", session_id, now)


def _waiting(tx: Connection, where: str, sought: bytes | str, now: datetime) -> Waiting | None:
    row = tx.execute(
        text(
            "select id, provider, back, issuer, subject, email, name, second from outside_sign_ins"
            f" where {where} and subject <> '' and ended_at is null and expires_at > :now for update"
        ),
        {"sought": sought, "now": now},
    ).one_or_none()
    if row is None:
        return None
    person = Person(row.issuer, row.subject, row.email, row.name, row.second)
    return Waiting(str(row.id), row.provider, row.back, person)


def wait_for(tx: Connection, id: str, session_id: str) -> None:
    """The first proof was given; a half session's second is the other."""
    tx.execute(
        text(
            "update outside_sign_ins set session_id = cast(:session_id as uuid) where id = cast(:id as uuid)"
        ),
        {"id": id, "session_id": session_id},
    )


def end(tx: Connection, id: str, now: datetime) -> None:
    """It is not used again, and who it was is forgotten."""
    tx.execute(
        text(
            "update outside_sign_ins set ended_at = :now, subject = '', email = '', name = '' where id = cast(:id as uuid)"
        ),
        {"id": id, "now": now},
    )


def end_all(tx: Connection, account_id: str, email: str, now: datetime) -> None:
    """The same for whoever waits to prove that an account, or its address, is theirs."""
    tx.execute(
        text(
            "update outside_sign_ins set ended_at = :now, subject = '', email = '', name = '' where ended_at is null and"
            " (email = :email or session_id in (select id from sessions where account_id = cast(:account_id as uuid)))"
        ),
        {"account_id": account_id, "email": email, "now": now},
    )


def forget(tx: Connection, before: datetime, most: int) -> int:
    """Sign-ins that ended or ran out before then; how many went."""
    return tx.execute(
        text(
            "delete from outside_sign_ins where id in"
            " (select id from outside_sign_ins where expires_at < :before limit :most)"
        ),
        {"before": before, "most": most},
    ).rowcount


# ---- links -----------------------------------------------------------------------------------------------------


def add_link(
    tx: Connection, id: str, account_id: str, provider: str, person: Person, now: datetime
) -> Link | None:
    """The link of whoever a provider calls so, which may be another account's; None where it was made now."""
    made = tx.execute(
        text(
            "insert into outside_links (id, account_id, provider, issuer, subject, linked_at, last_used_at)"
            " values (:id, cast(:account_id as uuid), :provider, :issuer, :subject, :now, :now)"
            " on conflict (issuer, subject) do nothing"
        ),
        {
            "id": id,
            "account_id": account_id,
            "provider": provider,
            "issuer": person.issuer,
            "subject": person.subject,
            "now": now,
        },
    ).rowcount
    return None if made else find_link(tx, person)


def find_link(tx: Connection, person: Person) -> Link | None:
    row = tx.execute(
        text(f"select {_LINK} from outside_links where issuer = :issuer and subject = :subject for update"),
        {"issuer": person.issuer, "subject": person.subject},
    ).one_or_none()
    return _link(row) if row else None


def use_link(tx: Connection, link_id: str, now: datetime) -> None:
    tx.execute(
        text("update outside_links set last_used_at = :now where id = cast(:id as uuid)"),
        {"id": link_id, "now": now},
    )


def links_of(tx: Connection, account_id: str) -> list[Link]:
    """The links of an account, first made first."""
    rows = tx.execute(
        text(
            f"select {_LINK} from outside_links where account_id = cast(:id as uuid) order by linked_at, id"
        ),
        {"id": account_id},
    )
    return [_link(row) for row in rows]


def remove_link(tx: Connection, account_id: str, link_id: str) -> bool:
    removed = tx.execute(
        text(
            "delete from outside_links where id = cast(:id as uuid) and account_id = cast(:account_id as uuid)"
        ),
        {"id": link_id, "account_id": account_id},
    )
    return removed.rowcount > 0


def _link(row: Row[Any]) -> Link:
    return Link(str(row.id), str(row.account_id), row.provider, row.linked_at, row.last_used_at)
