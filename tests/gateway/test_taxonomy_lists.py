"""Code systems, value sets, `$expand`, and the catalogue of problems."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from werkzeug.http import http_date

from gateway import problems
from gateway.fhir.taxonomy import library
from gateway.fhir.taxonomy.version import Version
from protos.recording.v1 import recording_pb2 as pb
from tests.builders.question_sets import VERSIONS, a_definition
from tests.gateway.taxonomy import BASE, Published, published


@pytest.fixture(scope="module")
def taxonomy(key_files: Path) -> Iterator[Published]:
    with published(key_files) as one:
        yield one


def codes(expanded: Any) -> list[str]:
    return [each["code"] for each in expanded["expansion"].get("contains", ())]


@pytest.mark.parametrize("version", VERSIONS)
def test_every_code_has_its_label_to_the_letter(taxonomy: Published, version: int) -> None:
    for one in a_definition(version).value_sets:
        system = taxonomy.json(f"CodeSystem/{one.name}-{version}")
        told = [(each["code"], each["display"], each.get("definition", "")) for each in system["concept"]]
        assert told == [(each.code, each.label, each.meaning) for each in one.codes]
        assert system["count"] == len(told)
        values = taxonomy.json(f"ValueSet/{one.name}-{version}")
        assert values["compose"]["include"] == [{"system": system["url"]}]


def with_a_retired_code() -> pb.QuestionSetDefinition:
    definition = a_definition(6)
    (values,) = (one for one in definition.value_sets if one.name == "yes-no-unknown-codes")
    values.codes.add(code="x", label="Perhaps", retired=True, replaced_by=["u", "worry-scale#1"])
    return definition


def test_a_retired_code_says_so_and_what_replaced_it() -> None:
    shelf = library._of_version(Version(BASE, with_a_retired_code()))
    system = orjson.loads(shelf.by_id["CodeSystem", "yes-no-unknown-codes-6"].body)
    assert {each["code"] for each in system["property"]} == {"inactive", "replacedBy"}
    (retired,) = (each for each in system["concept"] if each["code"] == "x")
    here, there = f"{BASE}/CodeSystem/yes-no-unknown-codes-6", f"{BASE}/CodeSystem/worry-scale-6"
    assert retired["property"] == [
        {"code": "inactive", "valueBoolean": True},
        {"code": "replacedBy", "valueCoding": {"system": here, "code": "u"}},
        {"code": "replacedBy", "valueCoding": {"system": there, "code": "1"}},
    ]


def test_a_retired_code_is_listed_for_who_asks_for_it(key_files: Path) -> None:
    with published(key_files, versions=()) as one:
        one.recording.definitions[6] = with_a_retired_code()
        path = "ValueSet/yes-no-unknown-codes-6/$expand"
        assert codes(one.json(path)) == ["y", "n", "u"]
        whole = one.json(f"{path}?activeOnly=false")
        assert codes(whole) == ["y", "n", "u", "x"]
        assert whole["expansion"]["contains"][-1]["inactive"] is True


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("device", ["3"]),
        ("BLOOD prod", ["12"]),
        ("prod bl", ["12"]),
        ("11", ["11"]),
        ("lood", []),  # words are matched from their beginning
        ("none above", ["10"]),
        ("", ["4", "3", "9", "13", "14", "11", "12", "8", "10"]),
    ],
)
def test_a_filter_matches_words_and_codes(taxonomy: Published, text: str, found: list[str]) -> None:
    answer = taxonomy.get("ValueSet/agent-type-6/$expand", query_string={"filter": text}).json
    assert codes(answer) == found
    assert answer["expansion"]["total"] == len(found)


def test_an_expansion_comes_in_parts(taxonomy: Published) -> None:
    whole = codes(taxonomy.json("ValueSet/specialty-6/$expand"))
    part = taxonomy.json("ValueSet/specialty-6/$expand?offset=10&count=5")
    assert codes(part) == whole[10:15]
    assert (part["expansion"]["total"], part["expansion"]["offset"]) == (len(whole), 10)
    none = taxonomy.json("ValueSet/specialty-6/$expand?count=0")
    assert (codes(none), none["expansion"]["total"]) == ([], len(whole))


@pytest.mark.parametrize("host", [BASE, "https://elsewhere.example/taxonomy/fhir"])
def test_a_list_is_expanded_by_its_url_whatever_the_host(taxonomy: Published, host: str) -> None:
    answer = taxonomy.get("ValueSet/$expand", query_string={"url": f"{host}/ValueSet/agent-type-6|6"}).json
    assert answer["url"] == f"{BASE}/ValueSet/agent-type-6"
    assert "3" in codes(answer)


@pytest.mark.parametrize(
    "asked", ["count=many", "count=-1", "offset=x", "colour=red", "count=1&count=2", f"filter={'a+' * 200}"]
)
def test_a_strange_expansion_is_refused(taxonomy: Published, asked: str) -> None:
    assert taxonomy.get(f"ValueSet/agent-type-6/$expand?{asked}").status_code == 400


def test_an_expansion_that_was_read_is_not_sent_again(taxonomy: Published) -> None:
    path = "ValueSet/specialty-6/$expand?filter=card"
    tag = taxonomy.get(path).headers["ETag"]
    assert taxonomy.get(path, headers={"If-None-Match": tag}).status_code == 304


def test_organisations_are_asked_of_recording(taxonomy: Published) -> None:
    answer = taxonomy.json("ValueSet/ods-codes-6/$expand?filter=north&count=5")
    asked = [each for each in taxonomy.recording.asked if isinstance(each, pb.FindOrganisationsRequest)]
    assert (asked[-1].text, asked[-1].count) == ("north", 5)
    assert answer["expansion"]["total"] == 2
    assert answer["expansion"]["contains"] == [
        {"system": f"{BASE}/CodeSystem/ods-codes-6", "code": "RZ1", "display": "Northfield Hospitals"},
        {
            "system": f"{BASE}/CodeSystem/ods-codes-6",
            "code": "RZ2",
            "display": "Northfield Community",
            "inactive": True,
        },
    ]
    assert codes(taxonomy.json("ValueSet/ods-codes-6/$expand?filter=north&offset=1")) == ["RZ2"]


def test_organisations_are_those_of_now_and_never_said_to_be_unchanged(taxonomy: Published) -> None:
    path = "ValueSet/ods-codes-6/$expand?filter=north"
    made_at = taxonomy.json("ValueSet/agent-type-6/$expand")["expansion"]["timestamp"]
    since = http_date(datetime.now(UTC) + timedelta(days=1))
    answer = taxonomy.get(path, headers={"If-Modified-Since": since})
    assert answer.status_code == 200
    assert not {"ETag", "Last-Modified"} & {*answer.headers.keys()}
    assert answer.headers["Cache-Control"] == "no-store"
    later = taxonomy.json(path)["expansion"]["timestamp"]
    assert later > answer.json["expansion"]["timestamp"] > made_at


@pytest.mark.parametrize("asked", ["", "?filter=%20", "?filter=a&offset=90&count=20"])
def test_organisations_are_too_many_to_list(taxonomy: Published, asked: str) -> None:
    assert taxonomy.get(f"ValueSet/ods-codes-6/$expand{asked}").status_code == 400
    assert taxonomy.json("CodeSystem/ods-codes-6")["content"] == "not-present"


def test_the_catalogue_of_problems_is_the_table_of_problems(taxonomy: Published) -> None:
    system = taxonomy.json("CodeSystem/error-codes")
    assert system["url"] == f"{BASE}/CodeSystem/error-codes"
    told = {each["code"]: each for each in system["concept"]}
    assert told.keys() == {code.pse for code in problems.CODES.values()}
    for name, code in problems.CODES.items():
        assert name in told[code.pse]["display"].split(", ")
        assert code.meaning in told[code.pse]["definition"]
    assert codes(taxonomy.json("ValueSet/error-codes/$expand?filter=future")) == ["PSE-1105"]
