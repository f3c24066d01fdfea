"""Safety responses: what an organisation does to learn from events, who sees to what of it, and by when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import Problem, not_found
from gateway.api.recording import ask
from gateway.guards import signed_in
from gateway.web import answering, presenters
from gateway.web.answering import again, done
from gateway.web.following_up import followed, merging
from gateway.web.following_up.answered import given_in, left_as_shown, left_unread
from gateway.web.following_up.event import GOVERN, version
from gateway.web.recording import posting, showing, versions
from gateway.web.recording.flow import Step
from gateway.web.recording.form import STAFF, Form, Given, Place, Value, answers_of
from gateway.web.recording.reading import name_of
from protos.recording.v1 import recording_pb2 as pb

routes = Blueprint("safety_responses", __name__, url_prefix="/safety-responses")
RESPONSE, FINDING, ACTION = (
    "adverse-event-safety-response",
    "adverse-event-safety-finding",
    "adverse-event-safety-action",
)
NUMBER = "ResponseSequence"  # is always 1: each response is a record of its own
EVENTS = "events"
DUE: Mapping[str, tuple[str, pb.ResponsesDue]] = {  # what a list may be of, in the address
    "overdue": ("The response is overdue", pb.RESPONSES_DUE_OVERDUE),
    "soon": ("The response is due in 30 days", pb.RESPONSES_DUE_SOON),
    "actions": ("An action is overdue", pb.RESPONSES_DUE_ACTIONS),
}
CHANGED = "Somebody else changed this response meanwhile. Here is what it says now, with what you changed: check it, and save again."
_BETWEEN = re.compile(r"[\s,;]+")


@dataclass(frozen=True)
class Kept:
    """A response as it stands; a new one has no id. `unchecked`: texts that nobody may read yet."""

    id: str
    version: int
    form: Form
    given: Given
    unchecked: tuple[Place, ...]
    events: tuple[str, ...]
    shown: followed.ResponseShown | None = None


@dataclass(frozen=True)
class Part:
    """A section of the form with its fields, or with what was answered."""

    heading: str
    fields: tuple[showing.Field, ...] = ()
    rows: tuple[dict[str, object], ...] = ()


@routes.get("")
@signed_in
def responses() -> str:
    """A page of those one's organisations take part in, overdue first."""
    status, due = request.args.get("status", ""), request.args.get("due", "")
    asking = pb.ListSafetyResponsesRequest(
        status=status if status in followed.STATUSES else "",
        due=DUE[due][1] if due in DUE else pb.RESPONSES_DUE_UNSPECIFIED,
        cursor=request.args.get("after", ""),
    )
    found = ask("ListSafetyResponses", asking)
    return render_template(
        "following_up/safety_responses.html",
        responses=[followed.response(one) for one in found.responses],
        next=found.next,
        first=not asking.cursor,
        status=asking.status,
        due=due if due in DUE else "",
        statuses=followed.STATUSES,
        dues={code: label for code, (label, _) in DUE.items()},
        governs=presenters.may(GOVERN),
    )


@routes.get("/new")
@signed_in
def new() -> str:
    """An empty form, about the event that somebody came from."""
    return _form_page(_new(), request.args.get("event", ""))


@routes.post("/new")
@signed_in
def begin() -> AnyResponse:
    """A response; pressed twice it is one."""
    return _save(_new())


@routes.get("/<response_id>")
@signed_in
def response(response_id: str) -> str:
    """One of them: to be changed by those who may, else to be read."""
    kept = _kept(response_id)
    if not presenters.may(GOVERN):
        return render_template(
            "following_up/safety_response_read.html", kept=kept, parts=list(_words_of(kept))
        )
    return _form_page(kept, " ".join(kept.events))


@routes.post("/<response_id>")
@signed_in
def save(response_id: str) -> AnyResponse:
    """Another version, whole; the same again makes none."""
    return _save(_kept(response_id, merging.shown()))


# ---- how -----------------------------------------------------------------------------------------------------


def _new() -> Kept:
    if not presenters.may(GOVERN):
        raise not_found(
            "response-not-found", "There is no such page, or you may not begin a safety response."
        )
    return Kept("", 0, versions.newest(by=STAFF), Given(), (), ())


