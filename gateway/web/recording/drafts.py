"""Recording by staff: a page at a time, kept as a draft at each, checked, and sent once however often it is pressed."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from flask import Blueprint, Response, abort, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import Kind, Problem, not_found
from gateway.api.recording import ask
from gateway.guards import actor, signed_in
from gateway.web import presenters
from gateway.web.answering import done
from gateway.web.recording import alike, looking, posting, seeing, sending, showing
from gateway.web.recording.flow import COUNT, STAFF, Step
from gateway.web.recording.form import TYPE, Form, Given, given_of
from gateway.web.recording.reading import name_of
from gateway.web.recording.versions import form_of, newest, spoken_to
from protos.access.v1 import access_pb2
from protos.recording.v1 import recording_pb2 as pb

routes = Blueprint("recording", __name__, url_prefix="/report")
TYPING, LEAVING = "autosave", "leave"  # why a page is kept that nobody has finished
ANOTHER = "another"  # one more answer to the same question
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
    """Where the person was when they left; what it became, where it was sent."""
    kept, form, given = _open(draft_id)
    name = kept.place if STAFF.step(kept.place, form, given) else next_open(form, given)
    return redirect(f"/report/{draft_id}/{name}", 303)


@routes.get("/<draft_id>/tasks")
@signed_in
def tasks(draft_id: str) -> str:
    """What may be told besides, and how far it is."""
    _, form, given = _open(draft_id)
    rows = [
        {
            "title": step.heading(form),
            "href": f"/report/{draft_id}/{step.name}",
            "done": any(given.at(place) for place in step.places),
        }
        for step in STAFF.tasks_of(form, given)
    ]
    return render_template(
        "recording/tasks.html",
        draft_id=draft_id,
        tasks=rows,
        missing=[(one.name, one.heading(form)) for one in STAFF.missing(form, given)],
        back=_before("tasks", form, given),
    )


@routes.get("/<draft_id>/check")
@signed_in
def check(draft_id: str) -> str:
    """Everything that was answered, before it is recorded."""
    return _check(*_open(draft_id))


@routes.post("/<draft_id>/check")
@signed_in
def send(draft_id: str) -> AnyResponse:
    """Record what was shown: once, however often this comes. What was changed since it was shown is shown first."""
    kept, form, given = _open(draft_id)
    if request.form.get("version") != str(kept.version):
        changed = {
            "": "Your answers were changed after this page was shown. Look at them once more, then send them"
        }
        return make_response(_check(kept, form, given, changed), 409)
    missing = STAFF.missing(form, given)
    if missing:
        faults = {
            _mending(draft_id, one.name, name_of(one.places[0])): f"Answer “{one.heading(form)}”"
            for one in missing
        }
        return make_response(_check(kept, form, given, faults), 422)
    try:
        told = sending.send(form, given, f"draft:{draft_id}", kept.organisation, draft_id)
    except Problem as problem:
        if problem.kind is not Kind.INVALID:
            raise
        return make_response(_check(kept, form, given, _faults(draft_id, form, given, problem)), 422)
    return redirect(f"/report/recorded/{told.reference}", 303)


@routes.get("/recorded/<reference>")
@signed_in
def recorded(reference: str) -> str:
    """The reference, who sees it, and what happens next."""
    event = ask("GetEvent", pb.GetEventRequest(event_id=reference))
    facts = event.facts
    seen_by = seeing.who(facts.organisation, facts.occurred_organisations, facts.data_sharing_opt_out)
    return render_template("recording/recorded.html", reference=facts.reference, seen_by=seen_by)


@routes.get("/recorded/<reference>/summary")
@signed_in
def summary(reference: str) -> str:
    """What was recorded, to print or to save for one's own records; NOT_FOUND for who may not see it."""
    asking = access_pb2.GetEventRequest(reference=reference)
    found = current_app.extensions["clients"]["access"].ask("GetEvent", asking, actor())
    own = _is_own(reference)
    return render_template("recording/summary.html", event=presenters.event(found), own=own)


@routes.post("/<draft_id>/discard")
@signed_in
def discard(draft_id: str) -> AnyResponse:
    """The draft is gone. Pressed twice, it is gone as well."""
    try:
        ask("DiscardDraft", pb.DiscardDraftRequest(draft_id=draft_id))
    except Problem as problem:
        if problem.kind is not Kind.NOT_FOUND:
            raise
        return done("There is no such draft any more.", "/report")
    return done("The draft is deleted.", "/report")


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


def _is_own(reference: str) -> bool:
    """Whether whoever asks recorded it; False while recording is away, for then nobody can say."""
    try:
        facts = ask("GetEvent", pb.GetEventRequest(event_id=reference)).facts
    except Problem:
        return False
    return bool(facts.recorder_id == presenters.own_id())


