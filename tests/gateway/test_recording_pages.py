"""The pages on which staff record: kept as a draft at each, sent once, and what is shown when something is wrong or away."""

from __future__ import annotations

import re
from typing import Any

import pytest

from chassis.problems import Fault, conflict, invalid, not_found, unavailable
from protos.recording.v1 import recording_pb2 as pb
from tests.builders.question_sets import VERSIONS, a_definition, summary_of
from tests.gateway.builders import an_event, question_sets, with_answers
from tests.gateway.conftest import SESSION, Client, System

DRAFT = "019aa000-0000-7000-8000-000000000001"
WHAT = "adverse-event-core.0.Description"
WORDS = "Somebody slipped."


def a_draft(*answers: tuple[str, str, str], version: int = 3) -> pb.Draft:
    made = pb.Draft(draft_id=DRAFT, version=version, question_set=6, place="when", event_type="1")
    made.saved_at.FromSeconds(1_790_000_000)
    made.expires_at.FromSeconds(1_797_000_000)
    for section, property, code in (("native", "Type", "1"), *answers):
        made.answers.add(section=section, property=property, code=code)
    return made


@pytest.fixture
def browser(system: System) -> Client:
    """Somebody signed in, with one draft that says it was an incident."""
    definition = a_definition()
    system.recording.answers |= {
        "ListQuestionSets": pb.QuestionSets(question_sets=[summary_of(definition)]),
        "GetQuestionSet": definition,
        "GetDraft": a_draft(),
        "SaveDraft": a_draft(version=4),
        "FindOrganisations": pb.Organisations(),
        "ListDrafts": pb.Drafts(drafts=[a_draft()]),
    }
    return system.browser(SESSION)


def post(browser: Client, path: str, **sent: str) -> Any:
    page = browser.get("/report", base_url="https://localhost")
    token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
    headers = {"Referer": f"https://localhost{path}"}
    return browser.post(
        path, data=sent | {"csrf_token": token}, base_url="https://localhost", headers=headers
    )


def saved(system: System) -> list[pb.SaveDraftRequest]:
    return [one for one in system.recording.asked if isinstance(one, pb.SaveDraftRequest)]


def test_drafts_are_listed_and_gone_on_with_where_they_were_left(browser: Client) -> None:
    page = browser.get("/report", base_url="https://localhost")
    assert "Patient safety incident" in page.text
    assert f'href="/report/{DRAFT}"' in page.text
    on = browser.get(f"/report/{DRAFT}", base_url="https://localhost")
    assert (on.status_code, on.headers["Location"]) == (303, f"/report/{DRAFT}/when")


def test_beginning_makes_one_draft_however_often_it_is_pressed(browser: Client, system: System) -> None:
    for _ in range(2):
        made = post(browser, "/report", **{"native.0.Type": "1", "key": "the-same"})
        assert (made.status_code, made.headers["Location"]) == (303, f"/report/{DRAFT}/service")
    assert {one.idempotency_key for one in saved(system)} == {"the-same"}


def test_a_page_is_kept_before_the_next_one_is_shown(browser: Client, system: System) -> None:
    kept = post(browser, f"/report/{DRAFT}/what-happened", **{WHAT: WORDS})
    assert (kept.status_code, kept.headers["Location"]) == (303, f"/report/{DRAFT}/when")
    (asking,) = saved(system)
    assert (asking.draft_id, asking.expected_version, asking.place) == (DRAFT, 3, "what-happened")
    assert {(one.property, one.text or one.code) for one in asking.answers} == {
        ("Type", "1"),
        ("Description", WORDS),
    }


