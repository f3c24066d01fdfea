"""Reporting without an account: patients, carers and families in plain words; staff who do not want to be known, with their reasons.

Nothing of who asks is looked at or kept: no cookie is set, no draft is made. What was answered travels in the form (carrying.py); what
is sent is answered with a reference number and a code that is shown once. Sent again, it is the same report, and what was changed
meanwhile is said not to be in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, current_app, make_response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import Kind, Problem
from gateway.api.recording import ask_openly
from gateway.guards import public
from gateway.problems import KINDS
from gateway.web import languages
from gateway.web.recording import carrying, danger, manner
from gateway.web.recording.carrying import At
from gateway.web.recording.flow import Flow, read
from gateway.web.recording.form import Form, Given, Place, answers_of
from gateway.web.recording.manner import PLAIN, VERSIONS, Manner
from gateway.web.recording.posting import ORGANISATION
from gateway.web.recording.reading import name_of
from gateway.web.recording.showing import Field
from gateway.web.recording.versions import SERVICE, newest
from gateway.web.recording.words import of_service, words
from protos.recording.v1 import recording_pb2 as pb

routes = Blueprint("without_account", __name__)


@dataclass(frozen=True)
class OpenForm:
    """Those who report by the same form. `versions`: how it may be shown, and in whose words; none: those of the kind of service."""

    address: str
    flow: Flow
    reporter: pb.Reporter
    versions: Mapping[str, str]
    template: str


FAMILY = OpenForm(
    "/tell-us",
    read("family"),
    pb.REPORTER_PUBLIC,
    VERSIONS,
    "recording/tell_us.html",
)
STAFF = OpenForm(
    "/report-without-a-name",
    read("anonymous"),
    pb.REPORTER_ANONYMOUS_STAFF,
    {PLAIN: ""},
    "recording/without_a_name.html",
)


@routes.get("/tell-us")
@public
def tell_us() -> str:
    """What happens with a report, where to turn for what this cannot do, and the ways to fill it in."""
    return _start(FAMILY)


@routes.get("/report-without-a-name")
@public
def without_a_name() -> str:
    """What it means not to sign in, and the way to do it all the same."""
    return _start(STAFF)


@routes.get("/tell-us/form")
@public
def begin_to_tell() -> str:
    """The first page."""
    return _begin(FAMILY)


@routes.get("/report-without-a-name/form")
@public
def begin_without_a_name() -> str:
    """The first page."""
    return _begin(STAFF)


@routes.post("/tell-us/form")
@public
def go_on_telling() -> AnyResponse:
    """The next page, or the answers to check."""
    return _go_on(FAMILY)


@routes.post("/report-without-a-name/form")
@public
def go_on_without_a_name() -> AnyResponse:
    """The next page, or the answers to check."""
    return _go_on(STAFF)


@routes.post("/tell-us/send")
@public
def told() -> AnyResponse:
    """The reference and the code; the answers once more where they cannot be taken."""
    return _send(FAMILY)


@routes.post("/report-without-a-name/send")
@public
def sent_without_a_name() -> AnyResponse:
    """The reference and the code; the answers once more where they cannot be taken."""
    return _send(STAFF)


@routes.after_request
def go_back(response: Response) -> Response:
    """The browser's own Back shows the page before with what was typed, which no address could; the page with the code is shown once."""
    if response.status_code != 201:
        response.headers["Cache-Control"] = "private, no-cache"
    return response


# ---- how -------------------------------------------------------------------------------------------------------


def _start(asked: OpenForm) -> str:
    wanted = manner.as_asked(asked.versions)
    return render_template(asked.template, asked=asked, manner=wanted, languages=languages.offered())


def _begin(asked: OpenForm) -> str:
    wanted = manner.as_asked(asked.versions)
    form = _form(asked, wanted)
    return _page(asked, wanted, form, carrying.begin(asked.flow, form))


def _go_on(asked: OpenForm) -> AnyResponse:
    wanted = manner.as_asked(asked.versions)
    form = _form(asked, wanted)
    at = carrying.go_on(asked.flow, form, request.form)
    return make_response(_page(asked, wanted, form, at), 422 if at.faults else 200)