def _keep(draft_id: str, name: str) -> AnyResponse:
    kept, form, given = _open(draft_id)
    step = _step(name, form, given)
    before = Given(dict(given.values), given.patients)
    refused = posting.keep(step, form, given, request.form, presenters.own_organisation())
    if request.form.get("then") == TYPING:
        return _kept_while_typing(kept, form, given, name, refused.faults)
    given = form.without_what_does_not_apply(given)
    then, faults = request.form.get("then"), refused.faults
    if not faults and then != LEAVING:
        faults = posting.missing(step, form, given)
    if faults:
        typed = showing.Typed(given, request.form, faults, refused.found)
        return make_response(_page(draft_id, step, form, typed), 422)
    _save(kept, form, given, name)
    if then == LEAVING:
        return redirect("/report?kept=1", 303)
    whither = _same(name) if then == ANOTHER else _whither(step, before, form, given)
    return redirect(f"/report/{draft_id}/{whither}", 303)


def _kept_while_typing(
    kept: pb.Draft, form: Form, given: Given, name: str, faults: dict[str, str]
) -> AnyResponse:
    """Nothing is taken back on the word of somebody who has not finished: what no longer applies stays until the page is saved. What
    cannot be kept is said, for the page to show."""
    _save(kept, form, given, name)
    return Response(" ".join(faults.values()), 422, mimetype="text/plain") if faults else Response(status=204)


def _save(kept: pb.Draft, form: Form, given: Given, name: str) -> None:
    asking = sending.draft_of(form, given, name, kept.draft_id)
    asking.expected_version, asking.organisation = kept.version, kept.organisation
    ask("SaveDraft", asking)


def _whither(step: Step, before: Given, form: Form, given: Given) -> str:
    """The page after this one; this one once more, where an answer on it asks for more. Who came to change it goes back, by the pages
    that come because of it; but goes on where it is another type of event, which is asked other things."""
    here = STAFF.step(step.name, form, given)
    if here and _names(here, form, given) - _names(step, form, before):
        return _same(step.name)
    if step.is_task:
        return "tasks"
    if request.args.get("from") != "check" or given.at(TYPE) != before.at(TYPE):
        return _after(step.name, form, given)
    following = next(iter(STAFF.new(form, before, given) or STAFF.missing(form, given)), None)
    return f"{following.name}?from=check" if following else "check"


def _same(name: str) -> str:
    return f"{name}?from=check" if request.args.get("from") == "check" else name


def _names(step: Step, form: Form, given: Given) -> set[str]:
    return {field.name for field in showing.fields_of(step, form, showing.Typed(given))}


def _again_where_another_came_between(act: Callable[[], AnyResponse]) -> AnyResponse:
    for left in reversed(range(TRIES)):
        try:
            return act()
        except Problem as problem:
            if problem.kind is not Kind.CONFLICT or not left:
                raise
    raise AssertionError


def _open(draft_id: str) -> tuple[pb.Draft, Form, Given]:
    """A draft as the form has it. One that was sent leads to what it became, wherever somebody comes from."""
    kept = ask("GetDraft", pb.GetDraftRequest(draft_id=draft_id))
    if kept.recorded_as:
        abort(redirect(f"/report/recorded/{kept.recorded_as}", 303))
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
    pages = {f"{s}/{e}/{p}": step for step in every for s, e, p in step.places}
    told = next(one for one in every if one.name == "what-happened")
    found: dict[str, str] = {}
    for place, detail in sending.by_question(problem).items():
        step = pages.get("/".join(place), told)
        found.setdefault(_mending(draft_id, step.name, ".".join(place)), step.named(detail))
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
        heading=showing.heading_of(step, fields),
        another=any(one.kind == "organisation" and one.several for one in fields),
        counts=COUNT in step.places,
        back=_before(step.name, form, typed.given),
        query="?from=check" if request.args.get("from") == "check" else "",
    )


def _check(kept: pb.Draft, form: Form, given: Given, faults: dict[str, str] | None = None) -> str:
    steps = (*STAFF.steps(form, given), *STAFF.tasks_of(form, given))
    personal = looking.in_answers(form, given)
    parts = [{"name": step.name, "rows": showing.rows_of(step, form, given, personal)} for step in steps]
    return render_template(
        "recording/check.html",
        draft_id=kept.draft_id,
        version=kept.version,
        parts=[one for one in parts if one["rows"]],
        faults=faults or {},
        seen_by=seeing.of_answers(given, kept.organisation or presenters.own_organisation()),
        alike=alike.to(form, given),
    )


def next_open(form: Form, given: Given, otherwise: str = "check") -> str:
    """The first page on which something must still be answered; another where there is none."""
    missing = STAFF.missing(form, given)
    return missing[0].name if missing else otherwise


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
