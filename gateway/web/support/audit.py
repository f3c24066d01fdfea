"""The audit of every service: searched, a page at a time, and verified."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import Fault, Kind, Problem, invalid
from gateway.guards import signed_in
from gateway.identity import ask
from gateway.web import presenters
from gateway.web.answering import MENDABLE, Faults, again, done, said
from gateway.web.support.start import must_support
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("support_audit", __name__, url_prefix="/support/audit")
CODES = ("actor", "about", "action", "service")
DAYS = ("from", "to")


@routes.get("")
@signed_in
def search() -> AnyResponse | str:
    """Rows of every service that match, newest first. Looking is audited too, so nothing is looked for unasked."""
    must_support("identity:read-audit")
    given = {name: request.args.get(name, "").strip() for name in (*CODES, *DAYS)}
    try:
        return _page(given, _found(given) if request.args else None)
    except Problem as problem:
        if problem.kind not in MENDABLE:
            raise
        return again(_page(given, None, said(problem, _named(problem))), problem)


@routes.get("/verification")
@signed_in
def verification() -> str:
    """How far the newest one is, and what it found."""
    try:
        found = ask("GetAuditVerification", pb.GetAuditVerificationRequest())
    except Problem as problem:
        if problem.kind is not Kind.NOT_FOUND:
            raise
        found = None
    return render_template("support/verification.html", found=found)


@routes.post("/verification")
@signed_in
def verify() -> AnyResponse:
    """Every chain is walked, or is being walked already."""
    ask("VerifyAudit", pb.VerifyAuditRequest())
    return done("Every service walks its audit now.", "/support/audit/verification")


def _found(given: Mapping[str, str]) -> pb.AuditPage:
    """What was asked for; INVALID for a day that is none."""
    asking = pb.SearchAuditRequest(cursor=request.args.get("after", ""), limit=50)
    for name in CODES:
        setattr(asking, name, given[name])
    if given["from"]:
        getattr(asking, "from").FromDatetime(_midnight("from", given["from"], 0))
    if given["to"]:
        asking.until.FromDatetime(_midnight("to", given["to"], 1))
    found: pb.AuditPage = ask("SearchAudit", asking)
    return found


def _midnight(name: str, typed: str, later: int) -> datetime:
    """When a day begins in London, `later` days on."""
    try:
        day = date.fromisoformat(typed) + timedelta(days=later)
    except (ValueError, OverflowError):
        detail = "Write the day as year, month, day: 2026-11-26"
        raise invalid("bad-request", detail, Fault(name, "bad-request", detail)) from None
    return datetime(day.year, day.month, day.day, tzinfo=presenters.LONDON).astimezone(UTC)


def _named(problem: Problem) -> str:
    """The field that identity's sentence names."""
    return next((name for name in CODES if f"'{name}'" in problem.detail), CODES[0])


def _page(given: Mapping[str, str], found: pb.AuditPage | None, faults: Faults | None = None) -> str:
    kept = {name: value for name, value in given.items() if value}
    return render_template(
        "support/audit.html",
        found=found,
        details=[_words(one.detail) for one in found.items] if found else [],
        older=urlencode(kept | {"after": found.next}) if found and found.next else "",
        newest=urlencode(kept) if "after" in request.args else "",
        given=given,
        faults=faults or {},
    )


def _words(detail: str) -> str:
    """What a row says besides, as name: value."""
    told = json.loads(detail or "{}")
    return ", ".join(f"{name}: {value}" for name, value in told.items())
