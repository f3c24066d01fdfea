"""Ten thousand resources with something wrong in them: none is our fault, each refusal names its element, none quotes a word."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.faults.test_malformed_inputs import MARKER, mutate
from tests.gateway.conftest import LRMS, System
from tests.gateway.judge import judged
from tests.gateway.shapes import VERSIONS, as_fhir, incident
from tests.gateway.test_create import URL

MUTATED = 10_000
SEED = 20261123
PATH = re.compile(r"AdverseEvent(\.[A-Za-z_]\w*(\[\d+\]|\('[^']+'\)|\([A-Za-z]+\))*)*(\[\d+\])?")


def report(version: int) -> Any:
    """A valid one of a version, with a word that nobody else says."""
    described = "adverse-event-core/Description"
    resource = as_fhir(version, incident(version, **{described: f"{MARKER} fell"}))
    return resource | {"identifier": {"system": "https://lrms.example", "value": f"W-{MARKER}"}}


def mutated(dice: random.Random, whole: dict[int, str]) -> Any:
    resource = json.loads(whole[dice.choice(VERSIONS)])
    for _ in range(dice.randint(1, 3)):
        mutate(dice, resource)
    return resource


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_ten_thousand_mutations_are_answered_in_our_own_words(system: System, method: str) -> None:
    system.recording.answers |= {"Submit": judged, "Revise": lambda asked: judged(asked.submission)}
    system.recording.asked = _Forgetful()
    dice = random.Random(f"{SEED}{method}")
    whole = {version: json.dumps(report(version)) for version in VERSIONS}
    client = system.app.test_client(use_cookies=False)
    ask: Callable[..., Any] = client.post if method == "POST" else client.put
    address = URL if method == "POST" else f"{URL}/019aa000-0000-7000-8000-000000000001"
    statuses: Counter[int] = Counter()
    for _ in range(MUTATED // 2):
        answer = ask(address, data=json.dumps(mutated(dice, whole)).encode(), headers=LRMS)
        statuses[answer.status_code] += 1
        assert not list(wrong(answer)), answer.text
    assert statuses[422] > MUTATED // 10
    assert statuses[201] + statuses[200] > MUTATED // 20


def wrong(answer: Any) -> Any:
    """What is wrong with an answer."""
    if answer.status_code < 400:
        return
    if answer.status_code >= 500:
        yield "our fault"
    if MARKER in answer.text:
        yield "quotes the report"
    for issue in answer.json["issue"]:
        named = issue.get("expression", [""])[0]
        if answer.status_code == 422 and not PATH.fullmatch(named):
            yield f"names no element: {named}"


class _Forgetful(list[Any]):
    """What was asked of the fake, not kept: there is too much of it."""

    def append(self, asked: Any) -> None:
        pass
