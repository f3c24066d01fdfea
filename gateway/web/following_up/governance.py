"""The governance block of an event: what safety staff decide, asked as the question set asks them."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import Problem, not_found
from gateway.api.recording import ask
from gateway.guards import signed_in
from gateway.web import answering
from gateway.web.answering import again, done
from gateway.web.following_up import merging, words
from gateway.web.following_up.event import follow_up, version
from gateway.web.recording import posting, showing, versions
from gateway.web.recording.flow import Step
from gateway.web.recording.form import STAFF, Form, Given, answers_of, given_of
from gateway.web.recording.reading import name_of
from protos.recording.v1 import recording_pb2 as pb

routes = Blueprint("governance", __name__, url_prefix="/events/<reference>/governance")
BLOCK = "adverse-event-governance"


@routes.get("")
@signed_in
def governance(reference: str) -> str:
    """The block as it stands."""
    event, form, given = _open(reference)
    return _page(event, form, showing.Typed(given))


@routes.post("")
@signed_in
def govern(reference: str) -> AnyResponse:
    """The whole block once more: another revision where it says something else."""
    event, form, shown = _open(reference, merging.shown())
    if form is None:
        return again(_page(event, form, showing.Typed(shown)))
    step, given = _step(form), Given(dict(shown.values), shown.patients)
    refused = posting.keep(step, form, given, request.form)
    given = form.without_what_does_not_apply(given)
    faults = dict(refused.faults) or posting.missing(step, form, given)
    typed = showing.Typed(given, request.form, faults, refused.found)
    if faults:
        return again(_page(event, form, typed))
    try:
        block = [one for one in answers_of(given) if one.section == BLOCK]
        asking = pb.GovernRequest(event=reference, expected_revision=version(), answers=block)
        ask("Govern", asking)
    except Problem as problem:
        if problem.code == "version-conflict":
            known = event.facts.revision == merging.shown()
            return _changed_meanwhile(reference, shown if known else Given(), given, problem)
        return _refused(event, form, typed, problem)
    return done("Governance is saved.", f"/events/{event.facts.reference}")


# ---- how -----------------------------------------------------------------------------------------------------


def _open(reference: str, revision: int = 0) -> tuple[pb.SafetyEvent, Form | None, Given]:
    """A revision of the event (0 = the newest), its version for safety staff where that has such a block, and what was answered in all
    of it."""
    event: pb.SafetyEvent = ask("GetEvent", pb.GetEventRequest(event_id=reference, revision=revision))
    told = follow_up(reference)
    if told is None or not told.standing.may_govern:
        raise not_found("event-not-found", "There is no such event, or you may not fill in its governance.")
    form = versions.of_version(event.facts.question_set, by=STAFF)
    has = form is not None and BLOCK in form.sections
    return event, form if has else None, given_of(event.facts.answers, event.facts.patients_known)


def _step(form: Form) -> Step:
    questions = form.sections[BLOCK].questions
    return Step("governance", "Governance", tuple((BLOCK, 0, one.property) for one in questions))


def _changed_meanwhile(reference: str, base: Given, mine: Given, problem: Problem) -> AnyResponse:
    """The block as it stands now, with what its sender changed in it."""
    event, form, theirs = _open(reference)
    if form is None:
        return again(_page(event, form, showing.Typed(theirs)), problem)
    step = _step(form)
    found = merging.Sides(base, theirs, mine).merged(form, step.places)
    faults = found.faults(name_of(step.places[0]), words.CHANGED)
    return again(_page(event, form, showing.Typed(found.given, faults=faults)), problem)


def _refused(event: pb.SafetyEvent, form: Form, typed: showing.Typed, problem: Problem) -> AnyResponse:
    if problem.kind not in answering.MENDABLE:
        raise problem
    first = name_of(_step(form).places[0])
    faults = {one.path.replace("/", "."): one.detail for one in problem.faults} or {first: problem.detail}
    return again(_page(event, form, showing.Typed(typed.given, typed.sent, faults)), problem)


def _page(event: pb.SafetyEvent, form: Form | None, typed: showing.Typed) -> str:
    fields = showing.fields_of(_step(form), form, typed) if form else []
    fields = [replace(one, optional=False) for one in fields]  # all of them are, and the page says so
    return render_template(
        "following_up/governance.html",
        reference=event.facts.reference,
        revision=event.facts.revision,
        fields=fields,
        faults=typed.faults,
        asked=form is not None,
    )
