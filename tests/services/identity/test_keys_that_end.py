"""Shared keys: what they are narrowed to, when they were last used, and that somebody is told before one ends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from chassis.actors import Signer, Verifier
from chassis.problems import Kind, Problem
from protos.identity.v1 import identity_pb2 as pb
from services.identity import use_cases
from services.identity.domain import roles
from services.identity.domain.credentials import ENVIRONMENTS
from tests.builders.people import Sample
from tests.services.identity.test_credentials import SUPPORT

NOW = datetime.now(UTC)
WRITE, READ = "adverse-event.write", "adverse-event.read"
PERMISSIONS = {
    (WRITE,): {"recording:submit", "recording:revise"},
    (READ,): {"recording:read"},
    (READ, WRITE): {"recording:submit", "recording:revise", "recording:read"},
    (): set(),
}


def issued(db: Engine, product: str = "New LRMS", **how: Any) -> tuple[Any, str]:
    days, scopes, at = how.get("days", 0), how.get("scopes", ()), how.get("at", NOW)
    return use_cases.issue_credential(db, SUPPORT, product, "RZ1", "production", days, at, scopes)


# ---- scopes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("environment", ENVIRONMENTS)
@pytest.mark.parametrize("scopes", PERMISSIONS)
def test_a_grant_is_narrowed_to_its_scopes(environment: str, scopes: tuple[str, ...]) -> None:
    whole = roles.grant(roles.client_role(environment), "RZ1")
    trial = {"recording:sandbox"} if environment == "sandbox" and WRITE in scopes else set()
    assert roles.narrowed(whole, scopes).permissions == PERMISSIONS[scopes] | trial


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_scope_together_is_the_whole_role_and_none_gives_more(environment: str) -> None:
    whole = roles.grant(roles.client_role(environment), "RZ1")
    under = [roles.narrowed(whole, [one]).permissions for one in roles.SCOPES]
    assert frozenset().union(*under) == whole.permissions
    person = roles.grant("standard", "RZ1")
    assert roles.narrowed(person, [WRITE]).permissions < person.permissions


def test_a_scope_that_there_is_not_gives_nothing() -> None:
    whole = roles.grant(roles.LRMS_CLIENT, "RZ1")
    assert roles.narrowed(whole, ["everything"]).permissions == frozenset()


@pytest.mark.parametrize("scopes", [(WRITE,), (READ,), (READ, WRITE)])
def test_a_key_does_what_it_was_issued_for(
    db: Engine, house: Sample, signer: Signer, verifier: Verifier, scopes: tuple[str, ...]
) -> None:
    made, key = issued(db, scopes=scopes)
    one = use_cases.actor_for_key(db, signer, key, NOW)
    assert verifier.verify(one.token).grants[0].permissions == PERMISSIONS[scopes]
    assert one.scope == (" ".join(scopes) if len(scopes) == 1 else "")
    assert made.client.holds(made.scopes) == scopes


def test_a_key_is_never_wider_than_its_client(
    db: Engine, house: Sample, signer: Signer, verifier: Verifier
) -> None:
    made, key = issued(db)
    use_cases.set_scopes(db, SUPPORT, made.client.id, [READ], NOW)
    one = use_cases.actor_for_key(db, signer, key, NOW)
    assert verifier.verify(one.token).grants[0].permissions == PERMISSIONS[READ,]
    with pytest.raises(Problem) as refused:
        issued(db, scopes=[WRITE])
    assert (refused.value.kind, refused.value.faults[0].path) == (Kind.INVALID, "scopes")
    use_cases.set_scopes(db, SUPPORT, made.client.id, [READ, WRITE], NOW)
    again = use_cases.actor_for_key(db, signer, key, NOW)
    assert verifier.verify(again.token).grants[0].permissions == PERMISSIONS[READ, WRITE]


def test_a_scope_that_is_not_known_issues_no_key(db: Engine, house: Sample) -> None:
    with pytest.raises(Problem, match="scope-not-known"):
        issued(db, scopes=["everything"])
    assert not [
        one for one in use_cases.list_credentials(db, SUPPORT, "RZ1") if one.client.product == "New LRMS"
    ]


# ---- last use --------------------------------------------------------------------------------------------------


def test_a_keys_last_use_is_known_to_the_day(db: Engine, house: Sample, signer: Signer) -> None:
    made, key = issued(db)

    def last_used() -> Any:
        found = use_cases.list_credentials(db, SUPPORT, "RZ1")
        return next(one.last_used_on for one in found if one.id == made.id)

    assert last_used() is None
    noon = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    use_cases.actor_for_key(db, signer, key, noon)
    assert last_used() == noon.date()
    use_cases.actor_for_key(db, signer, key, noon.replace(hour=23, minute=30))  # the next day, in London
    assert last_used() == noon.date() + timedelta(days=1)


def test_a_second_use_on_one_day_writes_nothing(db: Engine, house: Sample, signer: Signer) -> None:
    _, key = issued(db)
    use_cases.actor_for_key(db, signer, key, NOW)

    def versions() -> list[str]:
        with db.begin() as tx:
            return [
                str(one) for one in tx.execute(text("select xmin from credentials order by id")).scalars()
            ]

    before = versions()
    use_cases.actor_for_key(db, signer, key, NOW)
    assert versions() == before


# ---- ends ------------------------------------------------------------------------------------------------------


def warn(db: Engine) -> list[pb.CredentialExpiring]:
    """What is announced now."""
    with db.begin() as tx:
        tx.execute(text("delete from outbox"))
        while use_cases.warn_of_ending_keys(tx):
            pass
        bodies = tx.execute(
            text("select body from outbox where topic = 'lfpse.identity.v1.CredentialExpiring' order by seq")
        )
        return [pb.CredentialExpiring.FromString(bytes(one)) for one in bodies.scalars()]


def lasting(db: Engine, days: float, life: int = 365) -> str:
    """A key with so many days left."""
    made, _ = issued(db, days=life, at=NOW + timedelta(days=days - life))
    return str(made.id)


@pytest.mark.parametrize(
    ("left", "told"), [(31, False), (29.9, True), (8, True), (6.9, True), (0.1, True), (-0.1, False)]
)
def test_a_key_is_told_of_a_month_and_a_week_before_it_ends(
    db: Engine, house: Sample, left: float, told: bool
) -> None:
    key = lasting(db, left)
    assert [one.credential_id for one in warn(db)] == ([key] if told else [])
    assert warn(db) == []


def test_each_step_is_told_of_once(db: Engine, house: Sample) -> None:
    key = lasting(db, 29)
    (first,) = warn(db)
    with db.begin() as tx:
        tx.execute(
            text("update credentials set expires_at = now() + interval '6 days' where id = :id"), {"id": key}
        )
    (second,) = warn(db)
    assert first.warning_id != second.warning_id
    assert warn(db) == []


def test_whoever_asked_for_a_week_is_not_told_at_once_that_it_ends(db: Engine, house: Sample) -> None:
    lasting(db, 6.9, life=7)
    assert warn(db) == []
    lasting(db, 6.5, life=20)
    assert len(warn(db)) == 1


def test_of_a_key_without_an_end_or_one_that_was_revoked_nothing_is_told(db: Engine, house: Sample) -> None:
    issued(db, "Endless LRMS")
    use_cases.revoke_credential(db, SUPPORT, lasting(db, 5), NOW)
    assert warn(db) == []


def test_a_warning_says_what_ends_and_no_key(db: Engine, house: Sample) -> None:
    made, key = issued(db, days=365, at=NOW - timedelta(days=340))
    (told,) = warn(db)
    assert (told.organisation, told.product, told.environment, told.slot) == (
        "RZ1",
        "New LRMS",
        "production",
        "primary",
    )
    assert told.ends_at.ToDatetime(UTC) == made.expires_at
    assert key not in str(told)


def test_many_keys_are_all_told_of(db: Engine, house: Sample) -> None:
    ids = {str(issued(db, f"LRMS {at}", days=365, at=NOW - timedelta(days=340))[0].id) for at in range(60)}
    assert {one.credential_id for one in warn(db)} == ids
