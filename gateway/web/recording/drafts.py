"""Recording by staff: a page at a time, kept as a draft at each, checked, and sent once however often it is pressed."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import Kind, Problem, not_found
from gateway.api.recording import ask
from gateway.guards import actor, signed_in
from gateway.web import presenters
from gateway.web.recording import alike, looking, posting, sending, showing
from gateway.web.recording.flow import STAFF, Step
from gateway.web.recording.form import Form, Given, given_of
from gateway.web.recording.reading import name_of
from gateway.web.recording.versions import form_of, newest, spoken_to
from protos.access.v1 import access_pb2
from protos.recording.v1 import recording_pb2 as pb

routes = Blueprint("recording", __name__, url_prefix="/report")
TYPING, LEAVING = "autosave", "leave"  # why a page is kept that nobody has finished
TRIES = 3  # to keep a page, where the same draft is being written on another one


@routes.get("")
@signed_in
def start() -> str:
    """What is to be recorded, and what was begun before."""
    return _start({})


@routes.post("")
@signed_in
def begin() -> AnyResponse:
    """A draft, and its first page. Pressed twice, it is one draft."""
    form = newest()
    given = Given()
    step = _type_step(form, given)
    faults = posting.keep(step, form, given, request.form).faults or posting.missing(step, form, given)
    if faults:
        return make_response(_start(faults), 422)
    first = _after("type", form, given)
    asking = sending.draft_of(form, given, first)
    asking.idempotency_key = request.form.get("key", "") or uuid4().hex
    kept = ask("SaveDraft", asking)
    return redirect(f"/report/{kept.draft_id}/{first}", 303)


@routes.get("/<draft_id>")
@signed_in
def resume(draft_id: str) -> AnyResponse:
    """Where the person was when they left."""
    kept, form, given = _open(draft_id)
    name = kept.place if STAFF.step(kept.place, form, given) else _next_open(form, given)
    return redirect(f"/report/{draft_id}/{name}", 303)


@routes.get("/<draft_id>/tasks")
@signed_in
def tasks(draft_id: str) -> str:
    """What may be told besides, and how far it is."""
    _, form, given = _open(draft_id)
    rows = [
        {
            "title": step.title if step.of == 1 else f"{step.title} ({step.entry + 1})",
            "href": f"/report/{draft_id}/{step.name}",
            "done": any(given.at(place) for place in step.places),
        }
        for step in STAFF.tasks_of(form, given)
    ]
    return render_template(
        "recording/tasks.html", draft_id=draft_id, tasks=rows, back=_before("tasks", form, given)
    )


@routes.get("/<draft_id>/check")
@signed_in
def check(draft_id: str) -> str:
    """Everything that was answered, before it is recorded."""
    _, form, given = _open(draft_id)
    return _check(draft_id, form, given)


@routes.post("/<draft_id>/check")
@signed_in
def send(draft_id: str) -> AnyResponse:
    """Record it: once, however often this comes."""
    kept, form, given = _open(draft_id)
    missing = STAFF.missing(form, given)
    if missing:
        faults = {
            _mending(draft_id, one.name, name_of(one.places[0])): f"Answer “{_heading(one, form)}”"
            for one in missing
        }
        return make_response(_check(draft_id, form, given, faults), 422)
    try:
        told = sending.send(form, given, f"draft:{draft_id}", kept.organisation, draft_id)
    except Problem as problem:
        if problem.kind is not Kind.INVALID:
            raise
        return make_response(_check(draft_id, form, given, _faults(draft_id, form, given, problem)), 422)
    return redirect(f"/report/recorded/{told.reference}", 303)


@routes.get("/recorded/<reference>")
@signed_in
def recorded(reference: str) -> str:
    """The reference, who sees it, and what happens next."""
    event = ask("GetEvent", pb.GetEventRequest(event_id=reference))
    return render_template("recording/recorded.html", reference=event.facts.reference)


@routes.get("/recorded/<reference>/summary")
@signed_in
def summary(reference: str) -> str:
    """What was recorded, to print or to save for one's own records; NOT_FOUND for who may not see it."""
    asking = access_pb2.GetEventRequest(reference=reference)
    found = current_app.extensions["clients"]["access"].ask("GetEvent", asking, actor())
    return render_template("recording/summary.html", event=presenters.event(found))


@routes.post("/<draft_id>/discard")
@signed_in
def discard(draft_id: str) -> AnyResponse:
    """The draft is gone."""
    ask("DiscardDraft", pb.DiscardDraftRequest(draft_id=draft_id))
    return redirect("/report", 303)


@routes.get("/<draft_id>/<name>")
@signed_in
def page(draft_id: str, name: str) -> str:
    """One page, with what was answered before."""
    _, form, given = _open(draft_id)
    return _page(draft_id, _step(name, form, given), form, showing.Typed(given))


@routes.post("/<draft_id>/<name>")
@signed_in
def keep(draft_id: str, name: str) -> AnyResponse:
    """The next page, once this one is kept; the same again, with what is wrong."""
    return _again_where_another_came_between(lambda: _keep(draft_id, name))


# ---- how -------------------------------------------------------------------------------------------------------


