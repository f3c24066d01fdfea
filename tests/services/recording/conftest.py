"""A fresh recording for each test."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from services.recording.use_cases import keep_organisation
from tests.builders.recording import System


@pytest.fixture
def system(engine_for: Callable[[str], Engine]) -> System:
    made = System(engine_for("recording"))
    with made.db.begin() as tx:
        for code, operator in (("RZ1", None), ("RZ102", "RZ1"), ("RZ2", None)):
            parents = (
                [{"code": operator, "kind": "RE6", "start": "2001-04-01", "end": ""}] if operator else []
            )
            keep_organisation(
                tx,
                {
                    "code": code,
                    "name": code,
                    "opened_on": None,
                    "closed_on": None,
                    "parents": parents,
                    "version": 1,
                },
            )
    return made
