"""Versions of the question set as forms, each made once for its content and for whoever fills it in."""

from __future__ import annotations

from functools import lru_cache

from gateway import question_sets
from gateway.web.recording.form import REPORTER, Form


def of_version(version: int, by: str = REPORTER) -> Form | None:
    """A version as its form, or None where we do not have it."""
    definition = question_sets.current().of(version)
    return _made(definition.digest, by) if definition else None


def newest(by: str = REPORTER) -> Form:
    return _made(question_sets.current().all()[-1].digest, by)


@lru_cache(maxsize=16)
def _made(digest: str, by: str) -> Form:
    return Form(next(one for one in question_sets.current().all() if one.digest == digest), by)
