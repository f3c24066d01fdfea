"""Every kind of failure, at every edge, and never a word of what was sent."""

from __future__ import annotations

import copy
import json
import logging
import random
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chassis.problems import Fault, Kind, Problem
from gateway import problems
from tests.builders.safety_events import as_fhir_v6
from tests.gateway.conftest import BEARER, LRMS, SESSION, Client, System
from tests.gateway.fakes import failing
from tests.gateway.test_create import URL, post, submitted

STATUS = {
    Kind.INVALID: 422,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.THROTTLED: 429,
    Kind.UNAVAILABLE: 503,
}
FAULTS = (Fault("a.b", "required-missing", "This needs an answer."), Fault("a.c", "not-asked", "Not asked."))


def break_everything(system: System, failure: Exception) -> None:
    for fake in (system.recording, system.access, system.notifications):
        fake.answers = failing(failure)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", Kind)
def test_a_problem_is_an_outcome_under_fhir(client: Client, system: System, kind: Kind) -> None:
    break_everything(system, Problem(kind, "some-code", "What to do.", FAULTS))
    answer = post(client, as_fhir_v6())
    assert answer.status_code == STATUS[kind]
    assert answer.mimetype == "application/fhir+json"
    assert answer.json["resourceType"] == "OperationOutcome"
    first, second = answer.json["issue"]
    assert first["severity"] == "error"
    assert first["code"] == problems.KINDS[kind].issue
    assert first["details"]["coding"][0]["code"] == "PSE-1101"
    assert first["details"]["text"] == "This needs an answer."
    assert (first["expression"], second["expression"]) == (["a.b"], ["a.c"])


@pytest.mark.parametrize("kind", Kind)
def test_a_problem_is_problem_json_under_the_api(client: Client, system: System, kind: Kind) -> None:
    break_everything(system, Problem(kind, "some-code", "What to do.", FAULTS))
    answer = client.get("/api/v1/events", headers=BEARER)
    assert answer.status_code == answer.json["status"] == STATUS[kind]
    assert answer.mimetype == "application/problem+json"
    assert (answer.json["code"], answer.json["detail"]) == ("some-code", "What to do.")
    assert answer.json["faults"][0] == {
        "path": "a.b",
        "code": "required-missing",
        "detail": "This needs an answer.",
    }


def test_a_conflict_of_versions_is_412_under_fhir_and_409_elsewhere(client: Client, system: System) -> None:
    break_everything(system, Problem(Kind.CONFLICT, "version-conflict", "Read it again first."))
    assert post(client, as_fhir_v6()).status_code == 412
    assert client.get("/api/v1/events", headers=BEARER).status_code == 409


def test_every_code_is_known_by_one_number_that_means_one_thing() -> None:
    meanings: dict[str, set[str]] = {}
    for name, code in problems.CODES.items():
        assert re.fullmatch(r"PSE-[0-9]{4}", code.pse), name
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
        assert code.meaning.endswith(".")
        assert code.remedy.endswith(".")
        meanings.setdefault(code.pse, set()).add(f"{code.meaning} {code.remedy}")
    assert {pse: said for pse, said in meanings.items() if len(said) > 1} == {}
    assert {said.pse for said in problems.KINDS.values()} <= meanings.keys()


def test_a_code_that_nothing_raises_says_that_it_is_reserved() -> None:
    folders = [Path(problems.__file__).parents[1] / name for name in ("chassis", "gateway", "services")]
    written = "".join(file.read_text() for folder in folders for file in folder.rglob("*.py"))
    unused = {name for name in problems.CODES if written.count(f'"{name}"') == 1}
    assert unused == {name for name, one in problems.CODES.items() if one.meaning.startswith("Reserved")}


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.UNAUTHENTICATED])
def test_a_problem_is_a_page_for_people(system: System, kind: Kind) -> None:
    break_everything(system, Problem(kind, "some-code", "What to do.", FAULTS))
    answer = system.browser(SESSION).get("/notices")
    assert answer.status_code == STATUS[kind]
    assert answer.mimetype == "text/html"
    assert f"<h1>{problems.TITLES[kind]}</h1>" in answer.text
    assert "What to do." in answer.text


