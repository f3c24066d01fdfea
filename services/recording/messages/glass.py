"""Glass on the wire, and what is announced when it is broken."""

from __future__ import annotations

from protos.recording.v1 import glass_pb2, recording_pb2
from services.recording.domain.glass import Glass
from services.recording.domain.safety_events import SafetyEvent


def glass(one: Glass) -> glass_pb2.Glass:
    made = glass_pb2.Glass(
        glass_id=one.glass_id,
        event_id=one.event_id,
        reference=one.reference,
        actor_id=one.actor,
        organisation=one.organisation,
        purpose=one.purpose,
        case_number=one.case_number,
        reason=one.reason,
        reads=one.reads,
    )
    made.broken_at.FromDatetime(one.broken_at)
    made.expires_at.FromDatetime(one.expires_at)
    if one.ended_at:
        made.ended_at.FromDatetime(one.ended_at)
    return made


def break_glass_used(event: SafetyEvent, broken: Glass) -> recording_pb2.BreakGlassUsed:
    """What it was broken for; never the reason, which is free text."""
    told = recording_pb2.BreakGlassUsed(
        event_id=event.event_id,
        reference=event.reference,
        revision=event.revision,
        organisation=event.organisation,
        actor_id=broken.actor,
        purpose=broken.purpose,
        glass_id=broken.glass_id,
    )
    told.at.FromDatetime(broken.broken_at)
    told.expires_at.FromDatetime(broken.expires_at)
    return told
