"""What somebody who is signed in has recorded, from a draft or from one screen."""

from __future__ import annotations

from typing import Any

from chassis.problems import Problem
from gateway.api.recording import ask, submission
from gateway.web import presenters
from gateway.web.recording.form import Form, Given, Place, answers_of
from protos.recording.v1 import recording_pb2 as pb

WORKS_FOR: Place = ("practitioner-details", 0, "ReporterOrganisation")


def send(form: Form, given: Given, key: str, organisation: str = "", draft: str = "") -> pb.Submitted:
    """Record it, once for each key; raises what recording refuses. Who records works for their own organisation unless they say."""
    own = presenters.own_organisation()
    if own and not given.at(WORKS_FOR):
        given.put(WORKS_FOR, [own])
    said = {"organisation": organisation, "patients": given.patients, "draft": draft}
    asking = submission(said | {"question_set": form.version}, answers_of(given))
    asking.idempotency_key = key
    told: pb.Submitted = ask("Submit", asking)
    return told


def draft_of(form: Form, given: Given, place: str, draft_id: str = "") -> pb.SaveDraftRequest:
    """The answers as a draft that is at a page."""
    return pb.SaveDraftRequest(
        draft_id=draft_id,
        question_set=form.version,
        answers=answers_of(given),
        patients=given.patients,
        place=place,
    )


def by_question(problem: Problem) -> dict[tuple[str, str, str], str]:
    """What recording says is wrong, by section, entry and property."""
    found: dict[Any, str] = {}
    for one in problem.faults:
        found.setdefault(tuple(one.path.split("/")[:3]), one.detail)
    return found
