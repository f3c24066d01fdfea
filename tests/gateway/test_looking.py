"""What looks personal is told by field; without enrichment nothing is, and nobody waits for it."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from chassis.problems import invalid, unavailable
from gateway.web.recording.looking import looks_personal
from protos.enrichment.v1 import enrichment_pb2 as pb
from tests.gateway.conftest import System

TEXTS = {"what": "Mrs Prosser fell. Mrs Prosser sat down.", "empty": " ", "done": "Ring 07700 900123."}


def spans(*found: tuple[int, int, int, str]) -> pb.LookedPersonal:
    return pb.LookedPersonal(
        spans=[
            pb.PersonalSpan(text=text, start=start, end=end, kind=kind) for text, start, end, kind in found
        ]
    )


def look(system: System, texts: dict[str, str] = TEXTS) -> dict[str, list[str]]:
    with system.app.app_context():
        return looks_personal(texts)


def test_words_are_told_by_field_each_once(system: System) -> None:
    system.enrichment.answers["LooksPersonal"] = spans(
        (0, 4, 11, "NAME"), (0, 22, 29, "NAME"), (1, 5, 17, "PHONE")
    )
    assert look(system) == {"what": ["Prosser"], "done": ["07700 900123"]}
    assert system.enrichment.asked == [pb.LooksPersonalRequest(texts=[TEXTS["what"], TEXTS["done"]])]


def test_a_text_withheld_whole_says_nothing_of_any_word(system: System) -> None:
    system.enrichment.answers["LooksPersonal"] = spans((0, 0, 39, "WITHHELD"), (7, 0, 1, "NAME"))
    assert look(system) == {}


def test_where_nothing_was_written_nobody_is_asked(system: System) -> None:
    assert look(system, {"what": "", "done": "\n"}) == {}
    assert not system.enrichment.asked


@pytest.mark.parametrize(
    "failure", [unavailable("try-again", "Away."), invalid("text-too-long", "Too long."), ValueError("a bug")]
)
def test_whatever_fails_there_says_nothing_here(system: System, failure: Exception) -> None:
    system.enrichment.answers["LooksPersonal"] = failure
    assert look(system) == {}


def test_nobody_waits_for_a_slow_one_nor_for_one_that_is_away(system: System) -> None:
    went_on, waited_for = threading.Event(), threading.Event()

    def slowly(_: Any) -> pb.LookedPersonal:
        if not went_on.wait(10):
            waited_for.set()
        return pb.LookedPersonal()

    system.enrichment.answers["LooksPersonal"] = slowly
    assert look(system) == {}
    went_on.set()
    assert not waited_for.is_set()
    system.doors["enrichment"].stop()
    assert look(system) == {}


def test_pages_are_there_while_enrichment_is_away(system: System) -> None:
    system.doors["enrichment"].stop()
    answer = system.browser().get("/health/ready")
    assert (answer.status_code, answer.json) == (200, {"status": "degraded", "away": ["enrichment"]})
