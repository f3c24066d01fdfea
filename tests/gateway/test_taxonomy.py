"""/taxonomy/fhir as a whole: everything resolves, everything is there, and it is fetched and made once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from chassis.problems import unavailable
from gateway.fhir.taxonomy.library import KINDS
from protos.recording.v1 import recording_pb2 as pb
from tests.builders.question_sets import VERSIONS
from tests.gateway.taxonomy import BASE, Published, published

AGENT = "StructureDefinition/adverse-event-agent-6"


@pytest.fixture
def taxonomy(key_files: Path) -> Iterator[Published]:
    with published(key_files) as one:
        yield one


@pytest.fixture(scope="module")
def everything(key_files: Path) -> dict[str, Any]:
    """Every definition by its url, as searches give them."""
    with published(key_files) as one:
        return {each["url"]: each for kind in KINDS for each in _all(one, kind)}


def _all(one: Published, kind: str) -> Iterator[Any]:
    """Every page of a search, as clients follow them."""
    path = f"{kind}?_count=200"
    while path:
        bundle = one.json(path)
        yield from (entry["resource"] for entry in bundle.get("entry", ()))
        following = [link["url"] for link in bundle["link"] if link["relation"] == "next"]
        path = following[0].removeprefix(f"{BASE}/") if following else ""


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(each)


def test_every_definition_that_is_named_exists(everything: dict[str, Any]) -> None:
    named = {
        text.partition("#")[0]
        for each in everything.values()
        for text in strings(each)
        if text.startswith(f"{BASE}/")
    }
    assert len(named) > 500
    assert not named - everything.keys()


def test_ids_are_what_fhir_calls_an_id_and_names_what_it_calls_a_name(everything: dict[str, Any]) -> None:
    assert not [
        url for url, each in everything.items() if not re.fullmatch(r"[A-Za-z0-9.-]{1,64}", each["id"])
    ]
    names = [each["name"] for each in everything.values()]
    assert not [name for name in names if not re.fullmatch(r"[A-Z][A-Za-z0-9_]{0,254}", name)]


def test_a_definition_is_read_where_its_url_says(taxonomy: Published, everything: dict[str, Any]) -> None:
    url = f"{BASE}/{AGENT}"
    assert taxonomy.json(AGENT) == everything[url]


@pytest.mark.parametrize("version", VERSIONS)
def test_each_version_has_its_profile_and_a_form_for_each_type_of_event(
    everything: dict[str, Any], version: int
) -> None:
    assert f"{BASE}/StructureDefinition/patient-safety-adverse-event-{version}" in everything
    for slug in ("incident", "risk", "outcome", "good-care"):
        assert f"{BASE}/Questionnaire/{slug}-{version}" in everything


def test_what_was_read_is_not_sent_again(taxonomy: Published) -> None:
    first = taxonomy.get(AGENT)
    assert first.headers["Cache-Control"] == "public, max-age=3600"
    assert re.fullmatch(r'"[0-9a-f]{32}"', first.headers["ETag"])  # strong
    again = taxonomy.get(AGENT, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    later = taxonomy.get(AGENT, headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert later.status_code == 304


def test_a_new_digest_makes_new_definitions_and_leaves_the_others(taxonomy: Published) -> None:
    before = taxonomy.get(AGENT).headers["ETag"], taxonomy.get(AGENT.replace("-6", "-5")).headers["ETag"]
    changed = taxonomy.recording.definitions[6]
    changed.digest = "another"
    changed.sections[3].questions[0].hint = "Another hint."
    section = changed.sections[3].name
    assert "Another hint." in taxonomy.get(f"StructureDefinition/{section}-6").text
    after = taxonomy.get(AGENT).headers["ETag"], taxonomy.get(AGENT.replace("-6", "-5")).headers["ETag"]
    assert after == before
    assert taxonomy.asked(pb.GetQuestionSetRequest) == len(VERSIONS) + 1


def test_definitions_are_fetched_once_and_outlive_recording(taxonomy: Published) -> None:
    first = taxonomy.get(AGENT)
    taxonomy.door.stop()
    again = taxonomy.get(AGENT)
    assert (again.status_code, again.data) == (200, first.data)
    assert taxonomy.asked(pb.GetQuestionSetRequest) == len(VERSIONS)


def test_recording_is_asked_for_news_once_in_a_while(key_files: Path) -> None:
    with published(key_files, kept=60.0) as one:
        for _ in range(3):
            one.json(AGENT)
        assert one.asked(pb.ListQuestionSetsRequest) == 1


def test_while_recording_is_away_it_is_left_in_peace(key_files: Path) -> None:
    with published(key_files, patience=60.0) as one:
        one.recording.answers["ListQuestionSets"] = unavailable("try-again", "Not now.")
        statuses = [one.get(AGENT).status_code for _ in range(3)]
        asked = one.asked(pb.ListQuestionSetsRequest)
        one.recording.answers.clear()
        assert one.get(AGENT).status_code == 503
        assert (statuses, one.asked(pb.ListQuestionSetsRequest)) == ([503] * 3, asked)


def test_without_recording_there_is_nothing_to_say_yet(taxonomy: Published) -> None:
    taxonomy.door.stop()
    answer = taxonomy.get(AGENT)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert answer.json["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    "path",
    [
        "StructureDefinition/nothing-6",
        "ValueSet/agent-type-3",
        "Patient/1",
        "Patient",
        "ValueSet/none-6/$expand",
    ],
)
def test_what_does_not_exist_is_not_found(taxonomy: Published, path: str) -> None:
    answer = taxonomy.get(path)
    assert answer.status_code == 404
    assert answer.json["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    ("asked", "accept", "given"),
    [
        ("", "", "application/fhir+json"),
        ("", "application/json", "application/json"),
        ("?_format=json", "application/fhir+json", "application/json"),
        ("?_format=application/fhir%2Bjson", "application/json", "application/fhir+json"),
    ],
)
def test_both_kinds_of_json_are_given(taxonomy: Published, asked: str, accept: str, given: str) -> None:
    answer = taxonomy.get(AGENT + asked, headers={"Accept": accept} if accept else {})
    assert answer.mimetype == given


def test_xml_is_not_given(taxonomy: Published) -> None:
    assert taxonomy.get(f"{AGENT}?_format=xml").status_code == 400


@pytest.mark.parametrize(
    ("asked", "total"),
    [
        (f"StructureDefinition?url={BASE}/{AGENT}", 1),
        (f"StructureDefinition?url={BASE}/{AGENT}|6", 1),
        ("StructureDefinition?_id=adverse-event-agent-6,adverse-event-agent-5", 2),
        ("StructureDefinition?name=adverseeventagent", 3),
        ("ValueSet?url=https://elsewhere.example/ValueSet/agent-type-6", 0),
    ],
)
def test_definitions_are_found(taxonomy: Published, asked: str, total: int) -> None:
    bundle = taxonomy.json(asked)
    assert (bundle["type"], bundle["total"], len(bundle.get("entry", ()))) == ("searchset", total, total)


def test_a_search_comes_in_pages(taxonomy: Published) -> None:
    first = taxonomy.json("ValueSet?_count=2&name=A")
    (next_link,) = [link["url"] for link in first["link"] if link["relation"] == "next"]
    second = taxonomy.json(next_link.removeprefix(f"{BASE}/"))
    ids = [entry["resource"]["id"] for page in (first, second) for entry in page["entry"]]
    assert len(set(ids)) == 4
    assert second["total"] == first["total"]


def test_an_unknown_parameter_is_refused(taxonomy: Published) -> None:
    answer = taxonomy.get("ValueSet?titel=x")
    assert answer.status_code == 400
    assert answer.json["issue"][0]["details"]["coding"][0]["code"] == "PSE-1010"


def test_our_search_parameters_are_defined(everything: dict[str, Any]) -> None:
    for name in ("identifier", "organisation", "event-type", "harm"):
        assert everything[f"{BASE}/SearchParameter/{name}"]["base"] == ["AdverseEvent"]
