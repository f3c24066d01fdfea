"""An account was erased: who it was, what they were told and letters to them go, and do not come back."""

from __future__ import annotations

from protos.audit.v1.erasing_pb2 import TextErased
from protos.identity.v1.identity_pb2 import AccountErased, AccountOpened
from tests.services.notifications.office import Office

ERASED = AccountErased(erasure_id="an-erasure", account_id="lead")


def test_nothing_is_kept_of_them_and_others_keep_theirs(office: Office) -> None:
    office.hear_of(worst_physical_harm="1", urgent=True)
    office.open_account("colleague", "colleague@rz1.example", "local_safety_lead", "RZ1")
    office.hear_of(urgent=True)
    assert office.notices("lead")
    office.tell(ERASED)
    assert not office.notices("lead")
    assert office.notices("colleague")
    assert not office.rows("select 1 from recipients where account_id = 'lead'")
    assert office.letters() == ["colleague@rz1.example"]
    bodies = office.rows("select body from outbox where topic like '%TextErased'")
    places = {one.place: one.found for one in TextErased.FromString(bytes(bodies[0].body)).places}
    assert places == {"recipients": 1, "notices": 2, "letters": 2}


def test_what_comes_late_does_not_bring_them_back(office: Office) -> None:
    office.tell(ERASED, AccountOpened(account_id="lead", name="Lead", version=9), ERASED)
    office.hear_of(urgent=True)
    assert not office.rows("select 1 from recipients where account_id = 'lead'")
    assert not office.notices("lead")
