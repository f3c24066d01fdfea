"""Clock door: what is slow → use case."""

from __future__ import annotations

from sqlalchemy import Connection

from chassis.sealing import Opener
from chassis.working import Job, JobHandler
from services.enrichment import messages, use_cases
from services.enrichment.settings import Work
from services.enrichment.store import load_lexicon


def handlers(settings: Work) -> dict[str, JobHandler]:
    opener, lexicon = Opener(settings.enrichment_open_keys), load_lexicon()

    def redact(tx: Connection, job: Job) -> None:
        told = messages.recorded(job.payload)
        sealed = use_cases.Sealed(told.facts.event_id, told.facts.revision, told.narrative_sealed)
        use_cases.redact_narrative(tx, opener, lexicon, sealed)

    return {use_cases.REDACT: redact}
