"""The forms of whoever has no account: what is sent to recording, what travels in the page, and that all of it could be translated."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from chassis.problems import Fault, invalid, not_found, unavailable
from gateway.web.recording import danger
from gateway.web.recording.without_account import FAMILY
from protos.enrichment.v1 import enrichment_pb2
from protos.recording.v1 import recording_pb2 as pb
from tests.builders.question_sets import a_definition, summary_of
from tests.gateway.conftest import Client, System

WHAT = "adverse-event-core.0.Description"
ANSWERS = {
    "native.0.Type": "1",
    "practitioner-details.0.ReporterType": "2",
    "location-details.0.Organisation": "RZ1",
    "location-details.0.OrganisationOther": "",
    WHAT: "Nurse Whitfield was kind.",
    "adverse-event-estimated-date.0.IncidentOccurredToday": "y",
    "patient-information.0.PhysicalHarm": "4",
}
KEY = "0" * 32


@pytest.fixture
def family(system: System) -> Client:
    definition = a_definition()
    found = pb.Organisations()
    found.organisations.add(code="RZ1", name="Northmoor")
    system.recording.answers |= {
        "ListQuestionSets": pb.QuestionSets(question_sets=[summary_of(definition)]),
        "GetQuestionSet": definition,
        "FindOrganisations": found,
        "Report": pb.Reported(reference="PSE-26-AAAAAAAA-A", code="AAAAA-BBBBB-CCCCC-DDDDD-EEEEE"),
    }
    return system.app.test_client(use_cookies=False)


def reports(system: System) -> list[pb.ReportRequest]:
    return [one for one in system.recording.asked if isinstance(one, pb.ReportRequest)]


def test_what_was_answered_is_sent_once_with_its_key(family: Client, system: System) -> None:
    for _ in range(2):
        told = family.post("/tell-us/send", data=ANSWERS | {"key": KEY})
        assert told.status_code == 201
        assert "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE" in told.text
    first, second = reports(system)
    assert first.idempotency_key == second.idempotency_key == f"page-{KEY}"
    assert (first.reporter, first.organisation, first.patients) == (pb.REPORTER_PUBLIC, "RZ1", "yes")
    said = {one.property: one.text or one.code for one in first.answers}
    assert said["Description"] == "Nurse Whitfield was kind."
    assert said["LocationKnown"] == "n", "never where the reporter works"
    assert not system.recording.by


def test_sent_again_with_other_words_it_is_the_first_report_and_that_is_said(
    family: Client, system: System
) -> None:
    system.recording.answers["Report"].differs = True
    told = family.post("/tell-us/send", data=ANSWERS | {"key": KEY})
    assert told.status_code == 201
    assert reports(system)[0].first_stands
    assert "What you changed since is not in it" in told.text
    assert "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE" in told.text


def test_what_no_longer_applies_is_not_sent_and_comes_back_where_it_does(
    family: Client, system: System
) -> None:
    distress = {"patient-information.0.PsychologicalHarm": "1", "key": KEY}
    for harm, kept in (("1", False), ("2", True)):
        told = family.post(
            "/tell-us/send", data=ANSWERS | distress | {"patient-information.0.PhysicalHarm": harm}
        )
        assert told.status_code == 201
        assert ("PsychologicalHarm" in {one.property for one in reports(system)[-1].answers}) is kept


def test_who_changes_an_answer_sees_what_is_asked_because_of_it(family: Client) -> None:
    seen = "type who where what-happened when harm age"
    when = "adverse-event-estimated-date.0.IncidentOccurredToday"
    check = ANSWERS | {"seen": seen, "from": "check", "here": "when", "shown": when}
    for answer, page in (("n", "date"), ("u", "roughly")):
        changed = family.post("/tell-us/form", data=check | {when: answer})
        assert f'name="here" value="{page}"' in changed.text
    unchanged = family.post("/tell-us/form", data=check)
    assert "Check your answers" in unchanged.text
    assert f'name="seen" value="{seen}"' in unchanged.text


def test_a_key_that_somebody_chose_is_not_taken(family: Client, system: System) -> None:
    family.post("/tell-us/send", data=ANSWERS | {"key": "mine"})
    assert len(reports(system)[0].idempotency_key) == len(f"page-{KEY}")


def test_every_answer_travels_with_the_page(family: Client) -> None:
    page = family.post(
        "/tell-us/form",
        data=ANSWERS
        | {
            "here": "harm",
            "shown": "patient-information.0.PhysicalHarm patient-information.0.PsychologicalHarm",
            "key": KEY,
        },
    )
    assert "About the patient" in page.text
    for name, value in ANSWERS.items():
        if value:
            assert f'name="{name}" value="{value}"' in page.text
    assert f'name="key" value="{KEY}"' in page.text


def test_what_was_typed_is_never_taken_for_html(family: Client) -> None:
    page = family.post("/tell-us/form", data=ANSWERS | {WHAT: '"><script>alert(1)</script>', "here": "when"})
    assert "<script>alert" not in page.text


@pytest.mark.parametrize("problem", [
    unavailable("try-again", "Try again in a moment."),
    invalid("answers-not-accepted", "Some are not right.", Fault("organisation", "unknown-organisation", "Choose another place.")),
])  # fmt: skip
def test_what_could_not_be_sent_is_still_on_the_page(family: Client, system: System, problem: Any) -> None:
    system.recording.answers["Report"] = problem
    again = family.post("/tell-us/send", data=ANSWERS | {"key": KEY})
    assert again.status_code in (422, 503)
    assert 'href="#send"' in again.text
    assert f'name="{WHAT}" value="Nurse Whitfield was kind."' in again.text


def test_what_is_missing_is_asked_for_before_it_is_sent(family: Client, system: System) -> None:
    early = family.post("/tell-us/send", data={"native.0.Type": "1"})
    assert early.status_code == 422
    assert "Who are you?" in early.text
    assert not reports(system)


def test_words_that_look_like_names_are_said_before_it_is_sent(family: Client, system: System) -> None:
    span = enrichment_pb2.PersonalSpan(text=0, start=6, end=15, kind="NAME")
    system.enrichment.answers["LooksPersonal"] = enrichment_pb2.LookedPersonal(spans=[span])
    check = family.post(
        "/tell-us/form",
        data=ANSWERS
        | {"here": "age", "shown": "patient-information.0.AgeBracket patient-information.0.GenderIdentity"},
    )
    assert "Check your answers" in check.text
    assert "Does this tell who somebody is?" in check.text
    assert "“Whitfield”" in check.text


def test_a_form_there_is_not_is_not_found(family: Client) -> None:
    assert family.get("/tell-us/form?version=gold").status_code == 404


def test_coming_back_with_a_code_says_the_same_whatever_is_wrong(family: Client, system: System) -> None:
    system.recording.answers["LookByCode"] = not_found("report-not-found", "There is no report with this.")
    wrong = family.post("/follow-up", data={"reference": "PSE-26-AAAAAAAA-A", "code": "AAAAA"})
    assert wrong.status_code == 404
    assert "There is no report with this." in wrong.text
    assert 'value="AAAAA"' not in wrong.text, "a code is never shown again"


# ---- words of danger


@pytest.mark.parametrize(("words", "kinds"), [
    ("He hit me when nobody looked.", 1),
    ("I can't go on, I want to die", 1),
    ("She is being ABUSED and wants to kill herself.", 2),
    ("The bell was answered late and my tea was cold.", 0),
    ("The neglectful cleaning of the neglected sink", 1),
])  # fmt: skip
def test_words_of_danger_are_found(words: str, kinds: int) -> None:
    assert len(danger.said_in(words)) == kinds


def test_every_kind_of_danger_has_somewhere_to_turn() -> None:
    for kind in danger.KINDS:
        assert [one for one in danger.HELP if kind in one.kinds]


# ---- ready for translation


class Shown(HTMLParser):
    """What people read in the main part of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._inside, self._script = False, False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._inside = self._inside or tag == "main"
        self._script = tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "main"
        self._script = False

    def handle_data(self, data: str) -> None:
        if self._inside and not self._script and re.search("[A-Za-z]", data):
            self.texts.append(" ".join(data.split()))


