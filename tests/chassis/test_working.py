"""Jobs and schedules on a real database: done once, kept when they fail, set aside when they keep failing."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from chassis import outbox, working
from chassis.working import ATTEMPTS, Job, Outside, Worker


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
    with db.begin() as tx:
        assert working.backlog(tx) == (1, 1, 0)
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
        assert working.backlog(tx) == (0, 0, 1)
    assert rows(db, "select word from done") == ["good"]
    with db.begin() as tx:
        assert working.retry_failed(tx) == 1
        assert working.backlog(tx) == (1, 0, 0)


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


# ---- what asks outside


class Correspondent:
    """Somebody outside who answers when told to, and what a worker has of them."""

    def __init__(self) -> None:
        self.asked, self.answers = threading.Event(), threading.Event()
        self.heard: list[str] = []

    def ask(self, db: Engine, job: Job) -> Callable[[Connection], None]:
        self.heard.append(job.payload.decode())
        self.asked.set()
        assert self.answers.wait(10)
        return lambda tx: write(tx, job)


@pytest.fixture
def outside() -> Correspondent:
    return Correspondent()


def asking(db: Engine, outside: Correspondent) -> Worker:
    made = worker(db)
    made.handlers = {"write": Outside(outside.ask)}
    return made


def lease_ends(db: Engine) -> None:
    with db.begin() as tx:
        tx.execute(text("update jobs set run_at = now() where run_at <= now() + interval '120 seconds'"))


def is_held_back(db: Engine) -> bool:
    """Whether a relay would have to wait: what has committed by now is not below every open transaction."""
    with db.begin() as tx:
        mine = tx.execute(text("select cast(cast(pg_current_xact_id() as text) as bigint)")).scalar_one()
    with db.begin() as tx:
        least = "select cast(cast(pg_snapshot_xmin(pg_current_snapshot()) as text) as bigint)"
        return bool(tx.execute(text(least)).scalar_one() <= mine)


def test_while_somebody_outside_is_asked_no_transaction_holds_the_relays_back(
    db: Engine, outside: Correspondent
) -> None:
    put(db, "slow")
    thread = threading.Thread(target=asking(db, outside).do_one)
    thread.start()
    assert outside.asked.wait(10)
    assert not is_held_back(db)
    assert (
        rows(
            db,
            "select pid from pg_stat_activity where state like 'idle in%' and datname = current_database()",
        )
        == []
    )
    outside.answers.set()
    thread.join(10)
    assert rows(db, "select word from done") == ["slow"]
    assert rows(db, "select key from jobs") == []


def test_two_workers_never_ask_the_same_at_once(db: Engine, outside: Correspondent) -> None:
    put(db, "once")
    thread = threading.Thread(target=asking(db, outside).do_one)
    thread.start()
    assert outside.asked.wait(10)
    assert not asking(db, outside).do_one()
    outside.answers.set()
    thread.join(10)
    assert outside.heard == ["once"]


def test_a_worker_that_dies_before_it_settled_leaves_it_to_be_asked_again(
    db: Engine, outside: Correspondent
) -> None:
    class Killed(BaseException):
        pass

    def die(tx: Connection) -> None:
        raise Killed

    def ask(db: Engine, job: Job) -> Callable[[Connection], None]:
        outside.heard.append("first")
        return die

    put(db, "again")
    dying = worker(db)
    dying.handlers = {"write": Outside(ask)}
    with pytest.raises(Killed):
        dying.do_one()
    outside.answers.set()
    assert not asking(db, outside).do_one(), "the one that died may still be asking"
    lease_ends(db)
    assert asking(db, outside).do_one()
    assert outside.heard == ["first", "again"]
    assert rows(db, "select word from done") == ["again"]


def test_what_fails_outside_is_tried_again_and_set_aside_in_the_end(db: Engine) -> None:
    def refuse(db: Engine, job: Job) -> Callable[[Connection], None]:
        raise OSError("quotes what it should not")

    put(db, "refused")
    refused = worker(db)
    refused.handlers = {"write": Outside(refuse)}
    assert refused.do_one()
    assert rows(db, "select last_error from jobs") == ["OSError"]
    assert rows(db, "select attempts from jobs") == [1]
    assert rows(db, "select run_at < now() + interval '5 seconds' from jobs") == [True]
    with db.begin() as tx:
        tx.execute(text("update jobs set run_at = now(), attempts = :most - 1"), {"most": ATTEMPTS})
    assert refused.do_one()
    with db.begin() as tx:
        assert working.backlog(tx) == (0, 0, 1)


def test_a_worker_that_came_too_late_does_not_put_back_what_another_has(
    db: Engine, outside: Correspondent
) -> None:
    def late(db: Engine, job: Job) -> Callable[[Connection], None]:
        lease_ends(db)
        other = threading.Thread(target=asking(db, outside).do_one)
        other.start()
        assert outside.asked.wait(10)
        raise OSError

    put(db, "slow")
    first = worker(db)
    first.handlers = {"write": Outside(late)}
    assert first.do_one()
    assert not asking(db, outside).do_one()
    outside.answers.set()
    end = time.monotonic() + 10
    while rows(db, "select key from jobs") and time.monotonic() < end:
        time.sleep(0.02)
    assert rows(db, "select word from done") == ["slow"]


# ---- schedules


@pytest.fixture
def timed(engine_for: Callable[[str], Engine]) -> Engine:
    """A database with the table that every service with schedules makes in its migrations."""
    made = engine_for("recording")
    with made.begin() as tx:
        tx.execute(text("create table done (word text)"))
    return made


def scheduled(db: Engine, do: Callable[[Connection], bool], seconds: float = 3600) -> Worker:
    """A worker that knows one schedule, as if it had begun to run."""
    made = worker(db)
    made.schedules = (working.Schedule("tidy", seconds, do),)
    with db.begin() as tx:
        tx.execute(text("insert into schedules (name) values ('tidy') on conflict do nothing"))
    return made


def note(tx: Connection) -> bool:
    tx.execute(text("insert into done values ('tidied')"))
    return False


def test_a_schedule_is_done_when_it_is_due_and_not_before(timed: Engine) -> None:
    running = scheduled(timed, note)
    assert running.do_scheduled()
    assert not running.do_scheduled()
    with timed.begin() as tx:
        tx.execute(text("update schedules set due_at = due_at - interval '3601 seconds'"))
    assert running.do_scheduled()
    assert rows(timed, "select word from done") == ["tidied", "tidied"]


def test_a_schedule_that_says_more_waits_is_due_again_at_once(timed: Engine) -> None:
    left = [True, True, False]

    def some(tx: Connection) -> bool:
        return left.pop(0)

    running = scheduled(timed, some)
    assert [running.do_scheduled() for _ in range(4)] == [True, True, True, False]


def test_a_schedule_that_fails_leaves_nothing_but_its_failure_and_is_tried_again_soon(timed: Engine) -> None:
    def fail(tx: Connection) -> bool:
        note(tx)
        raise ValueError("quotes what it should not")

    assert scheduled(timed, fail).do_scheduled()
    assert rows(timed, "select word from done") == []
    assert rows(timed, "select last_error from schedules") == ["ValueError"]
    assert rows(timed, "select due_at between now() and now() + interval '60 seconds' from schedules") == [
        True
    ]


def test_a_schedule_whose_worker_dies_is_done_by_another(timed: Engine) -> None:
    def die(tx: Connection) -> bool:
        note(tx)
        mine = tx.execute(text("select pg_backend_pid()")).scalar_one()
        with timed.connect() as other:
            other.execute(text("select pg_terminate_backend(:pid)"), {"pid": mine})
        tx.execute(text("select 1"))
        return False

    with pytest.raises(OperationalError):
        scheduled(timed, die).do_scheduled()
    assert scheduled(timed, note).do_scheduled()
    assert rows(timed, "select word from done") == ["tidied"]


def test_two_workers_never_do_a_schedule_at_once(timed: Engine) -> None:
    busy, others = threading.Event(), threading.Event()

    def slow(tx: Connection) -> bool:
        busy.set()
        assert others.wait(10)
        return note(tx)

    first = threading.Thread(target=scheduled(timed, slow).do_scheduled)
    first.start()
    assert busy.wait(10)
    assert not scheduled(timed, note).do_scheduled()
    others.set()
    first.join(10)
    assert not scheduled(timed, note).do_scheduled()
    assert rows(timed, "select word from done") == ["tidied"]


def test_a_schedule_that_asks_outside_holds_no_relay_back_and_is_done_by_one_worker(timed: Engine) -> None:
    asked, answers = threading.Event(), threading.Event()

    def ask(db: Engine) -> Callable[[Connection], bool]:
        asked.set()
        assert answers.wait(10)
        return note

    running = scheduled(timed, note)
    running.schedules = (working.Schedule("tidy", 3600, Outside(ask)),)
    first = threading.Thread(target=running.do_scheduled)
    first.start()
    assert asked.wait(10)
    assert not is_held_back(timed)
    assert not scheduled(timed, note).do_scheduled()
    answers.set()
    first.join(10)
    assert rows(timed, "select word from done") == ["tidied"]
    assert rows(timed, "select due_at > now() + interval '3500 seconds' from schedules") == [True]


def test_a_schedule_that_finds_nobody_outside_is_tried_again_soon(timed: Engine) -> None:
    def ask(db: Engine) -> Callable[[Connection], bool]:
        raise OSError("quotes what it should not")

    running = scheduled(timed, note)
    running.schedules = (working.Schedule("tidy", 3600, Outside(ask)),)
    assert running.do_scheduled()
    assert rows(timed, "select last_error from schedules") == ["OSError"]
    assert rows(timed, "select due_at <= now() + interval '60 seconds' from schedules") == [True]


def test_two_running_workers_do_what_is_due_once_and_jobs_meanwhile(timed: Engine) -> None:
    workers = [worker(timed) for _ in range(2)]
    for one in workers:
        one.schedules = (working.Schedule("tidy", 3600, note),)
    threads = [threading.Thread(target=one.run, daemon=True) for one in workers]
    for thread in threads:
        thread.start()
    put(timed, "one", "two")
    end = time.monotonic() + 15
    while len(rows(timed, "select word from done")) < 3 and time.monotonic() < end:
        time.sleep(0.02)
    time.sleep(0.1)
    for one in workers:
        one.stop()
    for thread in threads:
        thread.join(5)
    assert sorted(map(str, rows(timed, "select word from done"))) == ["one", "tidied", "two"]
