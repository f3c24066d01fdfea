from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from protos.identity.v1.identity_pb2 import OrganisationChanged, Parent
from services.notifications import listener
from tests.services.notifications.office import Office


@pytest.fixture
def office(engine_for: Callable[[str], Engine]) -> Office:
    made = Office(engine_for("notifications"))
    made.hear(
        listener.keep_organisation, OrganisationChanged(code="RZ1", name="Northmoor Hospitals", version=1)
    )
    made.hear(
        listener.keep_organisation,
        OrganisationChanged(
            code="RZ102", name="Northmoor Infirmary", version=1, parents=[Parent(code="RZ1", kind="RE6")]
        ),
    )
    made.open_account("lead", "lead@rz1.example", "local_safety_lead", "RZ1")
    made.open_account("clerk", "clerk@rz1.example", "standard", "RZ1")
    made.open_account("lead2", "lead@rz2.example", "local_safety_lead", "RZ2")
    return made
