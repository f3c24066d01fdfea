"""What access shows, and to whom. A scope is data: the store turns it into a filter, so nothing is fetched to be hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from chassis.actors import Actor, Reach

READ = "access:read"
COPY = "access:copy"
COPY_OWN = "access:copy-own"
OPERATED_BY = ("RE6",)  # a site and the organisation that operates it
BELOW = ("RE2", "RE4", "RE5", "RE6")  # every relationship by which oversight reaches a provider
MOST = 100


@dataclass(frozen=True)
class Scope:
    """What an actor may see: what they recorded, what organisations hold, what is overseen, or everything."""

    actor_id: str
    organisations: tuple[str, ...]  # with the sites they operate
    areas: tuple[str, ...]  # with everything below them; read-only, never what opted out of sharing
    national: bool
    today: date


def scope(actor: Actor, today: date) -> Scope:
    """The scope that the actor's grants with access:read give."""
    grants = actor.grants_with(READ)
    return Scope(
        actor_id=actor.id,
        organisations=tuple(g.organisation for g in grants if g.reach is Reach.ORGANISATION),
        areas=tuple(g.organisation for g in grants if g.reach is Reach.AREA),
        national=any(g.reach is Reach.NATIONAL for g in grants),
        today=today,
    )


@dataclass(frozen=True)
class Place:
    """An organisation by its ODS code and, where we know it, its name."""

    code: str
    name: str


@dataclass(frozen=True)
class Event:
    """One event as seen. `answers`: coded, in the order given; `texts`: field → redacted text, None while checked."""

    event_id: str
    reference: str
    revision: int
    question_set: int
    event_type: str
    reported_at: datetime
    occurred_on: str
    organisation: Place
    occurred_organisations: tuple[Place, ...]
    worst_physical_harm: str
    worst_psychological_harm: str
    urgent: bool
    read_only: bool
    answers: Sequence[Mapping[str, Any]] = ()
    texts: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    names: Mapping[str, str] = field(default_factory=dict)  # of the organisations among the answers, by code


@dataclass(frozen=True)
class Labels:
    """The wording and the option labels of one version of the question set."""

    wordings: Mapping[tuple[str, str], str]
    options: Mapping[tuple[str, str], Mapping[str, str]]
    organisations: frozenset[tuple[str, str]]  # questions that take an organisation

    def wording(self, section: str, property: str) -> str:
        return self.wordings.get((section, property), property)

    def label(self, section: str, property: str, code: str) -> str:
        return self.options.get((section, property), {}).get(code, code)


def labels(questions: Sequence[Mapping[str, Any]]) -> Labels:
    """Labels from the questions that recording published."""
    keyed = {(q["section"], q["property"]): q for q in questions}
    return Labels(
        {key: q["wording"] for key, q in keyed.items()},
        {key: dict(q["options"]) for key, q in keyed.items()},
        frozenset(key for key, q in keyed.items() if q["organisation"]),
    )


# ---- where text is kept: tests/house/test_places_of_text.py holds this against the database ------------------------------------

PLACES: Mapping[str, str] = {"texts": "texts that are shown"}
NOWHERE = ("search index", "columns for analysis (DuckDB)", "exports")  # no text of this version
WITHOUT_TEXT: Mapping[str, str] = {
    "events": "codes, dates and numbers",
    "organisations": "told by identity",
    "organisation_parents": "codes",
    "organisation_predecessors": "codes",
    "question_sets": "published",
    "audit": "ids and codes",
    "audit_chain": "hashes",
    "audit_walks": "hashes",
    "outbox": "audit and answers to erasures",
    "jobs": "ids of verifications",
    "schedules": "names",
    "alembic_version": "a number",
}
