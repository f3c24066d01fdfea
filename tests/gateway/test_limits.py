"""Who asks too fast is told how long to wait, and it is true; who does not is not hindered."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from chassis.actors import Actor
from chassis.problems import Kind, Problem
from deploy.local.layout import CHECKOUT
from gateway import limits, networks
from gateway.guards import KEY_HEADER, Guard, guard_of
from gateway.limits import ADDRESS, CLIENT, TABLE, Buckets, Limit, Limits
from tests.builders.actors import an_lrms
from tests.builders.safety_events import as_fhir_v6
from tests.gateway import test_pages
from tests.gateway.conftest import BEARER, KEY, LRMS, SESSION, Client, System
from tests.gateway.test_create import URL, post, submitted

ROWS = limits.load(TABLE.read_text("utf-8"))
A_LIMIT = Limit("a", "something", ADDRESS, requests=1, seconds=10, burst=3, routes=("POST /x",))


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(system: System) -> Clock:
    """The clock of this gateway's limits."""
    found = Clock()
    system.app.extensions["limits"] = Limits(ROWS, clock=found)
    return found


@pytest.fixture(autouse=True)
def recorded(system: System) -> None:
    system.recording.answers["Submit"] = submitted()


# ---- a bucket ----------------------------------------------------------------------------------------------


def test_a_burst_passes_and_then_one_for_each_drop() -> None:
    clock = Clock()
    bucket = Buckets(A_LIMIT, clock)
    assert [bucket.take("a").wait for _ in range(4)] == [0, 0, 0, 10]
    clock.now += 4
    assert bucket.take("a").wait == pytest.approx(6)
    clock.now += 6
    assert [bucket.take("a").wait for _ in range(2)] == [0, 10]


def test_after_the_pause_that_was_named_the_next_one_passes() -> None:
    clock = Clock()
    bucket = Buckets(A_LIMIT, clock)
    for _ in range(200):
        wait = bucket.take("a").wait
        clock.now += wait
        assert not wait or not bucket.take("a").wait


def test_refused_requests_make_nobody_wait_longer() -> None:
    clock = Clock()
    bucket = Buckets(A_LIMIT, clock)
    for _ in range(50):
        bucket.take("a")
    clock.now += 10
    assert bucket.take("a").wait == 0


def test_one_who_asks_too_fast_hinders_nobody_else() -> None:
    bucket = Buckets(A_LIMIT, Clock())
    for _ in range(50):
        bucket.take("a")
    assert bucket.take("b").wait == 0


def test_what_is_left_is_counted_down() -> None:
    bucket = Buckets(A_LIMIT, Clock())
    assert [bucket.take("a").left for _ in range(4)] == [2, 1, 0, 0]


def test_memory_stays_bounded_under_a_million_addresses() -> None:
    clock = Clock()
    bucket = Buckets(A_LIMIT, clock, most=1000)
    kept = sys.getsizeof(bucket._young)
    for number in range(1_000_000):
        bucket.take(str(number))
        kept = max(kept, sys.getsizeof(bucket._young) + sys.getsizeof(bucket._old))
    assert len(bucket) <= 2000
    assert kept < 200_000


def test_whoever_keeps_asking_is_not_forgotten_among_many_strangers() -> None:
    clock = Clock()
    bucket = Buckets(A_LIMIT, clock, most=1000)
    passed = 0
    for number in range(20_000):
        bucket.take(str(number))
        if number % 500 == 0:
            passed += bucket.take("a").wait == 0
    assert passed == 3


def test_no_limit_that_allows_nothing_is_loaded() -> None:
    for wrong in ("requests = 0", "seconds = 0", "burst = 0", 'of = "shoe size"'):
        row = {"means": '"x"', "of": '"address"', "requests": "1", "seconds": "1", "burst": "1"}
        name, _, value = wrong.partition(" = ")
        text = "[a]\n" + "\n".join(f"{key} = {said}" for key, said in (row | {name: value}).items())
        with pytest.raises(ValueError, match="is no limit"):
            limits.load(text)


def test_limits_are_multiplied_for_who_measures_or_has_more_to_do() -> None:
    more = Limits([A_LIMIT], times=10).table[0]
    assert (more.requests, more.burst, more.seconds) == (10, 30, 10)


# ---- the table ---------------------------------------------------------------------------------------------


def rules(system: System) -> Iterator[tuple[str, Guard]]:
    for rule in system.app.url_map.iter_rules():
        guard = guard_of(system.app.view_functions[rule.endpoint])
        assert guard
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            yield f"{method} {rule.rule}", guard