@pytest.mark.parametrize("version", VERSIONS[:-1])
def test_a_draft_goes_on_in_the_version_that_it_was_begun_in(
    browser: Client, system: System, version: int
) -> None:
    begun = a_draft(("adverse-event-agent", "InvolvedAgents", "4"))
    begun.question_set = version
    system.recording.answers |= question_sets(version) | {"GetDraft": begun, "SaveDraft": begun}
    for name in ("what-happened", "tasks", "check"):
        assert browser.get(f"/report/{DRAFT}/{name}", base_url="https://localhost").status_code == 200
    assert (
        post(browser, f"/report/{DRAFT}/what-happened", **{"native.0.Description": WORDS}).status_code == 303
    )
    assert [one.text for one in saved(system)[0].answers if one.property == "Description"] == [WORDS]


def test_another_page_of_the_draft_came_between_and_nothing_is_lost(browser: Client, system: System) -> None:
    tried: list[int] = []

    def save(asking: pb.SaveDraftRequest) -> pb.Draft:
        tried.append(asking.expected_version)
        if len(tried) == 1:
            system.recording.answers["GetDraft"] = a_draft(
                ("adverse-event-estimated-date", "IncidentOccurredToday", "u"), version=4
            )
            raise conflict("version-conflict", "Changed meanwhile.")
        return a_draft(version=5)

    system.recording.answers["SaveDraft"] = save
    assert post(browser, f"/report/{DRAFT}/what-happened", **{WHAT: WORDS}).status_code == 303
    assert tried == [3, 4]
    assert {one.property for one in saved(system)[-1].answers} == {
        "Type",
        "Description",
        "IncidentOccurredToday",
    }


def test_what_is_missing_is_said_and_what_was_typed_stays(browser: Client, system: System) -> None:
    again = post(browser, f"/report/{DRAFT}/what-happened", **{WHAT: "  "})
    assert again.status_code == 422
    assert "<title>Error: What happened?" in again.text
    assert f'href="#{WHAT}"' in again.text
    assert not saved(system)


def test_saving_and_leaving_asks_for_nothing(browser: Client, system: System) -> None:
    left = post(browser, f"/report/{DRAFT}/what-happened", **{WHAT: "", "then": "leave"})
    assert left.headers["Location"] == "/report?kept=1"
    assert len(saved(system)) == 1


def test_nothing_is_sent_while_something_is_missing(browser: Client, system: System) -> None:
    early = post(browser, f"/report/{DRAFT}/check", version="3")
    assert early.status_code == 422
    assert f'href="/report/{DRAFT}/what-happened?from=check#adverse-event-core.0.Description"' in early.text
    assert not [one for one in system.recording.asked if isinstance(one, pb.SubmitRequest)]


@pytest.fixture
def good_care(browser: Client, system: System) -> Client:
    """A draft in which everything stands that must be answered."""
    made = a_draft()
    made.answers[0].code = "4"
    made.answers.add(section="adverse-event-core", property="Description", text=WORDS)
    made.answers.add(section="location-details", property="LocationKnown", code="y")
    made.answers.add(section="adverse-event-went-well", property="HowFutureOccurrence", text="More of it.")
    system.recording.answers["GetDraft"] = made
    system.recording.answers["Submit"] = pb.Submitted(reference="PSE-26-AAAAAAAA-A")
    return browser


def test_what_is_complete_is_sent_under_one_key(good_care: Client, system: System) -> None:
    for _ in range(2):
        sent = post(good_care, f"/report/{DRAFT}/check", version="3")
        assert (sent.status_code, sent.headers["Location"]) == (303, "/report/recorded/PSE-26-AAAAAAAA-A")
    asked = [one for one in system.recording.asked if isinstance(one, pb.SubmitRequest)]
    assert {(one.idempotency_key, one.draft_id, one.route) for one in asked} == {
        (f"draft:{DRAFT}", DRAFT, pb.ROUTE_ONLINE)
    }


def test_what_recording_refuses_leads_to_the_page_where_it_is_mended(
    good_care: Client, system: System
) -> None:
    fault = Fault("adverse-event-core/0/Description", "text-too-long", "This is too long.")
    system.recording.answers["Submit"] = invalid("answers-not-accepted", "Some answers are not right.", fault)
    refused = post(good_care, f"/report/{DRAFT}/check", version="3")
    assert refused.status_code == 422
    assert (
        f'href="/report/{DRAFT}/what-happened?from=check#adverse-event-core.0.Description">This is too long.'
        in refused.text
    )


