"""In which format FHIR is answered: the same everywhere, and said where there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from protos.recording.v1 import question_set_pb2, recording_pb2
from tests.builders.question_sets import a_definition, summary_of
from tests.builders.safety_events import as_fhir_v6
from tests.gateway.conftest import LRMS, Client, System
from tests.gateway.shapes import ID, as_event, incident
from tests.gateway.test_create import URL, submitted
from tests.gateway.test_update import codes, revised

FHIR, PLAIN = "application/fhir+json", "application/json"
BASE = "/adverse-event/fhir"
EVENT = orjson.dumps(as_fhir_v6())
PARAMETERS = b'{"resourceType": "Parameters"}'
BATCH = b'{"resourceType": "Bundle", "type": "batch"}'
RUN = b'{"product_version": "1", "question_set": 6}'
ADDRESSES: list[tuple[str, str, bytes]] = [
    ("POST", URL, EVENT),
    ("PUT", f"{URL}/{ID}", EVENT),
    ("DELETE", f"{URL}/{ID}", b""),
    ("GET", f"{URL}/{ID}", b""),
    ("GET", f"{URL}/{ID}/_history", b""),
    ("GET", f"{URL}/{ID}/_history/1", b""),
    ("GET", URL, b""),
    ("POST", f"{URL}/$validate", EVENT),
    ("GET", f"{URL}/$reconcile", b""),
    ("POST", f"{URL}/$reconcile", PARAMETERS),
    ("POST", BASE, BATCH),
    ("POST", f"{BASE}/$conformance", RUN),
    ("GET", f"{BASE}/$conformance/1", b""),
    ("POST", f"{BASE}/$reset-sandbox", b""),
    ("GET", f"{BASE}/metadata", b""),
    ("GET", "/taxonomy/fhir/metadata", b""),
    ("GET", "/taxonomy/fhir/CodeSystem/error-codes", b""),
    ("GET", "/taxonomy/fhir/ValueSet", b""),
    ("GET", "/taxonomy/fhir/ValueSet/error-codes/$expand", b""),
]
EVERYWHERE = pytest.mark.parametrize(("method", "address", "body"), ADDRESSES)


@pytest.fixture(autouse=True)
def recorded(system: System) -> None:
    system.recording.answers |= {
        "Submit": submitted(),
        "Revise": revised(),
        "Withdraw": revised(),
        "GetEvent": as_event(6, incident(6)),
        "GetHistory": recording_pb2.History(revisions=[as_event(6, incident(6))], total=1),
        "SearchEvents": recording_pb2.Found(),
        "Validate": recording_pb2.Validated(),
        "Reconcile": recording_pb2.Reconciled(),
        "StartConformanceRun": recording_pb2.ConformanceRun(),
        "GetConformanceRun": recording_pb2.ConformanceRun(),
        "ResetSandbox": recording_pb2.SandboxReset(),
        "ListQuestionSets": question_set_pb2.QuestionSets(question_sets=[summary_of(a_definition(6))]),
        "GetQuestionSet": a_definition(6),
    }


@pytest.fixture
def ask(client: Client) -> Callable[..., Any]:
    def ask(method: str, address: str, body: bytes, accept: str = "", query: str = "") -> Any:
        headers = LRMS | ({"Accept": accept} if accept else {})
        return client.open(address + query, method=method, data=body, headers=headers)

    return ask


@EVERYWHERE
def test_both_kinds_of_json_are_given_everywhere(
    ask: Callable[..., Any], method: str, address: str, body: bytes
) -> None:
    for accept, query, given in (
        ("", "", FHIR),
        (PLAIN, "", PLAIN),
        (FHIR, "?_format=json", PLAIN),
        (PLAIN, "?_format=application/fhir%2Bjson", FHIR),
        (PLAIN, "?_format=application/fhir+json", FHIR),
        ("application/fhir+xml", "?_format=json", PLAIN),
    ):
        answer = ask(method, address, body, accept, query)
        assert (answer.status_code // 100, answer.mimetype) == (2, given), answer.text


@EVERYWHERE
def test_what_is_not_given_is_said_everywhere_and_nothing_is_done(
    ask: Callable[..., Any], system: System, method: str, address: str, body: bytes
) -> None:
    answer = ask(method, address, body, "application/fhir+xml, text/html;q=0.5")
    assert (answer.status_code, answer.mimetype, codes(answer)) == (406, FHIR, ["PSE-1019"])
    answer = ask(method, address, body, FHIR, "?_format=xml")
    assert (answer.status_code, answer.mimetype, codes(answer)) == (400, FHIR, ["PSE-1009"])
    assert system.recording.asked == []


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("*/*", FHIR),
        ("application/*;q=0.1", FHIR),
        ("application/json, text/plain, */*", PLAIN),
        ("application/json, application/fhir+json", FHIR),
        ("application/json;q=0.9, application/fhir+json;q=0.2", PLAIN),
        ("application/fhir+json; fhirVersion=4.0", FHIR),
        ("application/FHIR+json;charset=utf-8", FHIR),
        ("application/json+fhir", FHIR),
        ("application/fhir+json, application/json+fhir;q=0.8, application/json;q=0.9", FHIR),
        ("application/fhir+xml, application/json;q=0.1", PLAIN),
        ("application/fhir+json;q=0, */*;q=0.1", PLAIN),
        ("text/html, application/xml;q=0.9, */*;q=0.8", FHIR),
        ("application/json;q=0", None),
        ("text/*", None),
        ("nonsense", None),
        ("application/fhir+ndjson", None),
    ],
)
def test_accept_is_read_as_it_is_meant(ask: Callable[..., Any], accept: str, given: str | None) -> None:
    answer = ask("GET", f"{URL}/{ID}", b"", accept)
    assert (answer.status_code, answer.mimetype) == ((200, given) if given else (406, FHIR))


def test_a_form_may_say_the_format(client: Client) -> None:
    headers = LRMS | {"Content-Type": "application/x-www-form-urlencoded", "Accept": FHIR}
    assert client.post(f"{URL}/_search", data="_format=json", headers=headers).mimetype == PLAIN
    refused = client.post(f"{URL}/_search", data="_format=xml", headers=headers)
    assert (refused.status_code, refused.mimetype) == (400, FHIR)


@pytest.mark.parametrize(
    ("accept", "status"), [("application/fhir+ndjson", 200), (FHIR, 200), ("text/csv", 406)]
)
def test_who_sends_lines_may_want_lines(client: Client, accept: str, status: int) -> None:
    headers = LRMS | {"Content-Type": "application/fhir+ndjson", "Accept": accept}
    assert client.post(f"{URL}/$import", data=b"", headers=headers).status_code == status


def test_who_has_no_key_is_told_in_which_header_it_goes(client: Client) -> None:
    for headers in ({}, {"Ocp-Apim-Subscription-Key": "unknown"}):
        answer = client.get(URL, headers=headers)
        assert answer.status_code == 401
        assert 'header="Ocp-Apim-Subscription-Key"' in answer.headers["WWW-Authenticate"]
