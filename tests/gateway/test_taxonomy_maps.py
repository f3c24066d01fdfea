"""Concept maps: whole, in labels as published, and choosing nothing for the reporter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from protos.recording.v1 import recording_pb2 as pb
from tests.builders.question_sets import a_definition
from tests.gateway.taxonomy import BASE, Published, published

STEPS = ((4, 5), (5, 6))
AGENT = "ConceptMap/agent-type-4-5"


@pytest.fixture
def taxonomy(key_files: Path) -> Iterator[Published]:
    with published(key_files) as one:
        yield one


@pytest.fixture(scope="module")
def every(key_files: Path) -> dict[str, Any]:
    """Every map by its id."""
    with published(key_files) as one:
        bundle = one.json("ConceptMap?_count=200")
        assert bundle["total"] == len(bundle["entry"])
        return {each["resource"]["id"]: each["resource"] for each in bundle["entry"]}


def elements(one: Any) -> list[tuple[Any, Any]]:
    return [(group, element) for group in one["group"] for element in group["element"]]


@pytest.mark.parametrize(("old", "new"), STEPS)
def test_every_code_of_every_list_is_mapped_under_its_label(
    every: dict[str, Any], old: int, new: int
) -> None:
    for one in a_definition(old).value_sets:
        made = every[f"{one.name.replace('_', '-')}-{old}-{new}"]
        assert (made["status"], made["version"]) == ("active", str(new))
        assert made["sourceUri"].endswith(f"/ValueSet/{one.name}-{old}")
        told = {element["code"]: element["display"] for _, element in elements(made)}
        assert told == {each.code: each.label for each in one.codes}


@pytest.mark.parametrize(("old", "new"), STEPS)
def test_every_question_is_mapped(every: dict[str, Any], old: int, new: int) -> None:
    told = {element["code"] for _, element in elements(every[f"questions-{old}-{new}"])}
    sections = a_definition(old).sections
    assert told == {f"{one.name}/{each.property}" for one in sections for each in one.questions}


def test_a_code_is_named_with_the_list_and_the_label_it_has_now(every: dict[str, Any]) -> None:
    (group,) = every["agent-type-4-5"]["group"]
    assert group["source"] == f"{BASE}/CodeSystem/agent-type-4"
    assert group["target"] == f"{BASE}/CodeSystem/agent-type-5"
    found = {each["code"]: each for each in group["element"]}
    labels = {each.code: each.label for one in a_definition(5).value_sets if one.name == "agent-type" for each in one.codes}  # fmt: skip
    assert found["4"]["target"] == [{"code": "4", "display": labels["4"], "equivalence": "equivalent"}]
    assert found["5"]["target"] == [{"code": "13", "display": labels["13"], "equivalence": "wider"}]


def test_what_it_may_have_been_is_said_and_nothing_is_chosen(every: dict[str, Any]) -> None:
    made = every["too-much-blood-4-5"]
    assert "targetUri" not in made
    homes = {group["target"].rpartition("/")[2]: group["element"][0] for group in made["group"]}
    assert set(homes) == {"too-much-blood-used-5", "too-much-blood-products-5"}
    for element in homes.values():
        assert [each["equivalence"] for each in element["target"]] == ["narrower"]
    every_target = [t for one in every.values() for _, e in elements(one) for t in e["target"]]
    assert all("comment" in each for each in every_target if each["equivalence"] == "narrower")


def test_what_nothing_took_the_place_of_is_said_to_be_unmatched(every: dict[str, Any]) -> None:
    group, element = next((g, e) for g, e in elements(every["service-type-4-5"]) if e["code"] == "5")
    assert "target" not in group
    assert element["target"] == [{"equivalence": "unmatched"}]
    gone = {e["code"] for g, e in elements(every["questions-4-5"]) if "target" not in g}
    assert "detection-factors/DetectionFactors" in gone


def test_a_map_is_read_found_and_kept_like_every_definition(taxonomy: Published) -> None:
    first = taxonomy.get(AGENT)
    assert first.headers["Cache-Control"] == "public, max-age=3600"
    again = taxonomy.get(AGENT, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert taxonomy.json(f"ConceptMap?url={BASE}/{AGENT}")["total"] == 1
    assert taxonomy.asked(pb.GetConceptMapRequest) == 2


def test_a_new_digest_makes_a_new_map_and_only_that(taxonomy: Published) -> None:
    before = taxonomy.get(AGENT).headers["ETag"], taxonomy.get("ConceptMap/agent-type-5-6").headers["ETag"]
    changed = taxonomy.recording.maps[4]
    changed.digest = "another"
    (agents,) = (one for one in changed.lists if one.value_set == "agent-type")
    agents.codes[0].relation = "wider"
    after = taxonomy.get(AGENT).headers["ETag"], taxonomy.get("ConceptMap/agent-type-5-6").headers["ETag"]
    assert (after[0] != before[0], after[1] == before[1]) == (True, True)
    assert taxonomy.asked(pb.GetConceptMapRequest) == 3


def test_a_recording_that_publishes_no_maps_yet_has_its_other_definitions_read(taxonomy: Published) -> None:
    taxonomy.recording.maps.clear()
    assert taxonomy.get(AGENT).status_code == 404
    assert taxonomy.json("ConceptMap")["total"] == 0
    assert taxonomy.json("CodeSystem/agent-type-4")
