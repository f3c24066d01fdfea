"""What people are told of accounts, roles and keys: who, by letter or not, once, and without a secret."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from protos.audit.v1.audit_pb2 import AuditDoubted
from protos.identity.v1.identity_pb2 import (
    CredentialExpiring,
    RoleDecided,
    RoleExpiring,
    RoleRequested,
    VerificationRequested,
)
from tests.services.notifications.office import Office

ENDS = datetime(2026, 12, 24, 23, 30, tzinfo=UTC)
LATER = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)  # the first of July, in London


@pytest.fixture(autouse=True)
def people(office: Office) -> None:
    office.open_account("admin", "admin@rz1.example", "org_admin", "RZ1")
    office.open_account("national", "nation@xz9.example", "super_admin", "XZ9")


def code_sent(office: Office, purpose: str, **changes: Any) -> VerificationRequested:
    named = changes.pop("verification_id", str(uuid.uuid4()))
    sealed = office.sealer.seal(b"sam@gp.example\n7H3KQ-2WX9P", f"verification:{named}")
    return VerificationRequested(verification_id=named, purpose=purpose, sealed=sealed, **changes)


@pytest.mark.parametrize(
    ("purpose", "subject"),
    [("register", "Your code to register"), ("reset", "Your code for a new password")],
)
def test_a_code_goes_to_the_address_and_stands_in_no_table(
    office: Office, purpose: str, subject: str
) -> None:
    office.tell(code_sent(office, purpose))
    assert "7H3KQ" not in str(office.rows("select subject, body from letters"))
    office.post()
    ((address, said, body),) = office.sent
    assert (address, said) == ("sam@gp.example", subject)
    assert "7H3KQ-2WX9P" in body
    assert office.notices() == []


def test_the_owner_of_an_account_is_told_and_gets_no_code(office: Office) -> None:
    office.tell(code_sent(office, "known"))
    office.post()
    ((_, subject, body),) = office.sent
    assert subject == "You have an account already"
    assert "7H3KQ" not in body


def test_an_invitation_names_the_organisation_and_the_role(office: Office) -> None:
    office.tell(code_sent(office, "invite", organisation="RZ1", role_label="Safety lead"))
    office.post()
    ((_, subject, body),) = office.sent
    assert subject == "You are invited to Northmoor Hospitals"
    assert "“Safety lead”" in body
    assert "7H3KQ-2WX9P" in body


@pytest.mark.parametrize(
    ("purpose", "where"),
    [
        ("register", "Enter it at {service}/register/code"),
        ("reset", "Enter it at {service}/forgotten-password/code"),
        ("address", "Enter it at {service}/account/address/code"),
        ("invite", "Enter it at {service}/invitation"),
        ("outside", "Enter it on the page where you began."),
        ("known", "Sign in, or ask for a new password, at {service}/sign-in"),
    ],
)
def test_a_letter_with_a_code_ends_with_where_it_is_entered(office: Office, purpose: str, where: str) -> None:
    office.tell(code_sent(office, purpose, organisation="RZ1", role_label="Safety lead"))
    office.post()
    ((_, _, body),) = office.sent
    assert body.splitlines()[-1] == where
    assert "Sign in to see it" not in body


def test_a_code_that_is_told_twice_is_sent_once(office: Office) -> None:
    told = code_sent(office, "register")
    office.tell(told, told)
    office.post()
    assert len(office.sent) == 1


def test_a_purpose_we_do_not_know_sends_nothing(office: Office) -> None:
    office.tell(code_sent(office, "celebrate"))
    office.post()
    assert office.sent == []


def asked(
    organisation: str = "RZ1", decided_by: tuple[str, ...] = ("org_admin", "super_admin")
) -> RoleRequested:
    return RoleRequested(
        request_id=str(uuid.uuid4()), organisation=organisation, role_label="Standard", decided_by=decided_by
    )


def test_a_request_is_for_the_administrator_of_the_organisation(office: Office) -> None:
    office.tell(asked())
    assert office.notices() == [("admin", "role_asked")]
    assert office.letters() == ["admin@rz1.example"]


def test_the_administrator_of_a_trust_decides_for_its_sites(office: Office) -> None:
    office.tell(asked("RZ102"))
    assert office.notices() == [("admin", "role_asked")]


def test_where_nobody_local_can_decide_the_national_team_hears(office: Office) -> None:
    office.tell(asked("RZ2"), asked("RZ1", ("super_admin",)))
    assert office.notices() == [("national", "role_asked")] * 2


def test_a_request_is_told_of_once(office: Office) -> None:
    told = asked()
    office.tell(told, told)
    assert len(office.notices()) == 1
    assert len(office.letters()) == 1


@pytest.mark.parametrize(("approved", "words"), [(True, "You now have the role"), (False, "was refused")])
def test_whoever_asked_hears_of_the_decision(office: Office, approved: bool, words: str) -> None:
    told = RoleDecided(
        request_id=str(uuid.uuid4()),
        account_id="clerk",
        organisation="RZ1",
        role_label="Organisational",
        approved=approved,
    )
    office.tell(told, told)
    assert office.notices() == [("clerk", "role_decided")]
    office.post()
    ((address, _, body),) = office.sent
    assert address == "clerk@rz1.example"
    assert words in body
    assert "Northmoor Hospitals" in body


def test_the_holder_of_a_role_that_will_end_is_told_the_day_in_london(office: Office) -> None:
    told = RoleExpiring(
        grant_id=str(uuid.uuid4()), account_id="clerk", organisation="RZ1", role_label="Standard"
    )
    told.ends_at.FromDatetime(LATER)
    office.tell(told, told)
    assert office.notices() == [("clerk", "role_expiring")]
    office.post()
    ((address, _, body),) = office.sent
    assert address == "clerk@rz1.example"
    assert "1 July 2026" in body


def test_a_role_that_will_end_on_another_day_is_told_of_again(office: Office) -> None:
    told = RoleExpiring(
        grant_id=str(uuid.uuid4()), account_id="clerk", organisation="RZ1", role_label="Standard"
    )
    for ends in (LATER, ENDS):
        told.ends_at.FromDatetime(ends)
        office.tell(told)
    assert office.notices() == [("clerk", "role_expiring")] * 2


def test_of_somebody_we_were_not_told_of_nothing_is_said(office: Office) -> None:
    office.tell(
        RoleDecided(
            request_id=str(uuid.uuid4()), account_id="nobody", organisation="RZ1", role_label="Standard"
        )
    )
    assert office.notices() == []
    assert office.letters() == []


def ending(organisation: str = "RZ1", **changes: Any) -> CredentialExpiring:
    told = CredentialExpiring(
        **{
            "warning_id": str(uuid.uuid4()),
            "credential_id": str(uuid.uuid4()),
            "organisation": organisation,
            "product": "Sample LRMS",
            "environment": "production",
            "slot": "primary",
        }
        | changes
    )
    told.ends_at.FromDatetime(ENDS)
    return told


def test_the_administrator_hears_of_a_key_that_will_end(office: Office) -> None:
    told = ending()
    office.tell(told, told)
    assert office.notices() == [("admin", "key_expiring")]
    office.post()
    ((address, subject, body),) = office.sent
    assert (address, subject) == ("admin@rz1.example", "A key of Sample LRMS will end")
    assert "24 December 2026" in body
    assert "primary" in body
    assert "Northmoor Hospitals" in body


def test_each_step_before_the_end_is_told_of(office: Office) -> None:
    key = str(uuid.uuid4())
    office.tell(ending(credential_id=key), ending(credential_id=key))
    assert office.notices() == [("admin", "key_expiring")] * 2
    assert office.letters() == ["admin@rz1.example"] * 2


def test_a_sandbox_key_is_said_to_be_one(office: Office) -> None:
    office.tell(ending(environment="sandbox"))
    office.post()
    assert "It is a sandbox key." in office.sent[0][2]
    assert "Nothing it sends" not in office.sent[0][2]


def test_where_nobody_administers_the_organisation_the_national_team_hears_of_its_key(office: Office) -> None:
    office.tell(ending("RZ2"))
    assert office.notices() == [("national", "key_expiring")]


def test_a_letter_of_a_key_names_no_key(office: Office) -> None:
    told = ending()
    office.tell(told)
    office.post()
    assert told.credential_id not in str(office.sent)


def test_a_doubt_of_the_audit_reaches_whoever_may_look_into_it_once_for_each_finding(office: Office) -> None:
    office.open_account("helper", "helper@xz9.example", "support", "XZ9")
    found = AuditDoubted(service="recording", kind="changed", place=77)
    daily = [AuditDoubted(verification_id=one, service="recording", kind="changed", place=77) for one in "ab"]
    office.tell(found, *daily)
    office.post()
    assert sorted(office.notices()) == [("helper", "audit_doubted"), ("national", "audit_doubted")]
    assert sorted(address for address, _, _ in office.sent) == ["helper@xz9.example", "nation@xz9.example"]
    _, subject, body = office.sent[0]
    assert subject == "The audit of recording is in doubt"
    assert "from row 77 on: a row is not what it was" in body
    office.tell(AuditDoubted(service="recording", kind="gone", place=78))
    office.post()
    assert len(office.sent) == 4