def _kept(response_id: str, number: int = 0) -> Kept:
    """A version of it, 0 the newest. The number within it is left to recording."""
    asking = pb.GetSafetyResponseRequest(response_id=response_id, version=number)
    told = ask("GetSafetyResponse", asking)
    form = versions.of_version(told.question_set, by=STAFF) or versions.newest(by=STAFF)
    texts = [pb.Text(field=one.field, text=one.text, checked=one.checked) for one in told.texts]
    facts = pb.EventFacts(answers=[one for one in told.answers if one.property != NUMBER])
    given, unchecked = given_in(pb.SafetyEvent(facts=facts, texts=texts), form)
    shown = followed.response(told)
    return Kept(told.response_id, told.version, form, given, unchecked, tuple(told.events), shown)


def _save(kept: Kept) -> AnyResponse:
    """What was typed is kept, or shown again with what is wrong."""
    form, steps = kept.form, list(_steps(kept, request.form))
    given, faults = Given(dict(kept.given.values)), dict[str, str]()
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for step in steps:
        refused = posting.keep(step, form, given, request.form)
        faults |= refused.faults
        found |= refused.found
    left_as_shown(kept.given, given)
    merging.leave_unseen(kept.given, given)
    given = form.without_what_does_not_apply(given)
    typed = showing.Typed(given, request.form, faults, found)
    if faults:
        return again(_form_page(kept, _typed_events(), typed))
    try:
        told = ask("SaveSafetyResponse", _asking(kept, given))
    except Problem as problem:
        if problem.code == "version-conflict":
            return _changed_meanwhile(kept, given, problem)
        return _refused(kept, typed, problem)
    return done("The safety response is saved.", f"/safety-responses/{told.response_id}")


def _asking(kept: Kept, given: Given) -> pb.SaveSafetyResponseRequest:
    return pb.SaveSafetyResponseRequest(
        response_id=kept.id,
        expected_version=version() if kept.id else 0,
        events=_named(_typed_events()),
        answers=[*answers_of(_without_gaps(given, kept.unchecked)), *left_unread(kept.unchecked, given)],
        question_set=kept.form.version,
    )


def _typed_events() -> str:
    return request.form.get(EVENTS, "").replace("\x00", "").strip()


def _named(typed: str) -> list[str]:
    """Reference numbers as they were typed, with something between them."""
    return [one.upper() for one in _BETWEEN.split(typed) if one]


def _without_gaps(given: Given, unread: Iterable[Place]) -> Given:
    """Findings and actions numbered from the first on, whichever were emptied. A text that is left unread is known by its place alone:
    beside one, all stay where they are, and recording says so where that cannot be."""
    staying = {section for section, entry, property in unread if not given.at((section, entry, property))}
    places = {
        section: sorted({entry for name, entry, _ in given.values if name == section})
        for section in (FINDING, ACTION)
        if section not in staying
    }
    moved = Given()
    for (section, entry, property), values in given.values.items():
        at = places[section].index(entry) if section in places else entry
        moved.put((section, at, property), values)
    return moved


def _steps(kept: Kept, sent: MultiDict[str, str] | None = None) -> Iterator[Step]:
    """The response itself, then each finding and each action, and an empty one of each."""
    yield _step(kept.form, RESPONSE, 0, "The response")
    for section, title in ((FINDING, "Finding"), (ACTION, "Action")):
        held = {entry for name, entry, _ in (*kept.given.values, *kept.unchecked) if name == section}
        shown = {entry for entry in range(100) if sent and f"{section}.{entry}" in sent}
        entries = sorted(held | shown)
        for entry in (*entries, *(() if sent else ((entries[-1] + 1) if entries else 0,))):
            is_new = entry not in held
            yield _step(
                kept.form, section, entry, f"{title} {entry + 1}{': new, if there is one' if is_new else ''}"
            )


def _step(form: Form, section: str, entry: int, title: str) -> Step:
    asked = [one.property for one in form.sections[section].questions if one.property != NUMBER]
    return Step(f"{section}.{entry}", title, tuple((section, entry, one) for one in asked), is_task=True)


def _changed_meanwhile(before: Kept, mine: Given, problem: Problem) -> AnyResponse:
    """The response as it stands now, with what its sender changed in it, and what they added after what others added."""
    newest, known = _kept(before.id), before.version == merging.shown()
    typed, base = _named(_typed_events()), before.given if known else Given()
    events = _merged_events(before.events if known else (), newest.events, typed)
    sides = merging.Sides(base, newest.given, mine, newest.unchecked)
    for section in (FINDING, ACTION):
        shown = _entries(section, base, before.unchecked) if known else _entries(section, mine)
        sides = _in_place(section, sides, shown)
    found = merging.Merged(Given(dict(newest.given.values)))
    every = Given(sides.base.values | sides.mine.values | sides.theirs.values)
    for step in _steps(replace(newest, given=every)):
        one = _merged(step, newest.form, sides)
        found.now |= one.now
        for place in step.places:
            found.given.put(place, one.given.at(place))
    again_typed = showing.Typed(found.given, faults=found.faults(_first(newest.form), CHANGED))
    return again(_form_page(replace(newest, given=found.given), " ".join(events), again_typed), problem)


