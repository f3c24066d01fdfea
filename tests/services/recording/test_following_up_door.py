"""Following up over real gRPC: what is asked reaches its use case, and what comes back is whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from chassis import database
from chassis.actors import Actor, Signer
from chassis.grpc_client import Client, Tls
from chassis.grpc_server import drain, serve
from chassis.problems import Kind, Problem
from deploy.local import keys
from protos.recording.v1 import recording_pb2 as pb
from protos.recording.v1 import recording_pb2_grpc
from services.recording import server
from services.recording.domain.answers import Answer
from services.recording.use_cases import keep_organisation, keep_redacted_text
from tests.builders.actors import RECORD, a_person
from tests.builders.recording import incident
from tests.services.recording.test_door import NAME, _settings

LEAD = a_person("RZ1", name="lead", permissions=RECORD | {"recording:handle", "recording:govern"})
REPORTER = a_person("RZ1", name="reporter", permissions=RECORD)
SECTION = "adverse-event-safety-response"
Ask = Callable[..., Any]


@pytest.fixture
def url(database_for: Callable[[str], str]) -> str:
    return database_for("recording")


@pytest.fixture
def ask(tmp_path: Path, url: str) -> Iterator[Ask]:
    keys.make(tmp_path)
    settings = _settings(tmp_path, url)
    db = database.engine(url, pool=1)  # no call needs two connections at once
    door = server.door(settings, db)
    running, port = serve(door, settings)
    tls = Tls(*(str(tmp_path / file) for file in ("gateway.crt", "gateway.key", "ca.crt")))
    client = Client(f"localhost:{port}", NAME, tls)
    stub = recording_pb2_grpc.RecordingStub(client.channel)  # type: ignore[no-untyped-call]
    signer = Signer((tmp_path / "actor-signing-keys.json").read_text())

    def call(rpc: str, request: Any, actor: Actor = LEAD) -> Any:
        return client.call(getattr(stub, rpc), request, signer.sign(actor, 60)[0], 5, f"{NAME}/{rpc}")

    yield call
    client.channel.close()
    drain(running, 0, door.closing)
    db.dispose()


@pytest.fixture
def reference(url: str, ask: Ask) -> str:
    """Of an event with severe harm, recorded online."""
    db = database.engine(url)
    known: dict[str, Any] = {"opened_on": None, "closed_on": None, "parents": [], "version": 1}
    with db.begin() as tx:
        keep_organisation(tx, {"code": "RZ1", "name": "RZ1", **known})
    db.dispose()
    said = [_answer(one) for one in incident(**{"patient-information/PhysicalHarm": "2"})]
    sent = pb.SubmitRequest(question_set=6, answers=said, route=pb.ROUTE_ONLINE, patients="yes")
    return str(ask("Submit", sent, REPORTER).reference)


def _answer(one: Answer) -> pb.Answer:
    slot = {bool: "boolean", int: "integer"}.get(type(one.value), "text")
    value: dict[str, Any] = {slot: one.value}
    return pb.Answer(section=one.section, entry=one.entry, property=one.property, **value)


def a_response(reference: str, **more: Any) -> pb.SaveSafetyResponseRequest:
    said: dict[str, Any] = {"ResponseType": {"code": "psii"}, "DateTarget": {"date": "2099-01-31"},
            "StaffEngaged": {"boolean": True}, "TermsOfReference": {"text": "Why?"}}  # fmt: skip
    answers = [pb.Answer(section=SECTION, property=name, **each) for name, each in said.items()]
    return pb.SaveSafetyResponseRequest(events=[reference], question_set=6, answers=answers, **more)


def test_the_follow_up_holds_what_the_suggested_response_says(ask: Ask, reference: str) -> None:
    kept = ask("SaveSafetyResponse", a_response(reference))
    assert (list(kept.events), kept.target, kept.version) == ([reference], "2099-01-31", 1)
    coded = {one.property: getattr(one, str(one.WhichOneof("value"))) for one in kept.answers}
    assert coded == {
        "ResponseSequence": 1, "ResponseType": "psii", "DateTarget": "2099-01-31", "StaffEngaged": True,
    }  # fmt: skip
    (text,) = kept.texts
    assert (text.field, text.text, text.checked) == (f"{SECTION}/0/TermsOfReference", "", False)
    again = ask("GetSafetyResponse", pb.GetSafetyResponseRequest(response_id=kept.response_id))
    assert sorted(map(str, again.answers)) == sorted(map(str, kept.answers))
    assert (again.version, list(again.texts), again.saved_at) == (1, [text], kept.saved_at)
    (listed,) = ask("ListSafetyResponses", pb.ListSafetyResponsesRequest()).responses
    (shown,) = ask("GetFollowUp", pb.GetFollowUpRequest(event=reference)).responses
    assert listed == shown
    follow_up = ask("GetFollowUp", pb.GetFollowUpRequest(event=reference), REPORTER)
    assert follow_up.standing == pb.Standing(recorded=True, may_revise=True)
    assert follow_up.reaches == pb.REACHES_ACCOUNT
    assert (shown.response_id, list(shown.answers)) == (kept.response_id, [])


def test_a_question_is_asked_answered_and_shown_once_checked(ask: Ask, reference: str, url: str) -> None:
    question = ask("AskReporter", pb.AskReporterRequest(event=reference, text="Which ward?"))
    assert (question.kind, question.checked, question.text) == (pb.REMARK_KIND_QUESTION, False, "")
    answering = pb.AnswerQuestionRequest(remark_id=question.remark_id, text="Ward six")
    with pytest.raises(Problem) as refused:
        ask("AnswerQuestion", answering)
    assert refused.value.kind is Kind.FORBIDDEN
    given = ask("AnswerQuestion", answering, REPORTER)
    ask("AddAddendum", pb.AddAddendumRequest(event=reference, text="It was wet"), REPORTER)
    db = database.engine(url)
    with db.begin() as tx:
        keep_redacted_text(tx, given.remark_id, 1, {"remark/0/Text": "Ward [x]"})
    db.dispose()
    shown = ask("GetFollowUp", pb.GetFollowUpRequest(event=reference)).remarks
    assert [(one.kind, one.checked, one.text, one.answered) for one in shown] == [
        (pb.REMARK_KIND_QUESTION, False, "", True),
        (pb.REMARK_KIND_ANSWER, True, "Ward [x]", False),
        (pb.REMARK_KIND_ADDENDUM, False, "", False),
    ]


def test_a_state_says_which_may_follow(ask: Ask, reference: str) -> None:
    found = ask("Handle", pb.HandleRequest(event=reference, state="under_review", expected_version=1))
    assert (found.handling.state, found.handling.version) == ("under_review", 2)
    assert "closed" in found.handling.next
    assert "new" not in found.handling.next


def test_a_change_that_names_an_organisation_nobody_asked_for_lately_needs_one_connection(
    ask: Ask, reference: str, url: str
) -> None:
    db = database.engine(url)
    known: dict[str, Any] = {"opened_on": None, "closed_on": None, "parents": [], "version": 1}
    with db.begin() as tx:
        keep_organisation(tx, {"code": "RZ2", "name": "RZ2", **known})
    db.dispose()
    elsewhere = {"location-details/Organisation": "RZ2", "location-details/LocationKnown": "y"}
    said = [_answer(one) for one in incident(**{"patient-information/PhysicalHarm": "2", **elsewhere})]
    sent = pb.SubmitRequest(question_set=6, answers=said, route=pb.ROUTE_ONLINE, patients="yes")
    assert ask("Revise", pb.ReviseRequest(event=reference, submission=sent)).revision == 2


def test_a_link_is_made_and_ended(ask: Ask, reference: str) -> None:
    wanted = pb.LinkEventsRequest(event=reference, kind="same_patient_journey", other_event=reference)
    with pytest.raises(Problem) as refused:
        ask("LinkEvents", wanted)
    assert refused.value.code == "same-event"
    with pytest.raises(Problem) as refused:
        ask("UnlinkEvents", pb.UnlinkEventsRequest(link_id="019aa000-0000-7000-8000-000000000001"))
    assert refused.value.code == "link-not-found"


def test_answers_suggest_what_to_consider(ask: Ask, reference: str) -> None:
    found = {one.rule: one for one in ask("Suggest", pb.SuggestRequest(event=reference)).suggestions}
    candour = found["duty-of-candour"]
    assert (candour.kind, candour.property, candour.settled) == ("duty_of_candour", "DutyOfCandour", False)
    assert candour.because == "Physical harm: Severe physical harm"


def test_who_only_reports_may_not_handle(ask: Ask, reference: str) -> None:
    with pytest.raises(Problem) as refused:
        ask("Handle", pb.HandleRequest(event=reference, state="under_review"), REPORTER)
    assert refused.value.kind is Kind.FORBIDDEN