def test_every_route_has_a_limit(system: System) -> None:
    without = [route for route, guard in rules(system) if not any(one.covers(route, guard) for one in ROWS)]
    assert set(without) == {"GET /health/live", "GET /health/ready"}


UNGUARDED = {"POST /sign-out"}  # ends what the asker has


def test_everything_anybody_may_change_has_a_limit_of_its_own(system: System) -> None:
    open_to_all = [route for route, guard in rules(system) if guard is Guard.PUBLIC and route[:3] != "GET"]
    for route in set(open_to_all) - UNGUARDED - {one for one in open_to_all if "/taxonomy/" in one}:
        assert any(one.covers(route, "") for one in ROWS), route


def test_a_report_without_an_account_is_limited_more_than_any_other() -> None:
    named = {one.name: one for one in ROWS}
    assert named["report-without-account"].every == max(one.every for one in ROWS)
    assert named["report-without-account"].burst == min(one.burst for one in ROWS)


def test_the_documentation_shows_the_table() -> None:
    page = (CHECKOUT / "docs" / "limits.md").read_text()
    shown = re.findall(
        r"^\| `([a-z-]+)` \| ([^|]+) \| (\w+) \| ([\d.]+) in ([\d.]+) s \| (\d+) \|$", page, re.M
    )
    assert shown == [
        (one.name, one.means, one.of, f"{one.requests:g}", f"{one.seconds:g}", str(one.burst)) for one in ROWS
    ]


def test_anybody_may_read_the_limits(client: Client) -> None:
    shown = client.get("/api/v1/limits").json["items"]
    assert [one["name"] for one in shown] == [one.name for one in ROWS]


# ---- through the gateway -----------------------------------------------------------------------------------


def test_an_lrms_may_send_its_burst_and_is_then_told_how_long_to_wait(
    client: Client, system: System, clock: Clock
) -> None:
    body = as_fhir_v6()
    assert {post(client, body).status_code for _ in range(200)} == {201}
    refused = post(client, body)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    issue = refused.json["issue"][0]
    assert (refused.json["resourceType"], issue["code"]) == ("OperationOutcome", "throttled")
    assert issue["details"]["coding"][0]["code"] == "PSE-1701"
    clock.now += 1
    assert {post(client, body).status_code for _ in range(100)} == {201}
    assert post(client, body).status_code == 429


def test_both_keys_of_a_client_share_what_is_theirs_and_another_client_has_its_own(
    client: Client, system: System, clock: Clock
) -> None:
    system.identity.secrets["second"] = system.identity.secrets[KEY]
    system.identity.secrets["other"] = an_lrms("RZ2")
    body = as_fhir_v6()
    for _ in range(200):
        post(client, body)

    def status(key: str) -> int:
        headers = LRMS | {KEY_HEADER: key}
        found: int = client.post(URL, json=body, headers=headers).status_code
        return found

    assert (status("second"), status("other")) == (429, 201)


def test_an_answer_says_how_much_is_left(client: Client, clock: Clock) -> None:
    first, second = post(client, as_fhir_v6()), post(client, as_fhir_v6())
    assert first.headers["RateLimit-Policy"] == '"lrms";q=200;w=2'
    assert first.headers["RateLimit"] == '"lrms";r=199;t=1'
    assert second.headers["RateLimit"] == '"lrms";r=198;t=1'


def sign_in(client: Client, peer: str = "192.0.2.1", **headers: str) -> Any:
    who = {"email": "nurse@example.org", "password": "x"}
    return client.post("/api/v1/sessions", json=who, headers=headers, environ_overrides={"REMOTE_ADDR": peer})


def test_signing_in_is_limited_by_address_and_recovers(client: Client, clock: Clock) -> None:
    assert {sign_in(client).status_code for _ in range(200)} == {201}
    refused = sign_in(client)
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    assert (refused.json["code"], refused.headers["Retry-After"]) == ("too-many-requests", "1")
    assert sign_in(client, peer="192.0.2.2").status_code == 201
    clock.now += 1
    assert {sign_in(client).status_code for _ in range(5)} == {201}
    assert sign_in(client).status_code == 429


def test_what_somebody_writes_into_x_forwarded_for_does_nothing(client: Client, clock: Clock) -> None:
    for number in range(200):
        sign_in(client, **{"X-Forwarded-For": f"198.51.100.{number}"})
    assert sign_in(client, **{"X-Forwarded-For": "203.0.113.1"}).status_code == 429


