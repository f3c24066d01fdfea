"""JSON for programs and support staff; the OpenAPI document is made from the same schemas that answer."""

from __future__ import annotations

from flask import Flask

from gateway.api import admin, document, events, notices, sessions


def install(app: Flask) -> None:
    for part in (sessions, events, notices, admin, document):
        app.register_blueprint(part.routes)
