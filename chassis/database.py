"""PostgreSQL: one engine per process, transactions that are passed and never ambient, migrations one step at a time."""

from __future__ import annotations

import importlib
import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_MIGRATING = 7_304_001  # advisory lock: one migration of a database at a time
_SESSION = (
    "-c statement_timeout=5s -c lock_timeout=3s -c idle_in_transaction_session_timeout=10s -c timezone=UTC"
)
_AWAY = ("08", "57P", "53")  # SQLSTATE: connection broken, shutting down or starting, out of room
_LATE = ("57014", "55P03", "40P01")  # SQLSTATE: statement timeout, lock timeout, deadlock


class SchemaTooNew(SystemExit):
    """The database is further ahead than this release can serve: deploy a newer one."""


def engine(url: str, pool: int = 4, search_path: str = "") -> Engine:
    """An engine of at most `pool` connections with timeouts set, whose errors list no parameters. `url` is postgresql://…

    With `search_path` every name that names no schema is looked for in that schema alone.
    """
    options = f"{_SESSION} -c search_path={search_path}" if search_path else _SESSION
    return create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=pool,
        max_overflow=0,
        pool_timeout=5,
        pool_pre_ping=False,
        hide_parameters=True,
        connect_args={"connect_timeout": 5, "options": options},
    )


def reachable(db: Engine) -> bool:
    """Whether the database answers; a check for readiness."""
    with db.connect() as connection:
        return connection.execute(text("select 1")).scalar() == 1


def migrate(service: str, url: str) -> list[str]:
    """Bring the database of `service` to the newest migration; the names of those applied.

    Waits for another migration of the same database to end, and has no transaction open meanwhile: an index that is built
    beside traffic waits for every one. Each migration has a lock timeout, so that it gives way to traffic instead of
    stopping it.
    """
    db = engine(url, pool=2)
    with db.connect() as connection:
        connection.execute(text("set statement_timeout = 0"))
        connection.commit()
        while not connection.execute(text("select pg_try_advisory_lock(:key)"), {"key": _MIGRATING}).scalar():
            connection.commit()
            time.sleep(0.2)
        before = current(connection)
        connection.commit()  # or Alembic would take all of them for one transaction of ours
        config = _config(service)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
        applied = _between(config, before, current(connection))
        connection.execute(text("select pg_advisory_unlock(:key)"), {"key": _MIGRATING})
        connection.commit()
    db.dispose()
    return applied


def refuse_unknown_schema(service: str, db: Engine) -> None:
    """Stop a server whose database is newer than it knows by more than one step, or older than it needs."""
    revisions = known(service)
    with db.connect() as connection:
        found = current(connection)
    if found is None or (found in revisions and found != revisions[0]):
        raise SchemaTooNew(f"{service}: run `python -m services migrate {service}` first")
    if found not in revisions and int(found) > int(revisions[0]) + 1:
        raise SchemaTooNew(f"{service}: the database is at {found}, this release knows {revisions[0]}")


def known(service: str) -> list[str]:
    """The migrations this release knows, newest first."""
    return [script.revision for script in ScriptDirectory.from_config(_config(service)).walk_revisions()]


def current(connection: Connection) -> str | None:
    """The migration a database stands at; None when it has none."""
    found = MigrationContext.configure(connection).get_current_revision()
    return str(found) if found else None


def hold_name(tx: Connection, name: str, shared: bool = False) -> None:
    """Until `tx` ends nobody else holds `name`, but for others who share it."""
    how = "_shared" if shared else ""
    tx.execute(text(f"select pg_advisory_xact_lock{how}(hashtext(:name))"), {"name": name})


def is_away(failure: BaseException) -> bool:
    """Whether `failure` says that the database is not there just now, which is the fault of no message and no job."""
    return isinstance(failure, DBAPIError) and _state(failure).startswith(_AWAY)


def is_late(failure: BaseException) -> bool:
    """Whether the database was there and did not answer in time: a statement or a lock timed out, or the pool was used up."""
    if isinstance(failure, PoolTimeout):
        return True
    return isinstance(failure, DBAPIError) and _state(failure) in _LATE


def _state(failure: DBAPIError) -> str:
    """The SQLSTATE; that of a broken connection where psycopg has none to give."""
    found = getattr(failure.orig, "sqlstate", None)
    if found is None and (failure.connection_invalidated or isinstance(failure, OperationalError)):
        return "08006"
    return str(found or "")


def _config(service: str) -> Config:
    module = importlib.import_module(f"services.{service}.migrations")
    config = Config()
    config.set_main_option("script_location", str(Path(str(module.__file__)).parent))
    config.set_main_option("path_separator", "os")
    return config


def _between(config: Config, before: str | None, after: str | None) -> list[str]:
    if before == after:
        return []
    script = ScriptDirectory.from_config(config)
    return [one.revision for one in script.iterate_revisions(after, before or "base")][::-1]
