"""What enrichment can do; one function, one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from chassis import outbox, telemetry, working
from chassis.problems import invalid
from chassis.sealing import Opener
from services.enrichment import messages, store
from services.enrichment.domain.names import Lexicon
from services.enrichment.domain.personal_data import Span
from services.enrichment.domain.redaction import redact_document

REDACT = "redact"
MOST = 100_000  # characters that are looked at while somebody waits


@dataclass(frozen=True)
class Sealed:
    """The texts of one revision of an event, remark or safety response as they arrived: only `work` holds the key."""

    record_id: str
    revision: int
    narrative: bytes = field(repr=False)


def take_in(tx: Connection, sealed: Sealed) -> None:
    """Recording told us of free text: have it checked, soon; unless it was erased before this came."""
    store.lock_text(tx, sealed.record_id)
    if store.is_erased(tx, sealed.record_id):
        return
    key = f"{sealed.record_id}:{sealed.revision}"
    payload = messages.payload(sealed.record_id, sealed.revision, sealed.narrative)
    working.put(tx, REDACT, key, sealed.record_id, payload)


def forget_text(tx: Connection, records: Sequence[str]) -> dict[str, int]:
    """Recording erased the text of these (an event, its remarks): drop what waits and what was told. Table → rows."""
    return store.forget_text(tx, records)


def looks_personal(texts: Sequence[str], lexicon: Lexicon) -> list[tuple[Span, ...]]:
    """What the rules would take out of each of these texts of one document, in order. Nothing is kept, noted or counted.

    Raises INVALID for more than anybody writes.
    """
    if sum(map(len, texts)) > MOST:
        raise invalid("text-too-long", f"{MOST:,} characters at most can be looked at.")
    found = redact_document({str(number): text for number, text in enumerate(texts)}, lexicon)
    return [found[str(number)].found for number in range(len(texts))]


def redact_narrative(tx: Connection, opener: Opener, lexicon: Lexicon, sealed: Sealed) -> None:
    """Take personal data out of texts and announce what may be shown.

    Raises when the seal does not open or a rule fails; nothing is announced then.
    """
    body = opener.open(sealed.narrative, f"narrative:{sealed.record_id}:{sealed.revision}")
    with telemetry.span("redact") as current:
        redacted = redact_document(messages.texts(body), lexicon)
        current.set_attribute("found", sum(len(one.found) for one in redacted.values()))
    told = messages.redacted(sealed.record_id, sealed.revision, redacted)
    outbox.put(tx, outbox.announcement(told, sealed.record_id, "system:enrichment"))
