"""What is announced is heard, and what is heard is announced."""

from __future__ import annotations

from deploy.local.processes import CONSUMERS, RELAYED, WORKING
from protos.heard_by import HEARD_BY
from services.identity.domain.auditing import TRAILS
from tests.house.codebase import announced, auditing, contracts, heard

EXCUSED = {
    "lfpse.recording.v1.Narrative": "travels sealed, inside what recording announces",
}


def test_every_announced_message_is_heard_or_excused() -> None:
    unheard = announced().keys() - heard().keys() - EXCUSED.keys()
    assert not unheard, f"nobody listens to {sorted(unheard)}: write a handler, or an excuse here"


def test_no_excuse_outlives_its_reason() -> None:
    assert announced().keys() - heard().keys() >= EXCUSED.keys()


def test_every_handler_hears_what_somebody_announces() -> None:
    assert heard().keys() <= announced().keys()


def test_the_contract_names_every_listener_of_every_message() -> None:
    """`migrate` makes queues by this table: a listener it does not name would miss what came before it."""
    assert {topic: sorted(services) for topic, services in HEARD_BY.items()} == {
        topic: sorted(services) for topic, services in heard().items()
    }


def test_whoever_announces_has_a_relay() -> None:
    own = {service for name, service in announced().items() if name not in EXCUSED} - {"audit"}
    assert own | auditing() == set(RELAYED)


def test_whoever_keeps_an_audit_seals_it_and_tells_identity() -> None:
    assert auditing() == set(TRAILS) <= set(RELAYED) & set(WORKING)
    assert set(HEARD_BY["lfpse.audit.v1.AuditVerificationAsked"]) == auditing()


def test_whoever_has_a_listener_listens() -> None:
    assert set(CONSUMERS) == {service for services in heard().values() for service in services}


def test_every_enum_begins_with_unspecified() -> None:
    files = [one for several in contracts().values() for one in several]
    enums = [enum for one in files for enum in one.enum_types_by_name.values()]
    wrong = [one.full_name for one in enums if not one.values_by_number[0].name.endswith("_UNSPECIFIED")]
    assert not wrong
