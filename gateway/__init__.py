"""The front door: pages, JSON and FHIR in front of the services. It keeps nothing it cannot lose.

`granian --interface rsgi gateway:app` makes the app on first use, which is in the worker.
"""

from __future__ import annotations

from typing import Any

from chassis import telemetry
from chassis.settings import read
from gateway import api, fhir, forms, guards, health, limits, networks, oauth, problems, warming, web
from gateway.clients import Clients, remind_of_certificates
from gateway.envelope import LARGEST_BODY, MOST_PARTS, Enveloped
from gateway.settings import Settings


def from_environment() -> Enveloped:
    """The app of this process's environment, with its spans on their way and its warming begun."""
    found = read(Settings)
    telemetry.start("gateway", found.otlp_endpoint, found.trace_sample)
    remind_of_certificates(found)
    app = create_app(found)
    warming.begin(app)
    return app


def create_app(found: Settings) -> Enveloped:
    """A gateway in front of the services that `found` names. Opens no connection yet."""
    app = Enveloped("gateway", static_folder=None, template_folder="web/templates")
    app.config.update(
        UNPLACED_ORGANISATION=found.unplaced_organisation,
        PUBLIC_URL=found.public_url.rstrip("/"),
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        MAX_FORM_PARTS=MOST_PARTS,
    )
    forms.install(app, found.secret_key)
    app.url_map.merge_slashes = False  # no redirects: they would name whatever Host was sent
    clients = Clients(found)
    app.extensions["clients"] = clients
    problems.install(app)
    networks.install(app, found.secret_key, found.trusted_proxies)
    limits.install(app, found.limits_times)
    guards.install(app, clients)
    for part in (health, fhir, oauth, api, web):
        part.install(app)
    return app


def __getattr__(name: str) -> Any:
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()["app"] = made = from_environment()
    return made
