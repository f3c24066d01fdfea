from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from chassis.actors import Actor, Reach, Signer, Verifier
from chassis.problems import Kind, Problem
from services.identity import use_cases
from services.identity.domain import roles
from services.identity.domain.roles import Held

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
Sample = dict[str, list[dict[str, Any]]]


def an_actor(role: str, organisation: str) -> Actor:
    return Actor(f"a-{role}", "person", organisation, roles.grants([Held(role, organisation)]))


SUPPORT = an_actor("support", "XZ9")
NURSE = an_actor("standard", "RZ1")


def audit(db: Engine) -> list[Any]:
    with db.begin() as tx:
        found = tx.execute(
            text("select actor, action, about, detail from audit where action <> 'bootstrapped'")
        )
        return list(found.all())


def test_both_keys_of_a_client_are_one_actor(
    db: Engine, house: Sample, signer: Signer, verifier: Verifier
) -> None:
    first, second = (
        use_cases.actor_for_key(db, signer, one["key"], datetime.now(UTC)) for one in house["credentials"][:2]
    )
    actor = verifier.verify(first.token)
    assert actor == verifier.verify(second.token)
    assert (actor.kind, actor.organisation, actor.name) == ("client", "RZ1", "Sample LRMS")
    assert actor.id == first.watch_id == second.watch_id
    assert actor.id.startswith("client:")
    (grant,) = actor.grants
    assert (grant.organisation, grant.reach) == ("RZ1", Reach.ORGANISATION)
    assert grant.permissions == {"recording:submit", "recording:revise", "recording:read"}


def test_a_sandbox_key_is_signed_as_one(
    db: Engine, house: Sample, signer: Signer, verifier: Verifier
) -> None:
    signed = use_cases.actor_for_key(db, signer, house["credentials"][2]["key"], datetime.now(UTC))
    actor = verifier.verify(signed.token)
    assert (actor.kind, actor.organisation) == ("sandbox", "RZ3")
    assert actor.may("recording:sandbox")
    assert not actor.may("access:read")


@pytest.mark.parametrize("key", ["", "guess", "\0", "x" * 100_000])
def test_a_key_we_did_not_issue_is_refused(db: Engine, house: Sample, signer: Signer, key: str) -> None:
    with pytest.raises(Problem) as refused:
        use_cases.actor_for_key(db, signer, key, NOW)
    assert (refused.value.kind, refused.value.code) == (Kind.UNAUTHENTICATED, "key-not-known")


def test_support_lists_everyones_keys_or_one_organisations(db: Engine, house: Sample) -> None:
    everyones = use_cases.list_credentials(db, SUPPORT, "")
    assert sorted(one.client.organisation for one in everyones) == ["RZ1", "RZ1", "RZ3"]
    (only,) = use_cases.list_credentials(db, SUPPORT, "RZ3")
    assert only.client.environment == "sandbox"
    assert audit(db) == [
        ("a-support", "credentials-listed", "", {"found": 3}),
        ("a-support", "credentials-listed", "RZ3", {"found": 1}),
    ]


def test_somebody_who_may_not_list_keys_is_told_so(db: Engine, house: Sample) -> None:
    for organisation in ("", "RZ1"):
        with pytest.raises(Problem) as refused:
            use_cases.list_credentials(db, NURSE, organisation)
        assert refused.value.kind is Kind.FORBIDDEN
    assert audit(db) == []


@pytest.mark.parametrize("organisation", ["RZ1'; --", "\0", "RZ 1"])
def test_what_is_no_ods_code_is_refused(db: Engine, house: Sample, organisation: str) -> None:
    with pytest.raises(Problem, match="organisation-not-valid"):
        use_cases.list_credentials(db, SUPPORT, organisation)