def test_what_was_sent_leads_to_what_it_became_wherever_one_comes_from(
    browser: Client, system: System
) -> None:
    system.recording.answers["GetDraft"] = pb.Draft(draft_id=DRAFT, recorded_as="PSE-26-AAAAAAAA-A")
    looked = [
        browser.get(f"/report/{DRAFT}{one}", base_url="https://localhost") for one in ("", "/check", "/when")
    ]
    sent = [post(browser, f"/report/{DRAFT}{one}") for one in ("/check", "/what-happened")]
    assert {(one.status_code, one.headers["Location"]) for one in (*looked, *sent)} == {
        (303, "/report/recorded/PSE-26-AAAAAAAA-A")
    }
    assert not saved(system)


def test_what_was_changed_since_it_was_shown_is_shown_before_it_is_sent(
    good_care: Client, system: System
) -> None:
    page = good_care.get(f"/report/{DRAFT}/check", base_url="https://localhost")
    assert 'name="version" value="3"' in page.text
    system.recording.answers["GetDraft"].version = 4
    again = post(good_care, f"/report/{DRAFT}/check", version="3")
    assert again.status_code == 409
    assert "changed after this page was shown" in again.text
    assert 'name="version" value="4"' in again.text
    assert not [one for one in system.recording.asked if isinstance(one, pb.SubmitRequest)]


WHEN = "adverse-event-estimated-date.0.IncidentOccurredToday"


def test_who_changes_an_answer_is_led_by_the_pages_that_come_because_of_it(
    browser: Client, system: System
) -> None:
    system.recording.answers["GetDraft"] = a_draft(
        ("adverse-event-estimated-date", "IncidentOccurredToday", "y")
    )
    for answer, page in (("n", "date"), ("u", "roughly")):
        changed = post(browser, f"/report/{DRAFT}/when?from=check", **{WHEN: answer})
        assert changed.headers["Location"] == f"/report/{DRAFT}/{page}?from=check"
    assert "Date" not in {one.property for one in saved(system)[-1].answers}


def test_another_type_of_event_is_asked_everything_from_there_on(browser: Client) -> None:
    changed = post(browser, f"/report/{DRAFT}/type?from=check", **{"native.0.Type": "2"})
    assert changed.headers["Location"] == f"/report/{DRAFT}/service"


def test_several_organisations_are_named_one_after_the_other(browser: Client, system: System) -> None:
    found = pb.Organisations()
    found.organisations.add(code="RZ1", name="Northmoor")
    system.recording.answers["FindOrganisations"] = found
    elsewhere = a_draft(("location-details", "LocationKnown", "n"))
    system.recording.answers["GetDraft"] = elsewhere
    name = "location-details.0.Organisation"
    kept = post(browser, f"/report/{DRAFT}/organisation", **{name: "RZ1", "then": "another"})
    assert (kept.status_code, kept.headers["Location"]) == (303, f"/report/{DRAFT}/organisation")
    elsewhere.answers.add(section="location-details", property="Organisation", code="RZ1")
    page = browser.get(f"/report/{DRAFT}/organisation", base_url="https://localhost")
    assert page.text.count(f'name="{name}"') == 2


def test_sent_already_or_somebody_elses_it_is_not_found(browser: Client, system: System) -> None:
    system.recording.answers["GetDraft"] = not_found("draft-not-found", "There is no such draft.")
    for path in ("", "/check", "/tasks", "/what-happened"):
        assert browser.get(f"/report/{DRAFT}{path}", base_url="https://localhost").status_code == 404


def test_while_recording_is_away_the_page_says_so(browser: Client, system: System) -> None:
    system.recording.answers["SaveDraft"] = unavailable("try-again", "Try again in a moment.")
    assert post(browser, f"/report/{DRAFT}/what-happened", **{WHAT: WORDS}).status_code == 503


