"""The text of a record was erased: what waits to be checked goes, what was told goes, and what comes late is not taken in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, text

from protos.audit.v1.erasing_pb2 import TextErased
from protos.recording.v1.recording_pb2 import AddendumMade, EventFacts, SafetyEventErased
from tests.services.enrichment.test_redacting import FIELD, db, hear, hear_of, seal, work

__all__ = ["db"]
REMARK = "00000000-0000-7000-8000-00000000000a"


def erased(event_id: str) -> SafetyEventErased:
    return SafetyEventErased(
        facts=EventFacts(event_id=event_id), erasure_id="an-erasure", remark_ids=[REMARK], shown="gone"
    )


def rows(db: Engine, statement: str) -> list[Any]:
    with db.begin() as tx:
        return list(tx.execute(text(statement)))


def answer(db: Engine) -> dict[str, tuple[int, str]]:
    body = rows(db, "select body from outbox where topic like '%TextErased' order by seq")[0].body
    return {one.place: (one.found, one.done) for one in TextErased.FromString(bytes(body)).places}


def test_what_was_told_of_it_goes(db: Engine) -> None:
    event, other = hear_of(db, {FIELD: "Fell near bay three"}), hear_of(db, {FIELD: "Another"})
    work(db)
    hear(db, erased(event))
    left = rows(db, "select headers->>'about' as about from outbox where topic like '%Redacted'")
    assert [row.about for row in left] == [other]
    assert not [1 for row in rows(db, "select body from outbox") if b"bay three" in bytes(row.body)]
    assert answer(db)["texts that were checked, as they were told"] == (1, "erased")
    assert answer(db)["vectors"] == (0, "none")


def test_what_waits_goes(db: Engine) -> None:
    event = hear_of(db, {FIELD: "Fell near bay three"})
    hear(db, AddendumMade(remark_id=REMARK, narrative_sealed=seal({FIELD: "x"}, f"narrative:{REMARK}:1")))
    hear(db, erased(event))
    assert not rows(db, "select 1 from jobs")
    assert answer(db)["texts waiting to be checked, sealed"] == (2, "erased")


def test_what_comes_late_is_not_taken_in(db: Engine) -> None:
    event = hear_of(db, {FIELD: "Fell near bay three"})
    hear(db, erased(event))
    hear(db, erased(event))
    hear_of(db, {FIELD: "Fell near bay three"}, event_id=event)
    hear(db, AddendumMade(remark_id=REMARK, narrative_sealed=seal({FIELD: "x"}, f"narrative:{REMARK}:1")))
    assert not rows(db, "select 1 from jobs")
    other = hear_of(db, {FIELD: "Another"})
    assert [row.about for row in rows(db, "select about from jobs")] == [other]
