from __future__ import annotations

import threading
from collections.abc import Iterator
from queue import Empty, SimpleQueue

import pytest
from sqlalchemy import Engine, text

from chassis.problems import Kind, Problem
from services.identity import store
from services.identity.use_cases.watching import ALIVE, Line, Watch


@pytest.fixture
def watch(database_url: str) -> Iterator[Watch]:
    made = Watch(database_url, most=2)
    yield made
    made.close()


def tell(db: Engine, watch_id: str) -> None:
    with db.begin() as tx:
        store.watching.tell_watchers(tx, watch_id)


def words(line: Line) -> SimpleQueue[str]:
    """What a line says, read by a thread of its own; `over` when it ends."""
    heard: SimpleQueue[str] = SimpleQueue()

    def listen() -> None:
        for word in line:
            heard.put(word)
        heard.put("over")

    threading.Thread(target=listen, daemon=True).start()
    return heard


def next_but_heartbeats(heard: SimpleQueue[str]) -> str:
    return next(word for word in (heard.get(timeout=5) for _ in range(5)) if word != ALIVE)


def test_every_line_hears(db: Engine, watch: Watch) -> None:
    with watch.line() as one, watch.line() as other:
        both = words(one), words(other)
        tell(db, "session:1")
        assert [next_but_heartbeats(heard) for heard in both] == ["session:1"] * 2


def test_nothing_is_heard_of_what_was_undone(db: Engine, watch: Watch) -> None:
    with watch.line() as line:
        heard = words(line)
        connection = db.connect()
        store.watching.tell_watchers(connection, "session:undone")
        connection.rollback()
        connection.close()
        tell(db, "session:done")
        assert next_but_heartbeats(heard) == "session:done"


def test_a_quiet_line_beats(watch: Watch) -> None:
    with watch.line() as line:
        heard = words(line)
        assert heard.get(timeout=4) == ALIVE
        assert heard.get(timeout=4) == ALIVE


def test_many_words_arrive_in_order(db: Engine, watch: Watch) -> None:
    with watch.line() as line:
        heard = words(line)
        for number in range(200):
            tell(db, f"session:{number}")
        assert [next_but_heartbeats(heard) for _ in range(200)] == [f"session:{n}" for n in range(200)]


def test_when_the_database_drops_us_every_line_ends_and_a_new_one_can_be_had(
    db: Engine, watch: Watch
) -> None:
    with watch.line() as line:
        heard = words(line)
        with db.begin() as tx:
            ears = "datname = current_database() and query in ('select 1', 'listen credentials')"
            dropped = tx.execute(text(f"select pg_terminate_backend(pid) from pg_stat_activity where {ears}"))
            assert list(dropped.scalars()) == [True]
        assert next_but_heartbeats(heard) == "over"
    with watch.line() as line:
        heard = words(line)
        tell(db, "session:2")
        assert next_but_heartbeats(heard) == "session:2"


def test_there_are_only_so_many_lines(watch: Watch) -> None:
    with watch.line(), watch.line(), pytest.raises(Problem) as refused, watch.line():
        pass
    assert (refused.value.kind, refused.value.code) == (Kind.UNAVAILABLE, "too-many-watchers")
    with watch.line(), watch.line():
        pass


def test_a_line_ends_when_its_reader_goes(watch: Watch) -> None:
    with watch.line() as line:
        heard = words(line)
        line.end()
        assert next_but_heartbeats(heard) == "over"


def test_closing_ends_every_line_and_the_thread(watch: Watch) -> None:
    with watch.line() as line:
        heard = words(line)
        watch.close()
        assert next_but_heartbeats(heard) == "over"
        with pytest.raises(Empty):
            heard.get(timeout=0.1)
    assert not [thread for thread in threading.enumerate() if thread.name == "watch"]


def test_without_a_database_there_is_no_line(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = Watch("postgresql://nobody@127.0.0.1:1/nowhere", most=1)
    monkeypatch.setattr("services.identity.use_cases.watching.PATIENCE", 0.3)
    try:
        with pytest.raises(Problem) as refused, nowhere.line():
            pass
        assert refused.value.kind is Kind.UNAVAILABLE
    finally:
        nowhere.close()