def test_who_is_not_signed_in_is_shown_the_way_and_comes_back(system: System) -> None:
    answer = system.browser().get("/events?after=x")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/sign-in?next=/events%3Fafter%3Dx"


@pytest.mark.parametrize("kind", [Kind.THROTTLED, Kind.UNAVAILABLE])
def test_what_passes_says_when_to_come_back(client: Client, system: System, kind: Kind) -> None:
    break_everything(system, Problem(kind, "some-code", "Later."))
    assert post(client, as_fhir_v6()).headers["Retry-After"] == "5"


@pytest.mark.parametrize(
    ("path", "mimetype"),
    [
        ("/adverse-event/x", "application/fhir+json"),
        ("/taxonomy/x", "application/fhir+json"),
        ("/api/x", "application/problem+json"),
        ("/x", "text/html"),
        ("/events/x/y", "text/html"),
    ],
)
def test_an_address_that_is_not_there(client: Client, path: str, mimetype: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (404, mimetype)


@pytest.mark.parametrize("path", ["/adverse-event/fhir/metadata", "/api/v1/sessions", "/"])
def test_a_method_that_is_not_there(client: Client, path: str) -> None:
    answer = client.patch(path)
    assert answer.status_code == 405
    assert "OPTIONS" in answer.headers["Allow"]


@pytest.mark.parametrize(("path", "way_on"), [
    ("/account/second-factors/app", "/account/second-factors"),
    ("/support/credentials/introspection", "/support/credentials"),
    ("/tell-us/send", "/tell-us"),
    ("/notices/read", "/notices"),
    ("/sign-out", "/"),
])  # fmt: skip
def test_the_answer_to_a_form_that_is_opened_by_its_address_leads_on(
    client: Client, path: str, way_on: str
) -> None:
    page = client.get(path)
    assert page.status_code == 405
    assert "This page cannot be opened again like that" in page.text
    assert "method" not in page.text.split("<main")[1]
    assert f'<p><a href="{way_on}">' in page.text


def test_a_body_over_a_megabyte_is_refused(client: Client, system: System) -> None:
    answer = post(client, as_fhir_v6(description="x" * 1_000_000))
    assert answer.status_code == 413
    assert answer.json["issue"][0]["details"]["coding"][0]["code"] == "PSE-1006"
    assert system.recording.asked == []


def test_a_body_in_chunks_over_a_megabyte_is_refused(client: Client, system: System) -> None:
    """As granian hands it over: no length, and a stream that ends."""
    long = {"input_stream": BytesIO(b" " * 1_200_000), "environ_overrides": {"wsgi.input_terminated": True}}
    answer = client.post(URL, headers=LRMS, **long)
    assert answer.status_code == 413


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/xml", "multipart/form-data"])
def test_another_media_type_is_refused(client: Client, content_type: str) -> None:
    assert post(client, as_fhir_v6(), Content_Type=content_type).status_code == 415


def test_a_compressed_body_is_refused(client: Client) -> None:
    assert post(client, as_fhir_v6(), Content_Encoding="gzip").status_code == 415


def test_malformed_json_is_400(client: Client) -> None:
    answer = post(client, b'{"resourceType": ')
    assert answer.status_code == 400
    assert answer.json["issue"][0]["details"]["coding"][0]["code"] == "PSE-1003"


def test_a_bug_is_one_sentence_and_its_words_are_nowhere(
    client: Client, system: System, caplog: pytest.LogCaptureFixture
) -> None:
    break_everything(system, RuntimeError("Mrs Smith of 3 Hill Road"))
    with caplog.at_level(logging.DEBUG):
        answers = [post(client, as_fhir_v6()), client.get("/api/v1/events", headers=BEARER)]
        answers.append(system.browser(SESSION).get("/notices"))
    assert [each.status_code for each in answers] == [500, 500, 500]
    assert "Smith" not in caplog.text + "".join(each.text for each in answers)
    assert "RuntimeError" in caplog.text


@pytest.mark.parametrize("secret", ["Mrs Smith fell", "PSE-26-7H3KQ2WX-9"])
def test_no_refusal_repeats_what_was_sent(
    client: Client, system: System, caplog: pytest.LogCaptureFixture, secret: str
) -> None:
    resource = as_fhir_v6(description=secret) | {"date": [secret], "identifier": secret, secret: 1}
    resource["extension"][2]["extension"] = [{"url": "A", f"value{secret}": secret}, secret]
    with caplog.at_level(logging.DEBUG):
        answer = post(client, resource)
        nul = post(client, as_fhir_v6() | {secret + "\x00": {secret: secret + "\x00"}})
        cut = post(client, orjson.dumps(resource)[:-1])
        sent = client.post("/api/v1/sessions", json={"email": [secret], "password": 1, secret: 1})
    assert [each.status_code for each in (answer, nul, cut, sent)] == [422, 422, 400, 422]
    assert secret not in answer.text + nul.text + cut.text + sent.text + caplog.text


def test_ids_of_a_request_are_echoed_when_they_look_like_ids(client: Client) -> None:
    answer = client.get("/health/live", headers={"X-Request-ID": "abc-1", "X-Correlation-ID": "def/2"})
    assert (answer.headers["X-Request-ID"], answer.headers["X-Correlation-ID"]) == ("abc-1", "def/2")


@pytest.mark.parametrize("sent", ["", "a b", "<script>", "x" * 129])
def test_another_request_id_is_replaced_by_ours(client: Client, sent: str) -> None:
    answer = client.get("/nowhere", headers={"X-Request-ID": sent, "X-Correlation-ID": sent})
    assert len(answer.headers["X-Request-ID"]) == 32
    assert "X-Correlation-ID" not in answer.headers


def test_an_error_page_says_what_to_quote(client: Client) -> None:
    answer = client.get("/nowhere", headers={"X-Request-ID": "abc-1"})
    assert ">abc-1<" in answer.text


@pytest.mark.parametrize(
    "path", ["/", "/nowhere", "/api/v1/events", "/adverse-event/fhir/metadata", "/health/live"]
)
def test_every_answer_has_its_safe_headers(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "max-age" in headers["Strict-Transport-Security"]
    assert "unsafe" not in headers["Content-Security-Policy"]


# ---- what nobody thought of -------------------------------------------------------------------------------

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def spots(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a resource."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(spot for key, each in inside for spot in spots(each, (*path, key)))]


def put(resource: Any, path: tuple[Any, ...], junk: Any, how: str) -> Any:
    """The resource with something else in one place: replaced, gone, or renamed."""
    if not path:
        return junk
    holder = resource
    for key in path[:-1]:
        holder = holder[key]
    if how == "replace":
        holder[path[-1]] = junk
    elif how == "rename" and isinstance(holder, dict):
        holder[str(junk)] = holder.pop(path[-1])
    else:
        del holder[path[-1]]
    return resource


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), junk=JUNK, how=st.sampled_from(["replace", "rename", "remove"]))
def test_no_mutation_of_a_resource_is_our_fault(system: System, seed: int, junk: Any, how: str) -> None:
    system.recording.answers["Submit"] = submitted()
    whole = as_fhir_v6()
    spot = random.Random(seed).choice(spots(whole))
    changed = put(copy.deepcopy(whole), spot, junk, how)
    answer: Any = system.app.test_client().post(URL, data=_written(changed), headers=LRMS)
    assert answer.status_code < 500
    assert answer.json["resourceType"] in ("AdverseEvent", "OperationOutcome")


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10_000), data=st.binary(max_size=4))
def test_no_damage_to_the_bytes_is_our_fault(system: System, seed: int, data: bytes) -> None:
    system.recording.answers["Submit"] = submitted()
    whole = orjson.dumps(as_fhir_v6())
    at = random.Random(seed).randrange(len(whole))
    answer: Any = system.app.test_client().post(URL, data=whole[:at] + data + whole[at + 2 :], headers=LRMS)
    assert answer.status_code < 500
    assert answer.json["resourceType"] in ("AdverseEvent", "OperationOutcome")


def _written(value: Any) -> bytes:
    """JSON as a careless client writes it: NaN, big integers and lone surrogates too."""
    return json.dumps(value).encode()
