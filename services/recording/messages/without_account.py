"""Reporting without an account, on the wire. Nobody is named: not the reporter, and to the reporter not the staff."""

from __future__ import annotations

from chassis.problems import invalid
from protos.recording.v1 import recording_pb2 as pb
from services.recording.domain.following_up import Remark
from services.recording.domain.question_set import QuestionSet
from services.recording.domain.safety_events import Receipt
from services.recording.domain.without_account import Holder, Report, Reporter, View
from services.recording.messages import following_up
from services.recording.messages.events import CONTACT, answers, fault, timestamp

_REPORTERS = {
    pb.REPORTER_PUBLIC: Reporter.PUBLIC,
    pb.REPORTER_ANONYMOUS_STAFF: Reporter.ANONYMOUS_STAFF,
}


def report(sent: pb.ReportRequest) -> Report:
    """What was asked to be recorded; INVALID where it does not say who reports."""
    if sent.reporter not in _REPORTERS:
        raise invalid("no-reporter", "Say who reports: the public, or staff who do not want to be known.")
    return Report(
        reporter=_REPORTERS[sent.reporter],
        question_set=sent.question_set,
        answers=answers(sent.answers),
        organisation=sent.organisation,
        patients=sent.patients,
        key=sent.idempotency_key,
        first_stands=sent.first_stands,
    )


def reported(receipt: Receipt, code: str) -> pb.Reported:
    return pb.Reported(
        reference=receipt.reference,
        event_id=receipt.event_id,
        reported_at=timestamp(receipt.reported_at),
        code=code,
        repeated_request=receipt.repeated,
        warnings=[fault(one) for one in receipt.warnings],
        differs=receipt.differs,
    )


def holder(sent: pb.CodeHolder) -> Holder:
    return Holder(sent.reference, sent.code)


def view(one: View, questions: QuestionSet) -> pb.ReporterView:
    event, handling = one.event, one.handling
    changed = event.revised_at if event.withdrawn else handling.changed_at
    return pb.ReporterView(
        reference=event.reference,
        event_type=event.event_type,
        occurred_on=event.occurred_on,
        reported_at=timestamp(event.reported_at),
        organisation=event.organisation,
        organisation_name=one.organisation_name,
        texts=[_text(name, one.texts, questions) for name in event.sealed if name != CONTACT],
        state=one.state,
        changed_at=timestamp(changed) if changed else None,
        reason=event.reason,
        remarks=[remark(each) for each in one.remarks],
    )


def remark(one: Remark) -> pb.Remark:
    """A remark without the account that made it."""
    made = following_up.remark(one)
    made.ClearField("author_id")
    return made


def _text(name: str, texts: dict[str, str], questions: QuestionSet) -> pb.ReporterText:
    section, _, property = name.split("/")[:3]
    question = questions.question(section, property)
    wording = question.wording if question else property
    return pb.ReporterText(field=name, question=wording, text=texts.get(name, ""), checked=name in texts)
