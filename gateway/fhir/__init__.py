"""The door for local risk management systems: safety events as FHIR resources, shaped as the national interface has them."""

from __future__ import annotations

from flask import Flask

from gateway.fhir import (
    adverse_events,
    batch,
    conformance,
    creating,
    history,
    importing,
    metadata,
    operations,
    searching,
    showing,
    taxonomy,
    updating,
)

ERRANDS = (
    creating,
    showing,
    updating,
    searching,
    history,
    operations,
    importing,
)  # whose routes are those of AdverseEvent


def install(app: Flask) -> None:
    app.register_blueprint(adverse_events.routes)
    app.register_blueprint(batch.routes)
    app.register_blueprint(conformance.routes)
    app.register_blueprint(metadata.routes)
    taxonomy.install(app)
