"""Who may have a copy of what is held of somebody, and in which shape it comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine

from chassis import copying
from chassis.actors import Actor, Grant, Reach
from chassis.problems import Kind, Problem
from protos.audit.v1.copying_pb2 import CopyHeldRequest

OWNER = "019aa000-0000-7000-8000-000000000001"
OTHER = "019aa000-0000-7000-8000-000000000002"
COPY = "somewhere:copy"


def an_actor(reach: Reach = Reach.NATIONAL, *permissions: str) -> Actor:
    return Actor(
        OWNER,
        "person",
        "RZ1",
        (Grant("" if reach is Reach.NATIONAL else "RZ1", reach, frozenset(permissions)),),
    )


def asked(account_id: str = "", case: str = "") -> CopyHeldRequest:
    return CopyHeldRequest(account_id=account_id, case_number=case)


@pytest.mark.parametrize("named", ["", OWNER])
def test_ones_own_needs_no_case_and_no_permission(named: str) -> None:
    assert copying.account_asked_for(an_actor(), asked(named), COPY) == OWNER


def test_somebody_elses_needs_both() -> None:
    support = an_actor(Reach.NATIONAL, COPY)
    assert copying.account_asked_for(support, asked(OTHER, "CASE-1"), COPY) == OTHER
    for actor, request, kind in (
        (an_actor(), asked(OTHER, "CASE-1"), Kind.FORBIDDEN),
        (an_actor(Reach.ORGANISATION, COPY), asked(OTHER, "CASE-1"), Kind.FORBIDDEN),
        (support, asked(OTHER), Kind.INVALID),
        (support, asked(OTHER, "two\nlines"), Kind.INVALID),
        (support, asked("nobody", "CASE-1"), Kind.NOT_FOUND),
    ):
        with pytest.raises(Problem) as caught:
            copying.account_asked_for(actor, request, COPY)
        assert caught.value.kind is kind


def facts(told: Any) -> list[dict[str, str]]:
    return [{fact.name: fact.value for fact in row.facts} for part in told for row in part.rows]


def test_rows_come_a_few_at_once_and_every_value_as_text(engine_for: Callable[[str], Engine]) -> None:
    many = copying.AT_ONCE * 2 + 1
    places = {
        "numbers": f"select n from generate_series(1, {many}) n",
        "kinds": "select timestamptz '2026-03-01 10:00+01' as at, date '2026-03-01' as on_day, true as yes,"
        " null as nothing, cast(:id as text) as id",
        "none": "select 1 as one where false",
    }
    told = list(copying.held(engine_for("enrichment"), places, {"id": OWNER}))
    assert [len(one.rows) for one in told] == [copying.AT_ONCE, copying.AT_ONCE, 1, 1, 0]
    assert [row["n"] for row in facts(told[:3])] == [str(n) for n in range(1, many + 1)]
    assert facts(told[3:4]) == [
        {"at": "2026-03-01T09:00:00+00:00", "on_day": "2026-03-01", "yes": "yes", "nothing": "", "id": OWNER}
    ]
