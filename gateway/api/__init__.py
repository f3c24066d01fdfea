"""JSON for programs and support staff; the OpenAPI document is made from the same schemas that answer."""

from __future__ import annotations

from flask import Flask

from gateway.api import (
    admin,
    conformance,
    document,
    drafts,
    events,
    following_up,
    notices,
    question_sets,
    records,
    safety_responses,
    sessions,
)


def install(app: Flask) -> None:
    life = (sessions, events, records, drafts, following_up, safety_responses)
    for part in (*life, question_sets, conformance, notices, admin, document):
        app.register_blueprint(part.routes)
