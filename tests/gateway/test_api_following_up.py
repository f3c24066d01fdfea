"""What is done about events over the JSON API: what recording is asked, and what comes back."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.problems import Fault, Kind, Problem, conflict, invalid
from gateway.api import following_up, safety_responses
from protos.recording.v1 import recording_pb2 as pb
from tests.gateway.builders import REFERENCE
from tests.gateway.conftest import BEARER, PUBLIC_URL, Client, System
from tests.gateway.test_api import obeys
from tests.gateway.test_api_records import EVENT, ID, IF_MATCH, last, published

__all__ = ["published"]
RESPONSES = "/api/v1/safety-responses"
RESPONSE = f"{RESPONSES}/{ID}"
QUESTION = f"/api/v1/questions/{ID}/answer"
SECTION = "adverse-event-safety-response"
OTHER = "PSE-26-7H3KQ2WX-9"
SENT = {
    "events": [REFERENCE],
    "answers": {SECTION: [{"ResponseType": "psii", "TermsOfReference": "Why?", "ResponseRationale": None}]},
}


def a_remark(**more: Any) -> pb.Remark:
    said: dict[str, Any] = {"remark_id": ID, "kind": pb.REMARK_KIND_QUESTION, "author_id": "account-of-somebody",
                            "author_organisation": "RZ1"}  # fmt: skip
    made = pb.Remark(**said | more)
    made.made_at.FromJsonString("2026-11-23T09:00:00Z")
    return made


def a_link(**more: Any) -> pb.Link:
    made = pb.Link(link_id=ID, kind="same_patient_journey", event_id=ID, made_by="account", **more)
    made.made_at.FromJsonString("2026-11-23T09:00:00Z")
    return made


def a_response(**more: Any) -> pb.SafetyResponse:
    said: dict[str, Any] = {"response_id": ID, "version": 3, "organisation": "RZ1", "events": [REFERENCE],
                            "question_set": 6, "response_type": "psii", "saved_by": "account"}  # fmt: skip
    made = pb.SafetyResponse(**said | more)
    made.saved_at.FromJsonString("2026-11-23T09:00:00Z")
    return made


def a_whole_response() -> pb.SafetyResponse:
    made = a_response()
    made.answers.add(section=SECTION, property="ResponseType", code="psii")
    made.answers.add(section=SECTION, property="StaffEngaged", boolean=False)
    made.texts.add(field=f"{SECTION}/0/TermsOfReference", text="What [name] asks", checked=True)
    made.texts.add(field=f"{SECTION}/0/AreasForImprovement/0", checked=False)
    return made


def a_follow_up() -> pb.FollowUp:
    handling = pb.Handling(state="under_review", next=["closed"], version=4, changed_by="account-of-somebody")
    handling.changed_at.FromJsonString("2026-11-23T09:00:00Z")
    remarks = [a_remark(text="Which [name]?", checked=True, answered=True), a_remark(text="", checked=False)]
    links = [a_link(), a_link(other_reference=OTHER, other_organisation="RZ2", outgoing=True)]
    return pb.FollowUp(event_id=ID, reference=REFERENCE, handling=handling, remarks=remarks, links=links,
                       responses=[a_response()], reaches=pb.REACHES_CODE)  # fmt: skip


def test_a_follow_up_is_shown_without_naming_an_account(client: Client, system: System) -> None:
    system.recording.answers["GetFollowUp"] = a_follow_up()
    answer = client.get(f"{EVENT}/follow-up", headers=BEARER)
    obeys(following_up.FollowUp, answer.json)
    assert (answer.headers["ETag"], answer.headers["Cache-Control"]) == ('W/"4"', "no-store")
    assert "account" not in answer.text
    assert [(one["text"], one["status"]) for one in answer.json["remarks"]] == [
        ("Which [name]?", "redacted"),
        (None, "being checked"),
    ]
    assert [one["other_event"] for one in answer.json["links"]] == [None, OTHER]
    assert [one["id"] for one in answer.json["safety_responses"]] == [ID]
    assert answer.json["reaches"] == "code"
    assert last(system).event == REFERENCE


def test_an_event_nobody_touched_has_no_date_of_change(client: Client, system: System) -> None:
    untouched = pb.FollowUp(reference=REFERENCE, handling=pb.Handling(state="new", version=1))
    system.recording.answers["GetFollowUp"] = untouched
    answer = client.get(f"{EVENT}/follow-up", headers=BEARER)
    obeys(following_up.FollowUp, answer.json)
    assert (answer.json["handling"]["changed_at"], answer.headers["ETag"]) == (None, 'W/"1"')


def test_a_state_is_changed_at_the_version_that_was_read(client: Client, system: System) -> None:
    system.recording.answers["Handle"] = a_follow_up()
    sent = {"state": "duplicate", "duplicate_of": OTHER}
    answer = client.post(f"{EVENT}/handling", json=sent, headers=IF_MATCH)
    assert (answer.status_code, answer.json["handling"]["state"]) == (200, "under_review")
    asked = last(system)
    assert (asked.event, asked.state, asked.duplicate_of, asked.expected_version) == (
        REFERENCE, "duplicate", OTHER, 2,
    )  # fmt: skip


def test_a_state_that_may_not_follow_is_a_conflict(client: Client, system: System) -> None:
    system.recording.answers["Handle"] = conflict("state-not-next", "It may become: reopened.")
    answer = client.post(f"{EVENT}/handling", json={"state": "closed"}, headers=BEARER)
    assert (answer.status_code, answer.json["code"]) == (409, "state-not-next")
    assert last(system).expected_version == 0


@pytest.mark.parametrize(
    ("address", "rpc", "named"),
    [
        (f"{EVENT}/questions", "AskReporter", ("event", REFERENCE)),
        (f"{EVENT}/addenda", "AddAddendum", ("event", REFERENCE)),
        (f"{EVENT}/feedback", "GiveFeedback", ("event", REFERENCE)),
        (QUESTION, "AnswerQuestion", ("remark_id", ID)),
    ],
)
def test_a_remark_is_made(
    client: Client, system: System, address: str, rpc: str, named: tuple[str, str]
) -> None:
    system.recording.answers[rpc] = a_remark(kind=pb.REMARK_KIND_ANSWER, in_reply_to=ID)
    answer = client.post(address, json={"text": "Which ward?"}, headers=BEARER)
    assert answer.status_code == 201
    obeys(following_up.Remark, answer.json)
    assert (answer.json["kind"], answer.json["in_reply_to"]) == ("answer", ID)
    assert (getattr(last(system), named[0]), last(system).text) == (named[1], "Which ward?")


def test_a_remark_that_is_too_long_is_refused_without_being_repeated(client: Client, system: System) -> None:
    answer = client.post(f"{EVENT}/questions", json={"text": "Mary" * 5_001}, headers=BEARER)
    assert answer.status_code == 422
    assert "Mary" not in answer.text
    assert not system.recording.asked


def test_events_are_linked(client: Client, system: System) -> None:
    system.recording.answers["LinkEvents"] = a_link(other_reference=OTHER)
    sent = {"kind": "same_patient_journey", "other_event": OTHER}
    answer = client.post(f"{EVENT}/links", json=sent, headers=BEARER)
    assert answer.status_code == 201
    obeys(following_up.Link, answer.json)
    asked = last(system)
    assert (asked.event, asked.kind, asked.other_event) == (REFERENCE, "same_patient_journey", OTHER)


def test_a_link_is_ended(client: Client, system: System) -> None:
    system.recording.answers["UnlinkEvents"] = pb.Unlinked()
    answer = client.delete(f"/api/v1/links/{ID}", headers=BEARER)
    assert (answer.status_code, answer.data, last(system).link_id) == (204, b"", ID)


def test_suggestions_say_why_and_where_the_decision_is_written(client: Client, system: System) -> None:
    one = pb.Suggestion(rule="duty-of-candour", kind="duty_of_candour", advice="Consider it.", settled=True,
                        because="Physical harm: Severe physical harm", section="adverse-event-governance",
                        property="DutyOfCandour")  # fmt: skip
    system.recording.answers["Suggest"] = pb.Suggestions(suggestions=[one])
    answer = client.get(f"{EVENT}/suggestions", headers=BEARER)
    obeys(following_up.SUGGESTIONS, answer.json)
    (shown,) = answer.json["items"]
    assert (shown["because"], shown["settled"], shown["body"]) == (one.because, True, None)


# ---- safety responses --------------------------------------------------------------------------------------


def test_a_response_is_begun(client: Client, system: System) -> None:
    system.recording.answers["SaveSafetyResponse"] = a_whole_response()
    answer = client.post(RESPONSES, json=SENT, headers=BEARER)
    assert (answer.status_code, answer.headers["ETag"]) == (201, 'W/"3"')
    assert answer.headers["Location"] == f"{PUBLIC_URL}{RESPONSE}"
    obeys(safety_responses.SafetyResponse, answer.json)
    asked = last(system)
    assert (asked.response_id, list(asked.events), asked.question_set) == ("", [REFERENCE], 6)
    assert {one.property for one in asked.answers} == {"ResponseType", "TermsOfReference"}


def test_a_response_is_read_as_it_is_sent_and_can_be_sent_back(client: Client, system: System) -> None:
    system.recording.answers["GetSafetyResponse"] = a_whole_response()
    read = client.get(RESPONSE, headers=BEARER)
    assert read.json["answers"] == {
        SECTION: [
            {
                "ResponseType": "psii",
                "StaffEngaged": False,
                "TermsOfReference": "What [name] asks",
                "AreasForImprovement": [None],
            }
        ]
    }
    system.recording.answers["SaveSafetyResponse"] = a_whole_response()
    sent = {name: read.json[name] for name in ("events", "answers", "question_set")}
    answer = client.put(RESPONSE, json=sent, headers=BEARER | {"If-Match": read.headers["ETag"]})
    assert answer.status_code == 200
    asked = last(system)
    assert (asked.response_id, asked.expected_version) == (ID, 3)
    assert [one.property for one in asked.answers if one.as_it_is] == ["AreasForImprovement"]


def test_a_response_is_not_replaced_without_saying_which_version(client: Client, system: System) -> None:
    answer = client.put(RESPONSE, json=SENT, headers=BEARER)
    assert answer.json["code"] == "version-required"
    assert "SaveSafetyResponse" not in {type(one).__name__ for one in system.recording.asked}


def test_wrong_answers_of_a_response_are_named(client: Client, system: System) -> None:
    fault = Fault(f"{SECTION}/0/ResponseType", "code-not-in-value-set", "This takes one of these codes.")
    system.recording.answers["SaveSafetyResponse"] = invalid("answers-not-accepted", "No.", fault)
    answer = client.post(RESPONSES, json=SENT, headers=BEARER)
    assert (answer.status_code, answer.json["faults"][0]["path"]) == (422, f"{SECTION}/0/ResponseType")


def test_responses_are_listed_by_status_and_page(client: Client, system: System) -> None:
    found = pb.SafetyResponses(
        responses=[a_response(status="planned", legacy_reference="L1", target="2027-01-31")], next="on"
    )
    system.recording.answers["ListSafetyResponses"] = found
    answer = client.get(f"{RESPONSES}?status=planned&cursor=here", headers=BEARER)
    obeys(safety_responses.RESPONSES, answer.json)
    (shown,) = answer.json["items"]
    assert (answer.json["next"], shown["legacy_reference"], shown["due_on"]) == ("on", "L1", "2027-01-31")
    assert (last(system).status, last(system).cursor) == ("planned", "here")


ROUTES = [
    ("get", f"{EVENT}/follow-up", None),
    ("post", f"{EVENT}/handling", {"state": "closed"}),
    ("post", f"{EVENT}/questions", {"text": "?"}),
    ("post", f"{EVENT}/addenda", {"text": "?"}),
    ("post", f"{EVENT}/feedback", {"text": "?"}),
    ("post", f"{EVENT}/links", {"kind": "duplicate_of", "other_event": OTHER}),
    ("get", f"{EVENT}/suggestions", None),
    ("delete", f"/api/v1/links/{ID}", None),
    ("post", QUESTION, {"text": "?"}),
    ("get", RESPONSES, None),
    ("post", RESPONSES, SENT),
    ("get", RESPONSE, None),
    ("put", RESPONSE, SENT),
]


@pytest.mark.parametrize(("method", "address", "body"), ROUTES)
def test_every_route_wants_a_token_and_passes_problems_on(
    client: Client, system: System, method: str, address: str, body: Any
) -> None:
    ask = getattr(client, method)
    assert ask(address, json=body).status_code == 401
    gone = Problem(Kind.NOT_FOUND, "event-not-found", "There is no such event, or you may not see it.")
    system.recording.answers |= dict.fromkeys(
        ("GetFollowUp", "Handle", "AskReporter", "AddAddendum", "GiveFeedback", "LinkEvents", "Suggest", "UnlinkEvents",
         "AnswerQuestion", "ListSafetyResponses", "SaveSafetyResponse", "GetSafetyResponse"), gone
    )  # fmt: skip
    answer = ask(address, json=body, headers=IF_MATCH)
    assert (answer.status_code, answer.json["code"]) == (404, "event-not-found")
    assert answer.headers["Cache-Control"] == "no-store"
