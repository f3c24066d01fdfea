"""Clock door: what is slow → use case."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from chassis import working
from chassis.sealing import Opener
from chassis.working import Job, JobHandler
from services.enrichment import messages, use_cases
from services.enrichment.settings import Work
from services.enrichment.store import load_lexicon


def under(settings: Work) -> Mapping[str, Callable[[Connection], Mapping[str, int]]]:
    """Setting → how many jobs are sealed to each of its keys."""
    opener = Opener(settings.enrichment_open_keys)
    return {"ENRICHMENT_OPEN_KEYS": lambda tx: {one: working.sealed_to(tx, one) for one in opener.key_ids}}


def handlers(settings: Work) -> dict[str, JobHandler]:
    opener, lexicon = Opener(settings.enrichment_open_keys), load_lexicon()

    def redact(tx: Connection, job: Job) -> None:
        told = messages.recorded(job.payload)
        sealed = use_cases.Sealed(told.facts.event_id, told.facts.revision, told.narrative_sealed)
        use_cases.redact_narrative(tx, opener, lexicon, sealed)

    return {use_cases.REDACT: redact}
