"""The organisation's events: what waits, a list with filters that live in the address, and acts on several at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, make_response, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import Problem
from gateway.api.recording import ask
from gateway.guards import signed_in
from gateway.web import answering, presenters
from gateway.web.answering import Faults, again, said
from gateway.web.following_up import acting, colleagues, exporting, words
from gateway.web.following_up.colleagues import Colleagues
from gateway.web.presenters import Tag
from protos.recording.v1 import recording_pb2 as pb

routes = Blueprint("worklist", __name__, url_prefix="/events")
COUNT = 25  # events on a page
HANDLE = "recording:handle"
ASSIGNED = {"me": pb.ASSIGNED_ME, "nobody": pb.ASSIGNED_NOBODY, "somebody": pb.ASSIGNED_SOMEBODY}
SORTS: Mapping[str, tuple[str, Any, bool]] = {
    "": ("Recorded, newest first", pb.WORK_SORT_UNSPECIFIED, False),
    "oldest": ("Recorded, oldest first", pb.WORK_SORT_UNSPECIFIED, True),
    "happened": ("Happened, newest first", pb.WORK_SORT_OCCURRED, False),
    "happened-oldest": ("Happened, oldest first", pb.WORK_SORT_OCCURRED, True),
}
DAYS = ("recorded_from", "recorded_until", "occurred_from", "occurred_until")
NAMES = ("state", "type", "harm", "assigned", *DAYS, "reference", "sort")  # of filters, in the address


@dataclass(frozen=True)
class WorkRow:
    """One event in the list. `handling` is None where that is not for the reader to know."""

    reference: str
    chosen: str  # what a checkbox sends: reference and version
    event_type: str
    happened: str
    recorded: str
    organisation: str
    harm: tuple[Tag, ...]
    urgent: bool
    state: Tag | None
    assigned: str
    open_questions: int


@dataclass(frozen=True)
class Filters:
    """What was looked for, as it stands in the address, what of it could not be read, and after which event the page begins."""

    typed: MultiDict[str, str] = field(default_factory=MultiDict)
    faults: Faults = field(default_factory=dict)
    after: str = ""

    @property
    def any(self) -> bool:
        return any(name in self.typed for name in NAMES if name != "sort")

    def query(self, **more: str) -> str:
        """The same as an address has it, but for the page."""
        kept = [(name, one) for name in NAMES for one in self.typed.getlist(name)]
        return urlencode([*kept, *((name, one) for name, one in more.items() if one)])

    def sent_back(self) -> Iterator[tuple[str, str]]:
        """The list that somebody chooses from, as fields of the form: the acts lead back to it."""
        for name in NAMES:
            for one in self.typed.getlist(name):
                yield f"filter-{name}", one
        if self.after:
            yield "filter-after", self.after


@routes.get("")
@signed_in
def events() -> AnyResponse:
    """What waits, and a page of events."""
    return _list(filters_of(request.args))


@routes.get("/list.csv")
@signed_in
def exported() -> AnyResponse:
    """The list as it is filtered, as a file: coded facts, in the order of the page."""
    filters = filters_of(request.args)
    if filters.faults:
        return again(_page(filters, pb.WorkList()))
    rows = exporting.gathered(asking_of(filters))
    if rows is None:
        detail = f"There are more than {exporting.MOST:,} events. Filter the list to fewer, and export again."
        return again(_page(replace(filters, faults={"recorded_from": detail}), pb.WorkList()))
    return exporting.csv_of(rows)


@routes.post("/selected")
@signed_in
def act() -> AnyResponse:
    """The same act on each event that was chosen; then the list, with what became of each."""
    filters = filters_of(MultiDict(_sent_back()))
    chosen, wanted = acting.chosen(request.form.getlist("row")), request.form.get("act", "")
    faults = acting.wrong(chosen, wanted)
    if faults:
        found = ask("ListWork", asking_of(filters, filters.after))
        return again(_page(replace(filters, faults=faults), found))
    results = acting.act_on(chosen, wanted)
    acting.remember(results)
    return answering.done(acting.summary(results), f"/events?{filters.query(after=filters.after)}#done")


# ---- how -----------------------------------------------------------------------------------------------------


def filters_of(args: MultiDict[str, str]) -> Filters:
    """What an address asks for; days as they were typed."""
    typed = MultiDict([(name, one.strip()) for name in NAMES for one in args.getlist(name) if one.strip()])
    faults: dict[str, str] = {}
    for name in DAYS:
        try:
            words.a_day(typed.get(name, ""))
        except ValueError:
            faults[name] = "Enter a date that there is, like 27/3/2026"
    return Filters(typed, faults, args.get("after", ""))


def asking_of(filters: Filters, cursor: str = "") -> pb.ListWorkRequest:
    """What recording is asked for; days that cannot be read are left out."""
    typed = filters.typed
    _, sort, ascending = SORTS.get(typed.get("sort", ""), SORTS[""])
    days: dict[str, Any] = {
        name: words.a_day(typed.get(name, "")) for name in DAYS if name not in filters.faults
    }
    return pb.ListWorkRequest(
        states=[one for one in typed.getlist("state") if one in words.HANDLED],
        event_types=[one for one in typed.getlist("type") if one in words.TYPES],
        physical_harms=typed.getlist("harm"),
        assigned=ASSIGNED.get(typed.get("assigned", ""), pb.ASSIGNED_UNSPECIFIED),
        reference=typed.get("reference", ""),
        sort=sort,
        ascending=ascending,
        count=COUNT,
        cursor=cursor,
        **days,
    )


def _list(filters: Filters) -> AnyResponse:
    if filters.faults:
        return again(_page(filters, pb.WorkList()))
    try:
        found = ask("ListWork", asking_of(filters, filters.after))
    except Problem as problem:
        if problem.kind not in answering.MENDABLE or problem.code == "cursor-not-known":
            raise
        return again(_page(replace(filters, faults=said(problem, "reference")), pb.WorkList()), problem)
    return make_response(_page(filters, found))


def _page(filters: Filters, found: pb.WorkList) -> str:
    follows, first = presenters.may(HANDLE), not filters.after
    known = _colleagues(found) if follows else {}
    return render_template(
        "following_up/worklist.html",
        rows=[row(one, known) for one in found.work],
        next=found.next,
        first=first,
        filters=filters,
        faults=filters.faults,
        follows=follows,
        waits=waits() if follows and first and not filters.any else None,
        acts=list(acting.acts(colleagues.together(known.values()))) if follows else [],
        results=acting.told(),
        types=words.TYPES,
        harms=words.harms(),
        states={code: words.state(code).text for code in words.HANDLED},
        sorts={code: label for code, (label, *_) in SORTS.items()},
        chosen=set(request.form.getlist("row")),
        act=request.form.get("act", ""),
    )


def _colleagues(found: pb.WorkList) -> dict[str, Colleagues]:
    """Who follows up the events of each organisation on the page, by its code."""
    return {
        code: colleagues.of(code) for code in sorted({one.organisation for one in found.work if one.followed})
    }


def row(one: pb.Work, known: Mapping[str, Colleagues]) -> WorkRow:
    return WorkRow(
        reference=one.reference,
        chosen=f"{one.reference}:{one.version}" if one.followed else "",
        event_type=words.event_type(one.event_type),
        happened=presenters.day(one.occurred_on),
        recorded=presenters.day_of(one.reported_at),
        organisation=one.organisation_name or one.organisation,
        harm=words.harm_tags(one.question_set, one.worst_physical_harm, one.worst_psychological_harm),
        urgent=one.urgent,
        state=words.state(one.state) if one.followed else None,
        assigned=_whose(one, known.get(one.organisation)) if one.followed else "",
        open_questions=one.open_questions,
    )


def _whose(one: pb.Work, known: Colleagues | None) -> str:
    known = known or Colleagues(presenters.own_id(), complete=False)
    return f"Assigned to {known.name(one.assigned_to)}" if one.assigned_to else "Assigned to nobody"


@dataclass(frozen=True)
class Figure:
    """A number that leads to what it counts. `share`: percent of the largest beside it, as its bar is drawn."""

    label: str
    number: int
    href: str
    late: bool = False
    share: float = 0.0


def waits() -> dict[str, tuple[Figure, ...]]:
    """What waits first, then every state."""
    told = ask("CountWork", pb.CountWorkRequest())
    open_ = [
        ("state", one)
        for one in words.HANDLED
        if one not in ("closed", "duplicate", "not_a_patient_safety_event")
    ]
    first = (
        Figure("New", told.states.get("new", 0), "/events?state=new"),
        Figure(
            "Assigned to nobody", told.unassigned, f"/events?{urlencode([('assigned', 'nobody'), *open_])}"
        ),
        Figure("Assigned to me", told.mine, f"/events?{urlencode([('assigned', 'me'), *open_])}"),
        _of_responses("Responses overdue", told.responses_overdue, "overdue"),
        _of_responses("Responses due in 30 days", told.responses_due, "soon"),
        _of_responses("Actions overdue", told.actions_overdue, "actions"),
    )
    return {"first": first, "states": tuple(_of_states(told))}


def _of_responses(label: str, number: int, due: str) -> Figure:
    return Figure(label, number, f"/safety-responses?due={due}", due != "soon" and number > 0)


def _of_states(told: pb.WorkCounts) -> Iterator[Figure]:
    most = max([1, *told.states.values()])
    for code in words.HANDLED:
        number = told.states.get(code, 0)
        yield Figure(words.state(code).text, number, f"/events?state={code}", share=100 * number / most)


def _sent_back() -> Iterator[tuple[str, str]]:
    """The list that somebody chose from."""
    for name in (*NAMES, "after"):
        for one in request.form.getlist(f"filter-{name}"):
            yield name, one
