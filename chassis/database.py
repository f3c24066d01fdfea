"""PostgreSQL: one engine per process, transactions that are passed and never ambient, migrations one step at a time."""

from __future__ import annotations

import importlib
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError

_MIGRATING = 7_304_001  # advisory lock: one migration of a database at a time
_SESSION = (
    "set statement_timeout = '5s'; set lock_timeout = '3s'; set idle_in_transaction_session_timeout = '10s';"
    " set timezone = 'UTC'"
)


class SchemaTooNew(SystemExit):
    """The database is further ahead than this release can serve: deploy a newer one."""


def engine(url: str, pool: int = 4) -> Engine:
    """An engine of at most `pool` connections with timeouts set. `url` is postgresql://…"""
    made = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=pool,
        max_overflow=0,
        pool_timeout=5,
        pool_pre_ping=False,
        connect_args={"connect_timeout": 5},
    )

    @event.listens_for(made, "connect")
    def _timeouts(connection, _record) -> None:  # type: ignore[no-untyped-def]
        connection.autocommit = True
        connection.execute(_SESSION)
        connection.autocommit = False

    return made


def reachable(db: Engine) -> bool:
    """Whether the database answers; a check for readiness."""
    with db.connect() as connection:
        return connection.execute(text("select 1")).scalar() == 1


def migrate(service: str, url: str) -> list[str]:
    """Bring the database of `service` to the newest migration; the names of those applied.

    Waits for another migration of the same database to end. Each migration has a lock timeout, so that it gives way
    to traffic instead of stopping it.
    """
    db = engine(url, pool=2)
    with db.connect() as connection:
        connection.execute(text("set statement_timeout = 0"))
        connection.execute(text("select pg_advisory_lock(:key)"), {"key": _MIGRATING})
        connection.commit()
        before = current(connection)
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
    known = [script.revision for script in ScriptDirectory.from_config(_config(service)).walk_revisions()]
    with db.connect() as connection:
        found = current(connection)
    if found is None or (found in known and found != known[0]):
        raise SchemaTooNew(f"{service}: run `python -m services migrate {service}` first")
    if found not in known and int(found) > int(known[0]) + 1:
        raise SchemaTooNew(f"{service}: the database is at {found}, this release knows {known[0]}")


def current(connection: Connection) -> str | None:
    """The migration a database stands at; None when it has none."""
    found = MigrationContext.configure(connection).get_current_revision()
    return str(found) if found else None


def lost_connection(failure: BaseException) -> bool:
    """Whether `failure` says the database went away, so that the same work may be tried again."""
    return isinstance(failure, OperationalError)


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
