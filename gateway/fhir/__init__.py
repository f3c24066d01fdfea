"""The door for local risk management systems: safety events as FHIR resources, shaped as the national interface has them."""

from __future__ import annotations

from flask import Flask

from gateway.fhir import adverse_events, metadata


def install(app: Flask) -> None:
    app.register_blueprint(adverse_events.routes)
    app.register_blueprint(metadata.routes)
