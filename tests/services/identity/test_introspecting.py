"""Support staff are told what a token is, and nobody else; it is neither echoed nor kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from chassis.actors import Actor, Signer
from chassis.problems import Kind, Problem
from services.identity import use_cases
from tests.builders.people import PASSWORD, Sample
from tests.services.identity.test_credentials import NURSE, SUPPORT, an_actor
from tests.services.identity.test_tokens import KEY, Vendor

NOW = datetime.now(UTC)


@pytest.fixture
def vendor(db: Engine, house: Sample) -> Vendor:
    return Vendor(db).registers(KEY)


def test_an_access_token_is_told_with_its_client(db: Engine, vendor: Vendor) -> None:
    made = vendor.token("adverse-event.read", at=NOW)
    told = use_cases.introspect(db, SUPPORT, made.secret, NOW)
    assert (told.state, told.kind, told.id) == ("active", "access-token", made.id)
    assert told.client
    assert (told.client.id, told.client.organisation, told.client.environment) == (
        vendor.id,
        "RZ1",
        "production",
    )
    assert told.scopes == ("adverse-event.read",)
    assert told.expires_at == made.expires_at


def test_a_token_that_is_not_honoured_says_why(db: Engine, vendor: Vendor) -> None:
    made = vendor.token(at=NOW)
    assert use_cases.introspect(db, SUPPORT, made.secret, NOW + timedelta(minutes=6)).state == "expired"
    use_cases.remove_keys(db, SUPPORT, vendor.id, NOW)
    assert use_cases.introspect(db, SUPPORT, made.secret, NOW).state == "revoked"


def test_a_key_is_told_with_its_last_use(db: Engine, house: Sample, signer: Signer) -> None:
    made, key = use_cases.issue_credential(db, SUPPORT, "New LRMS", "RZ1", "sandbox", 7, NOW)
    assert use_cases.introspect(db, SUPPORT, key, NOW).last_used_on is None
    use_cases.actor_for_key(db, signer, key, NOW)
    told = use_cases.introspect(db, SUPPORT, key, NOW)
    assert (told.state, told.kind, told.id) == ("active", "key", made.id)
    assert told.last_used_on
    assert use_cases.introspect(db, SUPPORT, key, NOW + timedelta(days=8)).state == "expired"
    use_cases.revoke_credential(db, SUPPORT, made.id, NOW)
    assert use_cases.introspect(db, SUPPORT, key, NOW).state == "revoked"


def test_a_session_is_told_with_its_account_and_looking_is_no_use(db: Engine, house: Sample) -> None:
    session = use_cases.sign_in(db, "nurse@example.org", PASSWORD, NOW)
    told = use_cases.introspect(db, SUPPORT, session.token, NOW)
    assert (told.state, told.kind, told.id) == ("active", "session", session.id)
    assert told.account_id
    assert (
        use_cases.introspect(db, SUPPORT, session.token, NOW + timedelta(hours=2)).state == "expired"
    )  # idle
    assert use_cases.introspect(db, SUPPORT, session.token, NOW).state == "active"
    use_cases.suspend_account(db, SUPPORT, told.account_id, "a test", NOW)
    assert use_cases.introspect(db, SUPPORT, session.token, NOW).state == "revoked"


@pytest.mark.parametrize("secret", ["", "guess", "\0", "x" * 10_000])
def test_what_we_do_not_know_is_said_to_be_unknown(db: Engine, house: Sample, secret: str) -> None:
    told = use_cases.introspect(db, SUPPORT, secret, NOW)
    assert (told.state, told.kind, told.id) == ("unknown", "", "")


@pytest.mark.parametrize("actor", [NURSE, an_actor("org_admin", "RZ1"), an_actor("national_reviewer", "XZ9")])
def test_support_and_the_national_administrators_alone_may_look(
    db: Engine, vendor: Vendor, actor: Actor
) -> None:
    with pytest.raises(Problem) as refused:
        use_cases.introspect(db, actor, vendor.token(at=NOW).secret, NOW)
    assert refused.value.kind is Kind.FORBIDDEN
    assert use_cases.introspect(db, an_actor("super_admin", "XZ9"), "guess", NOW)


def test_looking_is_in_the_audit_without_what_was_shown(db: Engine, vendor: Vendor) -> None:
    made = vendor.token(at=NOW)
    use_cases.introspect(db, SUPPORT, made.secret, NOW)
    use_cases.introspect(db, SUPPORT, "something else", NOW)
    with db.begin() as tx:
        rows = tx.execute(
            text("select actor, about, detail from audit where action = 'introspected' order by seq")
        ).all()
    assert [(row.actor, row.about, row.detail["state"]) for row in rows] == [
        (SUPPORT.id, made.id, "active"),
        (SUPPORT.id, "", "unknown"),
    ]
    assert made.secret not in str(rows)
    assert "something else" not in str(rows)
