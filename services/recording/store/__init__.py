"""Every table and every query of recording, a file for each part of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import Connection, Engine


@contextmanager
def at_once(db: Engine) -> Iterator[Connection]:
    """A connection on which each statement is its own transaction: one round trip for what one statement can say."""
    with db.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        yield connection


def is_id(name: str) -> bool:
    """Whether this is an id as we write them: Python reads more forms than PostgreSQL does."""
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
