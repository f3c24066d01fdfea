"""What the documents point at is there: tests that the hazard log relies on, files that are named, pages that are linked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.layout import CHECKOUT

PAGES = sorted([CHECKOUT / "README.md", CHECKOUT / "CONTRIBUTING.md", *(CHECKOUT / "docs").rglob("*.md")])


def named_tests() -> Iterator[tuple[str, str]]:
    """File and function of every test that stands against a hazard."""
    written = (CHECKOUT / "docs" / "hazards.md").read_text(encoding="utf-8")
    yield from sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)", written)))


@pytest.mark.parametrize(("file", "test"), list(named_tests()))
def test_what_stands_against_a_hazard_is_there(file: str, test: str) -> None:
    path = CHECKOUT / file
    assert path.exists()
    assert f"def {test}(" in path.read_text(encoding="utf-8")


def test_every_hazard_has_a_number_of_its_own_and_a_line_in_the_table() -> None:
    written = (CHECKOUT / "docs" / "hazards.md").read_text(encoding="utf-8")
    numbers = re.findall(r"^## (H\d+) ", written, re.MULTILINE)
    assert sorted(numbers) == sorted(set(re.findall(r"^\| \[(H\d+)\]", written, re.MULTILINE)))
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
