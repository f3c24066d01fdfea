"""The forms of whoever has no account: what is sent to recording, what travels in the page, and that all of it could be translated."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from chassis.problems import Fault, conflict, invalid, not_found, throttled, unavailable
from gateway import web
from gateway.api.without_account import STATES
from gateway.problems import KINDS
from gateway.web.recording import danger
from gateway.web.recording.without_account import FAMILY
from gateway.web.recording.words import words
from protos.enrichment.v1 import enrichment_pb2
from protos.recording.v1 import recording_pb2 as pb
from services.recording.domain import without_account
from services.recording.domain.without_account import no_such_report
from tests.builders.question_sets import a_definition, summary_of
from tests.gateway.conftest import SESSION, Client, System

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
WEB = Path(web.__file__).parent


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


UNLISTED = {
    "location-details.0.Organisation": "",
    "location-details.0.OrganisationOther": "The clinic in Dale",
}


@pytest.mark.parametrize(
    ("path", "more"), [("/tell-us", {}), ("/report-without-a-name", {"native.0.Type": "4"})]
)
def test_a_place_that_is_not_listed_goes_to_whoever_takes_those(
    family: Client, system: System, path: str, more: dict[str, str]
) -> None:
    care = {
        "adverse-event-went-well.0.HowFutureOccurrence": "Time.",
        "location-details.0.ServiceArea": "1",
        "native.0.Date.day": "1",
        "native.0.Date.month": "3",
        "native.0.Date.year": "2026",
    }
    told = family.post(f"{path}/send", data=ANSWERS | UNLISTED | care | more | {"key": KEY})
    assert told.status_code == 201
    (sent,) = reports(system)
    assert sent.organisation == "XZ9"
    assert {"LocationKnown": "n", "OrganisationOther": "The clinic in Dale"}.items() <= {
        one.property: one.text or one.code for one in sent.answers
    }.items()


def test_where_nobody_takes_them_no_family_is_asked_for_an_ods_code(family: Client, system: System) -> None:
    nowhere = Fault("organisation", "unknown-organisation", "This takes the ODS code of an organisation.")
    system.recording.answers["Report"] = invalid("answers-not-accepted", "Some are not right.", nowhere)
    again = family.post("/tell-us/send", data=ANSWERS | UNLISTED | {"key": KEY})
    assert "ODS" not in again.text
    assert "choose the service nearest to it on the list" in again.text


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
    for path in ("/tell-us", "/tell-us/form", "/follow-up"):
        assert family.get(f"{path}?version=gold").status_code == 404
    assert family.post("/follow-up", data=HELD | {"version": "gold"}).status_code == 404


def test_coming_back_with_a_code_says_the_same_whatever_is_wrong(family: Client, system: System) -> None:
    system.recording.answers["LookByCode"] = not_found("report-not-found", "There is no report with this.")
    wrong = family.post("/follow-up", data={"reference": "PSE-26-AAAAAAAA-A", "code": "AAAAA"})
    assert wrong.status_code == 404
    assert "There is no report with this." in wrong.text
    assert 'value="AAAAA"' not in wrong.text, "a code is never shown again"


HELD = {"reference": "PSE-26-AAAAAAAA-A", "code": "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE"}
LOOK_AGAIN = "Look again"


def a_view(**more: Any) -> pb.ReporterView:
    """A report with a question that waits."""
    told = pb.ReporterView(**{"reference": HELD["reference"], "state": "needs_information"} | more)
    told.remarks.add(remark_id="q1", kind=pb.REMARK_KIND_QUESTION, text="Which ward was it?", checked=True)
    return told


def test_a_report_that_was_withdrawn_says_why_in_words_and_offers_nothing_to_send(
    family: Client, system: System
) -> None:
    gone = a_view(state="withdrawn", reason="recorded_in_error")
    system.recording.answers["LookByCode"] = gone
    page = family.post("/follow-up", data=HELD).text
    assert "it was recorded in error" in page
    assert "recorded_in_error" not in page
    assert "This is called withdrawn" in page
    assert "Which ward was it?" in page
    assert "/follow-up/answer" not in page
    assert "/follow-up/addition" not in page


@pytest.mark.parametrize(("path", "rpc", "state", "field"), [
    ("answer", "AnswerByCode", "withdrawn", "unsent"),
    ("addition", "AddByCode", "withdrawn", "unsent"),
    ("answer", "AnswerByCode", "needs_information", "text-q1"),
])  # fmt: skip
def test_what_cannot_be_added_any_more_is_still_on_the_page(
    family: Client, system: System, path: str, rpc: str, state: str, field: str
) -> None:
    refused = not_found("deleted", "This event was withdrawn. Its history can still be read.")
    if state != "withdrawn":
        refused = conflict("draft-submitted", "It cannot be sent now.")
    system.recording.answers |= {"LookByCode": a_view(state=state), rpc: refused}
    page = family.post(f"/follow-up/{path}", data=HELD | {"question": "q1", "text": "The one on top."})
    assert page.status_code == KINDS[refused.kind].status
    assert f'href="#{field}"' in page.text
    assert f'id="{field}"' in page.text
    assert page.text.count("The one on top.") == 1
    assert f'name="code" value="{HELD["code"]}"' in page.text
    assert "history" not in page.text


def test_an_answer_to_a_question_that_is_no_longer_open_is_still_on_the_page(
    family: Client, system: System
) -> None:
    answered = a_view()
    answered.remarks[0].answered = True
    refused = not_found("question-not-found", "There is no such question.")
    system.recording.answers |= {"LookByCode": answered, "AnswerByCode": refused}
    page = family.post("/follow-up/answer", data=HELD | {"question": "q1", "text": "The one on top."})
    assert 'href="#unsent"' in page.text
    assert page.text.count("The one on top.") == 1


def test_too_many_at_once_cost_nobody_what_they_wrote(family: Client, system: System) -> None:
    system.recording.answers |= {"LookByCode": a_view(), "AddByCode": throttled("too-many", "Wait a little.")}
    page = family.post("/follow-up/addition", data=HELD | {"text": "She is well again."})
    assert page.status_code == 429
    assert "She is well again." in page.text


def test_a_code_that_was_ended_meanwhile_is_asked_for_again(family: Client, system: System) -> None:
    gone = not_found("report-not-found", "There is no report with this.")
    system.recording.answers |= {"LookByCode": gone, "AddByCode": gone}
    page = family.post("/follow-up/addition", data=HELD | {"text": "She is well again."})
    assert 'href="#reference"' in page.text


@pytest.mark.parametrize("checked", [True, False])
def test_what_is_being_checked_can_be_looked_at_again(family: Client, system: System, checked: bool) -> None:
    told = a_view()
    told.texts.add(
        field="a/0/b", question="What happened?", text="It fell." if checked else "", checked=checked
    )
    told.remarks[0].checked = checked
    system.recording.answers |= {"LookByCode": told}
    page = family.post("/follow-up", data=HELD).text
    assert page.count(LOOK_AGAIN) == (0 if checked else 2)
    assert "Come back in a minute" not in page


def test_after_something_was_added_the_way_on_sends_it_no_more(family: Client, system: System) -> None:
    system.recording.answers |= {"LookByCode": a_view(), "AddByCode": pb.Remark()}
    page = family.post("/follow-up/addition", data=HELD | {"text": "She is well again."})
    assert page.status_code == 200
    form = page.text[page.text.index('<form action="/follow-up" ') : page.text.index(LOOK_AGAIN)]
    for name, value in HELD.items():
        assert f'name="{name}" value="{value}"' in form
    assert "She is well again." not in page.text


@pytest.mark.parametrize("path", ["answer", "addition", "ending"])
def test_what_was_sent_by_code_opened_by_its_address_leads_to_the_form(family: Client, path: str) -> None:
    page = family.get(f"/follow-up/{path}")
    assert (page.status_code, page.headers["Location"]) == (303, "/follow-up")


def test_a_page_with_a_code_in_it_is_kept_by_no_browser(family: Client, system: System) -> None:
    system.recording.answers["LookByCode"] = a_view()
    assert family.post("/follow-up", data=HELD).headers["Cache-Control"] == "no-store"


# ---- a stranger, whoever comes


@pytest.fixture
def colleague(family: Client, system: System) -> Client:
    """A browser that is signed in."""
    return system.browser(SESSION)


@pytest.mark.parametrize("path", ["/tell-us", "/report-without-a-name", "/tell-us/form", "/report-without-a-name/form", "/follow-up", "/tell-us/no-such-page"])  # fmt: skip
def test_whoever_is_signed_in_is_a_stranger_where_nobody_needs_an_account(
    colleague: Client, path: str
) -> None:
    page = colleague.get(path)
    for unwanted in ("Sign out", "Notices", "csrf_token"):
        assert unwanted not in page.text, unwanted
    assert page.headers.getlist("Set-Cookie") == []


@pytest.mark.parametrize(
    "path", ["/tell-us/form", "/tell-us/send", "/report-without-a-name/form", "/follow-up"]
)
def test_no_cookie_is_set_for_what_a_signed_in_browser_sends(colleague: Client, path: str) -> None:
    page = colleague.post(path, data=ANSWERS | {"here": "when", "shown": "x", "key": KEY})
    assert "Sign out" not in page.text
    assert page.headers.getlist("Set-Cookie") == []


def test_a_word_of_what_was_done_waits_for_a_page_of_the_session(colleague: Client) -> None:
    with colleague.session_transaction(base_url="https://localhost") as session:
        session["_flashes"] = [("message", "It is added.")]
    stranger = colleague.get("/tell-us", base_url="https://localhost")
    assert "It is added." not in stranger.text
    assert stranger.headers.getlist("Set-Cookie") == []
    assert "It is added." in colleague.get("/help", base_url="https://localhost").text


# ---- words of danger


@pytest.mark.parametrize(("words", "kinds"), [
    # somebody is hurt, as a family, a carer or a child would write it
    ("The carer hit my mother", "abuse"),
    ("He hit me when nobody looked.", "abuse"),
    ("they beat him", "abuse"),
    ("A porter slapped my elderly father in the lift", "abuse"),
    ("My son was kicked by a member of staff.", "abuse"),
    ("He was hit by a carer, who laughed.", "abuse"),
    ("daddy hits me", "abuse"),
    ("She smacked the little boy twice", "abuse"),
    ("He hit her head against the wall", "abuse"),
    ("They pushed my nan to the floor", "abuse"),
    ("The night nurse was rough with my mother.", "abuse"),
    ("I am afraid of the carer", "abuse"),
    ("She’s scared of her husband", "abuse"),
    ("He told me not to tell anyone", "abuse"),
    ("They locked him in his room", "abuse"),
    ("my gran was tied to the bed", "abuse"),
    ("She was left without food or water for two days", "abuse"),
    ("They would not give my dad a drink, they did not give him water", "abuse"),
    ("He was left in his own urine all night", "abuse"),
    ("Somebody stole my mother's ring, and takes her money", "abuse"),
    ("I saw her shaking the baby, she shook my baby", "danger abuse"),
    ("The neglectful cleaning of the neglected sink", "abuse"),
    # touched, or forced
    ("He tried to rape me", "sexual"),
    ("He touched my daughter", "sexual"),
    ("He keeps touching me", "sexual"),
    ("the man touched me where he should not", "sexual"),
    ("A porter made sexual remarks", "sexual"),
    ("He touched my private parts", "sexual"),
    ("sexually assaulted on the ward", "abuse sexual"),
    # danger now
    ("She is not safe at home", "danger"),
    ("I don't feel safe here", "danger"),
    ("My baby is in danger", "danger"),
    ("He threatens us, and I fear for my life", "danger"),
    ("I am afraid to go home", "danger"),
    ("He said he is going to kill her", "danger"),
    # somebody who thinks of dying
    ("I don't want to live any more", "despair"),
    ("i dont want to be here anymore", "despair"),
    ("There is no reason to live.", "despair"),
    ("I can't go on, I want to die", "despair"),
    ("She took an overdose that night", "despair"),
    ("He has tried to hang himself twice", "despair"),
    ("She tried to take her own life in March", "despair"),
    ("He was sent home although he was suicidal", "despair"),
    ("my daughter self-harms", "despair"),
    ("She is being ABUSED and wants to kill herself.", "abuse despair"),
    ("He nearly killed himself", "despair"),
    ("After his suicide attempt nobody rang", "despair"),
    ("She keeps hurting herself on purpose", "despair"),
    # somebody who has lost somebody
    ("My son took his own life", "bereaved"),
    ("He hanged himself.", "bereaved"),
    ("My husband killed himself two days after he was sent home", "bereaved"),
    ("our daughter died by suicide", "bereaved"),
    ("We lost my brother to suicide in May", "bereaved"),
    ("She committed suicide on the ward", "bereaved"),
    ("My son's suicide could have been prevented", "bereaved"),
    ("Since my son took his own life I want to die", "despair bereaved"),
    # what happens every day
    ("The bell was answered late and my tea was cold.", ""),
    ("She hit her head when she fell", ""),
    ("Mum slipped and hit her arm on the rail.", ""),
    ("The trolley hit my mother in the corridor", ""),
    ("They could not find a heart beat.", ""),
    ("His heart beat was slow and hers beat fast", ""),
    ("The bed was not made", ""),
    ("The nurse touched the wound without gloves", ""),
    ("Nobody touched my dinner, and it touched us how kind they were", ""),
    ("Her kindness touched my mother", ""),
    ("The nurse touched me on the shoulder and said how sorry she was", ""),
    ("It hit me that he was dying", ""),
    ("My leg hurts me and the injection hurt my son", ""),
    ("My father had a heart attack and a life-threatening bleed", ""),
    ("He was not breathing when they found him, and unconscious for two days", ""),
    ("Her life was in danger for a week", ""),
    ("She was given an overdose of morphine by mistake", ""),
    ("He was nil by mouth, with nothing to eat from midnight, and then it was put off", ""),
    ("Take these tablets without food", ""),
    ("I was scared of her falling again", ""),
    ("The notes were locked in the cupboard", ""),
    ("I cut myself on the broken rail", ""),
    ("They sent me to the sexual health clinic", ""),
    ("It was not safe to send three people home with one nurse", ""),
    ("A threatened miscarriage was not scanned", ""),
    ("The doctor's rapeseed allergy, the grapes, the therapist", ""),
    ("The infection took his life, and nothing could save her life", ""),
    ("The wrong tablets ended his life", ""),
    ("All the staff were tied up and the wheels were locked in place", ""),
    ("They pushed my mother to the ward in a wheelchair", ""),
    ("They touched her tummy and he touched her hand", ""),
    ("They overdosed my father, who died of an overdose of insulin", ""),
    ("The baby kicked me all night, then stopped", ""),
    ("It would have cost a life, and nobody took the bloods", ""),
])  # fmt: skip
def test_words_of_danger_are_met_and_everyday_words_are_left_alone(words: str, kinds: str) -> None:
    assert " ".join(one.kind for one in danger.said_in(words)) == kinds


def test_every_kind_of_danger_has_somewhere_to_turn() -> None:
    assert [one.kind for one in danger.KINDS if not one.help] == []


@pytest.mark.parametrize("field", ["location-details.0.OrganisationOther", "adverse-event-went-well.0.HowFutureOccurrence"])  # fmt: skip
def test_words_of_danger_are_looked_for_wherever_somebody_writes(family: Client, field: str) -> None:
    other = {"native.0.Type": "4", "adverse-event-went-well.0.HowFutureOccurrence": "Time."}
    good_care = ANSWERS | other | {field: "He hits me"}
    told = family.post("/tell-us/send", data=good_care)
    assert "If somebody is being hurt, abused or neglected" in told.text


def test_help_is_shown_in_full_after_the_page_that_gave_rise_to_it_and_can_be_opened_later(
    family: Client,
) -> None:
    said = ANSWERS | {WHAT: "He hit me."}
    after = family.post("/tell-us/form", data=said | {"here": "what-happened", "shown": WHAT}).text
    later = family.post("/tell-us/form", data=said | {"here": "when", "shown": "adverse-event-estimated-date.0.IncidentOccurredToday"}).text  # fmt: skip
    assert '<section class="app-help"' in after
    assert '<section class="app-help"' not in later
    assert "Where to get help now" in later


def test_somebody_bereaved_by_suicide_is_not_spoken_to_as_if_they_thought_of_it(family: Client) -> None:
    told = family.post("/tell-us/send", data=ANSWERS | {WHAT: "My son took his own life."}).text
    assert "If somebody close to you has died by suicide" in told
    assert "We are very sorry." in told
    assert "Survivors of Bereavement by Suicide" in told
    assert "thinking of suicide" not in told


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


OURS_NOT = re.compile(
    r"RZ1|Northmoor|Whitfield|PSE-26|AAAAA-|^Error:$|November|You have|characters|Which ward|Ward 4|^:? ?\d+ \w+ \d{4}"
)
DANGEROUS = "He hit my mother. He said he would kill himself."
RAPE = "She was raped by a porter."


def public_pages(family: Client, system: System, manner: dict[str, str]) -> Iterator[str]:
    """Every page that a family may meet, in one manner: what is asked, wrong, checked, refused, sent and found again."""
    query = {"query_string": manner}
    yield family.get("/tell-us", **query).text
    yield family.get("/tell-us/form", **query).text
    for here in ("type", "who", "where", "what-happened", "when", "date", "roughly", "harm", "age"):
        asked = ANSWERS | manner | {"here": here, "shown": "x"}
        yield family.post("/tell-us/form", data=asked).text
        yield family.post("/tell-us/form", data=manner | {"here": here, "shown": "x"}).text
    day = "native.0.Date"
    for wrong in (
        {"day": "2"},
        {"day": "40", "month": "2", "year": "2026"},
        {"day": "1", "month": "1", "year": "2999"},
    ):
        typed = {f"{day}.{part}": one for part, one in wrong.items()}
        yield family.post(
            "/tell-us/form", data=ANSWERS | manner | typed | {"here": "date", "shown": day}
        ).text
    system.recording.answers["FindOrganisations"] = pb.Organisations()
    typed = {
        "location-details.0.Organisation": "nowhere",
        "here": "where",
        "shown": "location-details.0.Organisation",
    }
    yield family.post("/tell-us/form", data=ANSWERS | manner | typed).text
    for refused in (
        unavailable("try-again", "Try again in a moment."),
        pb.Reported(reference=HELD["reference"], code=HELD["code"], differs=True),
    ):
        system.recording.answers["Report"] = refused
        for told in (DANGEROUS, RAPE, "My son took his own life."):
            yield family.post("/tell-us/send", data=ANSWERS | manner | {WHAT: told, "key": KEY}).text
    yield from pages_by_code(family, system, manner)


def pages_by_code(family: Client, system: System, manner: dict[str, str]) -> Iterator[str]:
    """What those who come back meet."""
    yield family.get("/follow-up", query_string=manner).text
    yield family.post("/follow-up", data=manner).text
    system.recording.answers["LookByCode"] = no_such_report()
    yield family.post("/follow-up", data=manner | HELD).text
    for state in STATES:
        for checked in (True, False):
            view = a_view(state=state, reason="recorded_in_error", occurred_on="2026-11-02")
            system.recording.answers["LookByCode"] = view
            view.texts.add(
                field="a/0/b", question="What happened?", text="Ward 4." if checked else "", checked=checked
            )
            for kind in (pb.REMARK_KIND_ANSWER, pb.REMARK_KIND_ADDENDUM, pb.REMARK_KIND_FEEDBACK):
                view.remarks.add(remark_id=f"r{kind}", kind=kind, text="Ward 4.", checked=checked)
            yield family.post("/follow-up", data=manner | HELD).text
            yield family.post("/follow-up/addition", data=manner | HELD).text
    system.recording.answers["EndCode"] = pb.CodeEnded()
    yield family.post("/follow-up/ending", data=manner | HELD).text


def test_every_sentence_of_the_public_could_be_in_another_language(family: Client, system: System) -> None:
    for page in public_pages(family, system, {"language": "zz"}):
        texts = Shown(page).texts
        assert texts
        assert not [one for one in texts if "⟦" not in one and "⟧" not in one and not OURS_NOT.search(one)]


def test_every_sentence_is_easy_where_easy_words_were_asked_for(family: Client, system: System) -> None:
    for page in public_pages(family, system, {"version": "easy"}):
        texts = Shown(page).texts
        assert texts
        for sentence in (one for text in texts for one in re.split(r"[.?!:;,]\s", text)):
            assert len(sentence.split()) <= 14, sentence


def test_other_words_stand_for_sentences_that_are_said() -> None:
    said = "\n".join(sentences_of_ours()).casefold()
    for sentence in words("family-easy").sentences:
        assert sentence.casefold() in said, sentence


def sentences_of_ours() -> Iterator[str]:
    """What stands in templates, tables and programs."""
    for kind in ("*.html", "*.toml"):
        yield from (file.read_text("utf-8") for file in WEB.rglob(kind) if "words" not in file.parts)
    for file in (*WEB.rglob("*.py"), *WEB.parent.glob("api/*.py"), Path(without_account.__file__)):
        tree = ast.parse(file.read_text("utf-8"))
        yield from (
            one.value
            for one in ast.walk(tree)
            if isinstance(one, ast.Constant) and isinstance(one.value, str)
        )


def test_how_a_page_is_shown_goes_along(family: Client, system: System) -> None:
    system.recording.answers["LookByCode"] = a_view()
    manner = {"version": "large", "language": "zz"}
    query = "?version=large&amp;language=zz"
    start = family.get("/tell-us", query_string=manner).text
    assert f'href="/tell-us/form{query}"' in start
    assert 'href="/tell-us?version=easy&amp;language=zz"' in start
    sent = family.post("/tell-us/send", data=ANSWERS | manner | {"key": KEY}).text
    assert f'href="/follow-up{query}"' in sent
    back = family.post("/follow-up", data=manner | HELD).text
    for page in (start, sent, back):
        assert "app-large" in page
        assert 'lang="zz"' in page
    assert back.count('name="version" value="large"') == back.count(f'name="code" value="{HELD["code"]}"')


def test_the_languages_are_those_there_are(family: Client) -> None:
    assert list(FAMILY.versions) == ["plain", "easy", "large"]
    assert "zz" not in family.get("/tell-us").text


def test_nothing_travels_twice(family: Client) -> None:
    sent = ANSWERS | {"here": "when", "shown": "x", "version": "large", "language": "en", "key": KEY}
    page = family.post("/tell-us/form", data=sent).text
    for name in ("version", "language", "key", "here", "shown", WHAT):
        assert page.count(f'name="{name}"') == 1, name
