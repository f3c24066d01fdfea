"""JSON for programs and support staff; the OpenAPI document is made from the same schemas that answer."""

from __future__ import annotations

from flask import Flask

from gateway.api import (
    account,
    admin,
    clients,
    colleagues,
    conformance,
    document,
    drafts,
    events,
    following_up,
    introspection,
    limits,
    notices,
    question_sets,
    records,
    registering,
    safety_responses,
    second_factors,
    sessions,
    without_account,
)


def install(app: Flask) -> None:
    people = (registering, account, second_factors, colleagues)
    life = (sessions, events, records, drafts, following_up, safety_responses)
    for part in (
        *people,
        *life,
        question_sets,
        conformance,
        notices,
        admin,
        clients,
        introspection,
        limits,
        without_account,
        document,
    ):
        app.register_blueprint(part.routes)
