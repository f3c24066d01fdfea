"""Attacks on sessions and forms, over every route that there is: each is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from gateway.guards import COOKIE, FORM_COOKIE, Guard, guard_of
from gateway.web.account.sign_in import HALF_COOKIE
from protos.recording.v1 import recording_pb2 as pb
from tests.builders.actors import EVERYTHING, a_person
from tests.builders.question_sets import a_definition, summary_of
from tests.gateway.conftest import SESSION, Client, System
from tests.gateway.test_pages import GIVEN, Page, sign_in

SITE = "https://localhost"
OPEN_FORMS = ("/tell-us", "/report-without-a-name", "/follow-up")
ELSEWHERE = {"Referer": "https://evil.example/page", "Origin": "https://evil.example"}
ID = "0190a000-0000-7000-8000-000000000000"


def routes(system: System) -> Iterator[tuple[str, str, Guard | None]]:
    """Method, a path, guard: of everything but what anybody may read."""
    for rule in system.app.url_map.iter_rules():
        path = re.sub(r"<[^>]+>", ID, re.sub(r"<int:[^>]+>", "1", rule.rule))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, path, guard_of(system.app.view_functions[rule.endpoint])


@pytest.fixture
def whole(system: System) -> System:
    """Somebody is signed in who may use every form, those included that ask first who is here."""
    may = EVERYTHING | {"identity:support", "identity:organisations"}
    system.identity.secrets[SESSION] = a_person(permissions=may)
    return system


def forms(system: System) -> list[str]:
    """Every path that takes a form from a browser."""
    programs = ("/api/", "/adverse-event/", "/taxonomy/", "/oauth2/")
    found = {path for method, path, _ in routes(system) if method == "POST"}
    return sorted(
        one for one in found if not one.startswith((*programs, *OPEN_FORMS)) and one != "/adverse-event/fhir"
    )


def test_forms_of_nobody_set_no_cookie_and_act_for_nobody(system: System) -> None:
    """They carry no token: whoever sends them does so in nobody's name, signed in or not."""
    system.recording.answers |= {
        "ListQuestionSets": pb.QuestionSets(question_sets=[summary_of(a_definition())]),
        "GetQuestionSet": a_definition(),
        "LookByCode": pb.ReporterView(),
        "EndCode": pb.CodeEnded(),
    }
    found = {path for method, path, _ in routes(system) if method == "POST" and path.startswith(OPEN_FORMS)}
    assert found
    for path in found:
        answer = system.browser().post(path, data={}, base_url=SITE, headers=ELSEWHERE)
        assert answer.status_code in (200, 422), path
        assert "Set-Cookie" not in answer.headers, path
        system.browser(SESSION).post(path, data={}, base_url=SITE, headers=ELSEWHERE)
    assert not system.recording.by, "no actor went along"


def test_there_are_forms_to_attack(system: System) -> None:
    assert {"/sign-in", "/sign-in/second-factor", "/sign-out", "/account/second-factors/app"} <= set(
        forms(system)
    )


def test_no_form_is_taken_without_its_token(whole: System) -> None:
    for path in forms(whole):
        browser = whole.browser(SESSION)
        answer = browser.post(path, data={}, base_url=SITE, headers={"Referer": f"{SITE}/sign-in"})
        assert answer.status_code in (400, 422), path
        assert "form has expired" in answer.text, path


def test_no_form_is_taken_with_somebody_elses_token(whole: System) -> None:
    theirs = Page(whole.browser().get("/sign-in", base_url=SITE)).field("csrf_token")
    for path in forms(whole):
        browser = whole.browser(SESSION)
        browser.get("/sign-in", base_url=SITE)
        answer = browser.post(
            path, data={"csrf_token": theirs}, base_url=SITE, headers={"Referer": f"{SITE}/sign-in"}
        )
        assert "form has expired" in answer.text, path


def test_no_form_is_taken_from_another_site(whole: System) -> None:
    for path in forms(whole):
        browser = whole.browser(SESSION)
        token = Page(browser.get("/sign-in", base_url=SITE)).field("csrf_token")
        answer = browser.post(path, data={"csrf_token": token}, base_url=SITE, headers=ELSEWHERE)
        assert "form has expired" in answer.text, path


def test_the_cookie_opens_no_route_for_programs(client: Client, system: System) -> None:
    """So that no page of another site can borrow it, whatever method it can make a browser send."""
    cookie = {"Cookie": f"{COOKIE}={SESSION}"}
    asked = 0
    for method, path, guard in routes(system):
        if guard in (Guard.BEARER, Guard.LRMS):
            answer = client.open(path, method=method, headers=cookie, json={} if method != "GET" else None)
            assert answer.status_code == 401, (method, path)
            asked += 1
    assert asked > 80


def test_a_token_in_the_address_or_a_form_is_no_proof(client: Client) -> None:
    for path in (f"/api/v1/account?access_token={SESSION}", f"/api/v1/account?token={SESSION}"):
        assert client.get(path).status_code == 401


def test_a_session_that_was_planted_is_not_the_one_that_is_signed_in(system: System) -> None:
    browser = system.browser()
    browser.set_cookie(COOKIE, "planted-by-somebody", domain="localhost", path="/", secure=True)
    answer = sign_in(browser)
    (kept,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith(f"{COOKIE}=")]
    assert "planted-by-somebody" not in kept
    assert all(mark in kept for mark in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in kept


def test_what_the_form_knew_before_signing_in_is_not_known_after(system: System) -> None:
    browser = system.browser()
    page = Page(browser.get("/sign-in", base_url=SITE))
    before = browser.get_cookie(FORM_COOKIE, domain="localhost")
    assert before is not None
    sign_in(browser)
    answer = browser.post(
        "/sign-out",
        data={"csrf_token": page.field("csrf_token")},
        base_url=SITE,
        headers={"Referer": f"{SITE}/"},
    )
    assert "form has expired" in answer.text


def test_half_a_session_is_no_session(system: System, client: Client) -> None:
    """Its cookie is another, and what it holds opens nothing: identity gives no actor for it."""
    assert HALF_COOKIE != COOKIE
    browser = system.browser()
    browser.set_cookie(HALF_COOKIE, SESSION, domain="localhost", path="/", secure=True)
    assert browser.get("/events", base_url=SITE).status_code in (302, 303, 401)


@pytest.mark.parametrize(
    "header", ["Basic YTpi", "Bearer", "Bearer ", f"bearer  {SESSION}x", "Token x", "\u00e9"]
)
def test_what_is_no_bearer_token_is_refused(client: Client, header: str) -> None:
    assert client.get("/api/v1/account", headers={"Authorization": header}).status_code == 401


def test_every_page_says_that_it_is_nobody_elses_to_keep_or_to_frame(system: System) -> None:
    answer = system.browser(SESSION).get("/account/second-factors", base_url=SITE)
    assert "no-store" in answer.headers["Cache-Control"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert GIVEN["password"] not in answer.text
