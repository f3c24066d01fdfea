"""What enrichment can do; one function, one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Connection

from chassis import outbox, telemetry, working
from chassis.sealing import Opener
from services.enrichment import messages
from services.enrichment.domain.names import Lexicon
from services.enrichment.domain.redaction import redact_document

REDACT = "redact"


@dataclass(frozen=True)
class Sealed:
    """A revision's narrative as it arrived: only `work` holds the key."""

    event_id: str
    revision: int
    narrative: bytes = field(repr=False)


def take_in(tx: Connection, sealed: Sealed) -> None:
    """Recording told us of a revision with free text: have it checked, soon."""
    key = f"{sealed.event_id}:{sealed.revision}"
    working.put(
        tx, REDACT, key, sealed.event_id, messages.payload(sealed.event_id, sealed.revision, sealed.narrative)
    )


def redact_narrative(tx: Connection, opener: Opener, lexicon: Lexicon, sealed: Sealed) -> None:
    """Take personal data out of a revision's narrative and announce what may be shown.

    Raises when the seal does not open or a rule fails; nothing is announced then.
    """
    body = opener.open(sealed.narrative, f"narrative:{sealed.event_id}:{sealed.revision}")
    with telemetry.span("redact") as current:
        redacted = redact_document(messages.texts(body), lexicon)
        current.set_attribute("found", sum(len(one.found) for one in redacted.values()))
    told = messages.redacted(sealed.event_id, sealed.revision, redacted)
    outbox.put(tx, outbox.announcement(told, sealed.event_id, "system:enrichment"))
