"""Every persona × every route and method × whose record it is: what each is answered, against a table that people can read.

The routes come from the URL map; how each is asked stands in `matrix/requests.toml`, what each is answered in `matrix/cells.txt`. A route
that is new has no row there, and fails. `LFPSE_MATRIX=write` writes the table anew, to be read before it is committed.

    .  not signed in (401)      F  forbidden (403)      N  not found (404)
    +  done (2xx, 3xx)          ~  let in, and refused for what it says (other 4xx)
"""

from __future__ import annotations

import json
import os
import re
import time
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from chassis import settings
from deploy.k8s import trial
from deploy.local import sample
from deploy.local.layout import Layout
from deploy.local.processes import SERVING
from gateway import create_app
from gateway.guards import Guard, guard_of
from gateway.settings import Settings
from tests.builders.safety_events import as_fhir_v6
from tests.journeys.conftest import World, a_world, eventually
from tests.journeys.records import a_fall

pytestmark = pytest.mark.timeout(900)  # thousands of requests, some of which wait their turn
HERE = Path(__file__).parent / "matrix"
ASKED: Mapping[str, Mapping[str, Any]] = tomllib.loads((HERE / "requests.toml").read_text(encoding="utf-8"))
CELLS = HERE / "cells.txt"
ORGANISATIONS = ("RZ1", "RZ2", "RZ3", "none")
NOBODYS = {"reference": "PSE-26-AAAAAAAA-A", "id": "01990000-0000-7000-8000-000000000000"}
NO_ORGANISATION = "ZZZ99"
SECRET_WORDS = "the xylophone trolley"  # of every record's text: in no answer to whoever may not see it
VISITOR = "local_safety_lead.RZ3"  # who recorded the event of RZ2
CUTS_THE_TIE = "POST /api/v1/events/<reference>/anonymise"  # asked last: after it nobody is the one who recorded an event
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
AGAIN = 40  # times a throttled request is asked again


@dataclass(frozen=True)
class Persona:
    """Somebody who asks: by bearer token and cookie, by LRMS key, or with nothing."""

    name: str
    token: str = field(default="", repr=False)
    key: str = field(default="", repr=False)

    def headers(self) -> dict[str, str]:
        if self.key:
            return {"Ocp-Apim-Subscription-Key": self.key}
        if self.token:
            return {"Authorization": f"Bearer {self.token}", "Cookie": f"__Host-session={self.token}"}
        return {}


@dataclass(frozen=True)
class Route:
    method: str
    rule: str
    guard: str

    @property
    def name(self) -> str:
        return f"{self.method} {self.rule}"

    @property
    def asked(self) -> Mapping[str, Any]:
        return ASKED.get(self.name, {})

    def scopes(self) -> tuple[str, ...]:
        return ORGANISATIONS if "each" in self.asked else ("-",)


# ---- what there is -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    yield from a_world(tmp_path_factory.mktemp("own-world"))


@pytest.fixture(scope="module")
def routes(tmp_path_factory: pytest.TempPathFactory) -> list[Route]:
    folder = tmp_path_factory.mktemp("matrix")
    found = {name: value for files in trial.secrets(Layout(folder)).values() for name, value in files.items()}
    tls = {"CERT": "gateway.crt", "KEY": "gateway.key", "CA": "ca.crt"}
    files = {f"TLS_{part}_FILE": str(folder / "keys" / file) for part, file in tls.items()}
    targets = {f"{name.upper()}_TARGET": "localhost:1" for name in SERVING}
    app = create_app(
        settings.read(Settings, found | files | targets | {"UNPLACED_ORGANISATION": sample.UNPLACED})
    )
    made = [
        Route(method, rule.rule, str(guard_of(app.view_functions[rule.endpoint])))
        for rule in app.url_map.iter_rules()
        for method in sorted(set(METHODS) & (rule.methods or set()))
    ]
    return sorted(made, key=lambda one: (one.name == CUTS_THE_TIE, one.rule, one.method))


@pytest.fixture(scope="module")
def personas(world: World) -> list[Persona]:
    accounts = [
        Persona(f"{one['role']}.{one['organisation']}", token=world.token(one))
        for one in world.told["accounts"]
    ]
    lrms = [Persona(f"lrms.{one['organisation']}", key=one["key"]) for one in world.told["lrms"]]
    trying = [Persona(f"sandbox.{one['organisation']}", key=one["key"]) for one in world.told["sandbox"]]
    return [Persona("nobody"), Persona("no-role", token=_without_a_role(world)), *accounts, *lrms, *trying]


def _without_a_role(world: World) -> str:
    who = {"email": "matrix@example.org", "password": "seven-purple-otters"}
    assert httpx.post(f"{world.url}/api/v1/registrations", json=who | {"name": "Mae Trix"}).status_code == 202
    letters = eventually(
        lambda: [
            one
            for one in world.all_letters()
            if one["To"] == who["email"] and "code to register" in str(one["Subject"])
        ]
    )
    code = re.findall(r"[0-9A-Z]{5}-[0-9A-Z]{5}", letters[0].get_content())[0]
    opened = who | {"code": code}
    assert httpx.post(f"{world.url}/api/v1/registrations/verification", json=opened).status_code == 201
    return str(httpx.post(f"{world.url}/api/v1/sessions", json=who).json()["access_token"])


