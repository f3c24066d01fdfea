"""Whoever keeps a table says what a copy of somebody's data means for it; each statement of a copy works."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from chassis import copying
from gateway.copying import ASKED

STORES = {
    "identity": "services.identity.store.copying",
    "recording": "services.recording.store.copying",
    "access": "services.access.store",
    "notifications": "services.notifications.store",
}
VALUES = {
    "id": "00000000-0000-7000-8000-000000000001",
    "email": "a@example.org",
    "who": [b"x"],
    "context": "address:x",
}
NO_DOOR = {"enrichment": "keeps no text and nothing of an account: ids of messages, jobs and erased records"}


@pytest.mark.parametrize("service", STORES)
def test_every_table_is_read_for_a_copy_or_says_why_not(
    service: str, engine_for: Callable[[str], Engine]
) -> None:
    declared = importlib.import_module(STORES[service])
    read = set(re.findall(r"\b(?:from|join) ([a-z_]+)", " ".join(declared.HELD.values())))
    with engine_for(service).begin() as tx:
        found = tx.execute(text("select tablename from pg_tables where schemaname = current_schema()"))
        tables = set(found.scalars())
    assert read <= tables
    assert not read & declared.NOT_HELD.keys()
    assert tables - read - declared.NOT_HELD.keys() == set(), (
        "say in HELD or NOT_HELD what a copy means for it"
    )
    assert declared.NOT_HELD.keys() <= tables


@pytest.mark.parametrize("service", STORES)
def test_a_place_that_holds_nothing_is_named(service: str, engine_for: Callable[[str], Engine]) -> None:
    declared = importlib.import_module(STORES[service])
    told = list(copying.held(engine_for(service), declared.HELD, VALUES))
    assert [one.place for one in told] == list(declared.HELD)


def test_the_gateway_asks_each_of_them() -> None:
    assert set(ASKED) == set(STORES)
    assert not NO_DOOR.keys() & STORES.keys()
