"""Recording's use cases on a real database, with keys to look behind the seals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, text

from chassis.actors import Actor
from chassis.sealing import Sealer, Vault
from protos.recording.v1 import recording_pb2 as pb
from services.recording.domain.answers import Answer
from services.recording.domain.safety_events import Receipt
from services.recording.store.organisations import Directory
from services.recording.use_cases import Submission, Tools, keep_redacted_text, submit
from tests.builders.actors import an_lrms
from tests.builders.keys import Pair, a_pair, a_vault_key
from tests.builders.safety_events import an_incident

WORDS = "Fell from the trolley near bay three"
LRMS = an_lrms("RZ1")


class System:
    """Recording's use cases on one database, with keys to look behind the seals."""

    def __init__(self, db: Engine) -> None:
        self.db = db
        self.enrichment: Pair = a_pair("X25519")
        self.notifications: Pair = a_pair("X25519")
        self.vault = Vault(a_vault_key())
        self.tools = Tools(
            Directory(db, seconds=0),
            self.vault,
            Sealer(self.enrichment.public),
            Sealer(self.notifications.public),
        )

    def submit(
        self,
        answers: Sequence[Answer] | None = None,
        now: datetime | None = None,
        actor: Actor = LRMS,
        route: str = "api",
        **more: Any,
    ) -> Receipt:
        chosen = answers if answers is not None else incident()
        return submit(self.db, self.tools, actor, Submission(6, chosen, route, **more), now)

    def rows(self, statement: str) -> list[Any]:
        with self.db.begin() as tx:
            return list(tx.execute(text(statement)))

    def announced(self) -> pb.SafetyEventRecorded:
        return pb.SafetyEventRecorded.FromString(self.rows("select body from outbox")[0].body)

    def told(self) -> list[Any]:
        """Everything announced so far, in order, as messages."""
        rows = self.rows("select topic, body from outbox where topic like 'lfpse.recording.%' order by seq")
        return [getattr(pb, row.topic.rpartition(".")[2]).FromString(row.body) for row in rows]

    def redact(self, receipt: Receipt, **texts: str) -> None:
        """What enrichment does: say what may be shown. Names are properties of the core, mostly Description."""
        fields = {f"adverse-event-core/0/{name}": text for name, text in texts.items()}
        with self.db.begin() as tx:
            keep_redacted_text(tx, receipt.event_id, receipt.revision, fields)


def incident(**overrides: Any) -> list[Answer]:
    return an_incident(
        {
            "practitioner-details/ReporterOrganisation": "RZ1",
            "location-details/Organisation": "RZ1",
            "adverse-event-core/Description": WORDS,
        }
        | overrides
    )