@pytest.fixture(scope="module")
def records(world: World) -> dict[str, dict[str, str]]:
    """A record of each provider, by organisation: where it is in paths, queries and bodies.

    That of RZ2 was made by a visitor: a safety lead of RZ3, who holds the standard role there.
    """
    made = {
        "RZ1": _sent(world, "RZ1"),
        "RZ2": _recorded_by_a_visitor(world, "RZ2"),
        "RZ3": _sent(world, "RZ3"),
    }
    with world.person("national_analyst") as analyst:
        paths = [f"/api/v1/events/{one['reference']}" for one in made.values()]
        eventually(lambda: all(analyst.get(one).status_code == httpx.codes.OK for one in paths))
    made["none"] = dict(NOBODYS)
    return {
        name: one | {"organisation": NO_ORGANISATION if name == "none" else name}
        for name, one in made.items()
    }


def _sent(world: World, organisation: str) -> dict[str, str]:
    """By its local system."""
    with world.lrms(organisation) as lrms:
        told = lrms.post("/AdverseEvent", json=_event(organisation)).json()
    return {"reference": told["identifier"]["value"], "id": told["id"]}


def _recorded_by_a_visitor(world: World, organisation: str) -> dict[str, str]:
    role, home = VISITOR.split(".")
    wanted = {
        "role": "standard",
        "organisation": organisation,
        "reason": "To report what they see on visits.",
    }
    answers = a_fall(organisation, f"Somebody moved {SECRET_WORDS}.")
    with world.person(role, home) as visitor, world.person("org_admin", organisation) as admin:
        asked = visitor.post("/api/v1/account/requests", json=wanted).json()
        if asked["state"] == "waiting":
            decision = f"/api/v1/role-requests/{asked['request_id']}/decision"
            admin.post(decision, json={"approve": True}).raise_for_status()

        def recorded() -> dict[str, str]:
            answer = visitor.post("/api/v1/events", json={"answers": answers})
            return dict(answer.json()) if answer.status_code == httpx.codes.CREATED else {}

        told = eventually(recorded)
    return {"reference": told["reference"], "id": told["id"]}


def _event(organisation: str) -> dict[str, Any]:
    known = "RZ1" if organisation == NO_ORGANISATION else organisation
    return as_fhir_v6(organisation=known, description=f"Somebody moved {SECRET_WORDS}.", physical_harm="4")


# ---- asking --------------------------------------------------------------------------------------------------


@dataclass
class Asking:
    """One client for all cells."""

    http: httpx.Client
    forms: dict[str, str]  # cookie and token by which forms are believed
    count: int = 0

    def cell(self, route: Route, persona: Persona, place: Mapping[str, str]) -> httpx.Response:
        self.count += 1
        path = self._path(route, place)
        for _ in range(AGAIN):
            answer = self.http.request(route.method, path, **self._content(route, persona, place))
            if answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
                return answer
            time.sleep(min(5.0, float(answer.headers.get("Retry-After", "1"))))
        raise AssertionError(f"{route.name}: throttled for good")

    def _path(self, route: Route, place: Mapping[str, str]) -> str:
        def filled(found: re.Match[str]) -> str:
            name = found[1].rpartition(":")[2]
            if found[1].startswith("any("):
                return "CodeSystem"
            named = {"reference": place["reference"], "event_id": place["id"], "code": place["organisation"]}
            return (named | {"revision": "1", "number": "6"}).get(name, NOBODYS["id"])

        path = re.sub(r"<([^>]+)>", filled, route.rule)
        query = str(route.asked.get("query", "")).format(**place)
        return f"{path}?{query}" if query else path

    def _content(self, route: Route, persona: Persona, place: Mapping[str, str]) -> dict[str, Any]:
        headers = persona.headers()
        if route.asked.get("match"):
            headers["If-Match"] = 'W/"9999"'
        if route.method == "GET":
            return {"headers": headers}
        if route.guard == Guard.SIGNED_IN:
            cookie = "; ".join(one for one in (headers.get("Cookie"), self.forms["cookie"]) if one)
            return {"headers": headers | {"Cookie": cookie}, "data": {"csrf_token": self.forms["token"]}}
        fhir = route.rule.startswith(("/adverse-event", "/taxonomy"))
        headers["Content-Type"] = "application/fhir+json" if fhir else "application/json"
        body = (
            _event(place["organisation"])
            if "fhir" in route.asked
            else _filled(route.asked.get("body", {}), place, self.count)
        )
        return {"headers": headers, "content": json.dumps(body)}


def _filled(body: Any, place: Mapping[str, str], count: int) -> Any:
    """The body with the record's names in it."""
    if isinstance(body, Mapping):
        return {name: _filled(value, place, count) for name, value in body.items()}
    return body.format(**place, n=count) if isinstance(body, str) else body


def _forms(http: httpx.Client) -> dict[str, str]:
    page = http.get("/sign-in")
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
    cookie = re.findall(r"(__Host-form=[^;]+)", page.headers["Set-Cookie"])[0]
    return {"token": token, "cookie": cookie}


