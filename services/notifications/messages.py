"""Domain ↔ protobuf: replies, and what other services announce."""

from __future__ import annotations

from datetime import datetime

from google.protobuf.timestamp_pb2 import Timestamp

from protos.identity.v1.identity_pb2 import OrganisationChanged
from protos.notifications.v1 import notifications_pb2 as pb
from protos.recording.v1.recording_pb2 import EventFacts
from services.notifications.domain import Notice, Recorded

_OPERATED_BY = "RE6"


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
    )


def operators(told: OrganisationChanged) -> list[dict[str, str]]:
    """Who operates it, and from when until when."""
    return [{"code": p.code, "start": p.start, "end": p.end} for p in told.parents if p.kind == _OPERATED_BY]


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


def _timestamp(at: datetime) -> Timestamp:
    made = Timestamp()
    made.FromDatetime(at)
    return made
