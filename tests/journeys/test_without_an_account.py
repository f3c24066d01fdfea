"""A family and a nurse report without an account, are asked, and come back; nobody finds out who they are."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import psycopg
import pytest

from tests.journeys.conftest import World, eventually

pytestmark = pytest.mark.timeout(240)
WORDS = "Our mother waited four hours for her insulin. Nurse Declan Byrne told us to go home."
MARK = "ward-seven-terminal-three"  # what a network puts into a request, and what would lead back to somebody


@pytest.fixture
def doors() -> Iterator[ExitStack]:
    """Closes every client that a journey opened."""
    with ExitStack() as opened:
        yield opened


def report(world: World, reporter: str = "public", **more: Any) -> dict[str, str]:
    """Somebody without an account reports; their reference number and code."""
    answers = {"adverse-event-core": [{"Description": f"{WORDS} {uuid.uuid4()}"}]}
    sent = {"reporter": reporter, "organisation": "RZ1", "answers": answers | more.pop("answers", {})}
    answer = httpx.post(f"{world.url}/api/v1/public/events", json=sent, **more)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    return {"reference": made["reference"], "code": made["follow_up_code"]}


def ask(world: World, held: dict[str, str], path: str = "", **more: str) -> httpx.Response:
    return httpx.post(f"{world.url}/api/v1/public/follow-up{path}", json=held | more)


def looked(world: World, held: dict[str, str]) -> dict[str, Any]:
    answer = ask(world, held)
    assert answer.status_code == 200, answer.text
    seen: dict[str, Any] = answer.json()
    return seen


def test_a_family_reports_is_asked_answers_and_sees_what_became_of_it(world: World, doors: ExitStack) -> None:
    # Given a family who reported what happened, and where
    family = report(world, answers={"practitioner-details": [{"ReporterType": "2"}]})
    assert looked(world, family)["state"] == "new"

    # Then the organisation's safety lead sees it like any other, and that it came from a family
    lead = doors.enter_context(world.person("local_safety_lead", "RZ1"))
    path = f"/api/v1/events/{family['reference']}"
    eventually(lambda: lead.get(path).status_code == 200)
    said = {
        (one["property"], value["label"])
        for one in lead.get(path).json()["answers"]
        for value in one["values"]
    }
    assert ("ReporterType", "I am a friend/carer/relative of the patient") in said
    assert lead.get(path).json()["reporter"] == "public"
    eventually(
        lambda: (
            family["reference"] in [one["reference"] for one in lead.get("/api/v1/notices").json()["items"]]
        )
    )

    # And a national reviewer does
    national = doors.enter_context(world.person("national_reviewer"))
    assert national.get(path).status_code == 200

    # When they ask the family, it sees the question once it has been checked
    asked = lead.post(f"{path}/questions", json={"text": "Which evening was it?"})
    assert asked.status_code == 201, asked.text

    def question() -> dict[str, Any]:
        return next((one for one in looked(world, family)["remarks"] if one["text"]), {})

    found = eventually(question)
    assert found["text"] == "Which evening was it?"
    assert looked(world, family)["state"] == "needs_information"

    # Then the family answers, and the lead reads it
    answered = ask(world, family, "/answers", question=found["id"], text="It was the Tuesday.")
    assert answered.status_code == 201, answered.text
    again = ask(world, family, "/answers", question=found["id"], text="It was the Tuesday.")
    assert again.json()["id"] == answered.json()["id"]
    assert ask(world, family, "/addenda", text="She is well now.").status_code == 201

    def texts() -> list[str]:
        return [one["text"] for one in lead.get(f"{path}/follow-up").json()["remarks"] if one["text"]]

    eventually(lambda: {"It was the Tuesday.", "She is well now."} <= set(texts()))

    # And what became of it
    for state in ("under_review", "action_in_progress", "closed"):
        assert lead.post(f"{path}/handling", json={"state": state}).status_code == 200
    seen = looked(world, family)
    assert (seen["state"], seen["state_in_words"]) == (
        "closed",
        "It has been looked at, and the review of it is closed.",
    )
    eventually(lambda: looked(world, family)["texts"][0]["text"])
    assert "Byrne" not in json.dumps(looked(world, family))

    # Until they end their code
    assert ask(world, family, "/ending").status_code == 204
    assert ask(world, family, "/ending").status_code == 204
    assert ask(world, family).status_code == 404
    assert lead.get(path).status_code == 200


def test_a_lost_answer_gives_the_same_code_again(world: World) -> None:
    key = {"Idempotency-Key": uuid.uuid4().hex}
    answers = {"adverse-event-core": [{"Description": "She waited for hours."}]}
    sent = {"reporter": "public", "organisation": "RZ1", "answers": answers}
    first, second = [
        httpx.post(f"{world.url}/api/v1/public/events", json=sent, headers=key).json() for _ in range(2)
    ]
    assert (first["reference"], first["follow_up_code"]) == (second["reference"], second["follow_up_code"])
    assert (first["repeated"], second["repeated"]) == (False, True)
    looked(world, {"reference": second["reference"], "code": second["follow_up_code"]})


def test_wrong_codes_are_slowed_and_keep_nobody_out(world: World) -> None:
    family, others = report(world), report(world)
    wrong = family | {"code": others["code"]}
    answers = [ask(world, wrong) for _ in range(5)]
    assert [one.status_code for one in answers] == [404] * 3 + [429] * 2
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert WORDS not in answers[0].text
    unknown = ask(world, {"reference": "PSE-26-7H3KQ2WX-9", "code": others["code"]})
    assert unknown.status_code in (404, 422)
    looked(world, family)


def test_another_report_is_not_read_and_its_question_not_answered(world: World, doors: ExitStack) -> None:
    mine, theirs = report(world), report(world)
    lead = doors.enter_context(world.person("local_safety_lead", "RZ1"))
    path = f"/api/v1/events/{theirs['reference']}/questions"
    question = lead.post(path, json={"text": "When?"}).json()["id"]
    answered = ask(world, mine, "/answers", question=question, text="Mine.")
    assert (answered.status_code, answered.json()["code"]) == (404, "question-not-found")
    assert lead.post(f"/api/v1/questions/{question}/answer", json={"text": "Ours."}).status_code == 403


def test_nobody_finds_out_which_colleague_reported(world: World, doors: ExitStack) -> None:
    """A nurse who is signed in, on a terminal that marks what it sends: none of it is anywhere afterwards."""
    nurse = doors.enter_context(world.person("standard", "RZ1"))
    account = nurse.get("/api/v1/account").json()
    reasons = {
        "native": [{"Type": "1"}],
        "practitioner-details": [{"WhyAnonymous": ["4", "7"]}],
    }
    trace = uuid.uuid4().hex
    marked = {
        "Authorization": nurse.headers["Authorization"],
        "User-Agent": MARK,
        "X-Request-ID": MARK,
        "X-Correlation-ID": MARK,
        "X-Forwarded-For": "192.0.2.77",
        "traceparent": f"00-{trace}-{'1' * 16}-01",
    }
    held = report(world, "anonymous_staff", answers=reasons, headers=marked)
    assert httpx.post(f"{world.url}/api/v1/public/follow-up", json=held, headers=marked).status_code == 200

    # Whoever may see the record sees no person in it
    path = f"/api/v1/events/{held['reference']}"
    for role, organisation in (("local_safety_lead", "RZ1"), ("national_reviewer", None)):
        reader = doors.enter_context(world.person(role, organisation))
        eventually(lambda reader=reader: reader.get(path).status_code == 200)  # type: ignore[misc]
        seen = (
            reader.get(path).text + reader.get(f"{path}/history").text + reader.get(f"{path}/follow-up").text
        )
        for trace_of_them in (account["account_id"], account["email"], account["name"], MARK, "192.0.2.77"):
            assert trace_of_them not in seen
        assert reader.get(path).json()["reporter"] == "anonymous_staff"
    support = doors.enter_context(world.person("support"))
    assert support.get(path).status_code in (403, 404)

    # The nurse's own account does not know of it either
    assert held["reference"] not in nurse.get("/api/v1/events").text
    assert held["reference"] not in nurse.get("/api/v1/notices").text

    # Nor does any database, log or trace
    rows = dict(everything_about(world, held["reference"]))
    assert set(rows) >= {"recording.events", "access.events"}
    assert account["account_id"] not in json.dumps(rows)
    letters = held["code"].replace("-", "")
    for where, text in everything(world):
        for secret in (MARK, "192.0.2.77", trace, held["code"], letters):
            assert secret not in text, where
            assert secret.encode().hex() not in text, where


def everything(world: World) -> Iterator[tuple[str, str]]:
    """All that is kept anywhere, as text: every table, log, trace and letter."""
    for service, url in world.system.summary()["databases"].items():
        for name, rows in tables(url):
            yield f"{service}.{name}", "\n".join(rows)
    for folder in ("logs", "traces", "mail"):
        for path in (world.system.home / folder).rglob("*"):
            if path.is_file():
                yield str(path), path.read_bytes().decode(errors="replace")


def everything_about(world: World, reference: str) -> Iterator[tuple[str, list[str]]]:
    """The rows that name a reference number, or the id of its event."""
    databases = world.system.summary()["databases"]
    with psycopg.connect(databases["recording"]) as db:
        row = db.execute("select id::text from events where reference = %s", [reference]).fetchone()
    assert row
    for service, url in databases.items():
        for name, rows in tables(url):
            about = [one for one in rows if reference in one or row[0] in one]
            if about:
                yield f"{service}.{name}", about


def tables(url: str) -> Iterator[tuple[str, list[str]]]:
    with psycopg.connect(url, autocommit=True) as db:
        names = db.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables"
            " where schemaname not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        for (name,) in names:
            rows = db.execute(f"select t::text from {name} t").fetchall()  # type: ignore[arg-type]
            yield str(name).removeprefix("public."), [str(one[0]) for one in rows]
