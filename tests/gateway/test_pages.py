"""Pages: what they show, what they keep safe, and that they work without scripts or anything from elsewhere."""

from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask

from chassis.problems import not_found, throttled, unauthenticated, unavailable
from gateway.guards import COOKIE, FORM_COOKIE
from gateway.web import presenters
from protos.access.v1 import access_pb2
from protos.identity.v1 import identity_pb2
from protos.notifications.v1 import notifications_pb2
from protos.recording.v1 import recording_pb2
from tests.builders.actors import a_person
from tests.gateway.builders import (
    REFERENCE,
    a_notice,
    an_event,
    question_sets,
    some_work,
    with_answers,
)
from tests.gateway.conftest import SESSION, Client, System

GIVEN = {"email": "session-of-a@example.org", "password": "correct horse"}


class Page(HTMLParser):
    """A page as a test looks at it."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(answer.text)
        self.text = " ".join(re.sub(r"<[^>]*>", " ", answer.text).split())
        self.title = re.findall(r"<title>(.*)</title>", answer.text)[0]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attrs for name, attrs in self.tags if name == tag]

    def field(self, name: str) -> str:
        return next(attrs["value"] for attrs in self.all("input") if attrs.get("name") == name)


def sign_in(browser: Client, **sent: str) -> Any:
    page = Page(browser.get("/sign-in", base_url="https://localhost"))
    form = GIVEN | {"csrf_token": page.field("csrf_token")} | sent
    headers = {"Referer": "https://localhost/sign-in"}
    return browser.post("/sign-in", data=form, base_url="https://localhost", headers=headers)


def with_a_device() -> identity_pb2.SecondFactors:
    """Somebody's second factors: an app that was never used, and a laptop that is remembered."""
    made = identity_pb2.SecondFactors(recovery_codes_left=3, needed=True)
    made.factors.add(factor_id="1", kind="totp", label="Telephone").added_at.FromSeconds(1_790_000_000)
    device = made.devices.add(device_id="2", label="Firefox on Linux")
    device.last_used_at.FromSeconds(1_790_000_000)
    device.trusted_until.FromSeconds(1_791_000_000)
    return made


@pytest.fixture
def filled(system: System) -> System:
    system.recording.answers |= question_sets()
    listed = recording_pb2.WorkList(work=[some_work(urgent=True)], next="cursor/2&x")
    system.recording.answers["ListWork"] = listed
    system.recording.answers["GetFollowUp"] = not_found("event-not-found", "None you may see.")
    system.access.answers["GetEvent"] = with_answers(an_event())
    system.identity.answers["ListSecondFactors"] = with_a_device()
    system.notifications.answers["ListNotices"] = notifications_pb2.Notices(items=[a_notice()], unread=3)
    return system


PAGES = [
    ("/", "Record and learn from patient safety events"),
    ("/sign-in", "Sign in"),
    ("/events", "Events"),
    ("/account/second-factors", "Second factor"),
    (f"/events/{REFERENCE}", f"Patient safety incident {REFERENCE}"),
    ("/notices", "Notices"),
    ("/api/docs", "JSON interface"),
    ("/nowhere", "Page not found"),
]


@pytest.mark.parametrize(("path", "title"), PAGES)
def test_every_page_has_a_title_one_heading_a_skip_link_and_a_language(
    filled: System, path: str, title: str
) -> None:
    page = Page(filled.browser(SESSION).get(path))
    assert page.title == f"{title} – Patient safety events"
    assert len(page.all("h1")) == 1
    assert page.all("html")[0]["lang"] == "en"
    assert page.all("a")[0] == {
        "class": "nhsuk-skip-link",
        "data-module": "nhsuk-skip-link",
        "href": "#maincontent",
    }
    assert [one["id"] for one in page.all("main")] == ["maincontent"]
    assert len(page.all("header")) == len(page.all("footer")) == 1


