"""Jobs on a real database: done once, kept when they fail, set aside when they keep failing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine, text

from chassis import outbox, working
from chassis.working import ATTEMPTS, Job, Worker


@pytest.fixture
def db(engine_for: Callable[[str], Engine]) -> Engine:
    made = engine_for("enrichment")
    with made.begin() as tx:
        tx.execute(text("create table done (word text)"))
    return made


def write(tx: Connection, job: Job) -> None:
    tx.execute(text("insert into done values (:word)"), {"word": job.payload.decode()})
    if job.payload == b"bad":
        raise ValueError("quotes what it should not")


def worker(db: Engine) -> Worker:
    url = db.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return Worker("enrichment", db, url, {"write": write})


def put(db: Engine, *words: str) -> None:
    with db.begin() as tx:
        for word in words:
            working.put(tx, "write", word, "record", word.encode())


def rows(db: Engine, statement: str) -> list[object]:
    with db.begin() as tx:
        return [row[0] for row in tx.execute(text(statement))]


def test_a_job_is_done_and_gone(db: Engine) -> None:
    put(db, "one")
    assert worker(db).do_one()
    assert not worker(db).do_one()
    assert rows(db, "select word from done") == ["one"]
    assert rows(db, "select key from jobs") == []


def test_the_same_job_twice_waits_once(db: Engine) -> None:
    put(db, "one", "one")
    assert rows(db, "select key from jobs") == ["one"]


def test_a_failed_job_leaves_no_trace_but_its_failure_and_waits(db: Engine) -> None:
    put(db, "bad")
    worker(db).do_one()
    assert rows(db, "select word from done") == []
    assert rows(db, "select last_error from jobs") == ["ValueError"]
    assert not worker(db).do_one()


def test_a_job_that_keeps_failing_is_set_aside_for_an_operator(db: Engine) -> None:
    put(db, "bad", "good")
    with db.begin() as tx:
        tx.execute(text("update jobs set attempts = :most - 2 where key = 'bad'"), {"most": ATTEMPTS})
    for _ in range(3):
        with db.begin() as tx:
            tx.execute(text("update jobs set run_at = now()"))
        while worker(db).do_one():
            pass
    with db.begin() as tx:
        assert working.backlog(tx) == (0, 1)
    assert rows(db, "select word from done") == ["good"]
    with db.begin() as tx:
        assert working.retry_failed(tx) == 1
        assert working.backlog(tx) == (1, 0)


def test_a_job_that_outlives_its_connection_is_counted_and_the_worker_goes_on(db: Engine) -> None:
    def take_too_long(tx: Connection, job: Job) -> None:
        if job.payload == b"long":
            mine = tx.execute(text("select pg_backend_pid()")).scalar_one()
            with db.connect() as other:
                other.execute(text("select pg_terminate_backend(:pid)"), {"pid": mine})
        write(tx, job)

    running = worker(db)
    running.handlers = {"write": take_too_long}
    put(db, "long", "short")
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    end = time.monotonic() + 15
    while rows(db, "select word from done") != ["short"] and time.monotonic() < end:
        time.sleep(0.05)
    running.stop()
    thread.join(5)
    assert rows(db, "select word from done") == ["short"]
    assert "ConnectionLost" in rows(db, "select last_error from jobs")


def test_what_a_bulk_job_puts_stays_in_bulk(db: Engine) -> None:
    lanes: list[str] = []
    running = worker(db)
    running.handlers = {"write": lambda tx, job: lanes.append(outbox.current_lane())}
    with outbox.in_lane(outbox.BULK):
        put(db, "from an import")
    put(db, "live")
    while running.do_one():
        pass
    assert lanes == ["live", "bulk"]
    assert outbox.current_lane() == "live"


def test_a_worker_wakes_when_a_job_is_put(db: Engine) -> None:
    running = worker(db)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.connected:
        time.sleep(0.01)
    put(db, "now")
    end = time.monotonic() + 10
    while rows(db, "select word from done") != ["now"] and time.monotonic() < end:
        time.sleep(0.01)
    running.stop()
    thread.join(5)
    assert rows(db, "select word from done") == ["now"]


def test_two_workers_share_the_work_without_doing_any_twice(db: Engine) -> None:
    put(db, *[str(n) for n in range(50)])

    def work() -> None:
        mine = worker(db)
        while mine.do_one():
            pass

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, rows(db, "select word from done"))) == sorted(str(n) for n in range(50))
