"""Which form is asked: a version of the question set, in the words of whoever answers."""

from __future__ import annotations

from functools import lru_cache

from chassis.problems import not_found
from gateway import question_sets
from gateway.web.recording.form import Form, Given, Place
from gateway.web.recording.words import NATIONAL, Words, of_service, words

SERVICE: Place = ("location-details", 0, "ServiceArea")


def newest(said: Words = NATIONAL) -> Form:
    """The version in which events are recorded today; UNAVAILABLE while recording is away and was never heard."""
    return form_of(question_sets.current().all()[-1].question_set, said)


def form_of(version: int, said: Words = NATIONAL) -> Form:
    """A version in these words; NOT_FOUND where it is no longer there."""
    definition = question_sets.current().of(version)
    if definition is None:
        raise not_found(
            "question-set-not-found", "This draft follows a question set that is no longer in use."
        )
    return _made(definition.digest, said.name)


def spoken_to(given: Given) -> Words:
    """The words of the kind of service that was answered."""
    return of_service(given.at(SERVICE))


@lru_cache(maxsize=64)
def _made(digest: str, name: str) -> Form:
    """Made once for each content and each words."""
    definition = next(one for one in question_sets.current().all() if one.digest == digest)
    return Form(definition, words(name))
