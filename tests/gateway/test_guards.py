"""Who may ask: every route says so, and what ended is forgotten."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable
from typing import Any, cast

import pytest

from chassis.problems import Kind, Problem, unavailable
from gateway import guards
from gateway.clients import Clients
from gateway.guards import COOKIE, KEY_HEADER, Guard, guard_of
from tests.builders.safety_events import as_fhir_v6
from tests.gateway.conftest import BEARER, KEY, LRMS, SESSION, Client, System
from tests.gateway.test_create import URL, post, submitted

GUARDED = {Guard.SIGNED_IN, Guard.BEARER, Guard.LRMS}


@pytest.fixture(autouse=True)
def recorded(system: System) -> None:
    system.recording.answers["Submit"] = submitted()


def eventually(true: Callable[[], Any], seconds: float = 5) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it never came about"
        time.sleep(0.02)


def asks(system: System, rpc: str = "ActorForKeyRequest") -> int:
    return sum(type(one).__name__ == rpc for one in system.identity.asked)


def test_every_route_names_its_guard(system: System) -> None:
    for rule in system.app.url_map.iter_rules():
        assert guard_of(system.app.view_functions[rule.endpoint]), rule.rule


def test_every_guarded_route_refuses_strangers(client: Client, system: System) -> None:
    for rule in system.app.url_map.iter_rules():
        if guard_of(system.app.view_functions[rule.endpoint]) not in GUARDED:
            continue
        path = re.sub("<[^>]+>", "1", rule.rule)
        for method in (rule.methods or set()) - {"OPTIONS"}:
            answer = client.open(path, method=method)
            assert answer.status_code in (303, 401), f"{method} {path}"


def test_a_route_without_a_guard_is_refused(system: System) -> None:
    system.app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    answer = system.browser(SESSION).get("/forgotten")
    assert answer.status_code == 403
    assert "secret" not in answer.text


def test_one_kind_of_proof_does_not_open_another_door(system: System) -> None:
    browser = system.browser(SESSION)
    assert browser.get("/api/v1/events").status_code == 401
    assert browser.post(URL, json=as_fhir_v6()).status_code == 401
    assert browser.post(URL, json=as_fhir_v6(), headers={KEY_HEADER: SESSION + "x"}).status_code == 401
    assert system.browser().get("/events", headers=BEARER).status_code == 303


def test_a_key_is_asked_for_once_a_minute(client: Client, system: System) -> None:
    for _ in range(5):
        assert post(client, as_fhir_v6()).status_code == 201
    assert asks(system) <= 2  # once more when the line to identity opens


def test_an_ended_key_is_refused_within_a_second(client: Client, system: System) -> None:
    assert post(client, as_fhir_v6()).status_code == 201
    eventually(lambda: system.identity.lines)
    system.identity.end(KEY)
    eventually(lambda: post(client, as_fhir_v6()).status_code == 401, seconds=1)


def _nothing_is_in_doubt(client: Client, system: System) -> bool:
    """Whether a line that has just opened has had its say: everything known before it is asked for again."""
    post(client, as_fhir_v6())
    asked = asks(system)
    time.sleep(0.2)
    post(client, as_fhir_v6())
    return asks(system) == asked


def test_other_keys_are_not_forgotten_with_it(client: Client, system: System) -> None:
    system.identity.secrets["another"] = system.identity.secrets[KEY]
    post(client, as_fhir_v6())
    eventually(lambda: system.identity.lines)
    eventually(lambda: _nothing_is_in_doubt(client, system))
    asked = asks(system)
    system.identity.end("another")
    time.sleep(0.3)
    post(client, as_fhir_v6())
    assert asks(system) == asked


def test_reports_go_on_while_identity_is_away(client: Client, system: System) -> None:
    assert post(client, as_fhir_v6()).status_code == 201
    system.doors["identity"].stop()
    system.app.extensions["passes"].doubt()
    assert [post(client, as_fhir_v6()).status_code for _ in range(3)] == [201, 201, 201]


class Going:
    """Identity, for the gateway: it answers, then it is away; counts how often it was waited for."""

    def __init__(self, clients: Clients) -> None:
        self.identity = clients["identity"]
        self.closed = threading.Event()
        self.closed.set()  # no line is opened
        self.away = False
        self.waited = 0

    def __getitem__(self, _name: str) -> Going:
        return self

    def ask(self, *asked: Any, **how: Any) -> Any:
        if not self.away:
            return self.identity.ask(*asked, **how)
        self.waited += 1
        raise unavailable("try-again", "Away.")


def test_while_identity_is_away_reports_wait_for_it_once_in_five_seconds(system: System) -> None:
    now, going = [1000.0], Going(system.app.extensions["clients"])
    passes = guards.Passes(cast(Clients, going), clock=lambda: now[0])
    keys = (KEY, "narrow")
    known = [passes.of(Guard.LRMS, key) for key in keys]
    going.away = True
    for _ in range(10):
        passes.doubt()  # as every try to open the line again does
        assert [passes.of(Guard.LRMS, key) for key in keys] == known
        now[0] += 0.4
    assert going.waited == 1
    now[0] += guards.PATIENCE
    assert passes.of(Guard.LRMS, KEY) == known[0]
    assert going.waited == 2


def test_a_key_nobody_asked_for_before_is_told_to_try_again(client: Client, system: System) -> None:
    system.doors["identity"].stop()
    answer = post(client, as_fhir_v6())
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_nobody_signs_in_while_identity_is_away(system: System, client: Client) -> None:
    client.get("/api/v1/events", headers=BEARER)
    system.doors["identity"].stop()
    system.app.extensions["passes"].doubt()
    sent = {"email": "a@example.org", "password": "x"}
    assert client.post("/api/v1/sessions", json=sent).status_code == 503
    assert client.get("/api/v1/events", headers=BEARER).status_code == 503


def test_identity_that_comes_back_is_heard_again(client: Client, system: System) -> None:
    post(client, as_fhir_v6())
    eventually(lambda: system.identity.lines)
    system.doors["identity"].stop()
    system.identity.lines.clear()
    del system.identity.secrets[KEY]  # it ended while we could not hear
    system.doors["identity"].start()
    eventually(lambda: post(client, as_fhir_v6()).status_code == 401)


def test_a_pass_ends_when_identity_said_however_long_identity_is_away(system: System) -> None:
    now = [1000.0]
    passes = guards.Passes(system.app.extensions["clients"], clock=lambda: now[0])
    passes.of(Guard.LRMS, KEY)
    system.doors["identity"].stop()
    now[0] += guards.LONGEST - 1
    assert passes.of(Guard.LRMS, KEY)
    now[0] += 2
    with pytest.raises(Problem) as caught:
        passes.of(Guard.LRMS, KEY)
    assert caught.value.kind is Kind.UNAVAILABLE


def test_what_ended_while_it_was_fetched_is_not_kept(system: System) -> None:
    passes = guards.Passes(system.app.extensions["clients"])
    passes.end(KEY[::-1])
    passes.of(Guard.LRMS, KEY)
    passes.of(Guard.LRMS, KEY)
    assert asks(system) == 2


def test_no_secret_is_logged(client: Client, system: System, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        post(client, as_fhir_v6())
        client.get("/api/v1/events", headers={"Authorization": "Bearer unknown-secret"})
        system.browser("another-secret").get("/events")
    assert not {KEY, "unknown-secret", "another-secret"} & set(caplog.text.split())
    assert "secret" not in caplog.text


def test_a_session_that_ended_is_taken_from_the_browser(system: System) -> None:
    answer = system.browser("ended").get("/events")
    assert answer.status_code == 303
    assert answer.headers["Set-Cookie"].startswith(f"{COOKIE}=;")


def test_a_permission_that_is_lacking_is_403_everywhere(system: System, client: Client) -> None:
    assert client.get("/api/v1/events", headers={"Authorization": "Bearer narrow"}).status_code == 403
    assert system.browser("narrow").get("/events").status_code == 403
    assert post(client, as_fhir_v6(), **{KEY_HEADER.replace("-", "_"): "narrow"}).status_code == 403


def test_headers_name_the_door(client: Client) -> None:
    assert client.post(URL, json={}).json["issue"][0]["details"]["text"].endswith(f"{KEY_HEADER}.")
    assert client.get("/api/v1/events").headers["WWW-Authenticate"].startswith("Bearer")
    assert LRMS[KEY_HEADER] == KEY