@pytest.mark.parametrize("path", ["/report", f"/report/{DRAFT}/when", f"/report/{DRAFT}/check"])
def test_nobody_comes_in_without_signing_in(system: System, path: str) -> None:
    assert "/sign-in" in system.browser().get(path, base_url="https://localhost").headers["Location"]


# ---- on one screen


NEAR = {
    WHAT: "The wrong bag was on the stand, and was seen in time.",
    "native.0.Date.day": "2",
    "native.0.Date.month": "3",
    "native.0.Date.year": "2026",
    "location-details.0.ServiceArea": "1",
    "adverse-event-agent.0.InvolvedAgents": "4",
    "adverse-event-safety-challenges.0.SafetyChallenges": "6",
    "adverse-event-classification.0.LevelOfConcern": "3",
}


def test_a_near_miss_is_recorded_from_one_screen_once(browser: Client, system: System) -> None:
    system.recording.answers["Submit"] = pb.Submitted(reference="PSE-26-AAAAAAAA-A")
    assert "Record a near miss" in browser.get("/report/quick/near-miss", base_url="https://localhost").text
    for _ in range(2):
        made = post(browser, "/report/quick/near-miss", key="one", **NEAR)
        assert made.headers["Location"] == "/report/recorded/PSE-26-AAAAAAAA-A"
    first, second = [one for one in system.recording.asked if isinstance(one, pb.SubmitRequest)]
    assert first.idempotency_key == second.idempotency_key == "quick:one"
    assert first.patients == "no"
    said = {one.property: one.text or one.code for one in first.answers}
    assert (said["Type"], said["Date"], said["LocationKnown"]) == ("1", "2026-03-02", "y")


def test_one_screen_says_what_is_missing_and_keeps_the_rest(browser: Client, system: System) -> None:
    again = post(browser, "/report/quick/good-care", **{WHAT: WORDS})
    assert again.status_code == 422
    assert WORDS in again.text
    assert 'href="#adverse-event-went-well.0.HowFutureOccurrence"' in again.text
    assert not saved(system)


def test_what_recording_refuses_is_said_at_its_field_on_the_screen(browser: Client, system: System) -> None:
    fault = Fault("native/0/Date", "future-date", "The date lies in the future.")
    system.recording.answers["Submit"] = invalid("answers-not-accepted", "Some answers are not right.", fault)
    refused = post(browser, "/report/quick/near-miss", **NEAR)
    assert refused.status_code == 422
    assert 'href="#native.0.Date"' in refused.text
    assert refused.text.count("The date lies in the future.") == 2, "in the summary and at the field"


def test_more_to_say_becomes_a_draft(browser: Client, system: System) -> None:
    on = post(browser, "/report/quick/near-miss", then="more", key="two", **NEAR)
    assert on.headers["Location"] == f"/report/{DRAFT}/tasks"
    assert saved(system)[0].idempotency_key == "two"
    said = {one.property: one.code or one.text for one in saved(system)[0].answers}
    assert said["IncidentOccurredToday"] == "n", "so that the day stands on a page"


def test_more_to_say_goes_on_where_something_is_missing(browser: Client, system: System) -> None:
    on = post(browser, "/report/quick/near-miss", then="more", key="two", **{WHAT: WORDS})
    assert on.headers["Location"] == f"/report/{DRAFT}/service"
    tasks = browser.get(f"/report/{DRAFT}/tasks", base_url="https://localhost")
    assert "You have answered everything" not in tasks.text
    assert f'href="/report/{DRAFT}/service"' in tasks.text


# ---- nothing typed is lost


