"""A safety event as it is kept, and the receipt its sender gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from chassis.problems import Fault

_NOBODY = (
    "anonymous:"  # how the id of a recorder begins who is nobody: never known, or the tie to them was cut
)


def nobody(event_id: str) -> str:
    """Who recorded an event of which that is not known."""
    return _NOBODY + event_id


class Change(StrEnum):
    """What made a revision."""

    RECORDED = "recorded"
    REVISED = "revised"
    RETYPED = "retyped"
    GOVERNED = "governed"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"


@dataclass(frozen=True)
class SafetyEvent:
    """One revision of a safety event: coded facts in clear, narrative sealed (field → ciphertext).

    A text stays sealed under the revision in which it was written: `written_in` says which, for those of earlier ones.
    """

    event_id: str  # UUIDv7
    reference: str
    revision: int
    question_set: int
    organisation: str  # ODS code of the organisation that recorded it
    event_type: str
    occurred_on: str  # YYYY-MM-DD, YYYY-MM or empty
    reported_at: datetime  # of the first revision
    recorder_id: str  # account or LRMS client that recorded the first revision
    route: str  # api, online or nrls
    local_reference: str
    data_sharing_opt_out: bool
    facts: Mapping[str, Any]
    summary: Mapping[str, Any]  # worst harms, urgency, organisations where it happened
    sealed: Mapping[str, bytes] = field(repr=False)
    revised_at: datetime
    revised_by: str
    change: Change = Change.RECORDED
    reason: str = ""  # of a withdrawal
    content: bytes = b""  # hash of the answers
    written_in: Mapping[str, int] = field(default_factory=dict)
    reference_system: str = ""  # which of the client's numberings its local reference is of, where it said so

    @property
    def by_a_person(self) -> bool:
        """Whether whoever recorded it is a person, and not a local system or an import."""
        return self.route == "online"

    @property
    def is_anonymous(self) -> bool:
        return self.recorder_id.startswith(_NOBODY)

    def without_reporter(self) -> SafetyEvent:
        """The same without a word of who recorded it."""
        who = nobody(self.event_id)
        revised_by = who if self.revised_by == self.recorder_id else self.revised_by
        return replace(self, recorder_id=who, revised_by=revised_by)

    @property
    def withdrawn(self) -> bool:
        return self.change is Change.WITHDRAWN

    def place_of(self, name: str) -> str:
        """What the sealed text of a field is bound to."""
        return f"{self.event_id}/{self.written_in.get(name, self.revision)}/{name}"


@dataclass(frozen=True)
class Receipt:
    """The revision that was made, or the one made before by the same request.

    `differs` where that request had other answers: nothing of this one was recorded.
    """

    event_id: str
    reference: str
    revision: int
    reported_at: datetime
    revised_at: datetime
    repeated: bool = False
    warnings: tuple[Fault, ...] = ()
    differs: bool = False
