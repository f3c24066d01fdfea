"""My records on pages: what somebody sent, what became of it, and what passes between them and the organisation."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.problems import invalid, not_found
from protos.recording.v1 import recording_pb2 as pb
from tests.gateway.builders import REFERENCE, a_follow_up, a_remark
from tests.gateway.conftest import SESSION, Client, System
from tests.gateway.test_following_up_pages import a_recorded_event, filled, get, one_asked, post
from tests.gateway.test_pages import Page

__all__ = ["filled"]
ME = "person-RZ1"
HERE = f"/my-records/{REFERENCE}"


def an_own(**more: Any) -> pb.OwnRecord:
    told: dict[str, Any] = {
        "reference": REFERENCE, "event_type": "risk", "organisation_name": "Northfield Hospitals", "state": "under_review",
    } | more  # fmt: skip
    made = pb.OwnRecord(**told)
    made.reported_at.FromSeconds(1_790_000_000)
    return made


@pytest.fixture
def mine(filled: System) -> System:
    """One record of one's own, with a question that waits and what staff note for themselves."""
    told = a_follow_up("needs_information")
    told.remarks.extend(
        [
            a_remark("QUESTION", "Which sink?", remark_id="q1", author_id="lead"),
            a_remark("FEEDBACK", "The drain was mended.", author_id="lead"),
            a_remark("ADDENDUM", "For staff alone.", author_id="lead"),
            a_remark("ADDENDUM", "It was wet before.", remark_id="a2", author_id=ME),
        ]
    )
    known = pb.Organisations(organisations=[pb.KnownOrganisation(code="RZ1", name="Northfield Hospitals")])
    filled.recording.answers |= {
        "FindOrganisations": known,
        "GetFollowUp": told,
        "GetHistory": pb.History(revisions=[a_recorded_event(recorder=ME)], total=1),
    }
    return filled


@pytest.fixture
def reporter(mine: System) -> Client:
    return mine.browser(SESSION)


def test_drafts_and_records_are_listed_with_what_became_of_them(reporter: Client, mine: System) -> None:
    draft = pb.Draft(draft_id="d1", event_type="1")
    draft.saved_at.FromSeconds(1_790_000_000)
    draft.expires_at.FromSeconds(1_797_000_000)
    mine.recording.answers["ListDrafts"] = pb.Drafts(drafts=[draft])
    told = an_own(questions=1, feedback=a_remark("FEEDBACK", "The drain was mended."))
    mine.recording.answers["ListOwn"] = pb.OwnRecords(
        records=[told, an_own(state="withdrawn")], next="cursor-2"
    )
    page = Page(get(reporter, "/my-records"))
    for words in (
        "Patient safety incident", "Go on", "1 question waits for you.", "What changed because of it: The drain was mended.",
        "The patient safety team is reviewing it.", "Withdrawn", "Northfield Hospitals",
    ):  # fmt: skip
        assert words in page.text, words
    links = [one.get("href") for one in page.all("a")]
    assert "/my-records?after=cursor-2" in links
    assert "/report/d1" in links


def test_nothing_recorded_yet_says_what_will_be_here(reporter: Client, mine: System) -> None:
    mine.recording.answers["ListOwn"] = pb.OwnRecords()
    page = get(reporter, "/my-records")
    assert "You have recorded nothing yet." in page.text
    assert "You have no drafts." in page.text


def test_older_pages_hold_no_drafts(reporter: Client, mine: System) -> None:
    mine.recording.answers["ListOwn"] = pb.OwnRecords(records=[an_own()])
    page = get(reporter, "/my-records?after=cursor-1")
    assert one_asked(mine, pb.ListOwnRequest).cursor == "cursor-1"
    assert "Drafts" not in page.text
    assert "Back to the newest" in page.text


def test_a_record_shows_what_is_between_its_reporter_and_the_organisation(reporter: Client) -> None:
    page = Page(get(reporter, HERE))
    for words in (
        "A question waits for you", "Which sink?", "The drain was mended.", "It was wet before.", "[NAME] helped.",
        "Waiting for an answer", "Northfield Hospitals, 2 June 2026", "You, 2 June 2026",
    ):  # fmt: skip
        assert words in page.text, words
    assert "For staff alone." not in page.text
    links = [one.get("href") for one in page.all("a")]
    for path in ("amend", "history", "withdraw"):
        assert f"/events/{REFERENCE}/{path}" in links


def test_what_somebody_else_recorded_is_not_found_here(reporter: Client, mine: System) -> None:
    mine.recording.answers["GetHistory"] = pb.History(revisions=[a_recorded_event()], total=1)
    assert get(reporter, HERE).status_code == 404


def test_a_withdrawn_record_can_still_be_looked_at(reporter: Client, mine: System) -> None:
    gone = a_recorded_event(recorder=ME, change=pb.CHANGE_WITHDRAWN, reason="duplicate")
    mine.recording.answers["GetHistory"] = pb.History(revisions=[gone], total=2)
    page = get(reporter, HERE)
    assert "It was withdrawn" in page.text
    assert "it was recorded before" in page.text
    for said in ("The drain was mended.", "Which sink?", "It was wet before."):
        assert said in page.text, said
    for way in ("/amend", "/addenda", "/answers/"):
        assert way not in page.text, way


def test_an_answer_and_an_addition_are_sent_and_lead_back(reporter: Client, mine: System) -> None:
    mine.recording.answers |= {"AnswerQuestion": pb.Remark(), "AddAddendum": pb.Remark()}
    for path, text in (("answers/q1", "The one by the door."), ("addenda", "It is dry now.")):
        done = post(reporter, f"{HERE}/{path}", text=text)
        assert (done.status_code, done.headers["Location"]) == (303, HERE)
    one = one_asked(mine, pb.AnswerQuestionRequest)
    assert (one.remark_id, one.text) == ("q1", "The one by the door.")
    assert one_asked(mine, pb.AddAddendumRequest).text == "It is dry now."


def test_what_is_refused_is_said_at_the_field_it_was_typed_in(reporter: Client, mine: System) -> None:
    mine.recording.answers["AnswerQuestion"] = invalid("text-too-long", "This is too long.")
    page = post(reporter, f"{HERE}/answers/q1", text="The one by the door.")
    assert page.status_code == 422
    assert 'href="#answer-q1"' in page.text
    assert page.text.count("The one by the door.") == 1
    mine.recording.answers["AnswerQuestion"] = not_found("question-not-found", "There is no such question.")
    assert post(reporter, f"{HERE}/answers/q1", text="x").status_code == 404