def test_a_page_is_saved_while_somebody_types_and_asks_for_nothing(browser: Client, system: System) -> None:
    kept = post(browser, f"/report/{DRAFT}/what-happened", **{WHAT: "Somebody sl", "then": "autosave"})
    assert (kept.status_code, kept.text) == (204, "")
    assert saved(system)[0].answers[1].text == "Somebody sl"
    bad = {"native.0.Date.day": "99", "native.0.Date.month": "1", "native.0.Date.year": "2026"}
    system.recording.answers["GetDraft"] = a_draft(
        ("adverse-event-estimated-date", "IncidentOccurredToday", "n")
    )
    unsaid = post(browser, f"/report/{DRAFT}/date", then="autosave", **bad)
    assert (unsaid.status_code, unsaid.mimetype) == (422, "text/plain")
    assert "Enter a date that there is" in unsaid.text, "nothing is called saved that is not"
    assert len(saved(system)) == 2, "the rest of the page is"


def test_nothing_is_taken_back_on_the_word_of_somebody_who_has_not_finished(
    browser: Client, system: System
) -> None:
    known = a_draft(
        ("patient-information", "PhysicalHarm", "4"), ("patient-information", "PsychologicalHarm", "3")
    )
    known.patients = "yes"
    known.answers.add(section="patient-information", property="PatientSequence", integer=1)
    system.recording.answers["GetDraft"] = known
    for then, stays in (("autosave", True), ("", False)):
        fatal = {"patient-information.0.PhysicalHarm": "1", "then": then}
        assert post(browser, f"/report/{DRAFT}/physical-harm-1", **fatal).status_code in (204, 303)
        answered = {one.property for one in saved(system)[-1].answers}
        assert ("PsychologicalHarm" in answered) is stays


def test_how_many_patients_is_never_saved_while_it_is_typed(browser: Client) -> None:
    page = browser.get(f"/report/{DRAFT}/patients", base_url="https://localhost")
    assert "data-autosave>" not in page.text, (
        "a 1 on the way to 12 would take away what was told of the others"
    )
    page = browser.get(f"/report/{DRAFT}/what-happened", base_url="https://localhost")
    assert "data-autosave>" in page.text


def test_what_was_typed_comes_back_where_the_session_has_ended(browser: Client, system: System) -> None:
    gone = system.browser()
    answer = gone.post(f"/report/{DRAFT}/what-happened", data={WHAT: WORDS}, base_url="https://localhost")
    assert answer.status_code == 401
    assert "What you typed is still here" in answer.text
    assert f'value="{WORDS}"' in answer.text
    assert 'href="/sign-in" target="_blank"' in answer.text


def test_what_was_typed_comes_back_while_recording_is_away(browser: Client, system: System) -> None:
    system.recording.answers["SaveDraft"] = unavailable("try-again", "Try again in a moment.")
    away = post(browser, f"/report/{DRAFT}/what-happened", **{WHAT: WORDS})
    assert (away.status_code, WORDS in away.text) == (503, True)


def test_what_was_typed_is_shown_to_nobody_else(system: System) -> None:
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    answer = system.browser().post(
        f"/report/{DRAFT}/what-happened", data={WHAT: WORDS}, base_url="https://localhost", headers=elsewhere
    )
    assert answer.status_code == 303
    passwords = system.browser().post(
        "/account/second-factors/app", data={"password": "secret"}, base_url="https://localhost"
    )
    assert "secret" not in passwords.text


def test_organisations_are_found_as_one_types(browser: Client, system: System) -> None:
    found = pb.Organisations()
    found.organisations.add(code="RZ1", name="Northmoor")
    found.organisations.add(code="RZ0", name="Northmoor as was", closed=True)
    system.recording.answers["FindOrganisations"] = found
    assert browser.get("/organisations?search=nort").json == ["Northmoor (RZ1)"]
    assert browser.get("/organisations?search=n").json == []


# ---- who will see it, whose summary it is, and what is deleted

NAMES = {"RZ1": "Northmoor", "RZ2": "Dalesway", "RZ3": "Southmere"}
NATIONAL = "The national patient safety team."


