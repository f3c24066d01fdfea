"""`/taxonomy/fhir`: profiles, lists of codes, forms and search parameters, all made of the question set.

`library` makes the definitions of one version once for its digest and keeps them as bytes; `routes` hands them out.
"""

from __future__ import annotations

from flask import Flask

from gateway import question_sets
from gateway.fhir.taxonomy import library, routes

__all__ = ["install", "routes"]


def install(app: Flask) -> None:
    """Make the taxonomy's routes able to answer. Nothing is generated before the first request."""
    question_sets.install(app)
    app.extensions["taxonomy"] = library.Library(app.config["PUBLIC_URL"])