def test_a_revoked_key_is_nobodys_and_the_other_goes_on(db: Engine, house: Sample, signer: Signer) -> None:
    primary = next(one for one in use_cases.list_credentials(db, SUPPORT, "RZ1") if one.slot == "primary")
    revoked = use_cases.revoke_credential(db, SUPPORT, primary.id, NOW)
    assert revoked.revoked_at == NOW
    with pytest.raises(Problem, match="key-not-known"):
        use_cases.actor_for_key(db, signer, house["credentials"][0]["key"], NOW)
    use_cases.actor_for_key(db, signer, house["credentials"][1]["key"], NOW)
    assert use_cases.ended_lately(db, NOW) == (f"client:{primary.client.id}",)


def test_revoking_twice_changes_nothing(db: Engine, house: Sample) -> None:
    (only,) = use_cases.list_credentials(db, SUPPORT, "RZ3")
    first = use_cases.revoke_credential(db, SUPPORT, only.id, NOW)
    second = use_cases.revoke_credential(db, SUPPORT, only.id, NOW + timedelta(hours=1))
    assert first == second
    revoked = [row for row in audit(db) if row.action == "credential-revoked"]
    assert revoked == [("a-support", "credential-revoked", only.id, {"client": only.client.id})]


@pytest.mark.parametrize("credential_id", ["", "nonsense", "\0", "00000000-0000-7000-8000-000000000000"])
def test_a_credential_that_is_not_there_is_not_found(db: Engine, house: Sample, credential_id: str) -> None:
    with pytest.raises(Problem) as refused:
        use_cases.revoke_credential(db, SUPPORT, credential_id, NOW)
    assert refused.value.kind is Kind.NOT_FOUND


def test_a_credential_one_may_not_revoke_is_not_found(db: Engine, house: Sample) -> None:
    (only,) = use_cases.list_credentials(db, SUPPORT, "RZ3")
    with pytest.raises(Problem) as refused:
        use_cases.revoke_credential(db, NURSE, only.id, NOW)
    assert refused.value.kind is Kind.NOT_FOUND