@pytest.mark.parametrize(("path", "title"), PAGES)
def test_nothing_comes_from_elsewhere(filled: System, path: str, title: str) -> None:
    answer = filled.browser(SESSION).get(path)
    for _, attrs in Page(answer).tags:
        for name in ("src", "href", "action", "content"):
            assert "//" not in attrs.get(name, ""), title
    assert "@font-face" not in answer.text


@pytest.mark.parametrize(("path", "title"), PAGES)
def test_no_markup_is_shown_as_text(filled: System, path: str, title: str) -> None:
    assert "&lt;" not in filled.browser(SESSION).get(path).text, title


@pytest.mark.parametrize(("path", "title"), PAGES)
def test_every_script_of_ours_has_the_nonce_of_the_answer(filled: System, path: str, title: str) -> None:
    answer = filled.browser(SESSION).get(path)
    (nonce,) = re.findall(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
    scripts = Page(answer).all("script")
    assert scripts, title
    assert {one["nonce"] for one in scripts} == {nonce}
    assert not [tag for tag in Page(answer).tags if any(name.startswith("on") for name in tag[1])]
    assert 'style="' not in answer.text


@pytest.mark.parametrize(("path", "title"), PAGES)
def test_ids_are_used_once_and_labels_name_their_field(filled: System, path: str, title: str) -> None:
    page = Page(filled.browser(SESSION).get(path))
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids)), title
    assert {one["for"] for one in page.all("label")} <= set(ids)


def test_signing_in_sets_a_cookie_that_scripts_and_other_sites_cannot_use(system: System) -> None:
    answer = sign_in(system.browser())
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/work"
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith(COOKIE)]
    parts = {part.strip() for part in cookie.split(";")}
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= parts
    assert not any(part.startswith("Domain") for part in parts)


def test_the_form_cookie_is_as_closed(system: System) -> None:
    answer = system.browser().get("/sign-in", base_url="https://localhost")
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith(FORM_COOKIE)]
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}


@pytest.mark.parametrize(
    ("asked", "led_to"),
    [
        ("/notices", "/notices"),
        (f"/events/{REFERENCE}?a=b", f"/events/{REFERENCE}?a=b"),
        ("https://evil.example/", "/work"),
        ("//evil.example/", "/work"),
        ("/\\evil.example", "/work"),
        ("\\\\evil.example", "/work"),
        ("javascript:alert(1)", "/work"),
        ("/\tevil", "/work"),
        ("evil.example", "/work"),
        ("http://[", "/work"),
        ("", "/work"),
    ],
)
def test_after_signing_in_a_person_stays_here(system: System, asked: str, led_to: str) -> None:
    assert sign_in(system.browser(), next=asked).headers["Location"] == led_to


@pytest.mark.parametrize(
    ("may", "work"),
    [
        ({"access:read", "recording:submit"}, "/events"),
        ({"identity:suspend", "identity:decide"}, "/support"),
        ({"identity:decide"}, "/organisation"),
        ({"recording:submit"}, "/report"),
        (set(), "/account"),
    ],
)
def test_after_signing_in_everybody_comes_to_something_they_may_do(
    system: System, may: set[str], work: str
) -> None:
    system.identity.secrets["mine"] = a_person(permissions=frozenset(may))
    answer = system.browser("mine").get("/work", base_url="https://localhost")
    assert (answer.status_code, answer.headers["Location"]) == (303, work)
    page = Page(system.browser("mine").get("/", base_url="https://localhost"))
    assert {"/work", "/account"} <= {one["href"] for one in page.all("a") if "href" in one}


def test_next_survives_the_form(system: System) -> None:
    assert Page(system.browser().get("/sign-in?next=/notices")).field("next") == "/notices"
    assert Page(system.browser().get("/sign-in?next=//evil.example")).field("next") == ""