def test_behind_our_proxy_it_is_the_address_before_it_that_counts(
    client: Client, system: System, clock: Clock
) -> None:
    system.app.config["TRUSTED_PROXIES"] = 1
    for number in range(200):
        sign_in(client, **{"X-Forwarded-For": f"10.0.0.{number}, 198.51.100.1"})
    assert sign_in(client, **{"X-Forwarded-For": "198.51.100.1"}).status_code == 429
    assert sign_in(client, **{"X-Forwarded-For": "198.51.100.2"}).status_code == 201


def test_a_page_says_it_in_words(system: System, clock: Clock) -> None:
    browser = system.browser(SESSION)
    for _ in range(150):
        browser.get("/notices")
    refused = browser.get("/notices")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert "Too many requests" in refused.text
    assert "Wait 1 seconds" in refused.text


def test_an_account_has_one_limit_for_all_its_sessions(system: System, client: Client, clock: Clock) -> None:
    system.identity.secrets["phone"] = system.identity.secrets[SESSION]
    for _ in range(150):
        client.get("/api/v1/events", headers=BEARER)
    phone = {"Authorization": "Bearer phone"}
    assert client.get("/api/v1/events", headers=phone).status_code == 429


def test_every_kind_of_open_request_is_refused_in_the_end(
    client: Client, system: System, clock: Clock
) -> None:
    """Each limit by address, through a route that it names: its burst, a refusal with the time to wait, and recovery."""
    for one in (row for row in ROWS if row.of == ADDRESS and row.routes):
        route = next((found for found, _ in rules(system) if one.covers(found, "")), None)
        if route is None:
            continue  # of a route that is yet to come
        path = re.sub("<[^>]*>", "x", route.split()[1])
        statuses = [client.post(path, json={}).status_code for _ in range(one.burst)]
        assert 429 not in statuses, one.name
        refused = client.post(path, json={})
        assert refused.status_code == 429, one.name
        clock.now += int(refused.headers["Retry-After"])
        assert client.post(path, json={}).status_code != 429, one.name


def test_probes_are_never_refused(client: Client, system: System, clock: Clock) -> None:
    system.app.extensions["limits"] = Limits([replace(one, burst=1) for one in ROWS], clock=clock)
    assert {client.get("/health/live").status_code for _ in range(5)} == {200}


def test_a_wait_that_identity_names_is_passed_on(client: Client, system: System) -> None:
    said = Problem(Kind.THROTTLED, "too-many-tries", "Wait 37 seconds.", (), 37)
    system.identity.answers["SignIn"] = said
    assert sign_in(client).headers["Retry-After"] == "37"
    page = test_pages.sign_in(system.browser())
    assert (page.status_code, page.headers.get("Retry-After")) == (429, "37")
    assert "Wait 37 seconds." in page.text


def test_identity_hears_a_keyed_hash_of_the_address_and_never_the_address(
    client: Client, system: System
) -> None:
    sign_in(client, peer="192.0.2.1")
    sign_in(client, peer="192.0.2.1")
    sign_in(client, peer="192.0.2.2")
    first, second, other = [one.from_address for one in system.identity.asked if hasattr(one, "from_address")]
    assert first == second != other
    assert len(first) == 32
    assert b"192.0.2" not in first
    with system.app.test_request_context(environ_overrides={"REMOTE_ADDR": "192.0.2.1"}):
        assert networks.from_address() == first
        system.app.config["ADDRESS_KEY"] = b"another"
        assert networks.from_address() != first


def test_a_known_client_costs_little_to_count() -> None:
    """No time is measured here: a route's limits are looked up once, and counting touches one bucket of each."""
    counted = Limits(ROWS, clock=Clock())
    covering = counted.covering("POST /adverse-event/fhir/AdverseEvent", Guard.LRMS)
    assert [one.name for one in covering] == ["lrms"]
    assert counted.covering("POST /adverse-event/fhir/AdverseEvent", Guard.LRMS) is covering
    counted.take(covering, {CLIENT: "a"})
    assert sum(len(one) for one in counted._buckets.values()) == 1


def test_an_actor_is_counted_by_its_id(system: System) -> None:
    system.identity.secrets["somebody"] = Actor("the-id", "person", "RZ1")
    assert system.app.extensions["passes"].pass_of(Guard.BEARER, "somebody").who == "the-id"
