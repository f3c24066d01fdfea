"""Versions of the question set as forms, each made once for its content, for whoever fills it in and in whose words."""

from __future__ import annotations

from functools import lru_cache

from chassis.problems import not_found
from gateway import question_sets
from gateway.web.recording.form import REPORTER, Form, Given, Place
from gateway.web.recording.words import NATIONAL, Words, of_service, words

SERVICE: Place = ("location-details", 0, "ServiceArea")


def newest(said: Words = NATIONAL, by: str = REPORTER) -> Form:
    """The version in which events are recorded today; UNAVAILABLE while recording is away and was never heard."""
    return _made(question_sets.current().all()[-1].digest, said.name, by)


def of_version(version: int, said: Words = NATIONAL, by: str = REPORTER) -> Form | None:
    """A version as its form, or None where we do not have it."""
    definition = question_sets.current().of(version)
    return _made(definition.digest, said.name, by) if definition else None


def form_of(version: int, said: Words = NATIONAL) -> Form:
    """The same for whoever reports; NOT_FOUND where we do not have it."""
    found = of_version(version, said)
    if found is None:
        raise not_found(
            "question-set-not-found", "This draft follows a question set that is no longer in use."
        )
    return found


def spoken_to(given: Given) -> Words:
    """The words of the kind of service that was answered."""
    return of_service(given.at(SERVICE))


@lru_cache(maxsize=64)
def _made(digest: str, name: str, by: str) -> Form:
    definition = next(one for one in question_sets.current().all() if one.digest == digest)
    return Form(definition, words(name), by)
