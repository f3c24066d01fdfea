"""How the system is: which parts answer, and the versions of the question set with how each differs from the one before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Blueprint, current_app, render_template

from gateway import question_sets
from gateway.clients import NEEDED, SERVICES, Clients
from gateway.guards import signed_in
from gateway.web import presenters
from gateway.web.support.start import must_support
from protos.recording.v1 import question_set_pb2 as pb

routes = Blueprint("support_system", __name__, url_prefix="/support")


@dataclass(frozen=True)
class Part:
    """A service: whether it answers, and whether we do without it."""

    name: str
    answers: bool
    needed: bool


@dataclass(frozen=True)
class Version:
    """A version of the question set, with what is new in it and what is gone since the one before: wording of questions."""

    number: int
    title: str
    digest: str
    accepted_until: str
    sections: int
    questions: int
    codes: int
    added: list[str]
    gone: list[str]


@routes.get("/status")
@signed_in
def status() -> str:
    """Every service, asked now."""
    must_support()
    clients: Clients = current_app.extensions["clients"]
    away = clients.away()
    parts = [Part(name, name not in away, name in NEEDED) for name in SERVICES]
    looked = presenters.instant(datetime.now(UTC))
    return render_template("support/status.html", parts=parts, away=away, looked=looked)


@routes.get("/question-sets")
@signed_in
def versions() -> str:
    """Newest first."""
    must_support()
    found = list(_versions(question_sets.current().all()))
    return render_template("support/question_sets.html", versions=found[::-1])


def _versions(known: tuple[pb.QuestionSetDefinition, ...]) -> Iterator[Version]:
    before: dict[str, str] = {}
    for one in known:
        questions = {
            f"{at.name}/{each.property}": each.wording for at in one.sections for each in at.questions
        }
        yield Version(
            one.question_set,
            one.title,
            one.digest,
            presenters.day(one.accepted_until) if one.accepted_until else "",
            len(one.sections),
            len(questions),
            sum(len(each.codes) for each in one.value_sets),
            [questions[name] or name for name in questions if before and name not in before],
            [before[name] or name for name in before if name not in questions],
        )
        before = questions
