"""docs/vendors.md: its examples are accepted, and its table of codes is that of the code.

`python -m tests.gateway.test_taxonomy_page` writes the table anew.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import orjson
import pytest

from gateway import problems
from gateway.envelope import LARGEST_BODY
from gateway.fhir import batch, operations, reading
from gateway.fhir.layout import VERSIONS
from services import recording
from services.recording.domain.answers import Answer
from services.recording.domain.question_set import load
from services.recording.domain.validation import validate

PAGE = Path(__file__).parents[2] / "docs" / "vendors.md"
BEGIN, END = (
    "<!-- error codes: python -m tests.gateway.test_taxonomy_page -->\n",
    "<!-- end of error codes -->",
)


def table() -> str:
    """Every code with its names, meaning and remedy."""
    rows = sorted((code.pse, name, code) for name, code in problems.CODES.items())
    lines = [f"| {pse} | `{name}` | {code.meaning} | {code.remedy} |" for pse, name, code in rows]
    return "\n".join(["| code | name in JSON | means | do |", "|---|---|---|---|", *lines]) + "\n"


def examples() -> list[str]:
    blocks = re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return [each for each in blocks if '"AdverseEvent"' in each]


def test_the_table_of_codes_is_that_of_the_code() -> None:
    _, _, rest = PAGE.read_text().partition(BEGIN)
    assert rest.partition(END)[0] == table(), (
        f"python -m {Path(__file__).stem} in tests.gateway writes it anew"
    )


def test_there_is_an_example_of_each_type_of_event() -> None:
    codes = [orjson.loads(each)["event"]["coding"][0]["code"] for each in examples()]
    assert codes == ["1", "2", "3", "4"]


@pytest.mark.parametrize("index", range(4))
def test_an_example_is_accepted(index: int) -> None:
    asked = reading.understood(orjson.loads(examples()[index])).submission
    answers = [
        Answer(one.section, one.entry, one.property, getattr(one, one.WhichOneof("value") or ""), one.path)
        for one in asked.answers
    ]
    file = Path(recording.__file__).parent / "question_sets" / "v6.toml"
    checked = validate(
        load(file.read_text()), answers, today=date(2026, 3, 5), known_organisation=lambda code: True
    )
    assert asked.local_reference.startswith("W-2026-")
    if index == 0:
        missed = {one.path for one in checked.warnings if one.code == "required-missing"}
        assert len(missed) <= 4  # an incident that says nearly all that the business rules want


def test_the_limits_are_those_of_the_code() -> None:
    text = PAGE.read_text()
    limits = text[text.index("## Limits") : text.index("**Clocks.**")]
    assert (LARGEST_BODY, batch.MOST, operations.MOST_REFERENCES) == (1_000_000, 100, 1_000)
    for said in ("1 MB", "100 entries", "1,000", "20,000 characters"):
        assert said in limits


def test_every_version_has_its_line() -> None:
    for version in VERSIONS:
        assert re.search(rf"^\| {version} \(", PAGE.read_text(), re.MULTILINE)


if __name__ == "__main__":
    before, _, rest = PAGE.read_text().partition(BEGIN)
    PAGE.write_text(before + BEGIN + table() + END + rest.partition(END)[2])
