"""RabbitMQ door: message → use case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from protos.identity.v1.identity_pb2 import AccountOpened, GrantChanged, OrganisationChanged
from protos.recording.v1.recording_pb2 import SafetyEventRecorded
from services.notifications import messages, use_cases


def tell_of_the_event(tx: Connection, told: SafetyEventRecorded) -> None:
    event = messages.recorded(told.facts)
    use_cases.thank_the_reporter(tx, event, told.contact_sealed)
    use_cases.alert_safety_leads(tx, event)


def keep_recipient(tx: Connection, told: AccountOpened) -> None:
    use_cases.keep_recipient(tx, told.account_id, told.name, told.address_sealed, told.version)


def keep_grant(tx: Connection, told: GrantChanged) -> None:
    use_cases.keep_grant(tx, told.account_id, told.role, told.organisation, told.ended, told.version)


def keep_organisation(tx: Connection, told: OrganisationChanged) -> None:
    use_cases.keep_organisation(tx, told.code, told.name, messages.operators(told), told.version)


HANDLERS: dict[type[Any], Callable[[Connection, Any], None]] = {
    SafetyEventRecorded: tell_of_the_event,
    AccountOpened: keep_recipient,
    GrantChanged: keep_grant,
    OrganisationChanged: keep_organisation,
}
