"""Migrations and what a server makes of a schema it does not know; what counts as the database being away."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from chassis import database
from chassis.database import SchemaTooNew


@pytest.fixture
def db(engine_for: Callable[[str], Engine]) -> Engine:
    return engine_for("access")


def stand_at(db: Engine, revision: str | None) -> None:
    with db.begin() as tx:
        tx.execute(text("delete from alembic_version"))
        if revision:
            tx.execute(text("insert into alembic_version values (:r)"), {"r": revision})


def test_a_server_serves_a_schema_one_step_ahead_of_it(db: Engine) -> None:
    newest = int(database.known("access")[0])
    for ahead in (0, 1):
        stand_at(db, f"{newest + ahead:04}")
        database.refuse_unknown_schema("access", db)


@pytest.mark.parametrize("revision", [None, "9999"])
def test_a_server_refuses_a_schema_that_is_missing_or_too_new(db: Engine, revision: str | None) -> None:
    stand_at(db, revision)
    with pytest.raises(SchemaTooNew):
        database.refuse_unknown_schema("access", db)


def test_migrating_twice_changes_nothing(database_for: Callable[[str], str]) -> None:
    assert database.migrate("access", database_for("access")) == []


def test_a_migration_waits_for_another_of_the_same_database(database_for: Callable[[str], str]) -> None:
    url = database_for("access")
    another = database.engine(url, pool=1)
    with another.connect() as holder, ThreadPoolExecutor(1) as pool:
        holder.execute(text(f"select pg_advisory_lock({database._MIGRATING})"))
        holder.commit()
        waiting = pool.submit(database.migrate, "access", url)
        with pytest.raises(TimeoutError):
            waiting.result(timeout=3.5)  # longer than the lock timeout of every other statement
        holder.execute(text("select pg_advisory_unlock_all()"))
        holder.commit()
        assert waiting.result(timeout=10) == []
    another.dispose()


def test_an_error_lists_no_parameters(db: Engine) -> None:
    with pytest.raises(DBAPIError) as caught, db.begin() as tx:
        tx.execute(text("select :words / 0"), {"words": 4711})
    assert "4711" not in str(caught.value)


def test_every_connection_has_its_timeouts(db: Engine) -> None:
    with db.connect() as connection:
        for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            assert connection.execute(text(f"show {name}")).scalar_one() != "0"


def test_a_broken_connection_is_away_and_a_timeout_is_late(db: Engine) -> None:
    away = failure(db, "select pg_terminate_backend(pg_backend_pid())")
    late = failure(db, "set local statement_timeout = '10ms'; select pg_sleep(1)")
    wrong = failure(db, "select 1/0")
    assert (database.is_away(away), database.is_late(away)) == (True, False)
    assert (database.is_away(late), database.is_late(late)) == (False, True)
    assert (database.is_away(wrong), database.is_late(wrong)) == (False, False)


def test_a_server_that_is_not_there_is_away() -> None:
    nowhere = database.engine("postgresql://nobody:x@127.0.0.1:1/none", pool=1)
    assert database.is_away(failure(nowhere, "select 1"))
    nowhere.dispose()


def failure(db: Engine, statement: str) -> DBAPIError:
    with pytest.raises(DBAPIError) as caught, db.connect() as connection:
        connection.execute(text(statement))
    return caught.value


def test_a_name_is_held_by_one_or_shared_by_several_until_the_transaction_ends(db: Engine) -> None:
    def held(name: str, shared: bool = False) -> bool:
        with db.begin() as tx:
            tx.execute(text("set local lock_timeout = '100ms'"))
            try:
                database.hold_name(tx, name, shared)
            except DBAPIError:
                return False
            return True

    with db.begin() as tx:
        database.hold_name(tx, "one")
        database.hold_name(tx, "two", shared=True)
        found = [held("one"), held("one", shared=True), held("two"), held("two", shared=True), held("three")]
    assert found == [False, False, False, True, True]
    assert held("one")