def test_missing_answers_are_said_above_and_beside_the_fields(system: System) -> None:
    answer = sign_in(system.browser(), email=" ", password="")
    page = Page(answer)
    assert answer.status_code == 422
    assert page.title.startswith("Error: Sign in")
    summary = next(attrs for _, attrs in page.tags if attrs.get("class") == "nhsuk-error-summary")
    assert {"autofocus", "tabindex"} <= summary.keys()
    assert {"#email", "#password"} <= {one["href"] for one in page.all("a")}
    assert page.text.count("Enter your email address") == 2
    assert COOKIE not in str(answer.headers)


@pytest.mark.parametrize(
    ("problem", "status"),
    [
        (unauthenticated("sign-in-failed", "The email address or password is wrong."), 401),
        (throttled("too-many-tries", "Wait fifteen minutes."), 429),
    ],
)
def test_a_sign_in_that_failed_shows_the_form_again(system: System, problem: Any, status: int) -> None:
    system.identity.answers["SignIn"] = problem
    answer = sign_in(system.browser())
    page = Page(answer)
    assert answer.status_code == status
    assert page.title.startswith("Error: ")
    assert problem.detail in page.text
    assert page.field("email") == GIVEN["email"]
    assert GIVEN["password"] not in answer.text


def test_signing_in_while_identity_is_away_is_503(system: System) -> None:
    system.identity.answers["SignIn"] = unavailable("try-again", "Try again in a moment.")
    assert sign_in(system.browser()).status_code == 503


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/notices/read"])
@pytest.mark.parametrize("token", ["", "forged"])
def test_a_forged_form_is_refused(system: System, path: str, token: str) -> None:
    answer = system.browser(SESSION).post(path, data=GIVEN | {"csrf_token": token})
    assert answer.status_code == 400
    assert "expired" in answer.text
    assert [type(each).__name__ for each in system.identity.asked if "Actor" not in type(each).__name__] == []
    assert system.notifications.asked == []


