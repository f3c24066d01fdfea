"""What recording holds of somebody, for the copy that they are given: every record of theirs, and no word of one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chassis.actors import Actor, Grant, Reach
from chassis.problems import Kind, Problem
from protos.audit.v1.copying_pb2 import CopyHeldRequest
from services.recording.use_cases import save_draft
from services.recording.use_cases.copying import COPY, copy_held
from tests.builders.actors import a_person
from tests.builders.drafts import content
from tests.builders.recording import System

OWNER = replace(a_person("RZ1"), id="019aa000-0000-7000-8000-000000000001")
COLLEAGUE = replace(a_person("RZ1"), id="019aa000-0000-7000-8000-000000000002")
SUPPORT = Actor("helper", "person", "XZ9", (Grant("", Reach.NATIONAL, frozenset({COPY})),))


def copied(
    system: System, actor: Actor = OWNER, account: str = "", case: str = ""
) -> dict[str, list[dict[str, str]]]:
    asked = CopyHeldRequest(account_id=account, case_number=case)
    made: dict[str, list[dict[str, str]]] = {}
    for part in copy_held(system.db, actor, asked):
        made.setdefault(part.place, []).extend(
            {fact.name: fact.value for fact in row.facts} for row in part.rows
        )
    return made


def test_their_records_and_drafts_are_named_and_nobody_elses(system: System) -> None:
    mine = system.submit(actor=OWNER, route="online")
    system.submit(actor=COLLEAGUE, route="online")
    save_draft(system.db, system.tools, OWNER, content())
    made = copied(system)
    reference = system.rows(f"select reference from events where id = '{mine.event_id}'")[0].reference
    assert [one["reference"] for one in made["records you reported"]] == [reference]
    assert [one["reference"] for one in made["revisions you made"]] == [reference]
    assert len(made["drafts, without their text"]) == 1
    assert not made["original text you opened"]


def test_support_has_it_for_a_case_and_that_is_noted(system: System) -> None:
    system.submit(actor=OWNER, route="online")
    made = copied(system, SUPPORT, OWNER.id, "CASE-7")
    assert len(made["records you reported"]) == 1
    noted = system.rows(
        "select actor, cast(about as text) as about, detail from audit where action = 'copy-account'"
    )
    assert [(one.actor, one.about, one.detail) for one in noted] == [("helper", OWNER.id, {"case": "CASE-7"})]


def test_a_colleague_has_it_not(system: System) -> None:
    with pytest.raises(Problem) as caught:
        copied(system, COLLEAGUE, OWNER.id, "CASE-7")
    assert caught.value.kind is Kind.FORBIDDEN