@pytest.fixture
def named(browser: Client, system: System) -> Client:
    """The same, where organisations have names."""
    system.recording.answers["FindOrganisations"] = pb.Organisations(
        organisations=[pb.KnownOrganisation(code=code, name=name) for code, name in NAMES.items()]
    )
    return browser


def bullets(page: str) -> list[str]:
    """What stands under “Who will see it”."""
    listed = re.search(r"Who will see it</h2>.*?</ul>", page, re.DOTALL)
    assert listed
    return re.findall(r"<li>(.*?)</li>", listed[0])


OPT_OUT = ("adverse-event-reference-metadata", "DataSharingOptOut", True)


@pytest.mark.parametrize(("organisation", "opted_out", "seen_by"), [
    ("", False, ["You, and the patient safety team of Northmoor.", "Its integrated care board and region.", NATIONAL]),
    ("RZ2", False, ["You, and the patient safety team of Northmoor.", "The patient safety team of Dalesway, where it happened.",
        "Their integrated care boards and regions.", NATIONAL]),
    ("RZ2", True, ["You, and the patient safety team of Northmoor.", NATIONAL,
        "Nobody else, as you chose: not Dalesway, where it happened, and no integrated care board or region."]),
    ("", True, ["You, and the patient safety team of Northmoor.", NATIONAL, "Nobody else, as you chose."]),
])  # fmt: skip
def test_who_will_see_it_is_said_from_the_answers(
    named: Client, system: System, organisation: str, opted_out: bool, seen_by: list[str]
) -> None:
    here = "n" if organisation else "y"
    places = [("location-details", "Organisation", organisation)] if organisation else []
    draft = a_draft(("location-details", "LocationKnown", here), *places)
    if opted_out:
        draft.answers.add(section=OPT_OUT[0], property=OPT_OUT[1], boolean=True)
    system.recording.answers["GetDraft"] = draft
    page = named.get(f"/report/{DRAFT}/check", base_url="https://localhost")
    assert bullets(page.text)[:-1] == seen_by

    event = pb.SafetyEvent()
    event.facts.reference, event.facts.organisation = "PSE-26-AAAAAAAA-A", "RZ1"
    event.facts.occurred_organisations.append(organisation or "RZ1")
    event.facts.data_sharing_opt_out = opted_out
    system.recording.answers["GetEvent"] = event
    page = named.get("/report/recorded/PSE-26-AAAAAAAA-A", base_url="https://localhost")
    assert bullets(page.text) == seen_by


@pytest.mark.parametrize(
    ("recorder", "is_own"), [("person-RZ1", True), ("another-RZ1", False), (None, False)]
)
def test_a_summary_bears_the_name_of_whoever_recorded_it_and_of_nobody_else(
    browser: Client, system: System, recorder: str | None, is_own: bool
) -> None:
    system.access.answers["GetEvent"] = with_answers(an_event())
    event = pb.SafetyEvent()
    event.facts.recorder_id = recorder or ""
    system.recording.answers["GetEvent"] = event if recorder else unavailable("away", "Try again.")
    page = browser.get("/report/recorded/PSE-26-AAAAAAAA-A/summary", base_url="https://localhost").text
    assert ("Recorded by" in page) is is_own
    assert ("Your name, and your part in it" in page) is not is_own


def test_a_draft_is_deleted_in_a_second_step(browser: Client) -> None:
    page = browser.get("/report", base_url="https://localhost").text
    folded = re.search(r"<details.*?</details>", page, re.DOTALL)
    assert folded
    assert page.count("/discard") == folded[0].count("/discard") == 1
    assert "gone for good" in folded[0]


@pytest.mark.parametrize("answer", [pb.Discarded(), not_found("draft-not-found", "There is no such draft.")])  # fmt: skip
def test_deleting_a_draft_twice_is_as_good_as_once(browser: Client, system: System, answer: Any) -> None:
    system.recording.answers["DiscardDraft"] = answer
    gone = post(browser, f"/report/{DRAFT}/discard")
    assert (gone.status_code, gone.headers["Location"]) == (303, "/report")
