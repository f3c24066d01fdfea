"""What notifications holds of somebody, for the copy that they are given."""

from __future__ import annotations

import pytest

from chassis.actors import Actor, Grant, Reach
from chassis.problems import Problem
from protos.audit.v1.copying_pb2 import CopyHeldRequest
from services.notifications.use_cases import copy_held
from tests.services.notifications.office import Office

OWNER = "019aa000-0000-7000-8000-000000000001"


def test_notices_letters_and_roles_are_in_it_and_nobody_elses(office: Office) -> None:
    office.open_account(OWNER, "owner@rz1.example", "local_safety_lead", "RZ1")
    office.open_account("colleague", "colleague@rz1.example", "local_safety_lead", "RZ1")
    office.hear_of(worst_physical_harm="1", urgent=True)
    actor = Actor(OWNER, "person", "RZ1", (Grant("", Reach.OWN, frozenset()),))
    made = {one.place: one.rows for one in copy_held(office.db, actor, CopyHeldRequest())}
    assert [len(rows) for rows in made.values()] == [1, 1, 1, 1]
    assert "colleague" not in str(made)
    assert office.rows(f"select 1 from audit where action = 'copy-account' and about = '{OWNER}'")
    with pytest.raises(Problem, match="not-permitted"):
        copy_held(office.db, actor, CopyHeldRequest(account_id=OWNER[:-1] + "9", case_number="C"))
