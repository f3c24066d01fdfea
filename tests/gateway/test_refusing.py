"""What nobody knows is slowed by where it comes from, before identity is asked; what is known goes on."""

from __future__ import annotations

from typing import Any

import pytest

from gateway import limits, refusing
from gateway.guards import KEY_HEADER
from gateway.limits import ADDRESS, REFUSED, TABLE, Limits
from tests.builders.actors import an_lrms
from tests.builders.safety_events import as_fhir_v6
from tests.gateway.conftest import LRMS, SESSION, Client, System
from tests.gateway.test_create import URL, post, submitted
from tests.gateway.test_limits import Clock

BURST = next(one.burst for one in limits.load(TABLE.read_text("utf-8")) if one.name == REFUSED)
HERE, THERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture
def clock(system: System) -> Clock:
    """The clock of this gateway's limits and refusals."""
    found = Clock()
    system.recording.answers["Submit"] = submitted()
    system.app.extensions["limits"] = Limits(limits.load(TABLE.read_text("utf-8")), clock=found)
    system.app.extensions["refusals"] = refusing.Refusals(clock=found)
    return found


def with_key(client: Client, key: str, peer: str = HERE) -> Any:
    headers, here = LRMS | {KEY_HEADER: key}, {"REMOTE_ADDR": peer}
    return client.post(URL, json=as_fhir_v6(), headers=headers, environ_overrides=here)


def flood(client: Client, peer: str = HERE) -> None:
    assert {with_key(client, f"nonsense-{number}", peer).status_code for number in range(BURST)} == {401}


def test_nonsense_is_slowed_before_identity_is_asked(client: Client, system: System, clock: Clock) -> None:
    flood(client)
    asked = len(system.identity.asked)
    refused = with_key(client, "one more")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert len(system.identity.asked) == asked
    assert with_key(client, "one more", THERE).status_code == 401
    clock.now += 1
    assert [with_key(client, f"later-{number}").status_code for number in range(6)] == [401] * 5 + [429]


def test_an_ipv6_network_is_one_address(client: Client, clock: Clock) -> None:
    for number in range(BURST):
        with_key(client, f"nonsense-{number}", f"2001:db8:0:1::{number:x}")
    assert with_key(client, "one more", "2001:db8:0:1:ffff::1").status_code == 429
    assert with_key(client, "one more", "2001:db8:0:2::1").status_code == 401


def test_a_client_that_is_known_goes_on_while_others_behind_its_address_are_slowed(
    client: Client, system: System, clock: Clock
) -> None:
    assert post(client, as_fhir_v6()).status_code == 201
    flood(client, "127.0.0.1")
    system.identity.secrets["new"] = an_lrms("RZ2")
    assert with_key(client, "new", "127.0.0.1").status_code == 429
    system.app.extensions["passes"].doubt()  # it is asked for again, and not as a stranger
    assert post(client, as_fhir_v6()).status_code == 201


def test_one_wrong_key_again_and_again_keeps_no_new_client_out(
    client: Client, system: System, clock: Clock
) -> None:
    said = [with_key(client, "mistyped") for _ in range(BURST + 2)]
    assert [one.status_code for one in said] == [401] * (BURST + 1) + [429]
    assert said[0].json["issue"][0]["details"] == said[1].json["issue"][0]["details"]
    assert sum(getattr(one, "key", "") == "mistyped" for one in system.identity.asked) == 1
    system.identity.secrets["new"] = an_lrms("RZ2")
    assert with_key(client, "new").status_code == 201


def test_what_was_refused_is_asked_for_again_after_a_while(
    client: Client, system: System, clock: Clock
) -> None:
    assert with_key(client, "new").status_code == 401
    system.identity.secrets["new"] = an_lrms("RZ2")
    assert with_key(client, "new").status_code == 401
    clock.now += refusing.REMEMBERED
    assert with_key(client, "new").status_code == 201


@pytest.mark.parametrize("door", ["cookie", "token"])
def test_unknown_sessions_are_slowed_too(system: System, client: Client, clock: Clock, door: str) -> None:
    def ask(secret: str) -> int:
        if door == "token":
            headers = {"Authorization": f"Bearer {secret}"}
            return int(client.get("/api/v1/events", headers=headers).status_code)
        return int(system.browser(secret).get("/events").status_code)

    known = ask(SESSION)
    for number in range(BURST):
        assert ask(f"nonsense-{number}") in (303, 401)
    assert ask("one more") == 429
    assert ask(SESSION) == known


def test_no_credential_at_all_uses_nothing_up(client: Client, clock: Clock) -> None:
    for _ in range(BURST + 1):
        assert with_key(client, "").status_code == 401
    assert with_key(client, "nonsense").status_code == 401


def test_a_session_that_ended_is_a_stranger_afterwards(system: System, client: Client, clock: Clock) -> None:
    headers = {"Authorization": f"Bearer {SESSION}"}
    client.get("/api/v1/events", headers=headers)
    del system.identity.secrets[SESSION]
    passes = system.app.extensions["passes"]
    passes.doubt()
    assert client.get("/api/v1/events", headers=headers).status_code == 401
    assert not passes._known


def test_refusals_are_remembered_within_bounds(client: Client, system: System, clock: Clock) -> None:
    few = system.app.extensions["refusals"] = refusing.Refusals(most=3)
    for number in range(10):
        with_key(client, f"nonsense-{number}")
    assert len(few) <= 3


def test_the_row_is_of_no_route() -> None:
    (row,) = (one for one in limits.load(TABLE.read_text("utf-8")) if one.name == REFUSED)
    assert (row.of, row.guards, row.routes) == (ADDRESS, (), ())