OURS_NOT = re.compile(r"RZ1|Northmoor|Whitfield|PSE-26|AAAAA-|^Error:$|November|You have|characters")


@pytest.mark.parametrize("here", ["", "who", "what-happened", "when", "harm", "age"])
def test_every_sentence_of_the_form_could_be_in_another_language(family: Client, here: str) -> None:
    sent = {"language": "zz", **({"here": here, "shown": "x"} if here else {})}
    page = (
        family.get("/tell-us/form?language=zz")
        if not here
        else family.post("/tell-us/form", data=ANSWERS | sent)
    )
    texts = Shown(page.text).texts
    assert texts
    assert not [one for one in texts if "⟦" not in one and "⟧" not in one and not OURS_NOT.search(one)]


def test_the_languages_are_those_there_are(family: Client) -> None:
    assert [name for name, _ in FAMILY.versions] == ["plain", "easy", "large"]
    assert "zz" not in family.get("/tell-us").text


def test_nothing_travels_twice(family: Client) -> None:
    sent = ANSWERS | {"here": "when", "shown": "x", "version": "large", "language": "en", "key": KEY}
    page = family.post("/tell-us/form", data=sent).text
    for name in ("version", "language", "key", "here", "shown", WHAT):
        assert page.count(f'name="{name}"') == 1, name
