"""Every table and every query of recording, a file for each part of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from uuid import UUID

from sqlalchemy import Connection, Engine


@contextmanager
def at_once(db: Engine) -> Iterator[Connection]:
    """A connection on which each statement is its own transaction: one round trip for what one statement can say."""
    with _autocommitting(db).connect() as connection:
        yield connection


@lru_cache(maxsize=8)
def _autocommitting(db: Engine) -> Engine:
    """The same pool with another habit; made once, because making it costs as much as a statement."""
    return db.execution_options(isolation_level="AUTOCOMMIT")


def is_id(name: str) -> bool:
    """Whether this is an id as we write them: Python reads more forms than PostgreSQL does."""
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
