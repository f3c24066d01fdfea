"""How a draft ends, on a real database: submitted, or left lying; and what else `work` forgets."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from chassis.actors import Reach
from chassis.problems import Kind, Problem
from chassis.working import Worker
from protos.recording.v1 import recording_pb2 as pb
from services.recording import jobs, use_cases
from services.recording.settings import Work
from services.recording.use_cases import Submission, submit_many
from tests.builders.actors import a_person
from tests.builders.drafts import AUTHOR, NOW, content, find, finish, save, some_answers, warn, whole
from tests.builders.keys import a_vault_key
from tests.builders.recording import System

# ---- expiring


def test_an_author_is_warned_once_at_sixty_days_and_again_only_after_saving(system: System) -> None:
    kept = save(system, now=NOW)
    for days in (59, 60, 61):
        warn(system, NOW + timedelta(days=days))
    told = system.told()
    assert [type(one) for one in told] == [pb.DraftExpiring]
    assert (told[0].draft_id, told[0].author_id) == (kept.draft_id, AUTHOR.id)
    assert told[0].expires_at.ToDatetime(UTC) == NOW + timedelta(days=90)
    save(system, draft=kept, now=NOW + timedelta(days=70))
    warn(system, NOW + timedelta(days=129))
    assert len(system.told()) == 1
    warn(system, NOW + timedelta(days=131))
    assert len(system.told()) == 2


def test_a_draft_is_thrown_away_ninety_days_after_it_was_last_saved(system: System) -> None:
    left, saved = save(system, now=NOW), save(system, content(some_answers("Kept")), now=NOW)
    save(system, content(some_answers("Kept longer")), saved, now=NOW + timedelta(days=10))
    warn(system, NOW + timedelta(days=60))
    forget(system, NOW + timedelta(days=89))
    assert find(system, left)
    forget(system, NOW + timedelta(days=91))
    assert find(system, saved)
    with pytest.raises(Problem):
        find(system, left)


def test_no_draft_is_thrown_away_before_its_author_was_warned_in_time(system: System) -> None:
    """As when nothing did the warning for a month."""
    kept = save(system, now=NOW)
    forget(system, NOW + timedelta(days=95))
    assert find(system, kept)
    warn(system, NOW + timedelta(days=95))
    (told,) = system.told()
    assert told.expires_at.ToDatetime(UTC) == NOW + timedelta(days=125)
    forget(system, NOW + timedelta(days=124))
    assert find(system, kept).expires_at == NOW + timedelta(days=125)
    forget(system, NOW + timedelta(days=126))
    with pytest.raises(Problem):
        find(system, kept)


def test_a_draft_that_is_saved_after_the_warning_lives_on_as_if_there_had_been_none(system: System) -> None:
    kept = save(system, now=NOW)
    warn(system, NOW + timedelta(days=61))
    again = save(system, draft=kept, now=NOW + timedelta(days=70))
    assert find(system, kept) == again
    assert again.expires_at == NOW + timedelta(days=160)


def test_requests_are_forgotten_when_their_time_is_over_and_local_references_never(system: System) -> None:
    system.submit(now=NOW - timedelta(hours=1))
    system.submit(idempotency_key="k", now=NOW)
    system.submit(local_reference="W-1", now=NOW - timedelta(days=100))
    with system.db.begin() as tx:
        assert not use_cases.forget_requests(tx, NOW)
    kept = {row.key for row in system.rows("select key from requests")}
    assert kept == {"key:k", "local:W-1"}
    with system.db.begin() as tx:
        use_cases.forget_requests(tx, NOW + timedelta(days=8))
    assert [row.key for row in system.rows("select key from requests")] == ["local:W-1"]


def test_work_does_every_schedule(system: System) -> None:
    kept = save(system, now=NOW - timedelta(days=91))
    warn(system, NOW - timedelta(days=31))
    save(system, content(some_answers("Nearly forgotten")), now=NOW - timedelta(days=61))
    system.submit(now=NOW - timedelta(hours=1))
    url = system.db.url.set(drivername="postgresql").render_as_string(False)
    settings = Work(database_url=url, record_keys=a_vault_key())
    worker = Worker(
        "recording", system.db, settings.database_url, jobs.handlers(settings), jobs.schedules(settings)
    )
    thread = threading.Thread(target=worker.run, daemon=True)
    thread.start()
    _wait_until(
        lambda: (
            len(system.rows("select 1 from schedules where done_at is not null"))
            == len(jobs.schedules(settings))
        )
    )
    worker.stop()
    thread.join(5)
    assert not system.rows("select 1 from schedules where last_error is not null")
    assert kept.draft_id not in {str(row.id) for row in system.rows("select id from drafts")}
    assert not system.rows("select 1 from requests")
    assert len([one for one in system.told() if isinstance(one, pb.DraftExpiring)]) == 2


def forget(system: System, now: datetime) -> None:
    with system.db.begin() as tx:
        assert not use_cases.forget_drafts(tx, now)


def _wait_until(holds: Any) -> None:
    for _ in range(300):
        if holds():
            return
        threading.Event().wait(0.05)
    raise AssertionError("it never held")


# ---- submitting


def test_submitting_a_draft_records_the_event_and_ends_the_draft(system: System) -> None:
    kept = save(system)
    receipt = finish(system, kept)
    assert not receipt.repeated
    assert not system.rows("select 1 from drafts")
    assert [row.reference for row in system.rows("select reference from events")] == [receipt.reference]


def test_a_second_click_gives_the_first_record_again_though_the_draft_is_gone(system: System) -> None:
    kept = save(system)
    first, second = finish(system, kept), finish(system, kept)
    keyed = finish(system, kept, idempotency_key="a key of its own")
    assert first.reference == second.reference == keyed.reference
    assert (second.repeated, keyed.repeated) == (True, True)
    assert len(system.rows("select 1 from events")) == len(system.rows("select 1 from outbox")) == 1


def test_other_answers_for_a_draft_that_was_submitted_are_refused_and_not_swallowed(system: System) -> None:
    kept = save(system)
    first = finish(system, kept)
    for key in ("", "a key of its own"):
        with pytest.raises(Problem) as caught:
            finish(system, kept, [*whole()[:-1]], idempotency_key=key)
        assert (caught.value.kind, caught.value.code) == (Kind.CONFLICT, "draft-submitted")
        assert first.reference in caught.value.detail
    assert len(system.rows("select 1 from events")) == 1


def test_two_tabs_that_begin_alike_and_end_differently_are_two_records(system: System) -> None:
    first, second = save(system), save(system)
    references = {finish(system, first).reference, finish(system, second, [*whole()[:-1]]).reference}
    assert len(references) == 2


def test_twenty_clicks_at_once_make_one_record(system: System) -> None:
    kept = save(system)
    references: list[str] = []
    threads = [
        threading.Thread(target=lambda: references.append(finish(system, kept).reference)) for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(references) == 20
    assert len(set(references)) == 1
    assert len(system.rows("select 1 from events")) == 1


def test_two_drafts_of_the_same_words_are_two_records(system: System) -> None:
    first, second = save(system, now=NOW - timedelta(days=1)), save(system, now=NOW)
    assert finish(system, first).reference != finish(system, second).reference


def test_wrong_answers_leave_the_draft_where_it_is(system: System) -> None:
    kept = save(system)
    with pytest.raises(Problem) as caught:
        finish(system, kept, some_answers(), route="online")
    assert "required-missing" in {one.code for one in caught.value.faults}
    assert find(system, kept) == kept
    assert not system.rows("select 1 from events")


def test_a_draft_stays_when_its_event_cannot_be_saved(system: System) -> None:
    """The event and the end of the draft are one transaction."""
    kept = save(system)
    with system.db.begin() as tx:
        tx.execute(text("alter table events add constraint full_up check (reference = '') not valid"))
    with pytest.raises(IntegrityError):
        finish(system, kept)
    assert find(system, kept) == kept


def test_drafts_among_many_submissions_end_too(system: System) -> None:
    kept = save(system)
    asked = Submission(6, whole(), "api", draft_id=kept.draft_id)
    results = submit_many(system.db, system.tools, AUTHOR, [asked, asked])
    assert len({one.reference for one in results if not isinstance(one, Problem)}) == 1
    assert not system.rows("select 1 from drafts")


def test_an_event_can_be_submitted_again_after_an_anonymous_reporter_without_a_second_record(
    system: System,
) -> None:
    """The draft is gone and so is what tied it to its event: nothing is found, and nothing is made."""
    kept = save(system)
    receipt = finish(system, kept, route="online")
    admin = a_person("", Reach.NATIONAL, "admin", frozenset({"recording:anonymise"}))
    use_cases.anonymise_reporter(system.db, system.tools, admin, receipt.reference)
    with pytest.raises(Problem) as caught:
        finish(system, kept, route="online")
    assert caught.value.code == "draft-not-found"
    assert len(system.rows("select 1 from events")) == 1
