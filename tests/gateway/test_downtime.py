"""When a part is away: a page that says what that means, what was typed, a form on paper, and files that stand alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from chassis.problems import unavailable
from gateway.web.help import paper, standing
from gateway.web.recording.flow import COUNT, STAFF
from gateway.web.recording.form import Form, Place
from protos.recording.v1 import recording_pb2 as pb
from tests.builders.question_sets import a_definition, summary_of
from tests.gateway.conftest import SESSION, System
from tests.gateway.test_feedback_pages import post
from tests.gateway.test_pages import Page

AWAY = unavailable("try-again", "A part of the service is not available. Try again in a moment.")
FORM = "/downtime-form"


def wording(place: Place, asked: Form) -> str:
    return asked.question(place).wording


@pytest.fixture
def asked(system: System) -> Form:
    """The newest question set, which recording tells."""
    definition = a_definition()
    summary = pb.QuestionSets(question_sets=[summary_of(definition)])
    system.recording.answers |= {"ListQuestionSets": summary, "GetQuestionSet": definition}
    return Form(definition)


def questions(answer: Any) -> list[str]:
    return [re.sub(r"^\d+\. ", "", one) for one in re.findall(r"<h2>(.*)</h2>", answer.text)]


# ---- the page -----------------------------------------------------------------------------------------------


def test_the_page_says_what_it_means_and_leads_to_paper(system: System) -> None:
    system.recording.answers["ListWork"] = AWAY
    answer = system.browser(SESSION).get("/events")
    page = Page(answer)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert page.title == "The service is not available right now – Patient safety events"
    for words in (AWAY.detail, "Nothing that was acknowledged is lost", "reference number", "back button"):
        assert words in page.text
    assert {"href": FORM} in page.all("a")
    assert "What you typed is still here" not in page.text


def test_a_password_is_never_shown_again(system: System) -> None:
    system.identity.answers["SignIn"] = AWAY
    answer = post(system.browser(), "/sign-in", "/sign-in", email="a@example.org", password="correct horse")
    assert answer.status_code == 503
    assert "correct horse" not in answer.text


def test_what_was_typed_of_a_report_is_kept_in_the_page_and_sent_to_the_same_place(
    system: System, asked: Form
) -> None:
    system.recording.answers |= {"GetDraft": AWAY, "ListDrafts": pb.Drafts()}
    draft = "/report/019aa000-0000-7000-8000-000000000001/what-happened?from=check"
    words = {"adverse-event-core.0.Description": 'She said "stop" & <left>.'}
    answer = post(system.browser(SESSION), draft, "/report", **words)
    page = Page(answer)
    assert answer.status_code == 503
    assert page.all("form")[-1]["action"] == draft
    assert {"href": FORM, "target": "_blank", "rel": "noopener"} in page.all(
        "a"
    )  # going back would lose the page
    assert "back button" not in page.text
    assert page.field("adverse-event-core.0.Description") == 'She said "stop" & <left>.'
    assert "<left>" not in answer.text


def test_what_was_typed_when_something_broke_is_kept_too(system: System) -> None:
    system.notifications.answers["TakeFeedback"] = RuntimeError("a bug")
    answer = post(system.browser(), "/feedback", text="It broke.")
    assert answer.status_code == 500
    assert Page(answer).field("text") == "It broke."


def test_what_was_forged_is_not_offered_to_be_sent_again(system: System) -> None:
    answer = system.browser(SESSION).post("/feedback", data={"text": "not mine", "csrf_token": "forged"})
    assert answer.status_code == 400
    assert "not mine" not in answer.text


# ---- the form on paper ------------------------------------------------------------------------------------------


def test_it_asks_what_the_form_for_staff_asks(system: System, asked: Form) -> None:
    wanted = {
        asked.question((section, 0, property)).wording
        for page in STAFF.core
        for section, property in page.asks
        if property not in paper.NOT_ON_PAPER
    }
    found = questions(system.browser().get(FORM))
    assert wanted <= set(found)
    assert found[0] == "What are you recording?" or found[0] == asked.question(("native", 0, "Type")).wording


def test_it_is_served_while_recording_is_away_from_what_was_known_last(system: System, asked: Form) -> None:
    before = questions(system.browser().get(FORM))
    system.doors["recording"].stop()
    sets = system.app.extensions["question_sets"]
    sets._again = 0.0  # time to ask for news, which do not come
    assert questions(system.browser().get(FORM)) == before


def test_a_plain_one_is_served_where_nothing_was_ever_known(system: System) -> None:
    system.doors["recording"].stop()
    answer = system.browser().get(FORM)
    assert questions(answer) == [one.question for one in paper.PLAIN]
    assert "No physical harm" in answer.text


def test_a_question_says_for_which_kinds_of_event_it_is(asked: Form) -> None:
    only = {one.question: one.only for one in paper.sheet(asked)}
    for property, wanted in (
        ("adverse-event-core/Description", ""),
        ("native/Date", "Patient safety incident, Outcome (of concern)"),
        ("patient-information/PhysicalHarm", "Patient safety incident"),
        ("adverse-event-risk-details/RiskImminent", "Risk"),
        ("adverse-event-went-well/HowFutureOccurrence", "Good care"),
        ("practitioner-details/ReporterRole", ""),
    ):
        section, _, name = property.partition("/")
        assert only[wording((section, 0, name), asked)] == wanted, property
    assert only[wording(COUNT, asked)] == "Patient safety incident, Outcome (of concern)"


def test_boxes_lines_and_grades_are_what_the_answers_are(asked: Form) -> None:
    kinds = {one.question: one for one in paper.sheet(asked)}
    description = kinds[wording(("adverse-event-core", 0, "Description"), asked)]
    harm = kinds[wording(("patient-information", 0, "PhysicalHarm"), asked)]
    involved = kinds[wording(("adverse-event-agent", 0, "InvolvedAgents"), asked)]
    assert (description.kind, description.lines) == ("lines", paper.LONG)
    assert harm.kind == "grades"
    assert all(one.meaning for one in harm.options)
    assert (involved.kind, involved.several) == ("boxes", True)
    assert kinds[wording(("native", 0, "Date"), asked)].kind == "date"


def test_it_can_be_printed_without_what_stands_around_it(system: System) -> None:
    page = system.browser().get(FORM)
    assert "paper.css" in page.text
    with system.browser().get("/static/paper.css") as answer:
        assert "@media print" in answer.text


# ---- files that stand alone --------------------------------------------------------------------------------------


def test_files_for_a_proxy_need_nothing_else(tmp_path: Path) -> None:
    standing.write(tmp_path / "new")
    standing.write(tmp_path / "new")
    files = sorted((tmp_path / "new").iterdir())
    assert [one.name for one in files] == ["away.html", "downtime-form.html"]
    for file in files:
        written = file.read_text("utf-8")
        assert not re.search(r'(src|action)="|<script|<link|url\(|@import', written)
        assert set(re.findall(r'href="([^"]*)"', written)) <= {"downtime-form.html"}
        assert "{{" not in written
        assert "{%" not in written


def test_the_file_says_what_the_page_says(tmp_path: Path) -> None:
    standing.write(tmp_path)
    written = (tmp_path / "away.html").read_text("utf-8")
    assert "Nothing that was acknowledged is lost" in written
    assert "No physical harm" in (tmp_path / "downtime-form.html").read_text("utf-8")


def test_paper_promises_nothing_that_only_a_screen_does(asked: Form) -> None:
    hints = " ".join(one.hint for one in paper.sheet(asked))
    for promise in ("straight away", "opens", "Choose each organisation", "2026-02"):
        assert promise not in hints
    assert "tell your patient safety team yourself" in hints