def _send(asked: OpenForm) -> AnyResponse:
    wanted = manner.as_asked(asked.versions)
    form = _form(asked, wanted)
    at = carrying.everything(asked.flow, form, request.form)
    if at.step is not None:
        return make_response(_page(asked, wanted, form, at), 422)
    asking = pb.ReportRequest(
        reporter=asked.reporter,
        question_set=form.version,
        answers=answers_of(at.given),
        organisation=str(next(iter(at.given.at(ORGANISATION)), "")) or _unplaced(),
        patients=at.given.patients,
        idempotency_key=f"page-{carrying.key_of(request.form)}",  # none that a program chose, and others might guess
        first_stands=True,
    )
    try:
        told = ask_openly("Report", asking)
    except Problem as problem:
        if problem.kind not in (Kind.INVALID, Kind.THROTTLED, Kind.UNAVAILABLE):
            raise
        why = _why_not(problem, placed=bool(at.given.at(ORGANISATION)))
        return make_response(_page(asked, wanted, form, at, why), KINDS[problem.kind].status)
    dangers = danger.said_in(_words(form, at.given))
    page = render_template("recording/told.html", asked=asked, manner=wanted, told=told, dangers=dangers)
    return make_response(page, 201)


def _why_not(problem: Problem, placed: bool) -> str:
    """Why it could not be sent; what was typed is still in the page. `placed`: it names an organisation."""
    if not placed and any(one.code == "unknown-organisation" for one in problem.faults):
        current_app.logger.error("UNPLACED_ORGANISATION is not on the list of organisations")
        return languages.say(
            "Your report could not be sent, because the place is not on our list. Nothing you wrote is lost: it is still on this page. "
            "Go back and choose the service nearest to it on the list, and say in your own words which place you mean."
        )
    if problem.kind is Kind.UNAVAILABLE:
        return languages.say(
            "Your report could not be sent just now. Nothing you wrote is lost: it is still on this page. Wait a minute, and press Send again."
        )
    return " ".join(one.detail for one in problem.faults) or problem.detail


def _page(asked: OpenForm, wanted: Manner, form: Form, at: At, refused: str = "") -> str:
    sent = request.form if request.method == "POST" else None
    fields = carrying.fields_of(at, form, sent)
    dangers = danger.said_in(_words(form, at.given))
    return render_template(
        "recording/carried.html",
        asked=asked,
        manner=wanted,
        at=at,
        fields=fields,
        carried=carrying.carried(sent, fields) if sent else [],
        key=carrying.key_of(sent),
        seen=carrying.seen(sent),
        heading=_heading(at, fields),
        faults={"send": refused} if refused else at.faults,
        parts=[] if at.step else carrying.rows(asked.flow, form, at.given),
        back=carrying.before(asked.flow, form, at),
        changing=at.step is not None and carrying.is_changing(sent),
        dangers=dangers,
        shortly=dangers == danger.said_in(_words(form, at.given, but=request.form.get(carrying.SHOWN, ""))),
    )


def _heading(at: At, fields: list[Field]) -> str:
    if at.step is None:
        return languages.say("Check your answers")
    return languages.say(at.step.title) if at.step.title else fields[0].label


def _words(form: Form, given: Given, but: str = "") -> str:
    """Everything that somebody wrote in words of their own; `but` for what stood in these fields, names with blanks between."""
    left_out = but.split()
    written = (
        one
        for place, values in given.values.items()
        if _is_written(form, place) and name_of(place) not in left_out
        for one in values
    )
    return " / ".join(map(str, written))


def _is_written(form: Form, place: Place) -> bool:
    question = form.question(place)
    return question.kind == "string" and not question.value_set


def _form(asked: OpenForm, wanted: Manner) -> Form:
    """In the words of its version; else in those of the kind of service that was answered."""
    said = asked.versions[wanted.version]
    return newest(words(said) if said else of_service(request.form.getlist(name_of(SERVICE))))


def _unplaced() -> str:
    """Who takes reports of a place that is not on the list."""
    return str(current_app.config["UNPLACED_ORGANISATION"])
