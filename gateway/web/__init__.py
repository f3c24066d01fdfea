"""Pages for people: one file per errand. Nothing needs JavaScript, and nothing comes from elsewhere."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import ChainableUndefined, ChoiceLoader, FileSystemLoader, PackageLoader

from chassis.problems import Problem, invalid
from gateway import problems
from gateway.envelope import WITHOUT_ACCOUNT, nonce
from gateway.guards import COOKIE, FORM_COOKIE
from gateway.web import (
    account,
    assets,
    conformance,
    following_up,
    help,
    home,
    languages,
    notices,
    organisation,
    presenters,
    recording,
    squeezing,
    support,
)
from gateway.web.recording import by_code, without_account
from gateway.web.support import imports
from protos.notifications.v1 import notifications_pb2

SERVICE_NAME = "Patient safety events"
COUNT_DEADLINE = 1.0  # seconds a page waits for its count of notices
PARTS = (
    *(assets, home, conformance),
    *account.PARTS,
    *organisation.PARTS,
    *support.PARTS,
    *recording.PARTS,
    *following_up.PARTS,
    notices,
    *help.PARTS,
)
NAMELESS = (without_account.routes, by_code.routes)
"""What anybody may send: nothing is done there in the name of whoever is signed in, so no cookie is set and no form signed."""


def install(app: Flask) -> None:
    """Add the pages, their templates and the guard against forged forms."""
    app.jinja_options = {
        "undefined": ChainableUndefined,
        "autoescape": True,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }
    ours = FileSystemLoader(f"{app.root_path}/web/templates")
    app.jinja_loader = ChoiceLoader([ours, PackageLoader("nhsuk_frontend_jinja")])
    app.context_processor(_context)
    app.jinja_env.globals["_"] = languages.say
    app.config.update(
        SESSION_COOKIE_NAME=FORM_COOKIE,
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
    )
    for part in PARTS:
        app.register_blueprint(part.routes)
    app.after_request(squeezing.squeeze)
    _protect_forms(app)


def _protect_forms(app: Flask) -> None:
    """Every form carries a token; FHIR and the JSON API carry no cookie that another site could borrow."""
    protect = CSRFProtect(app)
    for name, blueprint in app.blueprints.items():
        if name.startswith(("api_", "adverse_events", "fhir_", "oauth_")) or blueprint in NAMELESS:
            protect.exempt(blueprint)
    protect.exempt(imports.upload)  # which looks at the token itself, once it knows who asks
    app.register_error_handler(CSRFError, _expired)


def _expired(_: CSRFError) -> Any:
    detail = "Your form has expired. Go back, reload the page and try again."
    return problems.render(invalid("form-expired", detail))


def _context() -> dict[str, Any]:
    """What every template may use. Whoever has no account, or wants none, is a stranger: then nothing is known of a session."""
    stranger = request.path.startswith(WITHOUT_ACCOUNT)
    return {
        "service_name": SERVICE_NAME,
        "cspNonce": nonce(),
        "request_id": g.get("request_id", ""),
        "person": presenters.person(g.get("actor")),
        "may": presenters.may,
        "moment": presenters.moment,
        "day_of": presenters.day_of,
        "day": presenters.day,
        "stranger": stranger,
        "signed_in": not stranger and ("actor" in g or COOKIE in request.cookies),
        "unread": _unread,
        "asset": assets.address,
    }


def _unread() -> int:
    """How many notices the person has not read; 0 when that cannot be known now."""
    if "actor" not in g:
        return 0
    asking = notifications_pb2.ListNoticesRequest(limit=1)
    try:
        found = current_app.extensions["clients"]["notifications"].ask(
            "ListNotices", asking, g.actor, COUNT_DEADLINE
        )
    except Problem:
        return 0
    return int(found.unread)
