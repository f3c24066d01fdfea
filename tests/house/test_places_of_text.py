"""Whoever keeps words says what erasing a record means for them: no table is added without a thought of it."""

from __future__ import annotations

import importlib
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text

from services.recording.domain.erasing import ANSWERING
from tests.house.codebase import heard

DECLARED = {
    "recording": "services.recording.domain.erasing",
    "access": "services.access.domain",
    "enrichment": "services.enrichment.domain.places",
    "notifications": "services.notifications.domain",
}
WORDS = ("text", "ARRAY", "jsonb", "json", "bytea", "character varying", "tsvector")


@pytest.mark.parametrize("service", DECLARED)
def test_every_table_that_can_hold_words_is_a_place_or_says_why_not(
    service: str, engine_for: Callable[[str], Engine]
) -> None:
    with engine_for(service).begin() as tx:
        found = tx.execute(
            text(
                "select distinct c.table_name from information_schema.columns c join information_schema.tables t"
                " using (table_schema, table_name) where c.table_schema = current_schema()"
                " and t.table_type = 'BASE TABLE' and c.data_type = any(:kinds)"
            ),
            {"kinds": list(WORDS)},
        )
        tables = set(found.scalars())
    declared = importlib.import_module(DECLARED[service])
    places, without = set(declared.PLACES), set(declared.WITHOUT_TEXT)
    assert not places & without
    assert tables - places - without == set(), "say in PLACES or WITHOUT_TEXT what erasing means for it"
    assert places <= tables, "a place that is no table with words"


def test_recording_waits_for_everybody_who_has_places() -> None:
    assert set(ANSWERING) == set(DECLARED)
    told = set(heard()["lfpse.recording.v1.SafetyEventErased"])
    assert told == set(ANSWERING) - {"recording"}
