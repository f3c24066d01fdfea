"""Who read notices of which records is in the audit, which its service cannot rewrite."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from chassis.actors import Reach
from services.notifications.use_cases import list_notices, mark_read
from tests.builders.actors import a_person
from tests.services.notifications.office import REFERENCE, Office

LEAD = a_person("RZ1", Reach.ORGANISATION, "lead")


def noted(office: Office) -> list[tuple[str | None, ...]]:
    return [
        tuple(row) for row in office.rows("select actor, organisation, action, about from audit order by id")
    ]


@pytest.fixture
def told(office: Office) -> Office:
    office.open_account(LEAD.id, "lead@example.org", "local_safety_lead", "RZ1")
    office.hear_of()
    return office


def test_each_look_names_the_records_whose_notices_were_shown(told: Office) -> None:
    (notice,), _, _ = list_notices(told.db, LEAD, "", 10)
    mark_read(told.db, LEAD, notice.id)
    assert noted(told) == [
        (LEAD.id, "RZ1", "list-notices", REFERENCE),
        (LEAD.id, "RZ1", "mark-notice-read", REFERENCE),
    ]


def test_a_look_that_finds_nothing_is_noted_too(told: Office) -> None:
    stranger = a_person("RZ1", Reach.ORGANISATION, "stranger")
    assert list_notices(told.db, stranger, "", 10)[0] == []
    assert noted(told) == [(stranger.id, "RZ1", "list-notices", None)]


@pytest.mark.parametrize("statement", ["update audit set actor = 'nobody'", "delete from audit"])
def test_the_audit_cannot_be_rewritten(told: Office, statement: str) -> None:
    list_notices(told.db, LEAD, "", 10)
    with pytest.raises(Exception, match="append-only"), told.db.begin() as tx:
        tx.execute(text(statement))
    assert len(noted(told)) == 1
