"""Signing in, and the sessions that come of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, text

from chassis.tries import Tries
from services.identity.domain.accounts import Account, OpenSession, Session
from services.identity.store.accounts import held_by, note_use
from services.identity.store.watching import session_watch_id, tell_watchers


@dataclass(frozen=True)
class SignInFacts:
    """What sign-in checks a password against."""

    account_id: str
    password_hash: str = field(repr=False)
    suspended: bool


@dataclass(frozen=True)
class LiveSession:
    """A session that is still honoured, and whose it is."""

    id: str
    expires_at: datetime
    account: Account
    strength: str


def lock_tries(tx: Connection, who: bytes, now: datetime, place: str = "") -> Tries | None:
    """The tries for one address, locked until `tx` ends: guesses made at once are counted one by one.

    `place` is empty, or where its owner signed in before (hex), which is counted apart.
    One statement makes or locks the row, because a sign-in at the same moment may take it away.
    """
    row = tx.execute(
        text(
            "insert into sign_in_tries as known (who, address, tries, last_at) values (:who, :place, 0, :now)"
            " on conflict (who, address) do update set tries = known.tries returning tries, last_at"
        ),
        {"who": who, "place": place, "now": now},
    ).one()
    return Tries(row.tries, row.last_at) if row.tries else None


def save_tries(tx: Connection, who: bytes, tries: Tries, place: str = "") -> None:
    tx.execute(
        text(
            "update sign_in_tries set tries = :tries, last_at = :last_at where who = :who and address = :place"
        ),
        {"who": who, "place": place, "tries": tries.count, "last_at": tries.last_at},
    )


def forget_tries(tx: Connection, who: bytes, before: datetime) -> None:
    """Those for `who`, and everyone's that nobody has repeated since `before`."""
    tx.execute(
        text("delete from sign_in_tries where who = :who or last_at < :before"),
        {"who": who, "before": before},
    )


def facts(tx: Connection, email: str) -> SignInFacts | None:
    row = tx.execute(
        text(
            "select id, password_hash, suspended_at is not null as suspended from accounts"
            " where email = :email and closed_at is null"
        ),
        {"email": email},
    ).one_or_none()
    return SignInFacts(str(row.id), row.password_hash, row.suspended) if row else None


@dataclass(frozen=True)
class KnownSession:
    """A session as we keep it, honoured or not; `shut_out` where its account is closed or suspended."""

    id: str
    account_id: str
    started_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    shut_out: bool


def find(tx: Connection, token_hash: bytes) -> KnownSession | None:
    """The session, whether it is honoured or not; looking does not count as use."""
    row = tx.execute(
        text(
            "select s.id, s.account_id, s.started_at, s.last_seen_at, s.expires_at, s.ended_at,"
            " (a.closed_at is not null or a.suspended_at is not null) as shut_out"
            " from sessions s join accounts a on a.id = s.account_id where s.token_hash = :hash"
        ),
        {"hash": token_hash},
    ).one_or_none()
    if row is None:
        return None
    times = (row.started_at, row.last_seen_at, row.expires_at, row.ended_at)
    return KnownSession(str(row.id), str(row.account_id), *times, row.shut_out)


def add_session(
    tx: Connection, session: Session, token_hash: bytes, account_id: str, now: datetime, proof: str = ""
) -> None:
    """`proof`: of a half session, what was right so far."""
    tx.execute(
        text(
            "insert into sessions (id, token_hash, account_id, started_at, last_seen_at, expires_at, strength, proof)"
            " values (:id, :token_hash, :account_id, :now, :now, :expires_at, :strength, :proof)"
        ),
        {
            "id": session.id,
            "token_hash": token_hash,
            "account_id": account_id,
            "now": now,
            "expires_at": session.expires_at,
            "strength": session.strength,
            "proof": proof,
        },
    )


def forget_sessions(tx: Connection, account_id: str, before: datetime) -> None:
    """Sessions of one account that ran out long ago; what they did stays in the audit."""
    tx.execute(
        text("delete from sessions where account_id = cast(:account_id as uuid) and expires_at < :before"),
        {"account_id": account_id, "before": before},
    )


def end_session(tx: Connection, token_hash: bytes, now: datetime) -> tuple[str, str] | None:
    """End a session and tell whoever watches; its id and its account's, or None when it had ended already."""
    row = tx.execute(
        text(
            "update sessions set ended_at = :now where token_hash = :token_hash and ended_at is null"
            " returning id, account_id"
        ),
        {"now": now, "token_hash": token_hash},
    ).one_or_none()
    if row is None:
        return None
    tell_watchers(tx, session_watch_id(str(row.id)))
    return str(row.id), str(row.account_id)


def end_sessions(tx: Connection, account_id: str, now: datetime, but: bytes = b"") -> int:
    """End every session of an account but the one with this token's hash, and tell whoever watches; how many."""
    ended = tx.execute(
        text(
            "update sessions set ended_at = :now where account_id = cast(:id as uuid) and ended_at is null"
            " and token_hash <> :but returning id"
        ),
        {"id": account_id, "now": now, "but": but},
    ).scalars()
    found = [str(one) for one in ended]
    for session_id in found:
        tell_watchers(tx, session_watch_id(session_id))
    return len(found)


def end_named(tx: Connection, session_id: str, account_id: str, now: datetime) -> bool:
    """End one session of an account; False when it has none such."""
    ended = tx.execute(
        text(
            "update sessions set ended_at = coalesce(ended_at, :now) where id = cast(:id as uuid)"
            " and account_id = cast(:account_id as uuid) returning id"
        ),
        {"id": session_id, "account_id": account_id, "now": now},
    ).one_or_none()
    if ended:
        tell_watchers(tx, session_watch_id(session_id))
    return ended is not None


