"""What the national team does to a record without seeing its text: bring it back, or cut the tie to who reported it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template
from werkzeug.wrappers import Response as AnyResponse

from gateway.guards import actor, signed_in
from gateway.web.answering import Faults, again, done, or_again, sent
from gateway.web.support.start import must_support
from protos.recording.v1 import recording_pb2 as pb

routes = Blueprint("support_records", __name__, url_prefix="/support/records")
_UNSURE = {"sure": "Tick that you know what follows, or leave the page"}


@routes.get("/restoring")
@signed_in
def restoring() -> str:
    """Which record."""
    must_support("recording:restore")
    return _page("restoring")


@routes.post("/restoring")
@signed_in
def restore() -> AnyResponse:
    """The event as it was before it was withdrawn."""

    def restored() -> AnyResponse:
        ask("Restore", pb.RestoreRequest(event=sent("reference")["reference"]))
        return done("The record is back.", "/support/records/restoring")

    return or_again(restored, lambda faults: _page("restoring", faults), "reference")


@routes.get("/anonymising")
@signed_in
def anonymising() -> str:
    """Which record; it cannot be undone."""
    must_support("recording:anonymise")
    return _page("anonymising")


@routes.post("/anonymising")
@signed_in
def anonymise() -> AnyResponse:
    """What was reported stays, tied to nobody."""
    must_support("recording:anonymise")
    given = sent("reference", "sure")
    if given["sure"] != "yes":
        return again(_page("anonymising", _UNSURE))

    def anonymised() -> AnyResponse:
        ask("AnonymiseReporter", pb.AnonymiseReporterRequest(event=given["reference"]))
        return done("Nothing ties the record to who reported it any more.", "/support/records/anonymising")

    return or_again(anonymised, lambda faults: _page("anonymising", faults), "reference")


def ask(rpc: str, asking: Any) -> Any:
    """Recording's reply for whoever asks us; raises a Problem."""
    return current_app.extensions["clients"]["recording"].ask(rpc, asking, actor())


def _page(name: str, faults: Faults | None = None) -> str:
    return render_template(f"support/{name}.html", given=sent("reference"), faults=faults or {})
