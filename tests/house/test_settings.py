"""Every setting is documented, and the environment is read in one place."""

from __future__ import annotations

import ast
import re
from dataclasses import MISSING, fields

import pytest

from deploy.local.layout import CHECKOUT, SERVICES
from tests.house.codebase import MIGRATED, PROCESSES, all_settings, comments, files, readers

PAGE = CHECKOUT / "docs" / "settings.md"


def page() -> str:
    """The documentation of settings, as far as it is written."""
    return PAGE.read_text() if PAGE.exists() else ""


def row(name: str) -> str:
    """A setting's line for the table of docs/settings.md."""
    kinds = [one for kind in all_settings().values() for one in fields(kind) if one.name.upper() == name]
    default = next((one.default for one in kinds if one.default is MISSING), kinds[0].default)
    shown = "must be given" if default is MISSING else f"`{default}`" if default != "" else "empty"
    return f"| `{name}` | {who(readers()[name])} | {shown} | {comments().get(name, '')} |"


def who(processes: list[str]) -> str:
    """Processes in as few words as possible: “every process of every service”, “every serve”, or their names."""
    said, left = list[str](), set(processes)
    whole = {"every process of every service": {f"{verb} {service}" for service, verb in PROCESSES}}
    for verb in sorted({verb for _, verb in PROCESSES}):
        whole[f"every {verb}"] = {f"{one} {service}" for service, one in PROCESSES if one == verb}
    for words, group in whole.items():
        if len(group) > 1 and group <= left:
            said, left = [*said, words], left - group
    return ", ".join([*said, *sorted(left)])


def test_every_setting_is_documented() -> None:
    said = set(re.findall(r"`([A-Z][A-Z0-9_]+)`", page()))
    missing = sorted(readers().keys() - said)
    assert not missing, "docs/settings.md lacks:\n" + "\n".join(row(name) for name in missing)


def test_no_documented_setting_is_read_by_nobody() -> None:
    first = set(re.findall(r"^\| `([A-Z][A-Z0-9_]+)`", page(), re.MULTILINE))
    ours = {name for name in first if not name.startswith("LFPSE_")}  # those are for make, not for processes
    assert ours <= readers().keys()


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_settings_for_its_verbs_and_no_others(service: str) -> None:
    tree = ast.parse((CHECKOUT / "services" / service / "settings.py").read_text())
    made = {one.name.lower() for one in tree.body if isinstance(one, ast.ClassDef)}
    assert made == set(MIGRATED[service])


def test_the_environment_is_read_in_one_place() -> None:
    product = files("chassis", "services", "gateway", ending=".py")
    reading = {str(path.relative_to(CHECKOUT)) for path in product if _reads_environment(path.read_text())}
    assert reading <= {"chassis/settings.py"}


def _reads_environment(source: str) -> bool:
    return bool(re.search(r"\bos\.(environ|getenv|putenv)|from os import .*\b(environ|getenv)", source))
