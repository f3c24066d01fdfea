"""Domain ↔ protobuf: what is heard, what waits sealed in a job, what is announced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from protos.audit.v1.erasing_pb2 import PlaceErased, TextErased
from protos.enrichment.v1 import enrichment_pb2 as pb
from protos.recording.v1.recording_pb2 import EventFacts, Narrative, SafetyEventRecorded
from services.enrichment.domain.personal_data import Span
from services.enrichment.domain.places import NOWHERE, PLACES
from services.enrichment.domain.redaction import Redacted


def payload(record_id: str, revision: int, narrative: bytes) -> bytes:
    """What a job keeps: the narrative still sealed, and which revision of which record it belongs to.

    Written as SafetyEventRecorded whatever it came from: jobs of the release before must be read, and ours by it.
    """
    facts = EventFacts(event_id=record_id, revision=revision)
    return SafetyEventRecorded(facts=facts, narrative_sealed=narrative).SerializeToString()


def recorded(body: bytes) -> SafetyEventRecorded:
    return SafetyEventRecorded.FromString(body)


def texts(opened: bytes) -> dict[str, str]:
    """Field → text as it was written."""
    return dict(Narrative.FromString(opened).texts)


def redacted(record_id: str, revision: int, checked: Mapping[str, Redacted]) -> pb.SafetyEventRedacted:
    shown = [
        pb.RedactedText(field=name, text=one.text, found=Counter(span.kind for span in one.found))
        for name, one in checked.items()
    ]
    return pb.SafetyEventRedacted(event_id=record_id, revision=revision, texts=shown)


def looked(found: Sequence[Sequence[Span]]) -> pb.LookedPersonal:
    """What was found in each of several texts."""
    return pb.LookedPersonal(
        spans=[
            pb.PersonalSpan(text=number, start=span.start, end=span.end, kind=span.kind)
            for number, spans in enumerate(found)
            for span in spans
        ]
    )


def text_erased(erasure_id: str, found: Mapping[str, int]) -> TextErased:
    """What was done with the text of a record: table → rows of it."""
    told = TextErased(erasure_id=erasure_id, service="enrichment")
    told.at.GetCurrentTime()
    for table, count in found.items():
        told.places.add(place=PLACES[table], found=count, done="erased")
    told.places.extend(PlaceErased(place=one, done="none") for one in NOWHERE)
    return told
