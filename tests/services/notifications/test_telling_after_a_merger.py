"""A closed organisation's news goes to whoever took over from it."""

from __future__ import annotations

from protos.identity.v1.identity_pb2 import OrganisationChanged, Parent, Predecessor
from tests.services.notifications.office import Office


def merge(office: Office, closed: str = "2015-03-31") -> None:
    """RZ5, with its site RZ502 and a site of that, is taken over by RZ9."""
    site = Parent(code="RZ5", kind="RE6", start="2001-04-01", end="2015-03-31")
    below = Parent(code="RZ502", kind="RE6", start="2001-04-01")
    office.tell(
        OrganisationChanged(code="RZ5", name="Old", closed_on=closed, version=2),
        OrganisationChanged(code="RZ502", name="Site", closed_on="2015-03-31", parents=[site], version=2),
        OrganisationChanged(code="RZ50201", name="Ward", parents=[below], version=1),
        OrganisationChanged(
            code="RZ9", name="New", predecessors=[Predecessor(code="RZ5", start="2015-04-01")], version=1
        ),
    )
    office.open_account("old", "old@example.org", "local_safety_lead", "RZ5")
    office.open_account("new", "new@example.org", "local_safety_lead", "RZ9")
    office.open_account("stranger", "stranger@example.org", "local_safety_lead", "RZ2")


def test_an_event_of_a_closed_trust_is_told_to_its_own_lead_and_to_its_successors(office: Office) -> None:
    merge(office)
    office.hear_of(organisation="RZ5")
    assert {account for account, _ in office.notices()} == {"old", "new"}


def test_an_event_of_a_site_of_a_site_reaches_the_trust_and_its_successor(office: Office) -> None:
    merge(office)
    office.hear_of(organisation="RZ50201")
    assert {account for account, _ in office.notices()} == {"old", "new"}


def test_nobody_else_is_told_while_a_trust_is_open(office: Office) -> None:
    merge(office, closed="")
    office.hear_of(organisation="RZ5")
    assert {account for account, _ in office.notices()} == {"old"}


def test_an_event_of_the_successor_is_not_told_to_the_predecessors_lead(office: Office) -> None:
    merge(office)
    office.hear_of(organisation="RZ9")
    assert {account for account, _ in office.notices()} == {"new"}