def test_signing_out_ends_the_session_here_and_there(system: System) -> None:
    browser = system.browser()
    system.identity.secrets["session-of-" + GIVEN["email"]] = system.identity.secrets[SESSION]
    sign_in(browser)
    page = Page(browser.get("/events", base_url="https://localhost"))
    token = page.field("csrf_token")
    headers = {"Referer": "https://localhost/events"}
    answer = browser.post(
        "/sign-out", data={"csrf_token": token}, base_url="https://localhost", headers=headers
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert browser.get_cookie(COOKIE) is None
    assert system.identity.asked[-1].token == "session-of-" + GIVEN["email"]


def test_signing_out_while_identity_is_away_leaves_nobody_signed_in_here(system: System) -> None:
    browser = system.browser()
    system.identity.secrets["session-of-" + GIVEN["email"]] = system.identity.secrets[SESSION]
    sign_in(browser)
    token = Page(browser.get("/events", base_url="https://localhost")).field("csrf_token")
    system.identity.answers["SignOut"] = unavailable("try-again", "Try again in a moment.")
    answer = browser.post(
        "/sign-out",
        data={"csrf_token": token},
        base_url="https://localhost",
        headers={"Referer": "https://localhost/events"},
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert browser.get_cookie(COOKIE) is None
    assert "You are signed out on this device" in browser.get("/", base_url="https://localhost").text


def test_events_are_a_table_that_leads_to_each(filled: System) -> None:
    answer = filled.browser(SESSION).get("/events")
    page = Page(answer)
    assert f"/events/{REFERENCE}" in [one.get("href") for one in page.all("a")]
    assert page.all("caption")
    assert len(page.all("th")) == 4
    assert "2 March 2026" in page.text
    assert "1 June 2026" in page.text
    assert "Northfield Hospitals" in page.text
    assert "Urgent" in page.text
    assert "Low physical harm" in page.text


def test_older_events_are_a_link_away(filled: System) -> None:
    answer = filled.browser(SESSION).get("/events?after=cursor-1")
    assert "/events?after=cursor%2F2%26x" in [one.get("href") for one in Page(answer).all("a")]
    (asked,) = (one for one in filled.recording.asked if isinstance(one, recording_pb2.ListWorkRequest))
    assert asked.cursor == "cursor-1"
    assert "Back to the first page" in answer.text


def test_no_events_is_said(system: System) -> None:
    system.recording.answers |= question_sets() | {"ListWork": recording_pb2.WorkList()}
    assert "There are no events to show" in system.browser(SESSION).get("/events").text


def test_an_event_shows_its_answers_by_section(filled: System) -> None:
    page = Page(filled.browser(SESSION).get(f"/events/{REFERENCE}"))
    for words in ("Patient 1", "Patient 2", "Problem: medication", "Too much", "Packaging", "What happened?"):
        assert words in page.text
    assert "Patient slid from the chair." in page.text
    assert "being checked" not in page.text
    assert "You cannot change it" not in page.text


def test_what_happened_is_told_first() -> None:
    headings = [section.heading for section in presenters.sections(with_answers(an_event()))]
    assert headings == ["The event", "Problem: medication", "Patient 1", "Patient 2"]


@pytest.mark.parametrize(
    ("encoded", "shown"),
    [
        ("1", "1 day"),
        ("30", "30 days"),
        ("62", "2 months"),
        ("372", "1 year"),
        ("29016", "78 years"),
        ("0", "Not known: 0 was sent, which stands for no age"),
        ("365", "Not known: 365 was sent, which stands for no age"),
        ("28490", "Not known: 28490 was sent, which stands for no age"),
    ],
)
def test_an_age_is_shown_in_words(encoded: str, shown: str) -> None:
    event = an_event()
    event.answers.add(
        section="patient-information",
        property="AgeAtTimeOfIncidentDays",
        values=[access_pb2.Coded(code=encoded, label=encoded)],
    )
    assert presenters.sections(event)[0].lines[0].answers == (shown,)


def test_a_text_that_is_being_checked_has_a_link_to_look_again(filled: System) -> None:
    filled.access.answers["GetEvent"] = with_answers(an_event(), text=None)
    page = Page(filled.browser(SESSION).get(f"/events/{REFERENCE}"))
    assert "is being checked for personal data" in page.text
    assert {"href": f"/events/{REFERENCE}"} in page.all("a")


def test_who_oversees_is_told_that_it_is_for_reading(filled: System) -> None:
    filled.access.answers["GetEvent"] = an_event(read_only=True)
    assert (
        "You can read this event and not change it"
        in filled.browser(SESSION).get(f"/events/{REFERENCE}").text
    )


def test_what_may_not_be_seen_is_not_found(filled: System) -> None:
    filled.access.answers["GetEvent"] = not_found(
        "event-not-found", "There is no such event, or none you may see."
    )
    answer = filled.browser(SESSION).get(f"/events/{REFERENCE}")
    assert answer.status_code == 404
    assert Page(answer).title.startswith("Page not found")


def test_what_was_written_is_never_markup(filled: System) -> None:
    filled.access.answers["GetEvent"] = with_answers(an_event(), text="<script>alert(1)</script> & more")
    answer = filled.browser(SESSION).get(f"/events/{REFERENCE}")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in answer.text


def test_notices_are_counted_in_the_header_and_shown(filled: System) -> None:
    page = Page(filled.browser(SESSION).get("/notices"))
    assert "Notices (3 unread )" in page.text
    for words in (
        "Thank you",
        "Unread",
        "One.",
        "Two.",
        "23 November 2026 at 2:05pm",
        f"See your report {REFERENCE}",
    ):
        assert words in page.text


OWN, SEEN = f"/my-records/{REFERENCE}", f"/events/{REFERENCE}"


@pytest.mark.parametrize(("kind", "may", "led_to"), [
    ("receipt", "recording:read", OWN),
    ("question", "recording:read", OWN),
    ("feedback", "recording:read", OWN),
    ("handled", "recording:read", OWN),
    ("handled", "recording:submit", ""),
    ("urgent", "access:read", SEEN),
    ("urgent", "identity:decide", ""),
    ("withdrawn", "recording:read", f"{SEEN}/history"),
    ("linked", "access:read", SEEN),
    ("meant_for_you", "access:read", ""),
    ("original_read", "access:read", SEEN),
    ("original_read", "identity:read-audit", "/support/audit"),
    ("draft_expiring", "recording:submit", "/my-records"),
    ("role_asked", "identity:decide", "/organisation/requests"),
    ("role_decided", "", "/account"),
    ("role_expiring", "", "/account"),
    ("key_expiring", "identity:read-credentials", "/organisation/keys"),
    ("of_the_release_after", "access:read", ""),
])  # fmt: skip
def test_a_notice_leads_where_its_reader_may_read(filled: System, kind: str, may: str, led_to: str) -> None:
    found = notifications_pb2.Notices(items=[a_notice(kind=kind)])
    filled.notifications.answers["ListNotices"] = found
    filled.identity.secrets[SESSION] = a_person(permissions=frozenset({"notifications:read", may}))
    page = filled.browser(SESSION).get("/notices").text
    notice = page[page.index("<article") : page.index("</article>")]
    assert re.findall('href="([^"]+)"', notice) == ([led_to] if led_to else [])


def test_every_page_that_a_notice_leads_to_is_one_of_ours(filled: System) -> None:
    pages = filled.app.url_map.bind("localhost")
    for way in {one for ways in presenters.WAYS.values() for one in ways}:
        assert pages.test(way.address.format(reference=REFERENCE), "GET"), way


def marked(system: System) -> list[str]:
    """Which notices were put away."""
    read = [one for one in system.notifications.asked if isinstance(one, notifications_pb2.MarkReadRequest)]
    return [one.notice_id for one in read]


def some_notices(system: System) -> Client:
    """A later page of notices, one of them read."""
    was_read = a_notice(notice_id="n2")
    was_read.read_at.FromJsonString("2026-11-23T15:05:00Z")
    items = [a_notice(), was_read, a_notice(notice_id="n3")]
    system.notifications.answers |= {
        "ListNotices": notifications_pb2.Notices(items=items, unread=5),
        "MarkRead": notifications_pb2.Notice(),
    }
    return system.browser(SESSION)


def put_away(browser: Client, **sent: Any) -> Any:
    token = Page(browser.get("/notices", base_url="https://localhost")).field("csrf_token")
    headers = {"Referer": "https://localhost/notices"}
    return browser.post(
        "/notices/read", data=sent | {"csrf_token": token}, base_url="https://localhost", headers=headers
    )


def test_all_notices_of_a_page_are_put_away_at_once_and_the_page_stays(filled: System) -> None:
    browser = some_notices(filled)
    page = browser.get("/notices?after=cursor/2%26x").text
    every = page[page.index('action="/notices/read"') : page.index("Mark all on this page as read")]
    assert re.findall('name="notice" value="([^"]+)"', every) == ["n1", "n3"]
    assert 'name="after" value="cursor/2&amp;x"' in every
    done = put_away(browser, notice=["n1", "n3"], after="cursor/2&x")
    assert (done.status_code, done.headers["Location"]) == (303, "/notices?after=cursor%2F2%26x")
    assert marked(filled) == ["n1", "n3"]
    after = browser.get("/notices", base_url="https://localhost").text
    assert "2 notices are marked as read." in after


def test_one_notice_is_put_away_and_that_is_said(filled: System) -> None:
    browser = some_notices(filled)
    done = put_away(browser, notice="n3")
    assert (done.status_code, done.headers["Location"]) == (303, "/notices")
    assert "1 notice is marked as read." in browser.get("/notices", base_url="https://localhost").text


def test_a_notice_that_is_gone_keeps_no_other_from_being_put_away(filled: System) -> None:
    browser = some_notices(filled)
    filled.notifications.answers["MarkRead"] = not_found("notice-not-found", "There is no such notice.")
    assert put_away(browser, notice=["n1", "n3"]).status_code == 303
    assert marked(filled) == ["n1", "n3"]


def test_pages_do_without_the_count_while_notifications_are_away(filled: System) -> None:
    filled.doors["notifications"].stop()
    answer = filled.browser(SESSION).get("/events")
    assert answer.status_code == 200
    assert "unread" not in answer.text


def test_the_first_page_is_there_while_every_service_is_away(filled: System) -> None:
    for door in filled.doors.values():
        door.stop()
    assert filled.browser(SESSION).get("/").status_code == 200
    assert filled.browser(SESSION).get("/events").status_code == 503


def test_the_header_says_who_is_signed_in(filled: System) -> None:
    assert "(RZ1)" not in Page(filled.browser().get("/")).text
    assert presenters.person("not.a-token.at-all") is None
    assert presenters.person(None) is None


@pytest.mark.parametrize("name", ["site.css", "icon.svg"])
def test_our_files_are_served_and_kept(client: Client, name: str) -> None:
    with client.get(f"/static/{name}") as answer:
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=86400"


def test_a_file_is_kept_for_a_year_under_the_address_of_its_content_and_comes_squeezed(
    client: Client,
) -> None:
    page = client.get("/").text
    (address,) = re.findall(r"/static/site\.css\?v=[0-9a-f]{10}", page)
    with client.get(address) as plain, client.get(address, headers={"Accept-Encoding": "gzip"}) as squeezed:
        assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Content-Encoding" not in plain.headers
        assert squeezed.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(squeezed.data) == plain.data


@pytest.mark.parametrize("asked_from", ["same-origin", "none"])
def test_pages_are_squeezed_for_whoever_is_on_them(client: Client, asked_from: str) -> None:
    plain = client.get("/help")
    headers = {"Accept-Encoding": "gzip, br", "Sec-Fetch-Site": asked_from}
    page = client.get("/help", headers=headers)
    assert page.headers["Content-Encoding"] == "gzip"
    assert len(page.data) == page.content_length < len(plain.data) / 2
    assert "<h1" in gzip.decompress(page.data).decode()
    assert {"Accept-Encoding", "Sec-Fetch-Site"} <= set(page.vary)


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "cross-site"},
        {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-site"},
        {"Accept-Encoding": "gzip"},
        {"Accept-Encoding": "gzip;q=0", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_pages_that_another_site_asks_for_come_at_their_full_length(
    client: Client, headers: dict[str, str]
) -> None:
    page = client.get("/help", headers=headers)
    assert "Content-Encoding" not in page.headers
    assert "<h1" in page.text


def test_what_programs_read_is_not_squeezed(client: Client) -> None:
    headers = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}
    assert "Content-Encoding" not in client.get("/adverse-event/fhir/metadata", headers=headers).headers


@pytest.mark.parametrize("name", ["../web/__init__.py", "%2e%2e/__init__.py", "nothing.css"])
def test_other_files_are_not(client: Client, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


@pytest.mark.parametrize(
    ("written", "shown"),
    [("2026-03-02", "2 March 2026"), ("2026-03", "March 2026"), ("2026", "2026"), ("", "Not known")],
)
def test_days_are_written_as_people_do(written: str, shown: str) -> None:
    assert presenters.day(written) == shown


@pytest.mark.parametrize(
    ("instant", "shown"),
    [
        ("2026-11-23T14:05:00Z", "23 November 2026 at 2:05pm"),
        ("2026-06-30T23:30:00Z", "1 July 2026 at 12:30am"),
        ("2026-06-01T11:00:00Z", "1 June 2026 at midday"),
        ("2026-01-01T00:00:00Z", "1 January 2026 at midnight"),
        ("2026-01-01T17:00:00Z", "1 January 2026 at 5pm"),
    ],
)
def test_instants_are_londons(instant: str, shown: str) -> None:
    notice = a_notice()
    notice.sent_at.FromJsonString(instant)
    with Flask(__name__).app_context():
        assert presenters.notice(notice).sent == shown