def _merged(step: Step, form: Form, sides: merging.Sides) -> merging.Merged:
    """A finding or an action that somebody else took out stays out, unless its sender changed it: then all of it is kept."""
    of_many = step.places[0][0] != RESPONSE
    found = sides.merged(form, step.places, whole=of_many)
    gone = not any(sides.theirs.at(one) or one in sides.unread for one in step.places)
    if of_many and gone and sides.changed(form, step.places):
        for place in step.places:
            found.given.put(place, sides.mine.at(place))
    return found


def _in_place(section: str, sides: merging.Sides, shown: Mapping[int, merging.Entry]) -> merging.Sides:
    """The same with the entries of a section, which stood as `shown`, in the places that they have now."""
    now = _entries(section, sides.theirs, sides.unread)
    to = merging.moved(shown, now, sides.mine.entries(section))
    base, mine = (merging.in_place(one, section, to) for one in (sides.base, sides.mine))
    return replace(sides, base=base, mine=mine)


def _entries(section: str, given: Given, unread: Iterable[Place] = ()) -> dict[int, dict[str, list[Value]]]:
    found: dict[int, dict[str, list[Value]]] = {entry: {} for name, entry, _ in unread if name == section}
    for (name, entry, property), values in given.values.items():
        if name == section:
            found.setdefault(entry, {})[property] = values
    return found


def _merged_events(base: Sequence[str], theirs: Sequence[str], mine: Sequence[str]) -> list[str]:
    """Those that stand now, without what the sender took out and with what they added."""
    out = set(base) - set(mine)
    return [
        one for one in dict.fromkeys((*theirs, *(one for one in mine if one not in base))) if one not in out
    ]


def _first(form: Form) -> str:
    return name_of(_step(form, RESPONSE, 0, "").places[0])


def _refused(kept: Kept, typed: showing.Typed, problem: Problem) -> AnyResponse:
    """The form again; what recording names by place is said at its field."""
    leads = problem.code == "not-authorised-for-organisation"
    if problem.kind not in answering.MENDABLE and not leads:
        raise problem
    first = _first(kept.form)
    if problem.code in ("event-not-found", "too-many-at-once", "deleted"):
        faults = {EVENTS: f"{problem.detail} Check the reference numbers."}
    else:
        named = {".".join(one.path.split("/")[:3]): one.detail for one in problem.faults}
        faults = {(name if name.count(".") == 2 else first): text for name, text in named.items()}
    faults = faults or {first: problem.detail}
    again_typed = showing.Typed(typed.given, typed.sent, faults, typed.found)
    return again(_form_page(kept, _typed_events(), again_typed), problem)


def _form_page(kept: Kept, events: str, typed: showing.Typed | None = None) -> str:
    typed = typed or showing.Typed(kept.given)
    with_response = Given(
        {**typed.given.values, (RESPONSE, 0, NUMBER): [1]}
    )  # what findings and actions belong to
    shown = showing.Typed(with_response, typed.sent, typed.faults, typed.found)
    steps = list(_steps(kept, request.form if typed.sent is not None else None))
    parts = [Part(step.title, tuple(_asked(showing.fields_of(step, kept.form, shown)))) for step in steps]
    places = (*kept.unchecked, *kept.given.values)
    unseen = merging.unseen(places, kept.unchecked, again=typed.sent is not None)
    names = {one.name for part in parts for one in part.fields} | {EVENTS}
    first = parts[0].fields[0].name
    return render_template(
        "following_up/safety_response.html",
        kept=kept,
        parts=parts,
        entries=[step.name for step in steps if not step.name.startswith(RESPONSE)],
        events=events,
        faults={(name if name in names else first): text for name, text in typed.faults.items()},
        waiting=[kept.form.question(one).wording for one in unseen],
        unseen=map(name_of, unseen),
    )


def _asked(fields: Iterable[showing.Field]) -> Iterator[showing.Field]:
    """Without a word that each is optional: nearly all are, and the page says so."""
    return (replace(one, optional=False) for one in fields)


def _words_of(kept: Kept) -> Iterator[Part]:
    for step in _steps(kept):
        rows = showing.rows_of(step, kept.form, kept.given)
        if rows:
            yield Part(step.title, rows=tuple(rows))
