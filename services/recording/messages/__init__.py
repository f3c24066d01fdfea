"""Domain ↔ protobuf: replies and announcements, a file for each part of the contract."""

from services.recording.messages.events import (
    CONTACT,
    narrative,
    recorded,
    reporter_anonymised,
    restored,
    revised,
    withdrawn,
)
from services.recording.messages.glass import break_glass_used
from services.recording.messages.question_sets import question_set_published

__all__ = [
    "CONTACT",
    "break_glass_used",
    "narrative",
    "question_set_published",
    "recorded",
    "reporter_anonymised",
    "restored",
    "revised",
    "withdrawn",
]
