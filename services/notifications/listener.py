"""RabbitMQ door: message → use case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from chassis import auditing, outbox
from protos.audit.v1.audit_pb2 import AuditDoubted, AuditVerificationAsked
from protos.identity.v1.identity_pb2 import (
    AccountChanged,
    AccountErased,
    AccountOpened,
    CredentialExpiring,
    GrantChanged,
    OrganisationChanged,
    RoleDecided,
    RoleExpiring,
    RoleRequested,
    VerificationRequested,
)
from protos.recording.v1.recording_pb2 import (
    AddendumMade,
    BreakGlassUsed,
    DraftExpiring,
    FeedbackGiven,
    QuestionAnswered,
    QuestionAsked,
    RecordAssigned,
    RecordHandled,
    RecordsLinked,
    ReporterAnonymised,
    SafetyEventErased,
    SafetyEventRecorded,
    SafetyEventRestored,
    SafetyEventRevised,
    SafetyEventWithdrawn,
)
from services.notifications import messages, use_cases


def tell_of_the_event(tx: Connection, told: SafetyEventRecorded) -> None:
    event = messages.recorded(told.facts)
    use_cases.thank_the_reporter(tx, event, told.contact_sealed)
    use_cases.alert_safety_leads(tx, event)


def tell_of_the_change(tx: Connection, told: SafetyEventRevised) -> None:
    use_cases.tell_of_escalation(tx, messages.recorded(told.facts), told.was_urgent)


def tell_of_the_withdrawal(tx: Connection, told: SafetyEventWithdrawn) -> None:
    facts = told.facts
    use_cases.tell_of_withdrawal(tx, messages.changed(facts), facts.event_id, facts.revision)


def tell_of_the_restoration(tx: Connection, told: SafetyEventRestored) -> None:
    facts = told.facts
    use_cases.tell_of_restoration(tx, messages.changed(facts), facts.event_id, facts.revision)


def forget_the_reporter(tx: Connection, told: ReporterAnonymised) -> None:
    use_cases.forget_reporter(tx, told.facts.event_id, told.facts.reference)


def forget_the_contact(tx: Connection, told: SafetyEventErased) -> None:
    found = use_cases.forget_contact(tx, told.facts.event_id)
    answer = messages.text_erased(told.erasure_id, found)
    outbox.put(tx, outbox.announcement(answer, told.erasure_id, "system:notifications"))


def pass_on_the_question(tx: Connection, told: QuestionAsked) -> None:
    use_cases.pass_on_question(tx, messages.asked(told), told.event_id, told.recorder_id)


def pass_on_the_answer(tx: Connection, told: QuestionAnswered) -> None:
    use_cases.pass_on_answer(tx, messages.answered(told), told.asked_by)


def tell_of_the_addendum(tx: Connection, told: AddendumMade) -> None:
    use_cases.tell_of_addendum(tx, messages.added(told))


def pass_on_the_feedback(tx: Connection, told: FeedbackGiven) -> None:
    use_cases.pass_on_feedback(tx, messages.feedback(told), told.event_id, told.recorder_id)


def tell_of_the_assignment(tx: Connection, told: RecordAssigned) -> None:
    what = messages.assigned(told)
    use_cases.tell_of_assignment(tx, what, told.event_id, told.version, told.assigned_to)


def tell_how_it_goes(tx: Connection, told: RecordHandled) -> None:
    what = messages.handled(told)
    use_cases.tell_how_it_goes(tx, what, told.event_id, told.version, told.state, told.recorder_id)


def tell_of_the_link(tx: Connection, told: RecordsLinked) -> None:
    use_cases.tell_of_link(tx, messages.linked(told), told.kind, told.organisation)


def tell_of_the_reading(tx: Connection, told: BreakGlassUsed) -> None:
    use_cases.tell_of_reading(tx, messages.original_read(told), told.purpose)


def warn_the_author(tx: Connection, told: DraftExpiring) -> None:
    use_cases.warn_author(tx, messages.expiring(told), told.author_id, messages.day(told.expires_at))


def keep_recipient(tx: Connection, told: AccountOpened) -> None:
    use_cases.keep_recipient(tx, told.account_id, told.name, told.address_sealed, told.version)


def forget_the_owner(tx: Connection, told: AccountErased) -> None:
    found = use_cases.forget_owner(tx, told.account_id, list(told.verification_ids))
    answer = messages.account_forgotten(told.erasure_id, found)
    outbox.put(tx, outbox.announcement(answer, told.erasure_id, "system:notifications"))


def keep_grant(tx: Connection, told: GrantChanged) -> None:
    use_cases.keep_grant(tx, told.account_id, told.role, told.organisation, told.ended, told.version)


def keep_organisation(tx: Connection, told: OrganisationChanged) -> None:
    use_cases.keep_organisation(
        tx,
        told.code,
        told.name,
        messages.operators(told),
        told.version,
        messages.a_day(told.closed_on),
        messages.predecessors(told),
    )


def send_the_code(tx: Connection, told: VerificationRequested) -> None:
    use_cases.send_code(
        tx, told.verification_id, told.purpose, told.sealed, told.role_label, told.organisation
    )


def ask_for_a_decision(tx: Connection, told: RoleRequested) -> None:
    use_cases.ask_for_decision(tx, messages.role_asked(told), told.role_label, tuple(told.decided_by))


def tell_of_the_decision(tx: Connection, told: RoleDecided) -> None:
    what = messages.role_decided(told)
    use_cases.tell_of_decision(tx, what, told.account_id, told.role_label, told.approved)


def warn_of_the_ending_role(tx: Connection, told: RoleExpiring) -> None:
    what = messages.role_expiring(told)
    use_cases.warn_of_ending_role(tx, what, told.account_id, told.role_label, messages.day(told.ends_at))


def tell_the_owner(tx: Connection, told: AccountChanged) -> None:
    use_cases.tell_owner(tx, messages.account_changed(told), told.account_id, told.change)


def warn_of_the_ending_key(tx: Connection, told: CredentialExpiring) -> None:
    what, on = messages.key_expiring(told), messages.day(told.ends_at)
    use_cases.warn_of_ending_key(tx, what, told.product, told.environment, told.slot, on)


def tell_of_the_doubt(tx: Connection, told: AuditDoubted) -> None:
    use_cases.tell_of_doubt(tx, messages.audit_doubted(told), told.service, told.kind, told.place)


HANDLERS: dict[type[Any], Callable[[Connection, Any], None]] = {
    SafetyEventRecorded: tell_of_the_event,
    SafetyEventRevised: tell_of_the_change,
    SafetyEventWithdrawn: tell_of_the_withdrawal,
    SafetyEventRestored: tell_of_the_restoration,
    SafetyEventErased: forget_the_contact,
    ReporterAnonymised: forget_the_reporter,
    QuestionAsked: pass_on_the_question,
    QuestionAnswered: pass_on_the_answer,
    AddendumMade: tell_of_the_addendum,
    FeedbackGiven: pass_on_the_feedback,
    RecordAssigned: tell_of_the_assignment,
    RecordHandled: tell_how_it_goes,
    RecordsLinked: tell_of_the_link,
    BreakGlassUsed: tell_of_the_reading,
    DraftExpiring: warn_the_author,
    AccountOpened: keep_recipient,
    AccountErased: forget_the_owner,
    AuditDoubted: tell_of_the_doubt,
    AuditVerificationAsked: auditing.walk_when_asked(use_cases.TRAIL),
    GrantChanged: keep_grant,
    VerificationRequested: send_the_code,
    RoleRequested: ask_for_a_decision,
    RoleDecided: tell_of_the_decision,
    RoleExpiring: warn_of_the_ending_role,
    AccountChanged: tell_the_owner,
    CredentialExpiring: warn_of_the_ending_key,
    OrganisationChanged: keep_organisation,
}
