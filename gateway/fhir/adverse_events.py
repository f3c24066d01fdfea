"""The address of AdverseEvent: its routes, what they are in FHIR's words, and how recording is asked.

Each errand has a file that adds its routes here: `creating`, `showing`, `updating`, `searching`, `history`, `operations`; a
`batch` goes through their functions too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, current_app, request

from chassis.problems import Problem, forbidden, invalid
from gateway.clients import Clients
from gateway.fhir import paths, replies
from gateway.fhir.layout import EVENTS
from gateway.fhir.reading import Understood
from gateway.guards import actor, scope
from gateway.media_types import FHIR_JSON, JSON

View = TypeVar("View", bound=Callable[..., Any])

routes = Blueprint("adverse_events", __name__, url_prefix=EVENTS)
TYPES = frozenset({JSON, FHIR_JSON})
DEADLINE = 5.0  # seconds for one event
LONG_DEADLINE = 20.0  # seconds for many


def interaction(*codes: str) -> Callable[[View], View]:
    """Which FHIR interactions a view is; the CapabilityStatement is made from these."""
    return _marked("interactions", codes)


def operation(*names: str) -> Callable[[View], View]:
    """Which FHIR operations a view is, without the dollar."""
    return _marked("operations", names)


def _marked(name: str, codes: tuple[str, ...]) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, name, codes)
        return view

    return mark


def ask(rpc: str, asking: Any, deadline: float = DEADLINE) -> Any:
    """Recording's reply, for whoever asks us; raises a Problem."""
    clients: Clients = current_app.extensions["clients"]
    try:
        return clients["recording"].ask(rpc, asking, actor(), deadline)
    except Problem as problem:
        raise _within_scope(problem) from None


def _within_scope(problem: Problem) -> Problem:
    """The same problem; where it is the key's or token's scope that does not allow this, that."""
    if problem.code != "not-permitted" or not scope():
        return problem
    return forbidden("insufficient-scope", f"What you sent to sign in with allows this alone: {scope()}.")


def ask_about(understood: Understood, rpc: str, asking: Any) -> Any:
    """The same about a resource that was sent: faults come back where its sender finds them."""
    try:
        return ask(rpc, asking)
    except Problem as problem:
        raise located(problem, understood) from None


def located(problem: Problem, understood: Understood) -> Problem:
    return paths.located(problem, understood.version, replies.base_of(understood))


def must_be_json() -> None:
    """INVALID (415) unless a resource was sent in a form that we read."""
    if request.mimetype not in TYPES or not is_plain():
        detail = "Send application/json or application/fhir+json, uncompressed."
        raise invalid("unsupported-media-type", detail)


def is_plain() -> bool:
    """Whether what was sent is not compressed, or encoded in another way."""
    return request.headers.get("Content-Encoding", "identity").strip().lower() == "identity"
