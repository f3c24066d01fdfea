"""The question set and organisations over the JSON API."""

from __future__ import annotations

from chassis.problems import unavailable
from gateway.api import question_sets
from tests.builders.question_sets import a_definition
from tests.gateway.conftest import Client, System
from tests.gateway.test_api import obeys
from tests.gateway.test_api_records import published

__all__ = ["published"]
SETS = "/api/v1/question-sets"


def test_anyone_may_see_which_versions_there_are(client: Client) -> None:
    answer = client.get(SETS)
    obeys(question_sets.SUMMARIES, answer.json)
    assert answer.json["items"][-1]["question_set"] == 6
    assert answer.headers["Cache-Control"] == "public, max-age=60"


def test_the_last_day_of_a_version_is_said_where_it_is_known(client: Client, system: System) -> None:
    ending = a_definition(6)
    ending.accepted_until, ending.digest = "2027-12-31", "another"
    system.recording.answers["GetQuestionSet"] = ending
    five, six = client.get(SETS).json["items"]
    assert (five["accepted_until"], six["accepted_until"]) == ("2027-12-31", "2027-12-31")
    assert client.get(f"{SETS}/6").json["accepted_until"] == "2027-12-31"


def test_a_version_comes_whole(client: Client) -> None:
    answer = client.get(f"{SETS}/6")
    obeys(question_sets.QuestionSet, answer.json)
    six = a_definition(6)
    assert answer.json["digest"] == six.digest
    assert len(answer.json["sections"]) == len(six.sections)
    asked = {(s["name"], q["property"]): q for s in answer.json["sections"] for q in s["questions"]}
    assert len(asked) == sum(len(one.questions) for one in six.sections)
    assert asked["adverse-event-agent", "InvolvedAgents"]["maximum"] > 1
    assert asked["adverse-event-core", "Description"]["narrative"] is True
    assert asked["native", "Type"]["when"] is None


def test_conditions_come_with_what_they_test(client: Client) -> None:
    questions = [q for s in client.get(f"{SETS}/6").json["sections"] for q in s["questions"]]
    conditions = [q["when"] for q in questions if q["when"]]
    inner = [one for each in conditions for one in (each, *each["all"], *each["any"])]
    assert any(one["has"] for one in inner)
    assert {one["presence"] for one in inner} <= {None, "given", "absent"}
    assert any(one["presence"] for one in inner)
    assert sum(q["when"] is not None for q in questions) == sum(
        q.HasField("when") for s in a_definition(6).sections for q in s.questions
    )


def test_who_has_a_version_is_told_so(client: Client) -> None:
    first = client.get(f"{SETS}/6")
    again = client.get(f"{SETS}/6", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"] == "public, max-age=300"
    assert client.get(f"{SETS}/6", headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_version_that_is_not_there_is_not_found(client: Client) -> None:
    assert client.get(f"{SETS}/99").status_code == 404
    assert client.get(f"{SETS}/six").status_code == 404


def test_a_question_set_stays_while_recording_is_away(client: Client, system: System) -> None:
    assert client.get(f"{SETS}/6").status_code == 200
    system.recording.answers["ListQuestionSets"] = unavailable("try-again", "Send it again.")
    assert client.get(f"{SETS}/6").status_code == 200
