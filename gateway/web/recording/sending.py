"""What somebody who is signed in has recorded, from a draft or from one screen."""

from __future__ import annotations

from typing import Any

from flask import g

from chassis.problems import Problem
from gateway.api.recording import ask, submission
from gateway.web import presenters
from gateway.web.recording.form import Form, Given, Place, answers_of
from protos.recording.v1 import recording_pb2 as pb

WORKS_FOR: Place = ("practitioner-details", 0, "ReporterOrganisation")


def send(form: Form, given: Given, key: str, organisation: str = "", draft: str = "") -> pb.Submitted:
    """Record it, once for each key; raises what recording refuses. Who records works for their own organisation unless they say."""
    if not given.at(WORKS_FOR) and own_organisation():
        given.put(WORKS_FOR, [own_organisation()])
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


def own_organisation() -> str:
    """Code of the organisation somebody is signed in for; empty where they are for none."""
    known = presenters.person(g.get("actor"))
    return known.organisation if known else ""


def by_question(problem: Problem) -> dict[tuple[str, str, str], str]:
    """What recording says is wrong, by section, entry and property."""
    found: dict[Any, str] = {}
    for one in problem.faults:
        found.setdefault(tuple(one.path.split("/")[:3]), one.detail)
    return found
