"""Reporting without an account over JSON: what is asked of recording, and what is not passed on."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.problems import Fault, invalid, not_found
from gateway.api import following_up, without_account
from gateway.envelope import REQUEST_ID
from protos.recording.v1 import recording_pb2 as pb
from tests.gateway.builders import REFERENCE
from tests.gateway.conftest import BEARER, SESSION, Client, System

CODE = "7H3KQ-2WX90-ABCDE-FGHJK-MNPQR"
PATH = "/api/v1/public"
ANSWERS = {"adverse-event-core": [{"Description": "She fell."}]}
BODY = {"reporter": "public", "question_set": 6, "organisation": "RZ1", "answers": ANSWERS}
HELD = {"reference": REFERENCE, "code": CODE}


def reported(**more: Any) -> pb.Reported:
    told = pb.Reported(reference=REFERENCE, event_id="e", code=CODE)
    told.reported_at.FromJsonString("2026-06-01T13:05:00Z")
    told.MergeFrom(pb.Reported(**more))
    return told


def a_view(**more: Any) -> pb.ReporterView:
    view = pb.ReporterView(
        reference=REFERENCE,
        event_type="incident",
        organisation="RZ1",
        organisation_name="Northfield Hospitals",
        state="needs_information",
        texts=[pb.ReporterText(field="adverse-event-core/0/Description", question="What happened?")],
        remarks=[
            pb.Remark(remark_id="q", kind=pb.REMARK_KIND_QUESTION, text="Which night?", checked=True),
            pb.Remark(remark_id="a", kind=pb.REMARK_KIND_ANSWER, in_reply_to="q"),
        ],
        **more,
    )
    view.reported_at.FromJsonString("2026-06-01T13:05:00Z")
    return view


def test_a_family_gets_a_reference_and_a_code_and_is_told_to_keep_them(
    client: Client, system: System
) -> None:
    system.recording.answers["Report"] = reported()
    answer = client.post(f"{PATH}/events", json=BODY, headers={"Idempotency-Key": "0123456789abcdef"})
    assert answer.status_code == 201
    assert (answer.json["reference"], answer.json["follow_up_code"]) == (REFERENCE, CODE)
    assert "Nobody can find it for you" in answer.json["message"]
    assert answer.headers["Cache-Control"] == "no-store"
    (asked,) = [one for one in system.recording.asked if isinstance(one, pb.ReportRequest)]
    assert (asked.reporter, asked.organisation, asked.idempotency_key) == (
        pb.REPORTER_PUBLIC,
        "RZ1",
        "0123456789abcdef",
    )
    assert asked.answers[0].text == "She fell."


def test_a_request_without_a_key_gets_one_that_nobody_else_has(client: Client, system: System) -> None:
    system.recording.answers["Report"] = reported()
    for _ in range(2):
        client.post(f"{PATH}/events", json=BODY)
    first, second = [
        one.idempotency_key for one in system.recording.asked if isinstance(one, pb.ReportRequest)
    ]
    assert len(first) == 32
    assert first != second


def test_nothing_of_who_asks_is_looked_at_or_passed_on(system: System) -> None:
    """Also of somebody who is signed in, or whose network puts ids into what they send."""
    system.recording.answers["Report"] = reported()
    browser = system.browser(SESSION)
    ids = {REQUEST_ID: "ward-7-terminal-3", "traceparent": f"00-{'a' * 32}-{'1' * 16}-01"}
    answer = browser.post(f"{PATH}/events", json=BODY, headers=BEARER | ids)
    assert answer.status_code == 201
    assert answer.headers[REQUEST_ID] not in ("ward-7-terminal-3", "a" * 32)
    assert system.recording.by == []
    assert not any("ActorFor" in type(one).__name__ for one in system.identity.asked)
    assert not {"from_address", "session"} & {one.name for one in pb.ReportRequest.DESCRIPTOR.fields}


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"reporter": "nobody"}, "reporter"),
        ({"reporter": None}, "reporter"),
        ({"organisation": ""}, "organisation"),
        ({"answers": []}, "answers"),
        ({"draft": "x"}, ""),
    ],
)
def test_what_is_missing_or_wrong_is_said_by_its_place(
    client: Client, change: dict[str, Any], path: str
) -> None:
    answer = client.post(f"{PATH}/events", json=BODY | change)
    assert answer.status_code == 422
    assert path in [one["path"] for one in answer.json["faults"]]


def test_faults_of_recording_come_back_in_our_terms(client: Client, system: System) -> None:
    fault = Fault("practitioner-details/0/ReporterContact", "not-asked", "Leave this out.")
    system.recording.answers["Report"] = invalid("answers-not-accepted", "Some answers…", fault)
    answer = client.post(f"{PATH}/events", json=BODY)
    assert (answer.status_code, answer.json["faults"][0]["path"]) == (422, fault.path)


def test_a_code_that_was_ended_is_not_shown_again(client: Client, system: System) -> None:
    told = reported(repeated_request=True)
    told.code = ""
    system.recording.answers["Report"] = told
    answer = client.post(f"{PATH}/events", json=BODY, headers={"Idempotency-Key": "0123456789abcdef"})
    assert (answer.json["follow_up_code"], answer.json["repeated"]) == (None, True)


def test_the_holder_of_a_code_sees_how_far_it_is_and_what_was_asked(client: Client, system: System) -> None:
    system.recording.answers["LookByCode"] = a_view()
    seen = client.post(f"{PATH}/follow-up", json=HELD).json
    assert seen["organisation"] == {"code": "RZ1", "name": "Northfield Hospitals"}
    assert seen["state_in_words"] == "The patient safety team has a question for you."
    assert (seen["texts"][0]["text"], seen["texts"][0]["status"]) == (None, "being checked")
    assert [(one["kind"], one["by"], one["text"]) for one in seen["remarks"]] == [
        ("question", "organisation", "Which night?"),
        ("answer", "you", None),
    ]
    assert system.recording.asked[-1].holder == pb.CodeHolder(**HELD)


def test_every_state_has_its_words() -> None:
    assert {one.strip() for one in following_up.STATES.replace(" or ", ", ").split(",")} | {
        "withdrawn"
    } == set(without_account.STATES)


def test_they_answer_add_and_end(client: Client, system: System) -> None:
    remark = pb.Remark(remark_id="r", kind=pb.REMARK_KIND_ADDENDUM)
    system.recording.answers |= {"AnswerByCode": remark, "AddByCode": remark, "EndCode": pb.CodeEnded()}
    answered = client.post(f"{PATH}/follow-up/answers", json=HELD | {"question": "q", "text": "The second."})
    added = client.post(f"{PATH}/follow-up/addenda", json=HELD | {"text": "One thing more."})
    ended = client.post(f"{PATH}/follow-up/ending", json=HELD)
    assert [one.status_code for one in (answered, added, ended)] == [201, 201, 204]
    first, second, third = system.recording.asked[-3:]
    assert (first.remark_id, first.text, second.text, third.holder.code) == (
        "q",
        "The second.",
        "One thing more.",
        CODE,
    )


@pytest.mark.parametrize("path", ["follow-up", "follow-up/ending"])
def test_a_code_is_never_taken_from_an_address(client: Client, path: str) -> None:
    assert client.post(f"{PATH}/{path}", query_string=HELD, json={}).status_code == 422
    assert client.get(f"{PATH}/{path}", query_string=HELD).status_code == 405


def test_a_wrong_code_says_that_a_lost_one_cannot_be_recovered(client: Client, system: System) -> None:
    system.recording.answers["LookByCode"] = not_found("report-not-found", "A lost code cannot be recovered.")
    answer = client.post(f"{PATH}/follow-up", json=HELD)
    assert (answer.status_code, answer.json["code"]) == (404, "report-not-found")
    assert CODE not in answer.text
