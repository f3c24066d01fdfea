"""The life of a record over the JSON API: what recording is asked, and what comes back."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.problems import Fault, Kind, Problem, conflict, invalid, not_found
from gateway.api import records, schemas
from protos.recording.v1 import recording_pb2 as pb
from tests.builders.question_sets import a_definition, summary_of
from tests.gateway.builders import REFERENCE
from tests.gateway.conftest import BEARER, PUBLIC_URL, Client, System
from tests.gateway.test_api import obeys

ID = "019aa000-0000-7000-8000-000000000001"
EVENTS = "/api/v1/events"
EVENT = f"{EVENTS}/{REFERENCE}"
ANSWERS = {
    "native": [{"Type": "1", "Date": "2026-03-02"}],
    "adverse-event-core": [{"Description": "Fell from the trolley"}],
    "adverse-event-agent": [{"InvolvedAgents": ["3", "9"]}],
    "patient-information": [{"PatientSequence": 1, "PhysicalHarm": "4"}, {"PatientSequence": 2}],
    "adverse-event-reference-metadata": [{"DataSharingOptOut": False}],
}
IF_MATCH = BEARER | {"If-Match": 'W/"2"'}


@pytest.fixture(autouse=True)
def published(system: System) -> None:
    six = a_definition(6)
    system.recording.answers["ListQuestionSets"] = pb.QuestionSets(
        question_sets=[summary_of(a_definition(5)), summary_of(six)]
    )
    system.recording.answers["GetQuestionSet"] = six


def submitted(revision: int = 1, **more: Any) -> pb.Submitted:
    told = pb.Submitted(event_id=ID, reference=REFERENCE, revision=revision, **more)
    told.reported_at.FromJsonString("2026-11-23T09:00:00Z")
    told.revised_at.FromJsonString("2026-11-23T09:30:00Z")
    return told


def an_event(**more: Any) -> pb.SafetyEvent:
    told: dict[str, Any] = {
        "event_id": ID,
        "reference": REFERENCE,
        "revision": 2,
        "question_set": 6,
        "event_type": "incident",
        "organisation": "RZ1",
        "patients_known": "yes",
        "change": pb.CHANGE_REVISED,
        "recorder_id": "account-of-somebody",
        "revised_by": "account-of-somebody",
    }
    facts = pb.EventFacts(**told | more)
    facts.answers.add(section="native", property="Type", code="1")
    facts.answers.add(section="adverse-event-agent", property="InvolvedAgents", code="3")
    facts.answers.add(section="patient-information", entry=1, property="PatientSequence", integer=2)
    facts.answers.add(section="adverse-event-reference-metadata", property="DataSharingOptOut", boolean=False)
    texts = [
        pb.Text(field="adverse-event-core/0/Description", text="[NAME] fell", checked=True),
        pb.Text(field="adverse-event-outcome/0/ImmediateActions"),
    ]
    return pb.SafetyEvent(facts=facts, texts=texts)


def last(system: System) -> Any:
    """What recording was asked last, but for the question sets."""
    public = (pb.ListQuestionSetsRequest, pb.GetQuestionSetRequest)
    return [one for one in system.recording.asked if not isinstance(one, public)][-1]


# ---- recording


def test_an_event_is_recorded_as_a_person_does(client: Client, system: System) -> None:
    system.recording.answers["Submit"] = submitted()
    answer = client.post(
        EVENTS,
        json={"answers": ANSWERS, "organisation": "RZ1", "draft": ID},
        headers=BEARER | {"Idempotency-Key": "k1"},
    )
    assert answer.status_code == 201
    obeys(schemas.Receipt, answer.json)
    assert (answer.json["reference"], answer.json["id"], answer.json["revision"]) == (REFERENCE, ID, 1)
    assert answer.headers["Location"] == f"{PUBLIC_URL}{EVENT}"
    assert answer.headers["ETag"] == 'W/"1"'
    asked = last(system)
    assert (asked.route, asked.question_set, asked.draft_id) == (pb.ROUTE_ONLINE, 6, ID)
    assert (asked.idempotency_key, asked.organisation) == ("k1", "RZ1")


def test_answers_keep_their_places_and_types(client: Client, system: System) -> None:
    system.recording.answers["Submit"] = submitted()
    client.post(EVENTS, json={"answers": ANSWERS, "question_set": 5, "patients": "yes"}, headers=BEARER)
    asked = last(system)
    assert (asked.question_set, asked.patients) == (5, "yes")
    sent = {one.path: one for one in asked.answers}
    assert {path: getattr(one, one.WhichOneof("value")) for path, one in sent.items()} == {
        "native/0/Type": "1",
        "native/0/Date": "2026-03-02",
        "adverse-event-core/0/Description": "Fell from the trolley",
        "adverse-event-agent/0/InvolvedAgents/0": "3",
        "adverse-event-agent/0/InvolvedAgents/1": "9",
        "patient-information/0/PatientSequence": 1,
        "patient-information/0/PhysicalHarm": "4",
        "patient-information/1/PatientSequence": 2,
        "adverse-event-reference-metadata/0/DataSharingOptOut": False,
    }
    assert (sent["adverse-event-reference-metadata/0/DataSharingOptOut"].WhichOneof("value")) == "boolean"


def test_the_second_time_says_that_it_is_the_first_record(client: Client, system: System) -> None:
    told = submitted(repeated_request=True)
    told.warnings.add(path="AdverseEvent", code="duplicate-suspected", detail="Recorded before.")
    told.warnings.add(path="native/0/Date", code="old-date", detail="Please check the year.")
    system.recording.answers["Submit"] = told
    answer = client.post(EVENTS, json={"answers": ANSWERS}, headers=BEARER)
    assert answer.json["repeated"] is True
    assert [(one["path"], one["code"]) for one in answer.json["warnings"]] == [
        ("", "duplicate-suspected"),
        ("native/0/Date", "old-date"),
    ]


def test_faults_name_places_in_our_json(client: Client, system: System) -> None:
    system.recording.answers["Submit"] = invalid(
        "answers-not-accepted",
        "Some answers are missing.",
        Fault("patient-information/1/PhysicalHarm", "required-missing", "This needs an answer."),
        Fault("AdverseEvent.meta.profile[0]", "unknown-profile", "Use another version."),
        Fault("patients_known", "required-missing", "This needs an answer."),
    )
    answer = client.post(EVENTS, json={"answers": ANSWERS}, headers=BEARER)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    paths = [one["path"] for one in answer.json["faults"]]
    assert paths == ["patient-information/1/PhysicalHarm", "question_set", "patients"]


@pytest.mark.parametrize(
    ("answers", "path"),
    [
        ({"native": {"Type": "1"}}, "native"),
        ({"native": ["1"]}, "native/0"),
        ({"native": [{"Type": {"code": "1"}}]}, "native/0/Type"),
        ({"native": [{"Type": 1.5}]}, "native/0/Type"),
        ({"native": [{"Type": 2**70}]}, "native/0/Type"),
        ({"native": [{"Type": [["1"]]}]}, "native/0/Type"),
        ({"native": [{"he fell": "1"}]}, "native/0"),
        ({"he fell down the stairs": []}, "answers"),
        ({"native": [{"Type": ["1"] * 5001}]}, "answers"),
        ("text", "answers"),
    ],
)
def test_answers_of_another_shape_are_refused_by_place_and_never_quoted(
    client: Client, system: System, answers: Any, path: str
) -> None:
    answer = client.post(EVENTS, json={"answers": answers}, headers=BEARER)
    assert answer.status_code in (400, 422)
    assert path in [one["path"] for one in answer.json["faults"]]
    assert "fell" not in answer.text
    assert not any(isinstance(one, pb.SubmitRequest) for one in system.recording.asked)


def test_null_is_no_answer_to_a_new_event(client: Client, system: System) -> None:
    system.recording.answers["Submit"] = submitted()
    client.post(EVENTS, json={"answers": {"native": [{"Type": "1", "Date": None}]}}, headers=BEARER)
    assert [one.property for one in last(system).answers] == ["Type"]


def test_a_key_that_is_too_long_is_refused(client: Client, system: System) -> None:
    answer = client.post(EVENTS, json={"answers": {}}, headers=BEARER | {"Idempotency-Key": "k" * 256})
    assert (answer.status_code, answer.json["code"]) == (400, "bad-request")


def test_another_persons_draft_is_not_found(client: Client, system: System) -> None:
    system.recording.answers["Submit"] = not_found("draft-not-found", "There is no such draft.")
    answer = client.post(EVENTS, json={"answers": ANSWERS, "draft": ID}, headers=BEARER)
    assert (answer.status_code, answer.json["code"]) == (404, "draft-not-found")


def test_an_event_is_checked_strictly_and_not_recorded(client: Client, system: System) -> None:
    told = pb.Validated()
    told.warnings.add(path="native/0/Date", code="old-date", detail="Please check the year.")
    system.recording.answers["Validate"] = told
    answer = client.post(f"{EVENTS}/check", json={"answers": ANSWERS}, headers=BEARER)
    obeys(schemas.Checked, answer.json)
    assert answer.json["warnings"][0]["path"] == "native/0/Date"
    assert last(system).strict
    assert last(system).submission.route == pb.ROUTE_ONLINE


# ---- changing


def test_a_revision_names_the_one_it_changes(client: Client, system: System) -> None:
    system.recording.answers["Revise"] = submitted(3)
    sent = {"question_set": 6, "answers": {"adverse-event-core": [{"Description": None}]}}
    answer = client.put(EVENT, json=sent, headers=IF_MATCH)
    assert (answer.status_code, answer.headers["ETag"]) == (200, 'W/"3"')
    obeys(schemas.Receipt, answer.json)
    asked = last(system)
    assert (asked.event, asked.expected_revision, asked.submission.route) == (REFERENCE, 2, pb.ROUTE_ONLINE)
    assert asked.submission.answers[0].as_it_is


@pytest.mark.parametrize(("method", "address", "body"), [
    ("put", EVENT, {"question_set": 6, "answers": {}}),
    ("put", f"{EVENT}/governance", {"answers": {}}),
    ("post", f"{EVENT}/retype", {"event_type": "incident"}),
])  # fmt: skip
def test_who_replaces_answers_says_which_revision_they_saw(
    client: Client, system: System, method: str, address: str, body: Any
) -> None:
    answer = getattr(client, method)(address, json=body, headers=BEARER)
    assert (answer.status_code, answer.json["code"]) == (412, "version-required")
    answer = getattr(client, method)(address, json=body, headers=BEARER | {"If-Match": "nonsense"})
    assert (answer.status_code, answer.json["code"]) == (400, "bad-request")
    assert not system.recording.asked


def test_a_star_changes_whatever_is_newest(client: Client, system: System) -> None:
    system.recording.answers["Revise"] = submitted(3)
    body = {"question_set": 6, "answers": ANSWERS}
    assert client.put(EVENT, json=body, headers=BEARER | {"If-Match": "*"}).status_code == 200
    assert last(system).expected_revision == 0


def test_a_change_of_what_somebody_changed_first_is_a_conflict(client: Client, system: System) -> None:
    system.recording.answers["Revise"] = conflict("version-conflict", "Read it again first.")
    answer = client.put(EVENT, json={"question_set": 6, "answers": ANSWERS}, headers=IF_MATCH)
    assert (answer.status_code, answer.json["code"]) == (409, "version-conflict")


def test_an_event_is_retyped_governed_withdrawn_and_restored(client: Client, system: System) -> None:
    for rpc in ("Retype", "Govern", "Withdraw", "Restore"):
        system.recording.answers[rpc] = submitted(3)
    block = {"answers": {"adverse-event-governance": [{"CQCCriteria": ["1"]}]}}
    said = [
        client.post(f"{EVENT}/retype", json={"event_type": "incident"}, headers=IF_MATCH),
        client.put(f"{EVENT}/governance", json=block, headers=IF_MATCH),
        client.delete(f"{EVENT}?reason=duplicate", headers=IF_MATCH),
        client.post(f"{EVENT}/restore", headers=BEARER),
    ]
    for answer in said:
        assert answer.status_code == 200
        obeys(schemas.Receipt, answer.json)
    retyped, governed, withdrawn, restored = system.recording.asked
    assert (retyped.event_type, retyped.expected_revision) == ("incident", 2)
    assert (governed.answers[0].property, governed.expected_revision) == ("CQCCriteria", 2)
    assert (withdrawn.reason, withdrawn.expected_revision) == ("duplicate", 2)
    assert restored.event == REFERENCE


def test_a_withdrawal_has_a_reason(client: Client, system: System) -> None:
    answer = client.delete(EVENT, headers=BEARER)
    assert answer.status_code == 422
    assert [one["path"] for one in answer.json["faults"]] == ["reason"]
    assert not system.recording.asked


# ---- reading back


def test_history_comes_in_pages_and_names_nobody(client: Client, system: System) -> None:
    revisions = [
        an_event(revision=number, change=change, reason=reason)
        for number, change, reason in ((3, pb.CHANGE_WITHDRAWN, "duplicate"), (2, pb.CHANGE_REVISED, ""))
    ]
    system.recording.answers["GetHistory"] = pb.History(revisions=revisions, total=3)
    answer = client.get(f"{EVENT}/history?cursor=4&limit=2", headers=BEARER)
    obeys(records.REVISIONS, answer.json)
    assert [(one["revision"], one["change"], one["reason"]) for one in answer.json["items"]] == [
        (3, "withdrawn", "duplicate"),
        (2, "revised", None),
    ]
    assert answer.json["next"] == "2"
    assert "somebody" not in answer.text
    assert (last(system).before, last(system).count) == (4, 2)


def test_the_last_page_of_history_has_no_next(client: Client, system: System) -> None:
    system.recording.answers["GetHistory"] = pb.History(revisions=[an_event(revision=1)], total=1)
    assert client.get(f"{EVENT}/history", headers=BEARER).json["next"] is None


def test_a_version_can_be_sent_back_as_it_is(client: Client, system: System) -> None:
    """What a text is shown as, and a text that is being checked, both keep the original: nothing is lost."""
    system.recording.answers |= {"GetEvent": an_event(), "Revise": submitted(3)}
    shown = client.get(f"{EVENT}/versions/2", headers=BEARER)
    obeys(schemas.Version, shown.json)
    assert shown.headers["ETag"] == 'W/"2"'
    assert shown.json["answers"] == {
        "native": [{"Type": "1"}],
        "adverse-event-agent": [{"InvolvedAgents": ["3"]}],
        "patient-information": [{}, {"PatientSequence": 2}],
        "adverse-event-reference-metadata": [{"DataSharingOptOut": False}],
        "adverse-event-core": [{"Description": "[NAME] fell"}],
        "adverse-event-outcome": [{"ImmediateActions": None}],
    }
    back = {name: shown.json[name] for name in ("question_set", "answers", "patients")}
    headers = BEARER | {"If-Match": shown.headers["ETag"]}
    assert client.put(EVENT, json=back, headers=headers).status_code == 200
    sent = {one.property: getattr(one, one.WhichOneof("value")) for one in last(system).submission.answers}
    assert sent["Description"] == "[NAME] fell"
    assert sent["ImmediateActions"] is True
    assert {one.property for one in last(system).submission.answers if one.as_it_is} == {"ImmediateActions"}


@pytest.mark.parametrize("number", ["0", "4294967296"])
def test_a_revision_that_cannot_be_is_refused(client: Client, system: System, number: str) -> None:
    assert client.get(f"{EVENT}/versions/{number}", headers=BEARER).status_code == 400
    assert not system.recording.asked


def test_a_reporter_is_made_anonymous(client: Client, system: System) -> None:
    system.recording.answers["AnonymiseReporter"] = pb.Anonymised()
    answer = client.post(f"{EVENT}/anonymise", headers=BEARER)
    assert (answer.status_code, answer.data) == (204, b"")
    assert last(system).event == REFERENCE


ROUTES = [
    ("post", EVENTS, {"answers": {}}),
    ("post", f"{EVENTS}/check", {"answers": {}}),
    ("put", EVENT, {"question_set": 6, "answers": {}}),
    ("delete", f"{EVENT}?reason=other", None),
    ("post", f"{EVENT}/restore", None),
    ("post", f"{EVENT}/retype", {"event_type": "incident"}),
    ("put", f"{EVENT}/governance", {"answers": {}}),
    ("get", f"{EVENT}/history", None),
    ("get", f"{EVENT}/versions/1", None),
    ("post", f"{EVENT}/original", {"revision": 1}),
    ("post", f"{EVENT}/anonymise", None),
]


@pytest.mark.parametrize(("method", "address", "body"), ROUTES)
def test_every_route_wants_a_token_and_passes_problems_on(
    client: Client, system: System, method: str, address: str, body: Any
) -> None:
    ask = getattr(client, method)
    assert ask(address, json=body).status_code == 401
    gone = Problem(Kind.NOT_FOUND, "event-not-found", "There is no such event, or you may not see it.")
    public = {"ListQuestionSets", "GetQuestionSet"}
    system.recording.answers |= {
        rpc.name: gone
        for rpc in pb.DESCRIPTOR.services_by_name["Recording"].methods
        if rpc.name not in public
    }
    answer = ask(address, json=body, headers=IF_MATCH)
    assert (answer.status_code, answer.json["code"]) == (404, "event-not-found")
    assert answer.headers["Cache-Control"] == "no-store"
