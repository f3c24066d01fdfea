"""The door for local risk management systems: safety events as FHIR resources, shaped as the national interface has them."""

from __future__ import annotations

from flask import Flask

from gateway import media_types
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


_DOORS = (
    adverse_events.routes,
    batch.routes,
    conformance.routes,
    metadata.routes,
    taxonomy.routes.routes,
)
for _door in _DOORS:
    _door.before_request(media_types.must_be_given)


def install(app: Flask) -> None:
    taxonomy.install(app)
    for door in _DOORS:
        app.register_blueprint(door)
