"""Ten thousand resources with something wrong in them: none is our fault, each refusal names its element, none quotes a word.

Some of them go through the whole of recording, and what is accepted is read back.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine

from gateway.fhir.reading import LONDON
from services.recording.server.events import Events
from services.recording.use_cases import keep_redacted_text
from tests.builders.recording import System as Recording
from tests.faults.test_malformed_inputs import MARKER, mutate
from tests.gateway.conftest import LRMS, System
from tests.gateway.judge import judged
from tests.gateway.shapes import VERSIONS, as_fhir, incident, is_r4
from tests.gateway.test_create import URL
from tests.gateway.test_recorded import (
    a_store,
    checked,
    closed_up,
    content,
    texts,
    understood,
    with_its_day,
)
from tests.gateway.test_recorded import sent as as_sent
from tests.gateway.test_survival import fits
from tests.journeys.clients import r4

MUTATED = 10_000
READ_BACK = 800
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


def test_what_was_accepted_for_all_its_mutations_is_read_back_as_it_was_recorded(
    system: System, engine_for: Callable[[str], Engine]
) -> None:
    store = a_store(engine_for("recording"))
    real = Events(store.db, store.tools)
    system.recording.answers |= {
        rpc: partial(getattr(real, rpc), context=None) for rpc in ("Submit", "GetEvent")
    }
    dice = random.Random(f"{SEED}read back")
    client: Any = system.app.test_client(use_cookies=False)
    whole = {version: json.dumps(report(version)) for version in VERSIONS}
    seen: set[str] = set()
    for number in range(READ_BACK):
        sent = mutated(dice, {version: each.replace("W-", f"W-{number}-") for version, each in whole.items()})
        answer = client.post(URL, data=json.dumps(sent).encode(), headers=LRMS)
        assert not list(wrong(answer)), answer.text
        if answer.status_code == 201 and answer.json["id"] not in seen:
            seen.add(answer.json["id"])
            read_back(client, store, answer.json["id"], sent)
    assert len(seen) > READ_BACK // 10


def read_back(client: Any, store: Recording, event_id: str, sent: Any) -> None:
    """What was sent, once its texts are checked, is what is shown, and that is FHIR."""
    today = datetime.now(LONDON).date()
    asked = understood(sent)
    found = checked(asked, today)
    with store.db.begin() as tx:
        keep_redacted_text(tx, event_id, 1, dict(found.narrative))
    answer = client.get(f"{URL}/{event_id}", headers=LRMS)
    assert answer.status_code == 200, answer.text
    assert answer.json["id"] == event_id
    shown = content(checked(understood(answer.json), today))
    assert shown == closed_up(with_its_day(found, as_sent(asked.question_set, sent)))
    if is_r4(asked.question_set) and fits(texts(found)):
        assert r4.faults(answer.json) == []


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
