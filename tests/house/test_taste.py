"""What this codebase does not do."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from deploy.local.layout import CHECKOUT, SERVICES
from tests.house.codebase import files

FORBIDDEN = {
    "a registry's address": r"https?://\S*(pypi|npmjs|registry|artifact|nexus|jfrog|devpi|/simple\b)|--(extra-)?index-url",
    "a private key": r"BEGIN [A-Z ]*PRIVATE KEY",
    "a token": r"\b(ghp_|github_pat_|glpat-|AKIA|xox[bp]-)[A-Za-z0-9_-]{10,}",
    "a private JWK": r'"d"\s*:\s*"[A-Za-z0-9_-]{40,}"',
    "a person's folder": r"/(home|Users)/[a-z][a-z0-9_-]+/|/root/",
}
OWN = Path(__file__)
TEXT = (
    ".py",
    ".toml",
    ".yaml",
    ".yml",
    ".md",
    ".txt",
    ".html",
    ".proto",
    ".mako",
    ".css",
    ".js",
    ".json",
    "",
)
HEALTH = re.compile(r"patient|clinic|hospital|nhs|incident|adverse|safety_?event|redact", re.IGNORECASE)


def texts() -> Iterator[tuple[str, str]]:
    """Path → text, of everything written by hand here."""
    for path in files():
        if path != OWN and path.suffix in TEXT and not path.is_symlink():
            yield str(path.relative_to(CHECKOUT)), path.read_text("utf-8", errors="replace")


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_holds(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = [f"{name}: {match.group()[:60]}" for name, text in texts() if (match := pattern.search(text))]
    assert not found


def test_no_file_knows_where_this_checkout_lies() -> None:
    here = str(CHECKOUT)
    if here.count("/") > 1:
        assert not [name for name, text in texts() if re.search(rf"{re.escape(here)}\b", text)]


def test_nothing_is_patched() -> None:
    patching = re.compile(r"mock\.patch|import patch\b|\bmocker\b")
    assert not [name for name, text in texts() if name.endswith(".py") and patching.search(text)]


def test_the_chassis_knows_nothing_of_health() -> None:
    names = {f"{path.name}: {word}" for path in files("chassis", ending=".py") for word in _words(path)}
    assert not {name for name in names if HEALTH.search(name)}


def _words(path: Path) -> Iterator[str]:
    """What a module imports and the names it uses."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef | ast.alias):
            yield node.name


@pytest.mark.parametrize(
    "package", ["chassis", "protos", "gateway", *(f"services/{one}" for one in SERVICES)]
)
def test_nothing_imports_what_stands_above_or_beside_it(package: str) -> None:
    allowed = {"protos": {"protos"}, "chassis": {"chassis", "protos"}}.get(
        package, {package.replace("/", "."), "chassis", "protos"}
    )
    ours = {module for path in files(package, ending=".py") for module in _imports(path) if _is_ours(module)}
    assert not {module for module in ours if not any(f"{module}.".startswith(f"{one}.") for one in allowed)}


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] in {"chassis", "protos", "services", "gateway", "deploy", "tests"}


@pytest.mark.parametrize("service", SERVICES)
def test_migrations_are_numbered_in_one_line(service: str) -> None:
    folder = CHECKOUT / "services" / service / "migrations"
    scripts = list(ScriptDirectory(str(folder)).walk_revisions())[::-1]
    numbers = [f"{number:04}" for number in range(1, len(scripts) + 1)]
    assert [script.revision for script in scripts] == numbers
    assert [script.down_revision for script in scripts] == [None, *numbers[:-1]]
    assert sorted(path.name[:5] for path in folder.glob("versions/*.py") if path.name != "__init__.py") == [
        f"{one}_" for one in numbers
    ]


def test_every_test_is_a_sentence() -> None:
    """At least three words after `test_`."""
    short = [
        f"{path.name}: {node.name}"
        for path in files("tests", ending=".py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and node.name.count("_") < 3
    ]
    assert not short
