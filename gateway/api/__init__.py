"""JSON for programs and support staff; the OpenAPI document is made from the same schemas that answer."""

from __future__ import annotations

from flask import Flask

from gateway.api import (
    account,
    account_erasures,
    admin,
    auditing,
    clients,
    colleagues,
    conformance,
    copies,
    document,
    drafts,
    erasures,
    events,
    following_up,
    glass,
    introspection,
    limits,
    notices,
    organisations,
    outside,
    question_sets,
    records,
    registering,
    safety_responses,
    second_factors,
    sessions,
    without_account,
)


def install(app: Flask) -> None:
    people = (registering, account, second_factors, outside, colleagues)
    life = (sessions, events, records, glass, drafts, following_up, safety_responses, without_account)
    support = (
        question_sets,
        conformance,
        notices,
        limits,
        organisations,
        admin,
        clients,
        introspection,
        auditing,
        erasures,
        account_erasures,
        copies,
        document,
    )
    for part in (*people, *life, *support):
        app.register_blueprint(part.routes)
