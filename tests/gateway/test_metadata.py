"""The CapabilityStatements: what is promised is what there is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.fhir import searching
from gateway.fhir.taxonomy import search_parameters
from gateway.fhir.taxonomy.library import KINDS
from tests.builders.question_sets import VERSIONS
from tests.gateway.taxonomy import BASE, Published, published

URL = "/adverse-event/fhir/metadata"
RESULTS = {"_count", "_sort", "_total", "_summary"}  # say how, not what; FHIR does not list them


@pytest.fixture
def taxonomy(key_files: Path) -> Iterator[Published]:
    with published(key_files) as one:
        yield one


def rest(one: Published) -> Any:
    answer = one.client.get(URL)
    assert answer.status_code == 200
    (found,) = answer.json["rest"]
    return found


def test_there_is_an_entry_for_each_version_that_recording_takes(taxonomy: Published) -> None:
    profiles = [each["profile"] for each in rest(taxonomy)["resource"]]
    assert profiles == [
        f"{BASE}/StructureDefinition/patient-safety-adverse-event-{each}" for each in VERSIONS
    ]
    assert {each["type"] for each in rest(taxonomy)["resource"]} == {"AdverseEvent"}
    for profile in profiles:
        assert taxonomy.json(profile.removeprefix(f"{BASE}/"))["url"] == profile


def test_the_last_day_of_a_version_is_said(taxonomy: Published) -> None:
    taxonomy.recording.definitions[4].accepted_until = "2027-12-31"
    first, *others = (each["documentation"] for each in rest(taxonomy)["resource"])
    assert first.endswith("until 2027-12-31.")
    assert not any("until" in each for each in others)


def kept(one: Published, mark: str, below: bool) -> set[str]:
    """What the routes below AdverseEvent, or those beside it, say they are."""
    views = one.app.view_functions
    return {
        name
        for rule in one.app.url_map.iter_rules()
        if rule.rule.startswith("/adverse-event/fhir")
        and rule.rule.startswith("/adverse-event/fhir/AdverseEvent") is below
        for name in getattr(views[rule.endpoint], mark, ())
    }


def test_what_can_be_done_with_events_is_what_their_routes_do(taxonomy: Published) -> None:
    whole = rest(taxonomy)
    for below, holders in ((True, whole["resource"]), (False, [whole])):
        for holder in holders:
            codes = {each["code"] for each in holder.get("interaction", ())}
            assert codes == kept(taxonomy, "interactions", below)
            names = {each["name"] for each in holder.get("operation", ())}
            assert names == kept(taxonomy, "operations", below)
    assert kept(taxonomy, "interactions", False) == {"batch"}


def test_every_operation_has_a_definition(taxonomy: Published) -> None:
    whole = rest(taxonomy)
    holders = [whole, *whole["resource"]]
    ours = {each["definition"] for one in holders for each in one.get("operation", ())}
    for url in ours:
        if url.startswith(BASE):
            assert taxonomy.json(url.removeprefix(f"{BASE}/"))["url"] == url
    assert f"{BASE}/OperationDefinition/reconcile" in ours
    made = taxonomy.json("OperationDefinition/reconcile")
    assert (made["resource"], made["system"], made["type"], made["instance"]) == (
        ["AdverseEvent"],
        False,
        True,
        False,
    )


def test_the_parameters_that_are_listed_are_those_that_are_taken(taxonomy: Published) -> None:
    listed = {each["name"] for each in rest(taxonomy)["resource"][0]["searchParam"]}
    assert listed == set(searching.PARAMETERS) - RESULTS
    ours = {one.own for one in search_parameters.PARAMETERS if one.own}
    assert ours == {"identifier", "organisation", "event-type", "harm"}


def test_updates_and_conditional_creates_are_promised(taxonomy: Published) -> None:
    (first, *_) = rest(taxonomy)["resource"]
    assert (first["versioning"], first["updateCreate"]) == ("versioned-update", False)
    assert (first["readHistory"], first["conditionalCreate"]) == (True, True)


def test_the_statement_outlives_recording(taxonomy: Published) -> None:
    before = taxonomy.client.get(URL)
    taxonomy.door.stop()
    again = taxonomy.client.get(URL)
    assert (again.status_code, again.data) == (200, before.data)
    unchanged = taxonomy.client.get(URL, headers={"If-None-Match": before.headers["ETag"]})
    assert unchanged.status_code == 304


def test_without_recording_there_is_no_statement_yet(taxonomy: Published) -> None:
    taxonomy.door.stop()
    answer = taxonomy.client.get(URL)
    assert (answer.status_code, answer.json["resourceType"]) == (503, "OperationOutcome")


def test_the_taxonomy_says_what_it_does(taxonomy: Published) -> None:
    (found,) = taxonomy.json("metadata")["rest"]
    assert {each["type"] for each in found["resource"]} == set(KINDS)
    for each in found["resource"]:
        assert taxonomy.get(each["type"]).status_code == 200
        for parameter in each["searchParam"]:
            assert taxonomy.get(f"{each['type']}?{parameter['name']}=x").status_code == 200