def mark(answer: httpx.Response, guard: str) -> str:
    status = answer.status_code
    assert status < httpx.codes.INTERNAL_SERVER_ERROR, (
        f"{answer.request.method} {answer.request.url}: {status}"
    )
    if (
        guard == Guard.SIGNED_IN
        and status == httpx.codes.SEE_OTHER
        and "/sign-in" in answer.headers.get("Location", "")
    ):
        return "."
    if status < httpx.codes.BAD_REQUEST:
        return "+"
    return {401: ".", 403: "F", 404: "N"}.get(status, "~")


def rows(
    routes: list[Route], personas: list[Persona], records: Mapping[str, Mapping[str, str]], asking: Asking
) -> Iterator[str]:
    """The table, a line for each route and whose record it is; what whoever is refused may not read is looked for in the answer."""
    yield "# " + " ".join(one.name for one in personas)
    for route in routes:
        if "skip" in route.asked:
            yield f"{route.name}  -  skipped: {route.asked['skip']}"
            continue
        for scope in route.scopes():
            place = records["none" if scope == "-" else scope]
            marks = [_asked(asking, route, persona, place) for persona in personas]
            yield f"{route.name}  {scope}  {''.join(marks)}"


def _asked(asking: Asking, route: Route, persona: Persona, place: Mapping[str, str]) -> str:
    answer = asking.cell(route, persona, place)
    found = mark(answer, route.guard)
    if found in ".FN":
        assert SECRET_WORDS not in answer.text, (route.name, persona.name)
        assert "Teaching Hospitals" not in answer.text, (route.name, persona.name)
    return found


def test_every_cell_is_answered_as_the_table_says(
    world: World, routes: list[Route], personas: list[Persona], records: dict[str, dict[str, str]]
) -> None:
    with httpx.Client(base_url=world.url, timeout=40) as http:
        asking = Asking(http, _forms(http))
        found = list(rows(routes, personas, records, asking))
    if os.environ.get("LFPSE_MATRIX") == "write":
        CELLS.write_text("\n".join(found) + "\n", encoding="utf-8")
    expected = CELLS.read_text(encoding="utf-8").splitlines()
    print(f"{asking.count} cells")
    assert found == expected


def test_what_is_said_of_how_to_ask_is_said_of_routes_there_are(routes: list[Route]) -> None:
    assert set(ASKED) <= {one.name for one in routes}


# ---- what the table itself may not say -----------------------------------------------------------------------


def _table() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Route, scope, and the mark of each persona."""
    head, *lines = CELLS.read_text(encoding="utf-8").splitlines()
    names = head.removeprefix("# ").split()
    for line in lines:
        name, scope, marks = line.split("  ", 2)
        if not marks.startswith("skipped"):
            yield name, scope, dict(zip(names, marks, strict=True))


SEES_ALL = ("national_reviewer.XZ9", "national_analyst.XZ9", "alert_issuer.XZ9")
SEES = {
    "RZ1": {"organisational.RZ1", "local_safety_lead.RZ1", "oversight_icb.QZ1", "lrms.RZ1"},
    "RZ2": {"org_admin.RZ2", "oversight_icb.QZ1", VISITOR},
    "RZ3": {"organisational.RZ3", "local_safety_lead.RZ3", "oversight_region.YZ2", "lrms.RZ3"},
    "none": set(),
}


def test_no_record_is_let_be_read_by_anybody_but_those_who_may() -> None:
    for name, scope, marks in _table():
        if (scope in SEES and "<reference>" in name) or "<event_id>" in name:
            read = {persona for persona, one in marks.items() if one in "+~"}
            assert read <= SEES[scope] | set(SEES_ALL) | {"super_admin.XZ9"}, (name, scope)


def test_who_recorded_for_another_organisation_reads_and_amends_there_and_follows_nothing_up() -> None:
    of_visitor = {name: marks[VISITOR] for name, scope, marks in _table() if scope == "RZ2"}
    event = "/api/v1/events/<reference>"
    assert {of_visitor[f"GET {event}{one}"] for one in ("", "/history", "/follow-up")} == {"+"}
    assert of_visitor[f"PUT {event}"] == "~"
    for one in ("feedback", "handling", "links", "questions"):
        assert of_visitor[f"POST {event}/{one}"] == "N", one
    assert of_visitor[f"PUT {event}/governance"] == "N"
    for one in ("assignment", "feedback", "handling", "links", "questions"):
        assert of_visitor[f"POST /events/<reference>/{one}"] == "N", one


def test_what_is_nobodys_is_found_by_nobody() -> None:
    for name, scope, marks in _table():
        if scope == "none" and ("<reference>" in name or "<event_id>" in name):
            assert not [one for one in marks.values() if one == "+"], name


def test_nobody_is_let_in_where_a_proof_is_wanted(routes: list[Route]) -> None:
    public = {one.name for one in routes if one.guard == Guard.PUBLIC}
    for name, _, marks in _table():
        assert (marks["nobody"] == ".") is (name not in public), name