def open_sessions(
    tx: Connection, account_id: str, mine: bytes, now: datetime, idle_since: datetime
) -> list[OpenSession]:
    """The sessions of an account that are honoured, last used first; `mine` is the hash of the asker's token."""
    rows = tx.execute(
        text(
            "select id, started_at, last_seen_at, expires_at, token_hash = :mine as this_one from sessions"
            " where account_id = cast(:id as uuid) and ended_at is null and expires_at > :now"
            " and strength <> 'half' and last_seen_at > :idle_since order by last_seen_at desc"
        ),
        {"id": account_id, "mine": mine, "now": now, "idle_since": idle_since},
    )
    return [OpenSession(str(r.id), r.started_at, r.last_seen_at, r.expires_at, r.this_one) for r in rows]


def roles_changed(tx: Connection, account_id: str) -> None:
    """The actors of an account's sessions say what is no longer so: whoever keeps one asks again."""
    rows = tx.execute(
        text("select id from sessions where account_id = cast(:id as uuid) and ended_at is null"),
        {"id": account_id},
    )
    for session_id in rows.scalars():
        tell_watchers(tx, session_watch_id(str(session_id)))


def seen_session(
    tx: Connection, token_hash: bytes, now: datetime, idle_since: datetime
) -> LiveSession | None:
    """The session, marked as used now; None when it has ended, run out, lain idle, lost its account or is half a one."""
    row = tx.execute(
        text(
            "update sessions s set last_seen_at = :now from accounts a"
            " where s.token_hash = :token_hash and s.ended_at is null and s.expires_at > :now"
            " and s.last_seen_at > :idle_since and a.id = s.account_id and a.closed_at is null"
            " and a.suspended_at is null and s.strength <> 'half'"
            " returning s.id, s.expires_at, s.strength, a.id as account_id, a.name, a.email, a.version"
        ),
        {"token_hash": token_hash, "now": now, "idle_since": idle_since},
    ).one_or_none()
    if row is None:
        return None
    held = held_by(tx, [row.account_id], now).get(row.account_id, ())
    note_use(tx, str(row.account_id), now)
    account = Account(str(row.account_id), row.name, row.email, held, row.version)
    return LiveSession(str(row.id), row.expires_at, account, row.strength)


# ---- with a second factor ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Half:
    """A session that waits for its second factor; `proof` is what was right so far."""

    id: str
    account_id: str
    proof: str


def half(tx: Connection, token_hash: bytes, now: datetime) -> Half | None:
    """The session that waits under this token. Who asks holds it until `tx` ends."""
    row = tx.execute(
        text(
            "select s.id, s.account_id, s.proof from sessions s join accounts a on a.id = s.account_id"
            " where s.token_hash = :token_hash and s.strength = 'half' and s.ended_at is null"
            " and s.expires_at > :now and a.closed_at is null and a.suspended_at is null for update of s"
        ),
        {"token_hash": token_hash, "now": now},
    ).one_or_none()
    return Half(str(row.id), str(row.account_id), row.proof) if row else None


def end_halves(tx: Connection, account_id: str, now: datetime) -> None:
    """Nothing that waits for the account's second factor can be completed any more."""
    tx.execute(
        text(
            "update sessions set ended_at = :now where account_id = cast(:id as uuid) and ended_at is null"
            " and strength = 'half'"
        ),
        {"id": account_id, "now": now},
    )


def account_of(tx: Connection, session_id: str) -> str:
    """Whose session this is."""
    found = tx.execute(
        text("select account_id from sessions where id = cast(:id as uuid)"), {"id": session_id}
    )
    return str(found.scalar_one())


def strength_of(tx: Connection, token_hash: bytes, account_id: str) -> str:
    """What an open session of the account was opened with; nothing where this is none."""
    found = tx.execute(
        text(
            "select strength from sessions where token_hash = :token_hash and ended_at is null"
            " and account_id = cast(:account_id as uuid)"
        ),
        {"token_hash": token_hash, "account_id": account_id},
    )
    return str(found.scalar_one_or_none() or "")


def strengthen(tx: Connection, token_hash: bytes) -> None:
    """A second factor was set up in this session: roles that need one count in it."""
    row = tx.execute(
        text("update sessions set strength = 'second' where token_hash = :token_hash returning id"),
        {"token_hash": token_hash},
    ).one_or_none()
    if row:
        tell_watchers(tx, session_watch_id(str(row.id)))


def ask_ceremony(tx: Connection, token_hash: bytes, question: bytes, until: datetime) -> None:
    """What a passkey is asked to sign, in place of what it was asked before."""
    tx.execute(
        text(
            "update sessions set ceremony = :question, ceremony_until = :until where token_hash = :token_hash"
        ),
        {"token_hash": token_hash, "question": question, "until": until},
    )


def take_ceremony(tx: Connection, token_hash: bytes, now: datetime) -> bytes | None:
    """What a passkey was asked to sign, which may be answered once."""
    row = tx.execute(
        text(
            "with asked as (select id, ceremony, ceremony_until from sessions where token_hash = :token_hash for update)"
            " update sessions s set ceremony = null from asked where s.id = asked.id"
            " returning asked.ceremony, asked.ceremony_until"
        ),
        {"token_hash": token_hash},
    ).one_or_none()
    return row.ceremony if row and row.ceremony and row.ceremony_until > now else None