def _keep(draft_id: str, name: str) -> AnyResponse:
    kept, form, given = _open(draft_id)
    step = _step(name, form, given)
    before = {field.name for field in showing.fields_of(step, form, showing.Typed(given))}
    refused = posting.keep(step, form, given, request.form, presenters.own_organisation())
    given = form.without_what_does_not_apply(given)
    then = request.form.get("then")
    faults = {} if then == TYPING else refused.faults
    if not (faults or step.is_task or then in (TYPING, LEAVING)):
        faults = posting.missing(step, form, given)
    if faults:
        typed = showing.Typed(given, request.form, faults, refused.found)
        return make_response(_page(draft_id, step, form, typed), 422)
    asking = sending.draft_of(form, given, name, draft_id)
    asking.expected_version, asking.organisation = kept.version, kept.organisation
    ask("SaveDraft", asking)
    if then == TYPING:
        return Response(status=204)
    if then == LEAVING:
        return redirect("/report?kept=1", 303)
    return redirect(f"/report/{draft_id}/{_whither(step, before, form, given)}", 303)


def _whither(step: Step, before: set[str], form: Form, given: Given) -> str:
    """The page after this one; this one once more, where an answer on it asks for more; back where somebody came to change it."""
    here = STAFF.step(step.name, form, given)
    if here and {field.name for field in showing.fields_of(here, form, showing.Typed(given))} - before:
        return f"{step.name}?from=check" if request.args.get("from") == "check" else step.name
    if step.is_task:
        return "tasks"
    if request.args.get("from") == "check":
        missing = STAFF.missing(form, given)
        return f"{missing[0].name}?from=check" if missing else "check"
    return _after(step.name, form, given)


def _again_where_another_came_between(act: Callable[[], AnyResponse]) -> AnyResponse:
    for left in reversed(range(TRIES)):
        try:
            return act()
        except Problem as problem:
            if problem.kind is not Kind.CONFLICT or not left:
                raise
    raise AssertionError


def _open(draft_id: str) -> tuple[pb.Draft, Form, Given]:
    kept = ask("GetDraft", pb.GetDraftRequest(draft_id=draft_id))
    given = given_of(kept.answers, kept.patients)
    return kept, form_of(kept.question_set, spoken_to(given)), given


def _step(name: str, form: Form, given: Given) -> Step:
    found = STAFF.step(name, form, given)
    if found is None:
        raise not_found("page-not-found", "This page does not come with these answers.")
    return found


def _faults(draft_id: str, form: Form, given: Given, problem: Problem) -> dict[str, str]:
    """What recording says is wrong, each with the field in which to mend it."""
    every = (*STAFF.steps(form, given), *STAFF.tasks_of(form, given))
    pages = {f"{s}/{e}/{p}": step.name for step in every for s, e, p in step.places}
    found: dict[str, str] = {}
    for place, detail in sending.by_question(problem).items():
        name = pages.get("/".join(place), "what-happened")
        found.setdefault(_mending(draft_id, name, ".".join(place)), detail)
    return found or {"": problem.detail}


def _mending(draft_id: str, page: str, field: str) -> str:
    """The address of a field, on its page."""
    return f"/report/{draft_id}/{page}?from=check#{field}"


def _start(faults: dict[str, str]) -> str:
    form = newest()
    typed = showing.Typed(Given(), request.form if faults else None, faults)
    fields = showing.fields_of(_type_step(form, Given()), form, typed)
    drafts = [
        {
            "id": one.draft_id,
            "type": next((t.label for t in form.types if t.code == one.event_type), "") or "Not chosen yet",
            "saved": presenters.moment(one.saved_at),
            "expires": presenters.moment(one.expires_at),
        }
        for one in ask("ListDrafts", pb.ListDraftsRequest()).drafts
    ]
    return render_template(
        "recording/start.html",
        fields=fields,
        faults=faults,
        drafts=drafts,
        key=uuid4().hex,
        kept=bool(request.args.get("kept")),
    )


def _page(draft_id: str, step: Step, form: Form, typed: showing.Typed) -> str:
    fields = showing.fields_of(step, form, typed)
    return render_template(
        "recording/page.html",
        draft_id=draft_id,
        step=step,
        fields=fields,
        faults=typed.faults,
        heading=step.title or (fields[0].label if fields else ""),
        back=_before(step.name, form, typed.given),
        query="?from=check" if request.args.get("from") == "check" else "",
    )


def _check(draft_id: str, form: Form, given: Given, faults: dict[str, str] | None = None) -> str:
    steps = (*STAFF.steps(form, given), *STAFF.tasks_of(form, given))
    personal = looking.in_answers(form, given)
    parts = [
        {"name": step.name, "title": step.title, "rows": showing.rows_of(step, form, given, personal)}
        for step in steps
    ]
    return render_template(
        "recording/check.html",
        draft_id=draft_id,
        parts=[one for one in parts if one["rows"]],
        faults=faults or {},
        organisation=presenters.own_organisation(),
        alike=alike.to(form, given),
    )


def _heading(step: Step, form: Form) -> str:
    return step.title or form.question(step.places[0]).wording


def _next_open(form: Form, given: Given) -> str:
    missing = STAFF.missing(form, given)
    return missing[0].name if missing else "check"


def _after(name: str, form: Form, given: Given) -> str:
    names = [one.name for one in STAFF.steps(form, given)]
    at = names.index(name) + 1 if name in names else len(names)
    return names[at] if at < len(names) else "tasks"


def _before(name: str, form: Form, given: Given) -> str:
    """The page to go back to; empty where that is the start."""
    if request.args.get("from") == "check":
        return "check"
    names = [one.name for one in STAFF.steps(form, given)]
    if name in names:
        at = names.index(name)
        return names[at - 1] if at else ""
    return names[-1] if name == "tasks" else "tasks"


def _type_step(form: Form, given: Given) -> Step:
    return STAFF.steps(form, given)[0]
