"""The text of a record was erased, the contact of its reporter with it: nobody is written to there any more."""

from __future__ import annotations

import pytest

from protos.audit.v1.erasing_pb2 import TextErased
from protos.recording.v1.recording_pb2 import EventFacts, SafetyEventErased
from tests.services.notifications.office import Office

CONTACT = "relative@family.example"


def erased(event_id: str) -> SafetyEventErased:
    return SafetyEventErased(facts=EventFacts(event_id=event_id), erasure_id="an-erasure", shown="gone")


@pytest.mark.parametrize("sent", [False, True])
def test_letters_to_the_contact_go_sent_or_not(office: Office, sent: bool) -> None:
    event, other = office.hear_of(CONTACT), office.hear_of("other@family.example")
    if sent:
        assert CONTACT in office.letters()
    office.tell(erased(event), erased(event))
    left = office.rows("select event_id from letters where address_context like 'contact:%'")
    assert [str(row.event_id) for row in left] == [other]
    assert CONTACT not in office.letters()
    bodies = office.rows("select body from outbox where topic like '%TextErased' order by seq")
    found = [TextErased.FromString(bytes(row.body)).places[0] for row in bodies]
    assert [(one.found, one.done) for one in found] == [(1, "erased"), (0, "erased")]


def test_a_recording_that_is_told_again_writes_to_nobody(office: Office) -> None:
    event = office.hear_of(CONTACT)
    told = office.last
    office.tell(erased(event), told)
    assert CONTACT not in office.letters()


def test_safety_leads_keep_what_they_were_told(office: Office) -> None:
    event = office.hear_of(CONTACT)
    before = office.notices()
    assert before
    office.tell(erased(event))
    assert office.notices() == before
