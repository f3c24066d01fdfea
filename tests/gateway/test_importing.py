"""`$import`: events one a line, answered line by line."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest

from chassis.problems import unavailable
from gateway.door import BUSY
from gateway.fhir import importing
from protos.recording.v1 import recording_pb2
from tests.builders.safety_events import as_fhir_v6
from tests.gateway.conftest import LRMS, Client, System
from tests.gateway.test_create import URL

WORDS = "Mrs Smith fell"
LINES = {**LRMS, "Content-Type": "application/fhir+ndjson"}


@pytest.fixture(autouse=True)
def recording_keeps_what_it_gets(system: System) -> None:
    """It refuses what is named "bad", and says what it has seen already."""
    seen: set[str] = set()

    def keep(request: recording_pb2.SubmitManyRequest) -> recording_pb2.SubmittedMany:
        told = recording_pb2.SubmittedMany()
        for one in request.requests:
            name = one.local_reference
            if name.startswith("bad"):
                problem = told.outcomes.add().problem
                problem.kind, problem.code, problem.detail = (
                    "invalid",
                    "answers-not-accepted",
                    "Some are wrong.",
                )
                problem.faults.add(path="adverse-event-agent/0/InvolvedAgents", code="required-missing")
            else:
                told.outcomes.add().submitted.CopyFrom(
                    recording_pb2.Submitted(
                        event_id=name, reference=f"R-{name}", revision=1, repeated_request=name in seen
                    )
                )
            seen.add(name)
        return told

    system.recording.answers["SubmitMany"] = keep


def line(name: str) -> bytes:
    return orjson.dumps(as_fhir_v6(local_reference=name)) + b"\n"


def sent(client: Client, *lines: bytes, **more: Any) -> list[dict[str, Any]]:
    answer = client.post(f"{URL}/$import", data=b"".join(lines), headers=LINES, **more)
    assert answer.status_code == 200
    assert answer.mimetype == "application/fhir+ndjson"
    return [json.loads(one) for one in answer.data.splitlines()]


def sums(said: list[dict[str, Any]]) -> dict[str, int]:
    return said[-1]


def test_each_line_is_answered_in_its_order_and_the_sums_come_last(client: Client) -> None:
    said = sent(client, line("a"), b"\n", line("bad-1"), b'{"half": \n', line("b"))
    assert [(one["line"], one["status"].split()[0]) for one in said[:-1]] == [
        (1, "201"),
        (3, "422"),
        (4, "400"),
        (5, "201"),
    ]
    assert said[0]["reference"] == "R-a"
    assert sums(said) == {"lines": 4, "recorded": 2, "repeated": 0, "refused": 2}
    issue = said[1]["outcome"]["issue"][0]
    assert issue["details"]["coding"][0]["code"] == "PSE-1101"
    assert "adverse-event-agent-6" in issue["expression"][0]


def test_many_lines_go_to_recording_in_groups_and_in_the_bulk_lane(client: Client, system: System) -> None:
    said = sent(client, *(line(f"n-{n}") for n in range(450)))
    assert [one["id"] for one in said[:-1]] == [f"n-{n}" for n in range(450)]
    assert [len(one.requests) for one in system.recording.asked] == [200, 200, 50]
    assert all(one.bulk for one in system.recording.asked)


def test_a_line_without_a_name_is_refused_because_it_could_not_be_sent_again(
    client: Client, system: System
) -> None:
    said = sent(client, orjson.dumps(as_fhir_v6()) + b"\n")
    assert said[0]["outcome"]["issue"][0]["expression"] == ["AdverseEvent.identifier"]
    assert not system.recording.asked


def test_the_same_file_again_is_told_apart(client: Client) -> None:
    sent(client, line("a"), line("b"))
    assert sums(sent(client, line("a"), line("b"), line("c"))) == {
        "lines": 3,
        "recorded": 1,
        "repeated": 2,
        "refused": 0,
    }


def test_a_line_that_is_too_long_is_skipped_and_the_next_is_read(client: Client) -> None:
    said = sent(client, b'{"x": "' + b"y" * 2_100_000 + b'"}\n', line("a"))
    assert [one["status"].split()[0] for one in said[:-1]] == ["413", "201"]


def test_a_last_line_that_broke_off_is_refused(client: Client) -> None:
    said = sent(client, line("a"), line("b")[:-40])
    assert [one["status"].split()[0] for one in said[:-1]] == ["201", "400"]


def test_lines_beyond_the_most_are_named_and_not_read(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MOST_LINES", 2)
    said = sent(client, *(line(name) for name in "abcd"))
    assert [one["line"] for one in said[:-1]] == [1, 2, 3]
    assert said[2]["status"].startswith("413")


def test_while_recording_is_away_lines_wait_and_are_then_said_to_be_sent_again(
    client: Client, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "PATIENCE", 0.2)
    monkeypatch.setattr(importing, "PAUSE", 0.05)
    system.recording.answers["SubmitMany"] = unavailable("try-again", "Later.")
    said = sent(client, line("a"))
    assert said[0]["status"].startswith("503")
    assert len(system.recording.asked) > 1


def test_a_group_that_fails_is_answered_and_those_after_it_are_recorded(
    client: Client, system: System, caplog: pytest.LogCaptureFixture
) -> None:
    keep = system.recording.answers["SubmitMany"]

    def fail_once(request: recording_pb2.SubmitManyRequest) -> Any:
        if any(one.local_reference == "n-200" for one in request.requests):
            raise RuntimeError(WORDS)
        return keep(request)

    system.recording.answers["SubmitMany"] = fail_once
    said = sent(client, *(line(f"n-{n}") for n in range(450)))
    statuses = [one["status"].split()[0] for one in said[:-1]]
    assert statuses == ["201"] * 200 + ["500"] * 200 + ["201"] * 50
    assert sums(said) == {"lines": 450, "recorded": 250, "repeated": 0, "refused": 200}
    assert WORDS not in caplog.text + json.dumps(said)
    assert [one.name for one in caplog.records].count("gateway.problems") == 1


def test_lines_go_in_groups_that_can_be_carried(client: Client, system: System) -> None:
    short = [{"url": "a", "valueCode": "b"}] * 4_900
    more = [{"url": "https://x.example/adverse-event-governance-6", "extension": short}]
    said = sent(
        client,
        *(orjson.dumps(as_fhir_v6(local_reference=f"n-{n}", more=more)) + b"\n" for n in range(20)),
        line("last"),
    )
    assert [one["id"] for one in said[:-1]] == [*(f"n-{n}" for n in range(20)), "last"]
    assert len(system.recording.asked) > 2
    assert max(one.ByteSize() for one in system.recording.asked) < 4_100_000


class Silent:
    """Lines that stop coming."""

    def __init__(self, *lines: bytes) -> None:
        self._lines = list(lines)

    def readline(self, size: int = -1) -> bytes:
        if not self._lines:
            raise TimeoutError
        return self._lines.pop(0)


def test_what_was_recorded_before_the_lines_stopped_is_answered(client: Client) -> None:
    silent = Silent(*(line(f"n-{n}") for n in range(250)))
    said = sent(client, environ_overrides={"wsgi.input": silent, "wsgi.input_terminated": True})
    assert [one["id"] for one in said[:200]] == [f"n-{n}" for n in range(200)]
    assert said[-2]["status"].startswith("4")
    assert sums(said)["recorded"] >= 200


def test_an_import_among_too_many_is_told_to_wait(client: Client) -> None:
    answer = client.post(f"{URL}/$import", data=line("a"), headers=LINES, environ_overrides={BUSY: True})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"]


def test_another_media_type_is_refused(client: Client) -> None:
    assert client.post(f"{URL}/$import", data=line("a"), headers=LRMS).status_code == 415


@pytest.mark.parametrize(("encoding", "status"), [("gzip", 415), ("identity, gzip", 415), ("identity", 200)])
def test_compressed_lines_are_refused(client: Client, encoding: str, status: int) -> None:
    answer = client.post(f"{URL}/$import", data=line("a"), headers=LINES | {"Content-Encoding": encoding})
    assert answer.status_code == status


def test_nothing_of_a_narrative_is_said(client: Client) -> None:
    bad = as_fhir_v6(local_reference="bad", description="SECRETWORD")
    bad["event"] = "SECRETWORD"
    said = sent(client, orjson.dumps(bad) + b"\n", b'{"SECRETWORD\n')
    assert "SECRETWORD" not in json.dumps(said)