def test_accounts_are_listed_page_by_page(db: Engine, house: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    later = datetime.now(UTC) + timedelta(minutes=1)
    monkeypatch.setattr(use_cases.accounts, "PAGE", 1)
    first, cursor = use_cases.list_accounts(db, SUPPORT, "", later)
    second, end = use_cases.list_accounts(db, SUPPORT, cursor, later)
    assert [one.email for one in (*first, *second)] == ["nurse@example.org", "helper@example.org"]
    assert [(held.role, held.organisation) for held in first[0].held] == [("standard", "RZ1")]
    assert (cursor, end) == (first[0].id, "")
    assert [row.action for row in audit(db)] == ["accounts-listed"] * 2


def test_an_id_is_one_account_and_looking_at_it_is_audited(db: Engine, house: Sample) -> None:
    later = datetime.now(UTC) + timedelta(minutes=1)
    (nurse, *_), _ = use_cases.list_accounts(db, SUPPORT, "", later)
    assert use_cases.list_accounts(db, SUPPORT, "", later, nurse.id.upper()) == ((nurse,), "")
    assert audit(db)[-1][1:] == ("accounts-listed", nurse.id, {"found": 1})
    nobody = "00000000-0000-7000-8000-000000000000"
    assert use_cases.list_accounts(db, SUPPORT, "", later, nobody) == ((), "")


def test_a_cursor_we_did_not_give_is_refused(db: Engine, house: Sample) -> None:
    with pytest.raises(Problem, match="cursor-not-valid"):
        use_cases.list_accounts(db, SUPPORT, "page 2", NOW)


@pytest.mark.parametrize("role", ["standard", "org_admin", "national_reviewer"])
def test_somebody_who_may_not_list_accounts_is_told_so(db: Engine, house: Sample, role: str) -> None:
    with pytest.raises(Problem) as refused:
        use_cases.list_accounts(db, an_actor(role, "RZ1"), "", NOW)
    assert refused.value.kind is Kind.FORBIDDEN


# ---- issuing -------------------------------------------------------------------------------------------------


def issue(db: Engine, actor: Actor = SUPPORT, organisation: str = "RZ3", days: int = 0, **more: Any) -> Any:
    wanted: dict[str, Any] = {"product": "Sample LRMS", "environment": "production", "now": datetime.now(UTC)}
    wanted |= more
    return use_cases.issue_credential(
        db,
        actor,
        wanted["product"],
        organisation,
        wanted["environment"],
        days,
        wanted["now"],
        besides=wanted.get("besides"),
    )


def test_a_key_that_was_issued_is_a_client_and_is_kept_as_a_hash_alone(
    db: Engine, house: Sample, signer: Signer, verifier: Verifier
) -> None:
    made, key = issue(db)
    actor = verifier.verify(use_cases.actor_for_key(db, signer, key, datetime.now(UTC)).token)
    assert (actor.kind, actor.organisation, actor.name) == ("client", "RZ3", "Sample LRMS")
    assert (made.slot, made.expires_at) == ("primary", None)
    with db.begin() as tx:
        dump = str(tx.execute(text("select * from credentials")).all()) + str(audit(db))
    assert key not in dump


def test_a_key_is_rotated_without_a_gap(db: Engine, house: Sample, signer: Signer) -> None:
    first, old = issue(db)
    second, new = issue(db)
    assert (first.slot, second.slot, first.client.id) == ("primary", "secondary", second.client.id)
    with pytest.raises(Problem, match="both-keys-in-use"):
        issue(db)
    use_cases.revoke_credential(db, SUPPORT, first.id, datetime.now(UTC))
    with pytest.raises(Problem, match="key-not-known"):
        use_cases.actor_for_key(db, signer, old, datetime.now(UTC))
    assert use_cases.actor_for_key(db, signer, new, datetime.now(UTC)).token
    assert issue(db)[0].slot == "primary"


def test_two_keys_issued_at_once_are_the_primary_and_the_secondary(db: Engine, house: Sample) -> None:
    def try_to(_: int) -> str:
        try:
            return str(issue(db)[0].slot)
        except Problem as problem:
            return problem.code

    with ThreadPoolExecutor(3) as at_once:
        assert sorted(at_once.map(try_to, range(3))) == ["both-keys-in-use", "primary", "secondary"]


def test_the_same_asked_twice_makes_one_key(db: Engine, house: Sample) -> None:
    first, _ = issue(db, besides=())
    with pytest.raises(Problem, match="key-issued-meanwhile"):
        issue(db, besides=())
    second, _ = issue(db, besides=[first.id])
    assert (first.slot, second.slot) == ("primary", "secondary")


def test_a_key_ends_by_itself_and_gives_its_slot_back(db: Engine, house: Sample, signer: Signer) -> None:
    made, key = issue(db, days=1)
    almost = made.issued_at + timedelta(days=1, seconds=-30)
    signed = use_cases.actor_for_key(db, signer, key, almost)
    assert made.expires_at is not None
    assert signed.expires_at <= datetime.now(UTC) + timedelta(seconds=31)
    with pytest.raises(Problem, match="key-not-known"):
        use_cases.actor_for_key(db, signer, key, made.expires_at)
    again, _ = issue(db, now=made.expires_at + timedelta(minutes=1))
    assert again.slot == "primary"


def test_an_administrator_issues_for_their_organisation_and_its_sites_alone(
    db: Engine, house: Sample
) -> None:
    admin = an_actor("org_admin", "RZ1")
    assert issue(db, admin, "RZ101")[0].client.organisation == "RZ101"
    for organisation in ("RZ3", "QZ1"):
        with pytest.raises(Problem, match="not-permitted"):
            issue(db, admin, organisation)
    with pytest.raises(Problem, match="not-permitted"):
        use_cases.list_credentials(db, admin, "RZ3")
    assert use_cases.list_credentials(db, admin, "RZ101")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"product": " "}, "product-not-valid"),
        ({"environment": "live"}, "environment-not-known"),
        ({"organisation": "NOWHERE"}, "organisation-not-known"),
        ({"days": 731}, "life-not-valid"),
    ],
)
def test_a_key_for_nothing_is_not_issued(db: Engine, house: Sample, wrong: dict[str, Any], code: str) -> None:
    with pytest.raises(Problem, match=code):
        issue(db, **wrong)
