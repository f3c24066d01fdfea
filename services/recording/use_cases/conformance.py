"""Conformance runs: begun by a sandbox client, judged whenever it looks, public for ever once all is shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import uuid_utils
from sqlalchemy import Connection, Engine

from chassis.actors import Actor
from chassis.problems import not_found
from services.recording.domain import conformance as rules
from services.recording.domain.conformance import Attempt, Found, Passed, Run, Seen
from services.recording.store import at_once
from services.recording.store import conformance as store
from services.recording.use_cases.common import question_set
from services.recording.use_cases.sandbox import must_be_in


def start_run(
    db: Engine,
    actor: Actor,
    product_version: str,
    questions: int,
    now: datetime | None = None,
) -> Run:
    """Begin a run for the product that the actor's key is for.

    Raises INVALID for a version that cannot be shown, and a question set that we do not take.
    """
    must_be_in(actor)
    made = Run(
        run_id=str(uuid_utils.uuid7()),
        client=actor.id,
        product=actor.name,
        product_version=rules.check_version(product_version),
        question_set=question_set(questions).version,
        started_at=now or datetime.now(UTC),
    )
    with db.begin() as tx:
        store.add_run(tx, made)
    return made


def look_at_run(
    db: Engine, live: Engine, actor: Actor, run_id: str, now: datetime | None = None
) -> tuple[Run, Sequence[Found]]:
    """A run of the actor's own and what was found of each step; NOT_FOUND for another's.

    `db` is the sandbox. Once all has passed, the live store keeps that: first, so that no failure between the two loses it.
    """
    must_be_in(actor)
    with db.begin() as tx:
        run = store.find_run(tx, actor.id, run_id)
        if run is None:
            raise not_found("run-not-found", "There is no such run, or it is not yours.")
        found = run.found if run.passed_at else rules.judge(run.run_id, _seen(tx, run))
    if run.passed_at or not rules.all_passed(found):
        return run, found
    at = now or datetime.now(UTC)
    with live.begin() as tx:
        store.keep_passed(tx, Passed(run.product, run.product_version, run.question_set, at))
    with db.begin() as tx:
        store.close(tx, run.run_id, found, at)
    return replace(run, passed_at=at, found=tuple(found)), found


def list_passed(live: Engine) -> list[Passed]:
    """Every product that has passed, for anybody."""
    with at_once(live) as tx:
        return store.passed(tx)


def note(db: Engine, actor: Actor, attempts: Collection[Attempt], now: datetime | None = None) -> None:
    """Remember what a sandbox client asked for, while it has a run that has not passed."""
    if attempts:
        with db.begin() as tx:
            store.add_attempts(tx, actor.id, attempts, now or datetime.now(UTC))


def lose_answer(db: Engine, actor: Actor, attempt: Attempt, now: datetime | None = None) -> bool:
    """Whether the answer to an accepted create is to be lost, which is once for that step of a run; noted if so."""
    if not rules.may_be_lost(attempt):
        return False
    with db.begin() as tx:
        for run_id in store.open_runs(tx, actor.id):
            if attempt.about == rules.reference_of(run_id, rules.LOST_ANSWER):
                return store.lose(tx, actor.id, run_id, attempt, now or datetime.now(UTC))
    return False


def _seen(tx: Connection, run: Run) -> Seen:
    names = rules.references(run.run_id)
    records = store.records(tx, run.client, names)
    about = [*names, *(name for one in records.values() for name in (one.event_id, one.reference))]
    return Seen(run.question_set, records, store.attempts(tx, run.client, about, run.started_at))
