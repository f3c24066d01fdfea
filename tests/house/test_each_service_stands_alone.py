"""Each deployable runs from its own image: its files, the packages of its lock, and nothing else."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from deploy.local.layout import CHECKOUT
from tests.deploy.dockerfile import image, unpack
from tests.house import alone
from tests.house.codebase import DEPLOYABLES, PROCESSES

EVENTLET = {"nameko", "eventlet", "kombu"}
RUN_BY_ALEMBIC = ".migrations.env"
Images = Callable[[str], Path]


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Images:
    """The folder of a deployable's image, put together on first use."""
    made: dict[str, Path] = {}

    def folder(service: str) -> Path:
        if service not in made:
            made[service] = unpack(image(service), tmp_path_factory.mktemp(service))
        return made[service]

    return folder


@pytest.mark.parametrize("service", DEPLOYABLES)
def test_every_module_imports_from_its_own_image(service: str, images: Images) -> None:
    package = "gateway" if service == "gateway" else f"services/{service}"
    names = [name for name in _modules(images(service), package) if not name.endswith(RUN_BY_ALEMBIC)]
    assert names
    loaded(images(service), service, names)


def test_what_no_lock_names_is_not_found(images: Images) -> None:
    with pytest.raises(AssertionError, match="flask is not in this image"):
        loaded(images("recording"), "recording", ["flask"])


@pytest.mark.parametrize("service", DEPLOYABLES)
def test_an_image_holds_nothing_of_its_neighbours(service: str, images: Images) -> None:
    folder = images(service)
    own = "gateway" if service == "gateway" else "services"
    assert {path.name for path in folder.iterdir()} == {"chassis", "protos", own}
    if own == "services":
        assert {path.name for path in (folder / own).iterdir()} == {"__init__.py", "__main__.py", service}


@pytest.mark.parametrize(("service", "verb"), PROCESSES)
def test_grpc_and_eventlet_never_share_a_process(service: str, verb: str, images: Images) -> None:
    names = [name for name in _started(service, verb) if _exists(images(service), name)]
    found = loaded(images(service), service, names)
    assert "grpc" not in found if verb != "serve" else "grpc" in found
    assert not EVENTLET & found if verb != "listen" else found >= EVENTLET


def test_the_gateway_loads_no_eventlet(images: Images) -> None:
    assert not EVENTLET & loaded(images("gateway"), "gateway", _modules(images("gateway"), "gateway"))


def loaded(folder: Path, service: str, modules: Iterable[str]) -> set[str]:
    """The first names of everything that importing `modules` loads."""
    lock = CHECKOUT / "requirements" / f"{service}.txt"
    command = [sys.executable, "-I", "-B", alone.__file__, str(folder), str(lock), *modules]
    done = subprocess.run(
        command, cwd=folder, env={"PATH": "/nowhere"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return set(json.loads(done.stdout.splitlines()[-1]))


def _modules(folder: Path, package: str) -> list[str]:
    paths = sorted((folder / package).rglob("*.py"))
    return [
        ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__") for path in paths
    ]


def _exists(folder: Path, module: str) -> bool:
    path = folder / module.replace(".", "/")
    return path.is_dir() or path.with_suffix(".py").exists()


def _started(service: str, verb: str) -> list[str]:
    """What the process table imports for one process, read from its source."""
    tree = ast.parse((CHECKOUT / "services" / "__main__.py").read_text())
    functions = {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef)}
    waiting, seen, found = [verb], set[str](), ["services.__main__"]
    while waiting:
        name = waiting.pop()
        if name in functions and name not in seen:
            seen.add(name)
            found += _imported(functions[name], service)
            waiting += [one.id for one in ast.walk(functions[name]) if isinstance(one, ast.Name)]
    return found


def _imported(function: ast.FunctionDef, service: str) -> Iterator[str]:
    for node in ast.walk(function):
        if isinstance(node, ast.ImportFrom) and node.module == "chassis":
            yield from (f"chassis.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and str(node.module).startswith("chassis."):
            yield str(node.module)
        elif isinstance(node, ast.Call) and (
            match := re.match(r"_part\(service, '(\w+)'\)", ast.unparse(node))
        ):
            yield f"services.{service}.{match[1]}"
