"""Changing a recorded event: its answers a page at a time, its type, or taking it back. Each is a revision, and history keeps all.

A page is saved at once: the answers as they are now with those of the page. A text that was left as it is shown keeps what was
written; one that is being checked stays as it is, unless somebody writes another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import Fault, Kind, Problem, invalid, not_found
from gateway.api.recording import ask, submission
from gateway.guards import signed_in
from gateway.web import answering, presenters
from gateway.web.answering import Faults, again, done, said, sent
from gateway.web.following_up import merging, words
from gateway.web.following_up.answered import given_in, left_as_shown, left_unread
from gateway.web.following_up.event import version
from gateway.web.recording import posting, showing, versions
from gateway.web.recording.flow import STAFF, Step
from gateway.web.recording.form import REPORTER, TYPE, Form, Given, Place, answers_of
from gateway.web.recording.reading import name_of
from protos.recording.v1 import recording_pb2 as pb

routes = Blueprint("amending", __name__, url_prefix="/events")
RETYPED = ("outcome", "risk")  # what may become an incident


@dataclass(frozen=True)
class Record:
    """An event as it stands now, for somebody who may change it."""

    event: pb.SafetyEvent

    @property
    def reference(self) -> str:
        return self.event.facts.reference

    @property
    def revision(self) -> int:
        return self.event.facts.revision

    @property
    def home(self) -> str:
        """Where its reader came from: to its reporter it is one of theirs."""
        own = self.event.facts.recorder_id == presenters.own_id()
        return f"/my-records/{self.reference}" if own else f"/events/{self.reference}"

    @property
    def may_retype(self) -> bool:
        return self.event.facts.event_type in RETYPED


@dataclass(frozen=True)
class Standing(Record):
    """The same as the form has it. `unchecked`: texts that nobody may read yet."""

    form: Form
    given: Given
    unchecked: tuple[Place, ...]


@routes.get("/<reference>/amend")
@signed_in
def amend(reference: str) -> str:
    """Everything that was answered, each with a way to change it, and what may still be told."""
    record = _record(reference)
    standing = _as_form(record)
    parts = list(_parts(standing)) if standing else []
    return render_template("following_up/amend.html", standing=record, parts=parts, gone=standing is None)


@routes.get("/<reference>/amend/<name>")
@signed_in
def amend_page(reference: str, name: str) -> str:
    """One page of the form, as it was answered."""
    standing = _standing(reference)
    return _page(standing, _step(standing, name, ()), showing.Typed(standing.given), {})


@routes.post("/<reference>/amend/<name>")
@signed_in
def save_page(reference: str, name: str) -> AnyResponse:
    """A revision with what the page says; the same again where something is wrong, or somebody else came between."""
    standing = _standing(reference, merging.shown())
    step = _step(standing, name, request.form.getlist("also"))
    changed = Given(dict(standing.given.values), standing.given.patients)
    refused = posting.keep(step, standing.form, changed, request.form, presenters.own_organisation())
    left_as_shown(standing.given, changed)
    merging.leave_unseen(standing.given, changed)
    changed = standing.form.without_what_does_not_apply(changed)
    faults = dict(refused.faults) or _missing(step, standing, changed)
    typed = showing.Typed(changed, request.form, faults, refused.found)
    if faults:
        return again(_page(standing, step, typed, faults))
    try:
        told = ask("Revise", _revision(standing, changed))
    except Problem as problem:
        if problem.code == "version-conflict":
            return _changed_meanwhile(standing, step, changed, problem)
        return _refused(standing, step, typed, problem)
    here, following = f"/events/{told.reference}/amend", STAFF.new(standing.form, standing.given, changed)
    if following:
        return done("Your change is saved. Because of it, this is asked too.", f"{here}/{following[0].name}")
    unchanged = told.repeated_request and told.revision == version()
    return done("Nothing was changed." if unchanged else "Your change is saved.", here)


@routes.get("/<reference>/retype")
@signed_in
def retype_page(reference: str) -> str:
    """What becomes of the answers when an outcome or a risk is made an incident."""
    return _retype_page(_record(reference))


@routes.post("/<reference>/retype")
@signed_in
def retype(reference: str) -> AnyResponse:
    """An incident, with the answers that still apply; then what an incident is asked besides."""

    def retyped() -> AnyResponse:
        asking = pb.RetypeRequest(event=reference, expected_revision=version(), event_type="incident")
        told = ask("Retype", asking)
        said = "It is a patient safety incident now. Look at the answers: an incident is asked more."
        return done(said, f"/events/{told.reference}/amend")

    return _or_again(retyped, lambda faults: _retype_page(_record(reference), faults), "retype")


@routes.get("/<reference>/withdraw")
@signed_in
def withdraw_page(reference: str) -> str:
    """What it means to take an event back, and for which reason."""
    return _withdraw_page(_record(reference))


@routes.post("/<reference>/withdraw")
@signed_in
def withdraw(reference: str) -> AnyResponse:
    """It leaves every list and count; pressed twice it is withdrawn once."""
    reason = sent("reason")["reason"]

    def withdrawn() -> AnyResponse:
        if reason not in words.REASONS:
            detail = "Choose why you withdraw it."
            raise invalid("required-missing", detail, Fault("reason", "required-missing", detail))
        told = ask(
            "Withdraw", pb.WithdrawRequest(event=reference, expected_revision=version(), reason=reason)
        )
        home = "/my-records" if presenters.may("recording:submit") else "/events"
        return done(f"{told.reference} is withdrawn.", home)

    return _or_again(withdrawn, lambda faults: _withdraw_page(_record(reference), faults), "reason")


# ---- how -----------------------------------------------------------------------------------------------------


def _record(reference: str, revision: int = 0) -> Record:
    """A revision of it, 0 the newest; NOT_FOUND for an event that the person may not see, or not change."""
    event: pb.SafetyEvent = ask("GetEvent", pb.GetEventRequest(event_id=reference, revision=revision))
    if not presenters.may("recording:revise"):
        raise not_found("event-not-found", "There is no such event, or you may not change it.")
    return Record(event)


def _as_form(record: Record) -> Standing | None:
    """The event as the form has it that it follows; None where that is no longer there."""
    form = versions.of_version(record.event.facts.question_set)
    return Standing(record.event, form, *given_in(record.event, form)) if form else None


def _standing(reference: str, revision: int = 0) -> Standing:
    found = _as_form(_record(reference, revision))
    if found is None:
        raise not_found("page-not-found", "This event follows a form that is no longer there.")
    return found


def _parts(standing: Standing) -> Iterable[dict[str, Any]]:
    """Each page of the form with its answers; one that may be told besides also where it is empty."""
    form, given = standing.form, standing.given
    for step in (*STAFF.steps(form, given), *STAFF.tasks_of(form, given)):
        if TYPE in step.places:
            continue
        checking = [form.question(one).wording for one in step.places if one in standing.unchecked]
        rows = showing.rows_of(step, form, given)
        yield {
            "name": step.name,
            "title": step.heading(form),
            "rows": rows,
            "checking": checking,
            "task": step.is_task,
        }


def _step(standing: Standing, name: str, also: Iterable[str]) -> Step:
    """A page with questions besides, which came up because of what it says."""
    found = STAFF.step(name, standing.form, standing.given)
    if found is None or TYPE in found.places:
        raise not_found("page-not-found", "This page does not come with these answers.")
    more = (_place(one) for one in also)
    return _with(found, [one for one in more if one and standing.form.has(one)])


def _with(step: Step, places: Iterable[Place]) -> Step:
    """The page with these questions as well, its heading that of a page with several."""
    more = [one for one in dict.fromkeys(places) if one not in step.places]
    return replace(step, places=(*step.places, *more)) if more else step


def _place(name: str) -> Place | None:
    """A place by the name of its field."""
    section, entry, property = (*name.split("."), "", "")[:3]
    return (section, int(entry), property) if entry.isdecimal() and len(entry) < 4 else None


def _missing(step: Step, standing: Standing, given: Given) -> dict[str, str]:
    """What must be answered and is not, but for texts that stand and cannot be read yet."""
    kept = {name_of(one) for one in standing.unchecked}
    found = posting.missing(step, standing.form, given)
    return {name: text for name, text in found.items() if name not in kept}


def _revision(standing: Standing, given: Given) -> pb.ReviseRequest:
    """The event with these answers, in the place of the revision that the page showed."""
    reported = Given(
        {
            one: values
            for one, values in given.values.items()
            if standing.form.sections[one[0]].by == REPORTER
        },
        given.patients,
    )
    answers = [*answers_of(reported), *left_unread(standing.unchecked, given)]
    asked = submission({"question_set": standing.form.version, "patients": given.patients}, answers)
    asked.organisation = standing.event.facts.organisation
    return pb.ReviseRequest(event=standing.reference, expected_revision=version(), submission=asked)


def _changed_meanwhile(before: Standing, step: Step, mine: Given, problem: Problem) -> AnyResponse:
    """The page as it stands now, with what its sender changed on it."""
    standing = _standing(before.reference)
    step = _step(standing, step.name, map(name_of, step.places))
    base = before.given if before.revision == merging.shown() else Given()
    sides = merging.Sides(base, standing.given, mine, standing.unchecked)
    shown = [one for one in step.places if base.at(one) or one in before.unchecked]
    begun = step.is_task and step.of > 1 and not shown  # another medicine, or device
    found = sides.merged(standing.form, step.places, whole=begun, begun=begun)
    faults = found.faults(name_of(step.places[0]), words.CHANGED)
    return again(_page(standing, step, showing.Typed(found.given), faults), problem)


def _refused(standing: Standing, step: Step, typed: showing.Typed, problem: Problem) -> AnyResponse:
    """The page again, with more questions where more is asked."""
    if problem.kind not in answering.MENDABLE or problem.kind is Kind.NOT_FOUND:
        raise problem
    asked = {"/".join(one.path.split("/")[:3]).replace("/", "."): one.detail for one in problem.faults}
    places = [one for one in map(_place, asked) if one and standing.form.has(one)]
    step = _with(step, [one for one in places if standing.form.applies(one, typed.given)])
    known = {name_of(one) for one in step.places}
    faults = {name: text for name, text in asked.items() if name in known}
    faults = faults or {name_of(step.places[0]): problem.detail}
    return again(_page(standing, step, replace(typed, faults=faults), faults), problem)


def _page(standing: Standing, step: Step, typed: showing.Typed, faults: Mapping[str, str]) -> str:
    fields = showing.fields_of(step, standing.form, replace(typed, faults=faults))
    unseen = merging.unseen(step.places, standing.unchecked, again=typed.sent is not None)
    usual = STAFF.step(step.name, standing.form, standing.given)
    return render_template(
        "following_up/amend_page.html",
        standing=standing,
        step=step,
        fields=fields,
        faults=_shown(faults, fields),
        waiting=[standing.form.question(one).wording for one in unseen],
        unseen=map(name_of, unseen),
        also=[name_of(one) for one in step.places if usual is None or one not in usual.places],
        heading=showing.heading_of(step, fields),
        only=not step.title and len(fields) == 1,
    )


def _shown(faults: Mapping[str, str], fields: Iterable[showing.Field]) -> dict[str, str]:
    """Faults of fields that are on the page."""
    names = [one.name for one in fields]
    return {(name if name in names else (names or [""])[0]): text for name, text in faults.items()}


def _retype_page(record: Record, faults: Faults | None = None) -> str:
    return render_template("following_up/retype.html", standing=record, faults=faults or {})


def _withdraw_page(record: Record, faults: Faults | None = None) -> str:
    return render_template(
        "following_up/withdraw.html",
        standing=record,
        reasons=words.REASONS,
        typed=request.form,
        faults=faults or {},
    )


def _or_again(act: Callable[[], AnyResponse], page: Callable[[Faults], str], field: str) -> AnyResponse:
    """As `answering.or_again`; what was changed by another meanwhile is said in the words of these pages."""
    try:
        return act()
    except Problem as problem:
        if problem.kind not in answering.MENDABLE or problem.kind is Kind.NOT_FOUND:
            raise
        changed = problem.code == "version-conflict"
        faults = (
            {field: "Somebody else changed this event meanwhile. Look at it, and decide again."}
            if changed
            else said(problem, field)
        )
        return again(page(faults), problem)
