from __future__ import annotations

import re
from pathlib import Path

import pytest

from chassis.actors import Actor, Reach
from services.identity.domain import roles
from services.identity.domain.roles import Held, Permission

PEOPLE = [name for name in roles.ROLES if roles.for_people(name)]


def an_actor(role: str, organisation: str = "RZ1") -> Actor:
    return Actor("someone", "person", organisation, roles.grants([Held(role, organisation)]))


def test_every_role_of_the_contract_is_there() -> None:
    assert set(PEOPLE) == {
        "standard",
        "organisational",
        "org_admin",
        "local_safety_lead",
        "oversight_icb",
        "oversight_region",
        "data_user",
        "national_reviewer",
        "national_analyst",
        "alert_issuer",
        "support",
        "super_admin",
    }


@pytest.mark.parametrize("role", ["support", "super_admin", "data_user"])
def test_who_has_no_business_with_records_reads_none(role: str) -> None:
    assert not any(an_actor(role).may(permission) for permission in ("access:read", "recording:read"))


@pytest.mark.parametrize(
    "role", ["oversight_icb", "oversight_region", "national_reviewer", "national_analyst"]
)
def test_oversight_reads_and_records_nothing(role: str) -> None:
    assert an_actor(role).may("access:read")
    assert not an_actor(role).may("recording:submit")


@pytest.mark.parametrize(
    ("permission", "holders"),
    [
        ("recording:submit", {"standard", "organisational", "org_admin", "local_safety_lead"}),
        ("recording:revise", {"standard", "organisational", "org_admin", "local_safety_lead"}),
        ("recording:handle", {"organisational", "org_admin", "local_safety_lead"}),
        ("recording:govern", {"organisational", "org_admin", "local_safety_lead"}),
        ("recording:original", {"national_reviewer"}),
        ("recording:restore", {"super_admin"}),
        ("recording:anonymise", {"super_admin"}),
        ("recording:ask-erasure", {"support", "super_admin"}),
        ("recording:erase", {"super_admin"}),
        ("identity:ask-erasure", {"support", "super_admin"}),
        ("identity:erase", {"super_admin"}),
        ("recording:sandbox", set()),
    ],
)
def test_what_may_be_done_to_a_record_is_for_these_people_alone(permission: str, holders: set[str]) -> None:
    assert {role for role in PEOPLE if an_actor(role).may(permission)} == holders


def test_who_may_read_original_text_may_not_change_records() -> None:
    reviewer = an_actor("national_reviewer")
    changes = ("submit", "revise", "handle", "govern", "restore", "anonymise")
    assert not any(reviewer.may(f"recording:{change}") for change in changes)


def test_a_member_of_staff_revises_only_their_own() -> None:
    assert [grant.reach for grant in an_actor("standard").grants_with("recording:revise")] == [Reach.OWN]


@pytest.mark.parametrize(
    ("permission", "holders"),
    [
        (Permission.READ_ACCOUNTS, {"org_admin", "support", "super_admin"}),
        (Permission.DECIDE, {"org_admin", "super_admin"}),
        (Permission.SUSPEND, {"support", "super_admin"}),
        (Permission.READ_CREDENTIALS, {"org_admin", "support", "super_admin"}),
        (Permission.REVOKE_CREDENTIAL, {"org_admin", "support", "super_admin"}),
        (Permission.ISSUE_CREDENTIAL, {"org_admin", "support", "super_admin"}),
        (Permission.INTROSPECT, {"support", "super_admin"}),
        (Permission.OWN_ACCOUNT, set(PEOPLE)),
    ],
)
def test_who_administers_what(permission: Permission, holders: set[str]) -> None:
    assert {role for role in PEOPLE if an_actor(role).may(permission)} == holders


def test_whoever_is_signed_in_has_their_account_and_notices_and_no_more() -> None:
    nobody = Actor("someone", "person", "", roles.grants([]))
    assert {one for grant in nobody.grants for one in grant.permissions} == {
        "identity:own",
        "notifications:read",
        "recording:copy-own",
        "access:copy-own",
    }


def test_a_national_role_is_granted_by_the_national_team_alone() -> None:
    national = [role for role in PEOPLE if roles.ROLES[role].reach is Reach.NATIONAL]
    assert all(roles.ROLES[role].approved_by == {"super_admin"} for role in national)


@pytest.mark.parametrize("written", ['approved_by = ["emperor"]', 'may = ["rule"]', 'reach = "galaxy"'])
def test_a_policy_that_names_what_it_does_not_define_is_refused(written: str) -> None:
    whole = (Path(roles.__file__).parents[1] / "policy.toml").read_text()
    name = written.partition(" ")[0]
    broken = re.sub(rf"(?m)^{name} = .*$", written, whole, count=0)
    with pytest.raises((ValueError, KeyError)):
        roles.read(broken)


@pytest.mark.parametrize(
    ("address", "listed"),
    [
        ("a@nhs.net", True),
        ("a@trust.nhs.net", True),
        ("a@evilnhs.net", False),
        ("a@nhs.net.example.org", False),
    ],
)
def test_an_address_is_listed_by_its_domain_and_those_below_it(address: str, listed: bool) -> None:
    assert roles.is_listed(address) is listed


@pytest.mark.parametrize(
    ("role", "reach"),
    [("standard", Reach.OWN), ("organisational", Reach.ORGANISATION), ("oversight_icb", Reach.AREA)],
)
def test_a_grant_is_held_at_its_organisation(role: str, reach: Reach) -> None:
    grant, _ = an_actor(role).grants
    assert (grant.organisation, grant.reach) == ("RZ1", reach)


def test_a_national_grant_names_no_organisation() -> None:
    grant, _ = an_actor("national_analyst", "XZ9").grants
    assert (grant.organisation, grant.reach) == ("", Reach.NATIONAL)


def test_a_role_we_no_longer_know_allows_nothing() -> None:
    assert roles.grant("emperor", "RZ1").permissions == frozenset()


def test_nobody_is_granted_the_role_of_a_machine() -> None:
    assert not roles.for_people("lrms_client")


def test_a_client_does_the_same_in_production_and_in_the_sandbox_and_there_alone_resets_it() -> None:
    live, trial = (
        roles.grant(roles.client_role(each), "RZ1").permissions for each in ("production", "sandbox")
    )
    assert live == {"recording:submit", "recording:revise", "recording:read"}
    assert trial == live | {"recording:sandbox"}


@pytest.mark.parametrize("environment", ["sandbox", "", "Production"])
def test_only_production_is_not_a_sandbox(environment: str) -> None:
    assert roles.client_kind("production") == "client"
    assert roles.client_kind(environment) == "sandbox"
    assert roles.client_role(environment) == roles.LRMS_SANDBOX


def test_a_permission_holds_at_its_organisation_alone_unless_it_is_national() -> None:
    assert roles.may_at(an_actor("standard"), "recording:submit", "RZ1")
    assert not roles.may_at(an_actor("standard"), "recording:submit", "RZ3")
    assert roles.may_at(an_actor("support", "XZ9"), "identity:read-accounts", "RZ3")
