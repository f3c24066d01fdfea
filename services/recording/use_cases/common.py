"""What every use case of recording needs: permissions, tools, the question sets, and how a record is not found."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from chassis.actors import Actor, Reach
from chassis.problems import Fault, Problem, invalid, not_found
from chassis.sealing import Sealer, Vault
from services.recording.domain import concept_maps
from services.recording.domain.concept_maps import Step
from services.recording.domain.erasing import account_erased
from services.recording.domain.question_set import QuestionSet, load
from services.recording.store import forgetting
from services.recording.store.organisations import Directory

SUBMIT = "recording:submit"
READ = "recording:read"
REVISE = "recording:revise"
GOVERN = "recording:govern"
RESTORE = "recording:restore"
ORIGINAL = "recording:original"
ANONYMISE = "recording:anonymise"
LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Tools:
    """What recording needs beside the database."""

    directory: Directory
    vault: Vault
    to_enrichment: Sealer
    to_notifications: Sealer


@functools.cache
def every_question_set() -> dict[int, QuestionSet]:
    """Every version of the question set, by its number; read once."""
    folder = Path(__file__).parents[1] / "question_sets"
    loaded = (load(path.read_text("utf-8")) for path in folder.glob("v*.toml"))
    return {one.version: one for one in sorted(loaded, key=lambda each: each.version)}


def question_set(version: int) -> QuestionSet:
    """One version; INVALID where it is none we take."""
    found = every_question_set().get(version)
    if found is None:
        known = ", ".join(str(one) for one in every_question_set())
        detail = f"This version of the question set is not accepted. Use one of: {known}."
        fault = Fault("AdverseEvent.meta.profile[0]", "unknown-profile", detail)
        raise invalid("unknown-profile", detail, fault)
    return found


@functools.cache
def every_concept_map() -> dict[tuple[int, int], Step]:
    """Every map from a version to the next, by the numbers of both; read once."""
    folder = Path(__file__).parents[1] / "question_sets"
    loaded = (concept_maps.load(path.read_text("utf-8")) for path in sorted(folder.glob("map-*.toml")))
    known = every_question_set()
    return {(one.old, one.new): Step(one, known[one.old], known[one.new]) for one in loaded}


def concept_map(old: int, new: int) -> Step:
    """The map from one version to another; NOT_FOUND where there is none."""
    found = every_concept_map().get((old, new))
    if found is None:
        raise not_found("no-such-address", "There is no map between these versions of the question set.")
    return found


def accepted_question_set(version: int, at: datetime) -> QuestionSet:
    """One version for something new; INVALID where it is none we take, or not any more."""
    found = question_set(version)
    if not found.is_accepted(at.astimezone(LONDON).date()):
        detail = f"Version {version} of the question set is no longer taken for new events. Use a newer one."
        fault = Fault("AdverseEvent.meta.profile[0]", "version-withdrawn", detail)
        raise invalid("version-withdrawn", detail, fault)
    return found


def today() -> date:
    return datetime.now(LONDON).date()


def may_for(directory: Directory, actor: Actor, permission: str, organisation: str, day: date) -> bool:
    """Whether a grant that holds `permission` reaches this organisation on that day."""
    return any(
        (one.reach is Reach.NATIONAL and directory.exists(organisation))
        or directory.belongs(organisation, one.organisation, day)
        for one in actor.grants_with(permission)
    )


def may_fill_in_for_staff(directory: Directory, actor: Actor, organisation: str, day: date) -> bool:
    """Whether the actor says what safety staff of this organisation say: a local system does, of people those who may."""
    return actor.kind != "person" or may_for(directory, actor, GOVERN, organisation, day)


def must_not_be_erased(tx: Connection, actor: Actor) -> None:
    """FORBIDDEN for a person whose account was erased after their actor was signed; until `tx` ends it cannot be.

    Only people have accounts: what local systems send is asked nothing here.
    """
    if actor.kind == "person":
        forgetting.hold_account(tx, actor.id)
        if forgetting.is_erased(tx, actor.id):
            raise account_erased()


def no_such_event(path: str = "") -> Problem:
    """`path`: the field that named it, where it is another than the one that was asked for."""
    return _gone(path, "event-not-found", "There is no such event, or you may not see it.")


def withdrawn(path: str = "") -> Problem:
    """The same of one that was there."""
    return _gone(path, "deleted", "This event was withdrawn. Its history can still be read.")


def _gone(path: str, code: str, detail: str) -> Problem:
    return not_found(code, detail, *([Fault(path, code, detail)] if path else []))
