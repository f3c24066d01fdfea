"""The audit of every service: kept as it is told, searched by support staff, verified against where it was made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import uuid_utils
from sqlalchemy import Connection, Engine

from chassis import auditing, outbox
from chassis.actors import Actor, system
from chassis.auditing import Entry, Finding, Place
from chassis.problems import invalid, not_found
from protos.audit.v1.audit_pb2 import AuditDoubted, AuditVerificationAsked, KnownHead
from services.identity import store
from services.identity.domain.auditing import (
    EVERY,
    GIVEN_UP,
    HIDDEN,
    MOST,
    NOT_TOLD,
    TRAILS,
    USUAL,
    Chain,
    Fault,
    Found,
    Verification,
    Wanted,
    Who,
    contradictions,
    roles_at,
)
from services.identity.domain.roles import Permission

TRAIL = auditing.Trail("identity", key="seq")
EVERYWHERE = ""
DOES_NOT_FOLLOW = "does-not-follow"  # what was told does not continue what had been told
TOLD_OTHERWISE = "told-otherwise"  # another row had been told at this place: the first is kept
AT_ONCE = 20_000


# ---- as it is told


def keep_sealed(
    tx: Connection, service: str, first_no: int, before: bytes, last: bytes, entries: Sequence[Entry]
) -> None:
    """Keep rows that a service has sealed, under hashes worked out here. What does not fit is written down, and nothing that
    was kept before is changed by it. Again, or in another order, does no harm."""
    if service not in TRAILS:
        raise ValueError("an audit of a service that keeps none")
    rows, hash = [], before
    for no, entry in enumerate(entries, first_no):
        hash = auditing.link(hash, entry)
        rows.append((no, entry, hash))
    if not rows:
        return
    new = store.auditing.keep(tx, service, rows)
    _doubt(tx, service, _doubts(tx, service, rows, new, before, last))


def _doubts(
    tx: Connection,
    service: str,
    rows: Sequence[tuple[int, Entry, bytes]],
    new: set[int],
    before: bytes,
    last: bytes,
) -> list[Finding]:
    first_no, last_no, end = rows[0][0], rows[-1][0], rows[-1][2]
    kept = store.auditing.hashes(tx, service, [first_no - 1, *(no for no, _, _ in rows if no not in new)])
    others = [no for no, _, hash in rows if no not in new and kept[no] != hash]
    found = [Finding(TOLD_OTHERWISE, others[0], others[-1])] if others else []
    expected = auditing.beginning(service) if first_no == 1 else kept.get(first_no - 1, before)
    if before != expected or end != last:
        found.append(Finding(DOES_NOT_FOLLOW, first_no, last_no))
    for following in store.auditing.after(tx, service, last_no, last_no + 1, 1):
        if auditing.link(end, auditing.entry_of(following)) != bytes(following.hash):
            found.append(Finding(DOES_NOT_FOLLOW, following.no, following.no))
    return found


def keep_called(tx: Connection, called: dict[str, str]) -> None:
    """Remember the reference numbers of records that audit rows name."""
    store.auditing.keep_called(tx, called)


def keep_answer(
    tx: Connection,
    verification_id: str,
    service: str,
    rows: int,
    marks: Sequence[tuple[int, str]],
    found: Sequence[Finding],
    at: datetime,
) -> None:
    """A service has walked along its own chain; what it found when nobody had asked it is a doubt."""
    if store.auditing.verification(tx, verification_id) is None:
        _doubt(tx, service, found)
        return
    store.auditing.keep_answer(tx, verification_id, service, rows, marks, found, at)
    _tell_when_finished(tx, verification_id)


# ---- telling whoever should look


def _doubt(tx: Connection, service: str, found: Iterable[Finding]) -> None:
    for one in store.auditing.doubt(tx, service, found):
        _announce(tx, "", service, one)


def _tell_when_finished(tx: Connection, verification_id: str) -> None:
    """What a verification found, once its last answer or walk is there; of those that end at once, the last sees them all."""
    store.auditing.one_verification_at_once(tx)
    row = store.auditing.verification(tx, verification_id)
    done = _standing(tx, row) if row else None
    if done and done.finished:
        _tell(tx, done, but=NOT_TOLD)  # which may still be on its way


def _tell(tx: Connection, done: Verification, but: str = "") -> None:
    for chain in done.chains:
        for one in chain.faults:
            if one.kind != but:
                _announce(tx, done.id, chain.service, one)


def _announce(tx: Connection, verification_id: str, service: str, one: Finding | Fault) -> None:
    """In the live lane, whatever we act on: an import must not put it off."""
    told = AuditDoubted(verification_id=verification_id, service=service, kind=one.kind, place=one.no)
    with outbox.in_lane(outbox.LIVE):
        outbox.put(tx, outbox.announcement(told, verification_id or service, system("identity").id))


# ---- searching


def search_audit(db: Engine, actor: Actor, wanted: Wanted) -> tuple[list[Found], tuple[Any, ...] | None]:
    """A page of rows, newest first, and the place after which the next begins; None at the end. Looking is audited too."""
    actor.must(Permission.READ_AUDIT, EVERYWHERE)
    wanted.must_be_plain()
    if wanted.service and wanted.service not in TRAILS:
        raise invalid("bad-request", f"'service' is one of {', '.join(TRAILS)}.")
    limit = min(wanted.limit or USUAL, MOST)
    with db.begin() as tx:
        rows = store.auditing.search(tx, wanted, limit + 1)
        page = _known(tx, rows[:limit])
        store.audit.note(tx, actor.id, "audit-searched", wanted.about, found=len(page), **wanted.said())
    last = page[-1] if len(rows) > limit else None
    return page, (last.at, last.service, last.no) if last else None


def _known(tx: Connection, rows: Sequence[Any]) -> list[Found]:
    """Rows with who acted and what records are called, as both are known now."""
    actors = sorted({row.actor for row in rows if _is_id(row.actor)})
    people, machines = store.auditing.people(tx, actors), store.auditing.machines(tx, actors)
    roles = store.auditing.held_by(tx, actors)
    called = store.auditing.called(tx, {one for row in rows for one in row.subjects})

    def who(row: Any) -> Who:
        known = Who(row.actor, organisation=row.organisation)
        if row.actor in people:
            held = roles_at(roles.get(row.actor, ()), row.at)
            return replace(known, kind="person", name=people[row.actor], roles=held)
        if row.actor in machines:
            return replace(known, kind="client", name=machines[row.actor])
        return replace(known, kind="system") if row.actor.startswith("system:") else known

    return [
        Found(
            row.service, row.no, bytes(row.hash), row.at, who(row), row.action,
            tuple((one, called.get(one, "")) for one in row.subjects), row.revision, row.purpose, row.trace, row.detail,
        )
        for row in rows
    ]  # fmt: skip


def _is_id(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


# ---- verifying


def verify_audit(db: Engine, actor: Actor, now: datetime) -> Verification:
    """Have every chain walked, by whoever keeps it and here; the same verification while one is under way."""
    actor.must(Permission.READ_AUDIT, EVERYWHERE)
    with db.begin() as tx:
        store.auditing.one_verification_at_once(tx)
        newest = store.auditing.newest_verification(tx)
        if newest and now - newest.asked_at < GIVEN_UP:
            under_way = _standing(tx, newest)
            if not under_way.finished:
                return under_way
        begun = _begin(tx, actor.id, now)
        store.audit.note(tx, actor.id, "audit-verification-asked", begun)
        return _newest(tx)


def audit_verification(db: Engine, actor: Actor) -> Verification:
    """How far the newest verification is, and what it found; NOT_FOUND before the first."""
    actor.must(Permission.READ_AUDIT, EVERYWHERE)
    with db.begin() as tx:
        found = _newest(tx)
        store.audit.note(tx, actor.id, "audit-verification-read", found.id)
        return found


def verify_daily(tx: Connection, now: datetime | None = None) -> bool:
    """Have every chain walked when nobody has asked for a day. What the last verification found is told then, finished or not: what
    has not been told to us for a day is not on its way any more."""
    at = now or datetime.now(UTC)
    store.auditing.one_verification_at_once(tx)
    newest = store.auditing.newest_verification(tx)
    if newest is None or at - newest.asked_at >= EVERY:
        if newest:
            _tell(tx, _standing(tx, newest))
        _begin(tx, system("identity").id, at)
    return False


def verify_copies(tx: Connection) -> bool:
    """Go on with a walk along our own copies; whether there was one."""
    row = store.auditing.next_walk(tx)
    if row is None:
        return False
    hash = bytes(row.hash) if row.no else auditing.beginning(row.service)
    rows = store.auditing.after(tx, row.service, row.no, row.upto, AT_ONCE)
    places = [Place(one.no, bytes(one.hash), auditing.entry_of(one)) for one in rows]
    found = [*_findings(row.findings), *auditing.walk(row.no, hash, places), *_hidden(rows)]
    finished = len(rows) < AT_ONCE
    no, last = (places[-1].no, places[-1].hash) if places else (row.no, hash)
    if finished and no < row.upto:
        found.append(Finding(auditing.UNLINKED, no + 1, row.upto))
    few = found[: auditing.MOST_FINDINGS]
    store.auditing.walked(tx, row.verification_id, row.service, no, last, few, finished)
    if finished:
        _tell_when_finished(tx, row.verification_id)
    return True


def _hidden(rows: Iterable[Any]) -> list[Finding]:
    wrong = (row for row in rows if row.subjects != (row.about or "").split())
    return [Finding(HIDDEN, row.no, row.no) for row in wrong]


def _begin(tx: Connection, asked_by: str, now: datetime) -> str:
    id = str(uuid_utils.uuid7())
    heads = {service: store.auditing.head(tx, service) for service in TRAILS}
    store.auditing.begin_verification(tx, id, asked_by, now, {name: no for name, (no, _) in heads.items()})
    known = [KnownHead(service=name, no=no, hash=hash) for name, (no, hash) in heads.items()]
    told = AuditVerificationAsked(verification_id=id, heads=known)
    outbox.put(tx, outbox.announcement(told, id, asked_by))
    return id


def _newest(tx: Connection) -> Verification:
    newest = store.auditing.newest_verification(tx)
    if newest is None:
        raise not_found("verification-not-found", "The audit has not been verified yet.")
    return _standing(tx, newest)


def _standing(tx: Connection, row: Any) -> Verification:
    """A verification as it stands. What a service knows of its chain is held against our copies as they are now."""
    walks, answers = store.auditing.walks_of(tx, row.id), store.auditing.answers_to(tx, row.id)
    chains = tuple(_chain(tx, name, walks[name], answers.get(name)) for name in sorted(walks))
    return Verification(row.id, row.asked_at, chains)


def _chain(tx: Connection, service: str, walk: Any, answer: Any) -> Chain:
    faults = [Fault("copies", one.kind, one.no, one.until) for one in _findings(walk.findings)]
    faults += store.auditing.doubts(tx, service)
    known = Chain(service, copies=walk.no, walked=walk.finished_at is not None)
    if answer is None:
        return replace(known, faults=tuple(faults))
    faults += [Fault("service", one.kind, one.no, one.until) for one in _findings(answer.findings)]
    marks = [(no, hash) for no, hash in answer.marks]
    copies = {
        no: hash.hex() for no, hash in store.auditing.hashes(tx, service, [no for no, _ in marks]).items()
    }
    newest, _ = store.auditing.head(tx, service)
    faults += contradictions(marks, copies, newest, auditing.REWRITTEN)
    return replace(known, rows=answer.rows, answered=True, faults=tuple(faults))


def _findings(several: Iterable[Sequence[Any]]) -> list[Finding]:
    return [Finding(*one) for one in several]
