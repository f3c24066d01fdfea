"""Where enrichment keeps text, for whoever erases it: tests/house/test_places_of_text.py holds this against the database."""

from __future__ import annotations

from collections.abc import Mapping

PLACES: Mapping[str, str] = {
    "jobs": "texts waiting to be checked, sealed",
    "outbox": "texts that were checked, as they were told",
}
NOWHERE = ("vectors", "models")  # no text of this version
WITHOUT_TEXT: Mapping[str, str] = {"alembic_version": "a number"}
