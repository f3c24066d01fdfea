"""JSON for programs and support staff; the OpenAPI document is made from the same schemas that answer."""

from __future__ import annotations

from flask import Flask

from gateway.api import (
    account,
    admin,
    colleagues,
    conformance,
    document,
    drafts,
    events,
    following_up,
    notices,
    outside,
    question_sets,
    records,
    registering,
    safety_responses,
    second_factors,
    sessions,
)


def install(app: Flask) -> None:
    people = (registering, account, second_factors, outside, colleagues)
    life = (sessions, events, records, drafts, following_up, safety_responses)
    for part in (*people, *life, question_sets, conformance, notices, admin, document):
        app.register_blueprint(part.routes)
