"""Somebody is given what is held of them: all of it, nothing of others, and they hear when support had it made."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text

from chassis.problems import Kind, Problem
from protos.audit.v1.copying_pb2 import CopyHeldRequest
from protos.identity.v1.identity_pb2 import AccountChanged
from services.identity.use_cases.copying import copy_held
from tests.builders.signed_in import People

Rows = list[dict[str, str]]


def now() -> datetime:
    return datetime.now(UTC)


def id_of(people: People, who: str) -> str:
    with people.db.begin() as tx:
        found = tx.execute(text("select id from accounts where email = :e"), {"e": f"{who}@example.org"})
        return str(found.scalar_one())


def copied(people: People, who: str, account_id: str = "", case: str = "") -> dict[str, Rows]:
    asked = CopyHeldRequest(account_id=account_id, case_number=case)
    made: dict[str, Rows] = {}
    for part in copy_held(people.db, people.actor(who), asked, now()):
        rows = made.setdefault(part.place, [])
        rows += [{fact.name: fact.value for fact in row.facts} for row in part.rows]
    return made


def changes(people: People) -> list[tuple[str, str]]:
    with people.db.begin() as tx:
        bodies = tx.execute(text("select body from outbox where topic like '%AccountChanged' order by seq"))
        told = [AccountChanged.FromString(bytes(one)) for one in bodies.scalars()]
    return [(one.account_id, one.change) for one in told]


def test_somebody_reads_their_own(people: People) -> None:
    made = copied(people, "nurse")
    assert made["account"][0]["email"] == "nurse@example.org"
    assert [(one["role"], one["organisation"]) for one in made["roles"]] == [("standard", "RZ1")]
    assert len(made["sessions"]) == 1
    assert "helper" not in str(made).lower(), "nobody else is in it"
    assert not [one for one in changes(people) if one[1] == "copied"], "they know that they asked"


def test_no_secret_and_no_hash_of_one_is_in_it(people: People) -> None:
    people.session("helper")
    made = copied(people, "helper")
    names = {name for rows in made.values() for row in rows for name in row}
    assert not [
        one for one in names if "password" in one or "token" in one or "secret" in one or "wrapped" in one
    ]
    assert len(made["second factors"]) == 1


def test_support_makes_one_for_a_case_and_the_owner_hears(people: People) -> None:
    nurse = id_of(people, "nurse")
    made = copied(people, "helper", nurse, "CASE-7")
    assert made["account"][0]["name"] == "Nurse"
    assert (nurse, "copied") in changes(people)
    with people.db.begin() as tx:
        noted = tx.execute(
            text("select actor, about, detail from audit where action = 'account-copied'")
        ).one()
    assert (noted.actor, noted.about, noted.detail) == (id_of(people, "helper"), nurse, {"case": "CASE-7"})


@pytest.mark.parametrize(
    ("who", "case", "kind"), [("nurse", "CASE-7", Kind.FORBIDDEN), ("helper", "", Kind.INVALID)]
)
def test_it_is_not_for_everybody(people: People, who: str, case: str, kind: Kind) -> None:
    other = id_of(people, "helper" if who == "nurse" else "nurse")
    with pytest.raises(Problem) as caught:
        copied(people, who, other, case)
    assert caught.value.kind is kind


def test_an_account_that_is_none_is_not_found(people: People) -> None:
    for named in ("00000000-0000-7000-8000-000000000000", "nonsense"):
        with pytest.raises(Problem) as caught:
            copied(people, "helper", named, "CASE-7")
        assert caught.value.kind is Kind.NOT_FOUND


def test_what_others_did_is_in_it_without_their_ids_and_what_they_did_is_counted(people: People) -> None:
    nurse, helper = id_of(people, "nurse"), id_of(people, "helper")
    keep: Any = text(
        "insert into audit_copies (service, no, seq, at, actor, organisation, action, about, purpose, trace, detail, hash,"
        " subjects) values ('recording', :no, :no, now(), :actor, '', :action, :about, '', '', '{}', '', :subjects)"
    )
    with people.db.begin() as tx:
        for no, actor, action, about in (
            (1, helper, "accounts-listed", nurse),
            (2, nurse, "submit", "x"),
            (3, nurse, "submit", "y"),
        ):
            tx.execute(
                keep, {"no": no, "actor": actor, "action": action, "about": about, "subjects": [about]}
            )
    made = copied(people, "nurse")
    assert [one["action"] for one in made["what was noted of the account by others"]] == ["accounts-listed"]
    assert [(one["action"], one["times"]) for one in made["what you did, counted"]] == [("submit", "2")]
    assert helper not in str(made)
