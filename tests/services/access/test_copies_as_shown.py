"""What access holds of somebody, for the copy that they are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from chassis.problems import Problem
from protos.audit.v1.copying_pb2 import CopyHeldRequest
from protos.recording.v1.recording_pb2 import EventFacts, SafetyEventRecorded
from services.access import listener
from services.access.use_cases import copy_held
from tests.builders.actors import a_person

OWNER, OTHER = "019aa000-0000-7000-8000-000000000001", "019aa000-0000-7000-8000-000000000002"


def test_their_records_are_in_it_and_nobody_elses(engine_for: Callable[[str], Engine]) -> None:
    db = engine_for("access")
    for who in (OWNER, OTHER):
        facts = EventFacts(
            event_id=who, reference=who[-4:], revision=1, question_set=6, organisation="RZ1", recorder_id=who
        )
        with db.begin() as tx:
            listener.HANDLERS[SafetyEventRecorded](tx, SafetyEventRecorded(facts=facts))
    actor = replace(a_person("RZ1"), id=OWNER)
    (told,) = copy_held(db, actor, CopyHeldRequest())
    assert [{fact.name: fact.value for fact in row.facts}["reference"] for row in told.rows] == ["0001"]
    with pytest.raises(Problem, match="not-permitted"):
        copy_held(db, actor, CopyHeldRequest(account_id=OTHER, case_number="C"))
