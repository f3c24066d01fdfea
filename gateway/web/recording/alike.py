"""Whether what somebody is about to send may have been recorded here already: shown before it is sent, and nothing is stopped by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app

from chassis.problems import Problem
from gateway.guards import actor
from gateway.web import presenters
from gateway.web.recording.form import Form, Given, answers_of
from gateway.web.recording.posting import DATE
from protos.recording.v1 import recording_pb2 as pb

DEADLINE = 0.5  # seconds: a hint is not worth more of anybody's time


@dataclass(frozen=True)
class Alike:
    """Events that may be the same: those somebody may see, each with its days in words, and how many there are besides."""

    events: tuple[tuple[str, str, str], ...]  # reference, happened, recorded
    others: int


def to(form: Form, given: Given) -> Alike | None:
    """What is like these answers; None where nothing is, or it cannot be known now."""
    asking = pb.FindAlikeRequest(
        organisation=presenters.own_organisation(),
        event_type=form.slug(given),
        occurred_on=str(next(iter(given.at(DATE)), "")),
        answers=[one for one in answers_of(given) if not form.question(_place(one)).narrative],
    )
    try:
        found = current_app.extensions["clients"]["recording"].ask("FindAlike", asking, actor(), DEADLINE)
    except (Problem, RuntimeError):  # away, of the release before, or not somebody who records there
        return None
    events = tuple(
        (one.reference, presenters.day(one.occurred_on), presenters.moment(one.reported_at))
        for one in found.events
    )
    return Alike(events, found.others) if events or found.others else None


def _place(one: Any) -> tuple[str, int, str]:
    return one.section, one.entry, one.property
