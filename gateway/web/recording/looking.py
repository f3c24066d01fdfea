"""What looks like a name or a number in a text that somebody is about to send: they are told, and nothing is refused for it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import current_app

from chassis.problems import Problem
from gateway.web.recording.form import Form, Given, Place
from gateway.web.recording.reading import name_of
from protos.enrichment.v1 import enrichment_pb2 as pb

DEADLINE = 0.5  # seconds: a hint is not worth more of anybody's time
WHOLE = "WITHHELD"  # the rules came to no end: it says nothing about any word


def looks_personal(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """The words that look personal, by field, each once and in order; fields without any are left out.

    Empty while enrichment is away or slow: they are taken out afterwards all the same.
    """
    written = {name: text for name, text in texts.items() if text.strip()}
    if not written:
        return {}
    asking = pb.LooksPersonalRequest(texts=list(written.values()))
    try:
        found = current_app.extensions["clients"]["enrichment"].ask(
            "LooksPersonal", asking, deadline=DEADLINE
        )
    except (Problem, RuntimeError):  # away, late, too long for it, or broken
        return {}
    return _by_field(list(written.items()), found)


def in_answers(form: Form, given: Given) -> dict[Place, list[str]]:
    """The words that look personal in what was written so far, by the question they stand in."""
    texts = {
        place: "\n".join(str(one) for one in values)
        for place, values in given.values.items()
        if form.question(place).narrative
    }
    found = looks_personal({name_of(place): text for place, text in texts.items()})
    return {place: found[name_of(place)] for place in texts if name_of(place) in found}


def _by_field(written: list[tuple[str, str]], found: pb.LookedPersonal) -> dict[str, list[str]]:
    words: dict[str, dict[str, None]] = {}
    for span in found.spans:
        if span.kind != WHOLE and span.text < len(written):
            name, text = written[span.text]
            words.setdefault(name, {})[text[span.start : span.end]] = None
    return {name: list(some) for name, some in words.items()}
