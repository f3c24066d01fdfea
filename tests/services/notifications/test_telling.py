"""Who is told what, on a real database, and what a letter may say."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from chassis.problems import Kind, Problem
from protos.identity.v1.identity_pb2 import GrantChanged
from services.notifications import listener
from services.notifications.domain import email_address
from services.notifications.use_cases import list_notices, mark_read
from tests.builders.actors import a_person
from tests.services.notifications.office import REFERENCE, Office


def test_the_reporters_contact_gets_a_receipt(office: Office) -> None:
    office.hear_of("sam@gp.example")
    office.post()
    assert [(address, subject) for address, subject, _ in office.sent] == [
        ("sam@gp.example", f"Your report has been recorded: {REFERENCE}")
    ]


def test_only_a_reporter_with_an_account_is_asked_to_sign_in(office: Office) -> None:
    office.open_account("sam", "sam@rz1.example", "standard", "RZ1")
    office.hear_of("kim@gp.example", recorder_id="sam")
    office.post()
    asked = {address: "Sign in" in body for address, _, body in office.sent}
    assert asked == {"kim@gp.example": False, "sam@rz1.example": True}


def test_severe_harm_reaches_the_safety_lead_by_e_mail_and_notice(office: Office) -> None:
    office.hear_of(urgent=True)
    office.post()
    assert [address for address, _, _ in office.sent] == ["lead@rz1.example"]
    assert [row.kind for row in office.rows("select kind from notices where account_id = 'lead'")] == [
        "urgent"
    ]


def test_other_records_reach_the_safety_lead_by_notice_alone(office: Office) -> None:
    office.hear_of()
    office.post()
    assert office.sent == []
    assert [row.kind for row in office.rows("select kind from notices")] == ["recorded"]


def test_the_safety_lead_of_a_trust_hears_of_its_sites(office: Office) -> None:
    office.hear_of(organisation="RZ102", urgent=True)
    assert [row.account_id for row in office.rows("select account_id from notices")] == ["lead"]
    assert "Northmoor Infirmary" in office.rows("select body from notices")[0].body


def test_where_it_happened_is_told_unless_sharing_was_declined(office: Office) -> None:
    office.hear_of(occurred_organisations=["RZ2"], urgent=True)
    assert sorted(row.account_id for row in office.rows("select account_id from notices")) == [
        "lead",
        "lead2",
    ]
    declined = office.hear_of(occurred_organisations=["RZ2"], urgent=True, data_sharing_opt_out=True)
    rows = office.rows(f"select account_id from notices where event_id = '{declined}'")
    assert [row.account_id for row in rows] == ["lead"]


def test_an_urgent_event_of_an_organisation_without_a_safety_lead_still_reaches_somebody(
    office: Office,
) -> None:
    office.open_account("clinician", "clinician@nhs.example", "national_reviewer", "XZ9")
    first = office.hear_of(organisation="Y90001", urgent=True)
    office.open_account("manager", "manager@y9.example", "org_admin", "Y90001")
    second = office.hear_of(organisation="Y90001", urgent=True)
    office.hear_of(organisation="Y90001")
    told = [
        (row.account_id, str(row.event_id))
        for row in office.rows("select account_id, event_id from notices order by id")
    ]
    assert told == [("clinician", first), ("manager", second)]


def test_a_reporter_with_an_account_is_thanked_on_their_page_and_by_e_mail(office: Office) -> None:
    office.hear_of(recorder_id="clerk")
    office.post()
    assert [
        row.account_id for row in office.rows("select account_id from notices where kind = 'receipt'")
    ] == ["clerk"]
    assert [address for address, _, _ in office.sent] == ["clerk@rz1.example"]


def test_hearing_twice_tells_once(office: Office) -> None:
    office.hear_of("sam@gp.example", urgent=True)
    office.hear(listener.tell_of_the_event, office.last)
    office.post()
    office.hear(listener.tell_of_the_event, office.last)
    office.post()
    assert len(office.sent) == 2
    assert len(office.rows("select 1 from notices")) == 1


def test_a_letter_that_could_not_be_sent_is_sent_later(office: Office) -> None:
    office.hear_of("sam@gp.example")
    office.post(fails=1)
    assert office.rows("select last_error, attempts from jobs") == [("OSError", 1)]
    with office.db.begin() as tx:
        tx.execute(text("update jobs set run_at = now()"))
    office.post()
    assert len(office.sent) == 1
    assert not office.rows("select 1 from jobs")


def test_a_contact_that_is_a_telephone_number_is_noted_and_no_error(office: Office) -> None:
    office.hear_of("07700 900123")
    office.post()
    assert office.sent == []
    assert [row.outcome for row in office.rows("select outcome from letters")] == ["no-address"]


def test_addresses_are_sealed_until_they_are_needed_and_forgotten_after(office: Office) -> None:
    office.hear_of("sam@gp.example")
    assert "sam@gp" not in str(office.rows("select letters::text from letters"))
    office.post()
    assert bytes(office.rows("select address_sealed from letters")[0].address_sealed) == b""


def test_a_revoked_grant_is_told_nothing_more(office: Office) -> None:
    office.hear(
        listener.keep_grant,
        GrantChanged(account_id="lead", role="local_safety_lead", organisation="RZ1", ended=True, version=2),
    )
    office.hear_of(urgent=True)
    assert not office.rows("select 1 from notices")


def test_notices_are_read_by_their_own_reader_alone(office: Office) -> None:
    office.open_account("lead-RZ1", "l@rz1.example", "local_safety_lead", "RZ1")
    office.hear_of()
    mine = a_person("RZ1", name="lead")
    notices, following, unread = list_notices(office.db, mine, "", 10)
    assert (len(notices), following, unread) == (1, "", 1)
    assert mark_read(office.db, mine, notices[0].id).read_at
    assert list_notices(office.db, mine, "", 10)[2] == 0
    for reader, sought in ((a_person("RZ2", name="other"), notices[0].id), (mine, "nonsense")):
        with pytest.raises(Problem) as caught:
            mark_read(office.db, reader, sought)
        assert caught.value.kind is Kind.NOT_FOUND


@pytest.mark.parametrize(
    ("contact", "address"),
    [
        ("a@b.uk", "a@b.uk"),
        ("Sam Field <sam@gp.example>", "sam@gp.example"),
        ("07700 900123", None),
        ("", None),
        ("a@b", None),
        ("a@b.uk\r\nBcc: all@nhs.example", None),
        ("@b.uk", None),
    ],
)
def test_only_an_e_mail_address_is_written_to(contact: str, address: str | None) -> None:
    assert email_address(contact) == address
