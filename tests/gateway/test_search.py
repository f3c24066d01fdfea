"""GET AdverseEvent?… and POST _search: what is asked of recording for each parameter, and how the pages hang together."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from google.protobuf.json_format import MessageToDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.problems import invalid
from gateway.fhir import searching
from gateway.fhir.taxonomy import search_parameters
from protos.recording.v1 import recording_pb2
from tests.gateway.conftest import LRMS, PUBLIC_URL, Client, System
from tests.gateway.shapes import ID, REFERENCE, as_event, incident
from tests.gateway.test_create import URL
from tests.gateway.test_update import codes
from tests.journeys.clients import r4


@pytest.fixture(autouse=True)
def nothing_found(system: System) -> None:
    system.recording.answers["SearchEvents"] = recording_pb2.Found()


def get(client: Client, query: str) -> Any:
    return client.get(f"{URL}?{query}", headers=LRMS)


def asked(client: Client, system: System, query: str) -> dict[str, Any]:
    """What recording was asked, but for the usual count."""
    answer = get(client, query)
    assert answer.status_code == 200, answer.text
    told = MessageToDict(system.recording.asked[-1], preserving_proto_field_name=True)
    return {name: value for name, value in told.items() if (name, value) != ("count", 50)}


FROM, UNTIL = "occurred_from", "occurred_until"


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("", {}),
        ("_id=a,b", {"event_ids": ["a", "b"]}),
        (f"identifier={REFERENCE}", {"references": [REFERENCE]}),
        ("identifier=W-17", {"local_references": ["W-17"]}),
        (f"identifier=https://pse.example/reference-number|{REFERENCE}", {"references": [REFERENCE]}),
        (f"identifier=https://lrms.example|{REFERENCE}", {"local_references": [REFERENCE], "reference_systems": ["https://lrms.example"]}),
        ("identifier=https://lrms.example/reference-number|W-17",
         {"local_references": ["W-17"], "reference_systems": ["https://lrms.example/reference-number"]}),
        ("identifier=https://lrms.example%7CW-17,W-18",
         {"local_references": ["W-17", "W-18"], "reference_systems": ["https://lrms.example", ""]}),
        (f"reference-number={REFERENCE}&local-reference=W-17", {"references": [REFERENCE], "local_references": ["W-17"]}),
        ("organisation=RZ1,RZ2", {"organisations": ["RZ1", "RZ2"]}),
        ("event-type=1,good_care", {"event_types": ["incident", "good_care"]}),
        ("event-type=https://x/CodeSystem/event-type-6|2", {"event_types": ["risk"]}),
        ("harm=1,2", {"physical_harms": ["1", "2"]}),
        ("date=2026-03-02", {FROM: "2026-03-02", UNTIL: "2026-03-03"}),
        ("date=eq2026-02", {FROM: "2026-02-01", UNTIL: "2026-03-01"}),
        ("date=2026", {FROM: "2026-01-01", UNTIL: "2027-01-01"}),
        ("date=ge2026-03-02", {FROM: "2026-03-02"}),
        ("date=gt2026-03-02", {FROM: "2026-03-03"}),
        ("date=le2026-12", {UNTIL: "2027-01-01"}),
        ("date=lt2026-03-29", {UNTIL: "2026-03-29"}),
        ("date=ge2026-03&date=lt2026-10-26&date=ge2026-01", {FROM: "2026-03-01", UNTIL: "2026-10-26"}),
        ("_lastUpdated=ge2026-07-01", {"updated_from": "2026-06-30T23:00:00Z"}),
        ("_lastUpdated=lt2026-07-01T10:00:00Z", {"updated_until": "2026-07-01T10:00:00Z"}),
        ("_lastUpdated=gt2026-07-01T10:00:00Z", {"updated_from": "2026-07-01T10:00:01Z"}),
        ("_lastUpdated=gt2026-07-01T10:00:00.5Z", {"updated_from": "2026-07-01T10:00:00.501Z"}),
        ("_lastUpdated=2026-07-01T10:00%2B01:00", {"updated_from": "2026-07-01T09:00:00Z", "updated_until": "2026-07-01T09:01:00Z"}),
        ("_lastUpdated=ge2026-07-01T10:00:00+01:00", {"updated_from": "2026-07-01T09:00:00Z"}),
        ("_count=20", {"count": 20}),
        ("_count=5000", {"count": 100}),
        ("_count=0", {"total": True, "only_total": True}),
        ("_summary=count", {"total": True, "only_total": True}),
        ("_total=accurate", {"total": True}),
        ("_total=estimate", {"total": True}),
        ("_total=none", {}),
        ("_count=0&_totalMethod=count", {"total": True, "only_total": True}),
        ("_sort=date", {"sort": "SORT_OCCURRED", "ascending": True}),
        ("_sort=-_lastUpdated", {"sort": "SORT_UPDATED"}),
        ("_format=json", {}),
        ("_format=application/fhir%2Bjson&_page=abc", {"cursor": "abc"}),
    ],
)  # fmt: skip
def test_what_is_looked_for(client: Client, system: System, query: str, meant: dict[str, Any]) -> None:
    assert asked(client, system, query) == meant


@pytest.mark.parametrize(
    ("query", "code"),
    [
        *((query, "PSE-1010") for query in ("name=x", "_elements=id", "_include=AdverseEvent:subject", "_has=x", "subject=Patient/1")),
        *((f"date={value}", "PSE-1009") for value in ("ap2026", "ne2026", "sa2026", "eb2026", "2026-13", "2026-02-30", "x", "0000", "ge9999", "2026-01,2026-03", "2026-03-02T10:00:00Z", "20260302")),
        *((f"_lastUpdated={value}", "PSE-1009") for value in ("ap2026", "2026-07-01T25:00:00Z", "le9999-12-31", "2026-W01")),
        *((query, "PSE-1009") for query in (
            "_count=x", "_count=-1", "_sort=name", "_sort=date,_lastUpdated", "_total=some", "_summary=text", "_format=xml",
            "event-type=5", "harm=0", "harm=", "_id=", "_id=a&_id=b", f"identifier=W-17,{REFERENCE}", "identifier=a&local-reference=b",
            f"identifier={'x' * 256}", "identifier=https://lrms.example/incidents|", "identifier=|", "local-reference=|", "organisation=x|",
            f"identifier={REFERENCE},https://pse.example/reference-number|", "organisation=%01",
        )),
    ],
)  # fmt: skip
def test_what_cannot_be_looked_for_is_400(client: Client, system: System, query: str, code: str) -> None:
    answer = get(client, query)
    assert (answer.status_code, codes(answer)) == (400, [code])
    assert system.recording.asked == []


def test_a_parameter_that_is_not_known_is_named(client: Client) -> None:
    assert "“_elements”" in get(client, "_elements=id").json["issue"][0]["details"]["text"]


def test_a_name_that_is_none_is_not_repeated(client: Client) -> None:
    assert "Smith" not in get(client, "Mrs%20Smith%20fell=1").text


def test_what_may_be_looked_for_is_what_is_published() -> None:
    paging = {"_count", "_sort", "_total", "_summary"}
    assert {one.name for one in search_parameters.PARAMETERS} == {*searching.PARAMETERS} - paging


def found(*versions: int, **more: Any) -> recording_pb2.Found:
    return recording_pb2.Found(events=[as_event(one, incident(one)) for one in versions], **more)


def test_what_was_found_is_a_bundle(client: Client, system: System) -> None:
    system.recording.answers["SearchEvents"] = found(6, 5, total=2)
    told = get(client, "_total=accurate").json
    assert (told["resourceType"], told["type"], told["total"]) == ("Bundle", "searchset", 2)
    assert [one["search"] for one in told["entry"]] == [{"mode": "match"}] * 2
    assert told["entry"][0]["fullUrl"] == f"{PUBLIC_URL}{URL}/{ID}"
    assert ["actuality" in one["resource"] for one in told["entry"]] == [True, False]


def test_a_bundle_of_version_6_is_valid_r4(client: Client, system: System) -> None:
    system.recording.answers["SearchEvents"] = found(6, next="abc", total=7)
    assert r4.faults(get(client, "_total=accurate&organisation=RZ1").json) == []
    assert r4.faults(get(client, "_summary=count").json) == []


def test_nothing_found_is_an_empty_bundle(client: Client) -> None:
    told = get(client, "").json
    assert "entry" not in told
    assert "total" not in told


def test_the_next_page_is_asked_for_the_same_with_a_cursor(client: Client, system: System) -> None:
    system.recording.answers["SearchEvents"] = found(6, next="abc/+=")
    query = "organisation=RZ1,RZ2&date=ge2026&date=lt2027&_count=1&_page=before"
    told = get(client, query).json
    links = {one["relation"]: one["url"] for one in told["link"]}
    assert links.keys() == {"self", "next"}
    wanted = parse_qs(query)
    assert parse_qs(urlsplit(links["self"]).query) == wanted
    assert parse_qs(urlsplit(links["next"]).query) == wanted | {"_page": ["abc/+="]}
    get(client, urlsplit(links["next"]).query)
    assert [one.cursor for one in system.recording.asked] == ["before", "abc/+="]


def test_the_last_page_names_no_next(client: Client, system: System) -> None:
    system.recording.answers["SearchEvents"] = found(6)
    assert [one["relation"] for one in get(client, "").json["link"]] == ["self"]


def test_a_cursor_that_is_not_known_is_400(client: Client, system: System) -> None:
    system.recording.answers["SearchEvents"] = invalid("cursor-not-known", "Start again.")
    answer = get(client, "_page=x")
    assert (answer.status_code, codes(answer)) == (400, ["PSE-1017"])


def test_a_search_may_be_asked_in_a_form(client: Client, system: System) -> None:
    headers = LRMS | {"Content-Type": "application/x-www-form-urlencoded"}
    sent = "local-reference=W-17&event-type=1"
    answer = client.post(f"{URL}/_search?_count=3", data=sent, headers=headers)
    assert answer.status_code == 200
    (asked,) = system.recording.asked
    assert (asked.local_references, asked.event_types, asked.count) == (["W-17"], ["incident"], 3)


def test_a_search_in_another_form_is_415(client: Client) -> None:
    assert client.post(f"{URL}/_search", data=b"{}", headers=LRMS).status_code == 415


def test_a_search_needs_a_key(client: Client) -> None:
    assert client.get(URL).status_code == 401


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from([*searching.PARAMETERS, "_page", "_format"]),
    value=st.text(max_size=20)
    | st.from_regex(r"(ge|lt|eq)?[0-9]{4}-[0-9]{2}(-[0-9]{2}(T[0-9:.]{5,12}Z?)?)?"),
    prefix=st.sampled_from(["", "ge", "lt", "-", "x|"]),
)
def test_no_search_is_our_fault(system: System, name: str, value: str, prefix: str) -> None:
    answer: Any = system.app.test_client().get(URL, query_string={name: prefix + value}, headers=LRMS)
    assert answer.status_code in (200, 400, 404), answer.text
    assert answer.json["resourceType"] in ("Bundle", "OperationOutcome")
