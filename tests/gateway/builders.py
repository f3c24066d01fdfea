"""What access, notifications and recording would answer."""

from __future__ import annotations

from typing import Any

from protos.access.v1 import access_pb2
from protos.notifications.v1 import notifications_pb2
from protos.recording.v1 import recording_pb2
from tests.builders.question_sets import a_definition, summary_of

REFERENCE = "PSE-26-7H3KQ2WX-9"


def an_event(**more: Any) -> access_pb2.Event:
    """A fall with low harm, one text of it checked."""
    told: dict[str, Any] = {
        "event_id": "019aa000-0000-7000-8000-000000000001",
        "reference": REFERENCE,
        "revision": 1,
        "event_type": access_pb2.Coded(code="incident", label="Patient safety incident"),
        "occurred_on": "2026-03-02",
        "organisation": access_pb2.Organisation(code="RZ1", name="Northfield Hospitals"),
        "occurred_organisations": [access_pb2.Organisation(code="RZ1", name="Northfield Hospitals")],
        "worst_physical_harm": access_pb2.Coded(code="4", label="Low physical harm"),
        "question_set": 6,
    }
    event = access_pb2.Event(**told | more)
    event.reported_at.FromJsonString("2026-06-01T13:05:00Z")
    return event


def with_answers(
    event: access_pb2.Event, text: str | None = "Patient slid from the chair."
) -> access_pb2.Event:
    """The event with two patients, a problem and a description; None is one that is being checked."""
    for entry in (0, 1):
        event.answers.add(
            section="patient-information", entry=entry, property="PhysicalHarm", question="Were they harmed?",
            values=[access_pb2.Coded(code="4", label="Low physical harm")],
        )  # fmt: skip
    event.answers.add(
        section="adverse-event-problem-medication", property="DrugInvolvementFactors", question="What went wrong?",
        values=[access_pb2.Coded(code="1", label="Too much"), access_pb2.Coded(code="4", label="Packaging")],
    )  # fmt: skip
    field = "adverse-event-core/0/Description"
    event.texts.add(field=field, question="What happened?", text=text or "", being_checked=text is None)
    return event


def a_notice(**more: Any) -> notifications_pb2.Notice:
    told = {
        "notice_id": "n1",
        "kind": "receipt",
        "subject": "Thank you",
        "body": "One.\n\nTwo.",
        "reference": REFERENCE,
    }
    notice = notifications_pb2.Notice(**told | more)
    notice.sent_at.FromJsonString("2026-11-23T14:05:00Z")
    return notice


def question_sets(version: int = 6) -> dict[str, Any]:
    """The answers of a recording that publishes one version alone."""
    definition = a_definition(version)
    return {
        "ListQuestionSets": recording_pb2.QuestionSets(question_sets=[summary_of(definition)]),
        "GetQuestionSet": definition,
    }


def some_work(reference: str = REFERENCE, **more: Any) -> recording_pb2.Work:
    """The fall with low harm, as it stands in a list of those who follow it up."""
    told: dict[str, Any] = {
        "event_id": "019aa000-0000-7000-8000-000000000001",
        "reference": reference,
        "revision": 1,
        "event_type": "incident",
        "occurred_on": "2026-03-02",
        "organisation": "RZ1",
        "organisation_name": "Northfield Hospitals",
        "worst_physical_harm": "4",
        "question_set": 6,
        "followed": True,
        "state": "new",
        "version": 1,
    }
    work = recording_pb2.Work(**told | more)
    work.reported_at.FromJsonString("2026-06-01T13:05:00Z")
    return work


def a_follow_up(state: str = "new", **more: Any) -> recording_pb2.FollowUp:
    """An event that may be reviewed, or set aside as a duplicate, as those who follow it up read of it; its reporter has an account."""
    handling = recording_pb2.Handling(
        state=state, version=3, next=["under_review", "duplicate", "on_hold"], **more
    )
    return recording_pb2.FollowUp(
        event_id="019aa000-0000-7000-8000-000000000001",
        reference=REFERENCE,
        handling=handling,
        standing=recording_pb2.Standing(may_revise=True, may_handle=True, may_govern=True),
        reaches=recording_pb2.REACHES_ACCOUNT,
    )


def a_remark(kind: str, text: str = "", **more: Any) -> recording_pb2.Remark:
    """Checked where it has a text."""
    told: dict[str, Any] = {"remark_id": f"remark-{kind.lower()}", "author_organisation": "RZ1"} | more
    remark = recording_pb2.Remark(kind=f"REMARK_KIND_{kind}", text=text, checked=bool(text), **told)
    remark.made_at.FromJsonString("2026-06-02T13:05:00Z")
    return remark
