"""Domain ↔ protobuf: replies, and what other services announce."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from google.protobuf.timestamp_pb2 import Timestamp

from protos.audit.v1.audit_pb2 import AuditDoubted
from protos.audit.v1.erasing_pb2 import PlaceErased, TextErased
from protos.identity.v1.identity_pb2 import (
    AccountChanged,
    CredentialExpiring,
    OrganisationChanged,
    RoleDecided,
    RoleExpiring,
    RoleRequested,
)
from protos.notifications.v1 import feedback_pb2
from protos.notifications.v1 import notifications_pb2 as pb
from protos.recording.v1.recording_pb2 import (
    ROUTE_NRLS,
    AddendumMade,
    BreakGlassUsed,
    DraftExpiring,
    EventFacts,
    FeedbackGiven,
    QuestionAnswered,
    QuestionAsked,
    RecordAssigned,
    RecordHandled,
    RecordsLinked,
)
from services.notifications.domain import (
    NOWHERE,
    PLACES,
    Feedback,
    Happening,
    Notice,
    Recorded,
    Said,
    name_of,
)

_OPERATED_BY = "RE6"
_LONDON = ZoneInfo("Europe/London")


def account_forgotten(erasure_id: str, found: Mapping[str, int]) -> TextErased:
    """What was done with what we kept of somebody: table → rows."""
    told = TextErased(erasure_id=erasure_id, service="notifications")
    told.at.GetCurrentTime()
    for table, count in found.items():
        told.places.add(place=table, found=count, done="erased")
    return told


def text_erased(erasure_id: str, found: int) -> TextErased:
    """What was done with the text of a record: notices and letters hold none; letters to its contact were `found`."""
    told = TextErased(erasure_id=erasure_id, service="notifications")
    told.at.GetCurrentTime()
    told.places.add(place=PLACES["letters"], found=found, done="erased")
    told.places.extend(PlaceErased(place=one, done="none") for one in NOWHERE)
    return told


def recorded(told: EventFacts) -> Recorded:
    return Recorded(
        event_id=told.event_id,
        reference=told.reference,
        revision=told.revision,
        event_type=told.event_type,
        organisation=told.organisation,
        occurred_organisations=tuple(told.occurred_organisations),
        urgent=told.urgent,
        data_sharing_opt_out=told.data_sharing_opt_out,
        recorder_id=told.recorder_id,
        imported=told.route == ROUTE_NRLS,
    )


def changed(told: EventFacts) -> Happening:
    """A revision: by its number, for the same thing may happen to an event again."""
    made = name_of("revision", told.event_id, told.revision)
    return Happening(made, told.reference, told.organisation, told.revised_by)


def asked(told: QuestionAsked) -> Happening:
    return Happening(told.remark_id, told.reference, told.organisation, told.asked_by)


def answered(told: QuestionAnswered) -> Happening:
    return Happening(told.remark_id, told.reference, told.organisation, told.answered_by)


def added(told: AddendumMade) -> Happening:
    return Happening(told.remark_id, told.reference, told.organisation, told.made_by)


def feedback(told: FeedbackGiven) -> Happening:
    return Happening(told.remark_id, told.reference, told.organisation, told.given_by)


def assigned(told: RecordAssigned) -> Happening:
    made = name_of("assignment", told.event_id, told.version)
    return Happening(made, told.reference, told.organisation, told.assigned_by)


def handled(told: RecordHandled) -> Happening:
    made = name_of("handling", told.event_id, told.version)
    return Happening(made, told.reference, told.organisation, told.handled_by)


def linked(told: RecordsLinked) -> Happening:
    """As the other organisation sees it: about its own record where one is named."""
    shown = told.other_reference or told.reference
    return Happening(told.link_id, shown, told.other_organisation, told.made_by)


def original_read(told: BreakGlassUsed) -> Happening:
    made = told.glass_id or name_of(
        "original", told.event_id, told.revision, told.actor_id, told.at.ToNanoseconds()
    )
    return Happening(made, told.reference, told.organisation, told.actor_id)


def expiring(told: DraftExpiring) -> Happening:
    """Saving a draft again moves the day, and of another day its author is warned again."""
    return Happening(name_of("draft", told.draft_id, told.expires_at.ToNanoseconds()), "")


def role_asked(told: RoleRequested) -> Happening:
    return Happening(told.request_id, "", told.organisation)


def role_decided(told: RoleDecided) -> Happening:
    return Happening(told.request_id, "", told.organisation)


def role_expiring(told: RoleExpiring) -> Happening:
    """Whoever uses the role again and leaves it again is warned again."""
    return Happening(name_of("role", told.grant_id, told.ends_at.ToNanoseconds()), "", told.organisation)


def account_changed(told: AccountChanged) -> Happening:
    return Happening(told.change_id, "")


def audit_doubted(told: AuditDoubted) -> Happening:
    """Each verification finds again what nobody has put right: it is told once."""
    return Happening(name_of("audit", told.service, told.kind, told.place), "")


def key_expiring(told: CredentialExpiring) -> Happening:
    return Happening(told.warning_id, "", told.organisation)


def day(at: Timestamp) -> date:
    """The day in London."""
    return at.ToDatetime(UTC).astimezone(_LONDON).date()


def operators(told: OrganisationChanged) -> list[dict[str, str]]:
    """Who operates it, and from when until when."""
    return [{"code": p.code, "start": p.start, "end": p.end} for p in told.parents if p.kind == _OPERATED_BY]


def predecessors(told: OrganisationChanged) -> list[dict[str, Any]]:
    return [{"predecessor": p.code, "starts": a_day(p.start)} for p in told.predecessors]


def a_day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def notices(found: list[Notice], following: str, unread: int) -> pb.Notices:
    return pb.Notices(items=[notice(one) for one in found], next=following, unread=unread)


def notice(one: Notice) -> pb.Notice:
    return pb.Notice(
        notice_id=one.id,
        kind=one.kind,
        subject=one.subject,
        body=one.body,
        reference=one.reference,
        sent_at=_timestamp(one.sent_at),
        read_at=_timestamp(one.read_at) if one.read_at else None,
    )


def said(sent: feedback_pb2.TakeFeedbackRequest) -> Said:
    return Said(sent.text.strip(), sent.page.strip(), sent.address.strip())


def feedback_body(said: Said) -> bytes:
    """What is sealed of it."""
    return feedback_pb2.Feedback(text=said.text, page=said.page, address=said.address).SerializeToString()


def said_of(body: bytes) -> Said:
    """The same once it is opened."""
    found = feedback_pb2.Feedback.FromString(body)
    return Said(found.text, found.page, found.address)


def feedback_list(found: list[Feedback], following: str, waiting: int) -> feedback_pb2.FeedbackList:
    return feedback_pb2.FeedbackList(items=[_feedback(one) for one in found], next=following, waiting=waiting)


def _feedback(one: Feedback) -> feedback_pb2.Feedback:
    said = one.said or Said("")
    return feedback_pb2.Feedback(
        feedback_id=one.id,
        taken_at=_timestamp(one.taken_at),
        done_at=_timestamp(one.done_at) if one.done_at else None,
        text=said.text,
        page=said.page,
        address=said.address,
        unreadable=one.said is None,
    )


def _timestamp(at: datetime) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(at)
    return made
