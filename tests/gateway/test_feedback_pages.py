"""Feedback: anybody's, signed in or not; kept once; read and marked done by support staff."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.problems import Fault, forbidden, invalid, not_found, unavailable
from gateway.guards import COOKIE
from gateway.limits import TABLE, Limits, load
from protos.notifications.v1 import feedback_pb2 as pb
from tests.builders.actors import EVERYTHING, a_person
from tests.gateway.conftest import SESSION, Client, System
from tests.gateway.test_pages import Page

WORDS = "The button is below the edge of my screen."
GIVEN = {"text": WORDS, "page": "/report", "address": "nurse@rz1.example", "once": "abc"}
STAFF = "session-of-support"
ITEM = "0190a000-0000-7000-8000-000000000001"
HERE = "/support/feedback"


def post(browser: Client, path: str, form: str = "/feedback", **sent: str) -> Any:
    token = Page(browser.get(form, base_url="https://localhost")).field("csrf_token")
    headers = {"Referer": f"https://localhost{form}"}
    return browser.post(
        path, data=sent | {"csrf_token": token}, base_url="https://localhost", headers=headers
    )


def taken(system: System) -> list[pb.TakeFeedbackRequest]:
    return [one for one in system.notifications.asked if isinstance(one, pb.TakeFeedbackRequest)]


@pytest.fixture
def support(system: System) -> Client:
    """Support staff in their browser, and one piece of feedback that waits."""
    may = EVERYTHING | {"notifications:feedback"}
    system.identity.secrets[STAFF] = a_person(permissions=may)
    item = pb.Feedback(
        feedback_id=ITEM, text=f"{WORDS}\n\nTwice.", page="/report", address="nurse@rz1.example"
    )
    item.taken_at.FromJsonString("2026-11-23T14:05:00Z")
    system.notifications.answers["ListFeedback"] = pb.FeedbackList(items=[item], next="next/1", waiting=1)
    return system.browser(STAFF)


@pytest.mark.parametrize("session", ["", SESSION])
def test_anybody_may_send_it_and_who_does_is_not_passed_on(system: System, session: str) -> None:
    answer = post(system.browser(session), "/feedback", **GIVEN)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/feedback/sent")
    assert taken(system) == [pb.TakeFeedbackRequest(**GIVEN)]
    assert not [one for one in system.notifications.by if one is None]


def test_each_form_has_a_name_of_its_own_so_that_twice_is_once(system: System) -> None:
    browser = system.browser()
    names = {Page(browser.get("/feedback")).field("once") for _ in range(2)}
    assert len(names) == 2
    assert all(len(one) == 32 for one in names)


@pytest.mark.parametrize(
    ("came_from", "shown"),
    [
        ("https://localhost/events?a=secret", "/events"),
        ("https://localhost/my-records/PSE-secret", "/my-records/<reference>"),
        ("https://localhost/there/is/no/secret", ""),
        ("https://evil.example/events", ""),
        ("https://localhost/feedback", ""),
        ("", ""),
    ],
)
def test_the_page_somebody_comes_from_is_filled_in(system: System, came_from: str, shown: str) -> None:
    headers = {"Referer": came_from} if came_from else {}
    answer = system.browser().get("/feedback", base_url="https://localhost", headers=headers)
    page = Page(answer)
    field = next(one for one in page.all("input") if one.get("name") == "page")
    assert field.get("value", "") == shown
    assert "secret" not in answer.text


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(system: System) -> None:
    system.notifications.answers["TakeFeedback"] = invalid(
        "feedback-not-taken",
        "It cannot be sent.",
        Fault("address", "wrong-type", "Enter an email address"),
        Fault("text", "required-missing", "Tell us what went well"),
    )
    answer = post(system.browser(), "/feedback", **GIVEN)
    page = Page(answer)
    assert answer.status_code == 422
    assert page.title.startswith("Error: Give feedback")
    assert {"#address", "#text"} <= {one["href"] for one in page.all("a")}
    assert page.text.count("Enter an email address") == 2
    assert page.field("once") == "abc"
    assert page.field("page") == "/report"
    assert WORDS in answer.text


def test_a_forged_form_is_refused_and_reaches_nobody(system: System) -> None:
    answer = system.browser(SESSION).post("/feedback", data=GIVEN | {"csrf_token": "forged"})
    assert answer.status_code == 400
    assert not taken(system)


def test_a_flood_from_one_place_is_slowed(system: System) -> None:
    system.app.extensions["limits"] = Limits(load(TABLE.read_text("utf-8")), clock=lambda: 0.0)
    browser = system.browser()
    statuses = [post(browser, "/feedback", **GIVEN).status_code for _ in range(21)]
    assert statuses == [303] * 20 + [429]
    assert len(taken(system)) == 20
    page = Page(post(browser, "/feedback", **GIVEN))
    assert {page.field(name) for name in GIVEN} == set(GIVEN.values())  # nothing that was typed is lost


def test_no_id_that_a_network_put_in_is_kept(system: System) -> None:
    sent = {"X-Request-ID": "from-a-proxy", "traceparent": f"00-{'a' * 32}-{'b' * 16}-01"}
    answer = system.browser().get("/feedback", headers=sent)
    assert answer.headers["X-Request-ID"] not in ("from-a-proxy", "a" * 32)


def test_while_notifications_are_away_what_was_typed_can_be_sent_again(system: System) -> None:
    system.notifications.answers["TakeFeedback"] = unavailable("try-again", "Try again in a moment.")
    answer = post(system.browser(), "/feedback", **GIVEN)
    page = Page(answer)
    assert answer.status_code == 503
    assert {"action": "/feedback", "method": "post", "novalidate": ""} in page.all("form")
    assert {page.field(name) for name in GIVEN} == set(GIVEN.values())


def test_support_reads_it_with_the_address_for_an_answer(support: Client) -> None:
    answer = support.get(HERE)
    page = Page(answer)
    for words in (
        WORDS,
        "Twice.",
        "/report",
        "nurse@rz1.example",
        "23 November 2026 at 2:05pm",
        "1 piece of",
    ):
        assert words in page.text
    assert f"{HERE}?after=next/1" in [one.get("href") for one in page.all("a")]


def test_what_was_dealt_with_is_listed_apart(system: System, support: Client) -> None:
    answer = support.get(f"{HERE}?done=yes&after=cursor")
    asked = system.notifications.asked[-2:]
    assert pb.ListFeedbackRequest(done=True, cursor="cursor") in asked
    assert "Mark as done" not in answer.text
    assert f"{HERE}?done=yes&after=next/1" in [one.get("href") for one in Page(answer).all("a")]


def test_marking_it_done_says_so(system: System, support: Client) -> None:
    answer = post(support, f"{HERE}/{ITEM}/done", HERE)
    assert (answer.status_code, answer.headers["Location"]) == (303, HERE)
    assert pb.MarkFeedbackDoneRequest(feedback_id=ITEM) in system.notifications.asked
    assert "Marked as done." in support.get(HERE, base_url="https://localhost").text


def test_what_is_not_there_is_not_found(system: System, support: Client) -> None:
    system.notifications.answers["MarkFeedbackDone"] = not_found("feedback-not-found", "There is none.")
    assert post(support, f"{HERE}/nothing/done", HERE).status_code == 404


def test_who_may_not_read_it_is_refused_and_shown_no_way_there(system: System) -> None:
    assert system.browser().get(HERE).status_code == 303
    browser = system.browser(SESSION)
    assert browser.get(HERE).status_code == 403
    assert HERE not in browser.get("/help").text
    system.notifications.answers["ListFeedback"] = forbidden("not-permitted", "No.")


def test_who_may_read_it_is_shown_the_way(support: Client) -> None:
    assert f'href="{HERE}"' in support.get("/support").text


def test_words_are_never_markup(system: System, support: Client) -> None:
    bad = pb.Feedback(feedback_id=ITEM, text="<script>alert(1)</script>", page="<b>", unreadable=False)
    system.notifications.answers["ListFeedback"] = pb.FeedbackList(items=[bad])
    assert "<script>alert" not in support.get(HERE).text


def test_what_cannot_be_opened_says_so(system: System, support: Client) -> None:
    sealed = pb.Feedback(feedback_id=ITEM, unreadable=True)
    system.notifications.answers["ListFeedback"] = pb.FeedbackList(items=[sealed], waiting=2)
    page = Page(support.get(HERE))
    assert "This cannot be opened" in page.text
    assert "2 pieces of feedback are waiting" in page.text


def test_the_session_cookie_is_left_alone(system: System) -> None:
    browser = system.browser(SESSION)
    post(browser, "/feedback", **GIVEN)
    assert COOKIE not in str(browser.get("/feedback/sent").headers)
