"""Silence is refusal: every RPC names its permission, every route its guard."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine

from chassis import settings
from chassis.grpc_server import Door
from deploy.k8s import trial
from deploy.local import sample
from deploy.local.layout import Layout
from deploy.local.processes import SERVING
from gateway import create_app
from gateway.fhir import metadata
from gateway.fhir.layout import BASE
from gateway.guards import guard_of
from gateway.settings import Settings
from tests.house.codebase import contracts, settings_of

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What any process could be given: keys of a trial, stores that are not there."""
    folder = tmp_path_factory.mktemp("trial")
    found = {name: value for files in trial.secrets(Layout(folder)).values() for name, value in files.items()}
    ports = {"GRPC_PORT": "0", "DATABASE_URL": NOWHERE}
    tls = {f"TLS_{part}_FILE": str(folder / "keys" / file) for part, file in _FILES.items()}
    targets = {f"{name.upper()}_TARGET": "localhost:1" for name in SERVING}
    return found | ports | tls | targets | {"UNPLACED_ORGANISATION": sample.UNPLACED}


_FILES = {"CERT": "gateway.crt", "KEY": "gateway.key", "CA": "ca.crt"}


@pytest.fixture(params=SERVING)
def door(request: pytest.FixtureRequest, environment: dict[str, str]) -> Door:
    service = request.param
    read = settings.read(settings_of(service, "serve"), environment)
    made: Door = importlib.import_module(f"services.{service}.server").door(read, create_engine(NOWHERE))
    return made


def _contract(door: Door) -> Any:
    files = contracts()[door.name.split(".")[1]]
    services = {name: found for one in files for name, found in one.services_by_name.items()}
    return services[door.name.rpartition(".")[2]]


def test_every_rpc_names_its_permission(door: Door) -> None:
    assert set(door.permissions) == {rpc.name for rpc in _contract(door).methods}


def test_every_door_has_the_name_of_its_contract(door: Door) -> None:
    assert door.name == _contract(door).full_name


def test_every_rpc_is_answered(door: Door) -> None:
    found = type(door.servicer)
    generated = next(one for one in found.__mro__ if one.__module__.endswith("_pb2_grpc"))
    rpcs = [rpc.name for rpc in _contract(door).methods]
    assert not [name for name in rpcs if getattr(found, name) is getattr(generated, name)]


def test_every_permission_but_the_open_ones_is_of_the_service(door: Door) -> None:
    service = door.name.split(".")[1]
    assert {p.partition(":")[0] for p in door.permissions.values() if p} <= {service}


def test_every_door_lists_its_callers(door: Door) -> None:
    assert door.callers
    assert door.callers <= {"gateway"}, "a new caller needs a certificate, a network policy and a line here"


@pytest.fixture(scope="module")
def app(environment: dict[str, str]) -> Flask:
    return create_app(settings.read(Settings, environment))


def test_every_route_has_a_guard(app: Flask) -> None:
    without = [
        rule.rule for rule in app.url_map.iter_rules() if guard_of(app.view_functions[rule.endpoint]) is None
    ]
    assert not without


FHIR_ROUTES = {  # method and what follows /AdverseEvent → FHIR's name for it
    ("POST", ""): "create",
    ("GET", ""): "search-type",
    ("POST", "/_search"): "search-type",
    ("GET", "/<>"): "read",
    ("PUT", "/<>"): "update",
    ("PATCH", "/<>"): "patch",
    ("DELETE", "/<>"): "delete",
    ("GET", "/<>/_history"): "history-instance",
    ("GET", "/<>/_history/<>"): "vread",
}


def test_the_capability_statement_matches_the_routes(app: Flask) -> None:
    """What metadata says of interactions is what the routes of AdverseEvent do; operations begin with a dollar."""
    kept = {
        FHIR_ROUTES[method, re.sub("<[^>]*>", "<>", rest)]
        for method, rest in _fhir_routes(app)
        if "$" not in rest
    }
    with app.app_context():
        assert set(metadata.interactions()) - {"batch"} == kept


def _fhir_routes(app: Flask) -> Iterator[tuple[str, str]]:
    start = f"{BASE}/AdverseEvent"
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(start):
            yield from (
                (method, rule.rule.removeprefix(start))
                for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
            )
