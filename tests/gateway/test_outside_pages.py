"""Signing in with an outside provider, as far as it is pages: cookies, where it leads, what is said."""

from __future__ import annotations

import time
from typing import Any

import pytest

from chassis.problems import conflict, forbidden, invalid, throttled, unauthenticated, unavailable
from gateway.guards import COOKIE
from gateway.web.account import outside, sign_in
from protos.identity.v1 import identity_pb2 as pb
from tests.gateway.conftest import BEARER, SESSION, Client, System
from tests.gateway.test_pages import Page

AWAY, RETURN = "/sign-in/outside/elsewhere", "/sign-in/outside/elsewhere/return"
THERE = "https://elsewhere.example/auth?x=1"


def soon() -> int:
    return int(time.time()) + 600


def leaving() -> pb.OutsideSignIn:
    made = pb.OutsideSignIn(address=THERE, token="held-by-this-browser")
    made.expires_at.FromSeconds(soon())
    return made


def came(back: str = "", strength: str = "password") -> pb.CameBack:
    made = pb.CameBack(next=back)
    made.session.token, made.session.strength = SESSION, strength
    made.session.expires_at.FromSeconds(soon())
    return made


def unknown(name_wanted: bool = False) -> pb.CameBack:
    made = pb.CameBack(email="<b>robin</b>@example.org", name_wanted=name_wanted)
    made.expires_at.FromSeconds(soon())
    return made


def cookies(answer: Any) -> dict[str, str]:
    """Name → the whole of what is set."""
    return {one.partition("=")[0]: one for one in answer.headers.getlist("Set-Cookie")}


def get(browser: Client, path: str) -> Any:
    return browser.get(path, base_url="https://localhost")


def post(browser: Client, path: str, form: Page, **sent: str) -> Any:
    data = {"csrf_token": form.field("csrf_token")} | sent
    headers = {"Referer": "https://localhost/"}
    return browser.post(path, data=data, base_url="https://localhost", headers=headers)


@pytest.fixture
def filled(system: System) -> System:
    offered = pb.OutsideProviders(providers=[pb.OutsideProvider(name="elsewhere", label="Else & where")])
    system.identity.answers |= {
        "ListOutsideProviders": offered,
        "BeginOutsideSignIn": leaving(),
        "CompleteOutsideSignIn": unknown(),
        "ProveOutsideSignIn": came("/notices"),
        "SendOutsideCode": pb.CodeSent(),
        "RemoveOutsideLink": pb.OutsideLinks(),
    }
    return system


def waiting(system: System) -> tuple[Client, Page]:
    """A browser that came back, at the form."""
    browser = system.browser()
    get(browser, AWAY)
    assert get(browser, f"{RETURN}?state=s&code=c").headers["Location"] == outside.PROOF
    return browser, Page(get(browser, outside.PROOF))


def test_the_form_offers_who_is_configured_and_remembers_the_way(filled: System, system: System) -> None:
    page = Page(get(filled.browser(), "/sign-in?next=/events%3Fa%3D1%26b"))
    (link,) = [one for one in page.all("a") if "outside" in one.get("href", "")]
    assert link["href"] == f"{AWAY}?next=/events%3Fa%3D1%26b"
    assert "Sign in with Else & where" in page.text or "Else &amp; where" in page.text
    del system.identity.answers["ListOutsideProviders"]
    assert "another way" not in get(filled.browser(), "/sign-in").text


@pytest.mark.parametrize("answer", [None, unavailable("try-again", "Try again.")])
def test_the_form_is_there_while_nobody_knows_who_is_configured(filled: System, answer: Any) -> None:
    filled.identity.answers["ListOutsideProviders"] = answer
    shown = get(filled.browser(), "/sign-in")
    assert (shown.status_code, "another way" in shown.text) == (200, False)


def test_leaving_gives_the_browser_a_cookie_that_nobody_else_can_use(filled: System) -> None:
    answer = get(filled.browser(), f"{AWAY}?next=/notices")
    assert (answer.status_code, answer.headers["Location"]) == (303, THERE)
    kept = {part.strip() for part in cookies(answer)[outside.COOKIE].split(";")}
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= kept
    assert filled.identity.asked[-1].next == "/notices"


@pytest.mark.parametrize("led", ["https://evil.example", "//evil.example", "/\\evil.example", "/%09evil"])
def test_nobody_is_led_away(filled: System, led: str) -> None:
    browser = filled.browser()
    get(browser, f"{AWAY}?next={led}")
    assert filled.identity.asked[-1].next == ""
    filled.identity.answers["CompleteOutsideSignIn"] = came(led.replace("%09", "\t"))
    assert get(browser, f"{RETURN}?state=s&code=c").headers["Location"] == sign_in.AFTERWARDS


def test_whoever_is_known_is_in_and_the_cookies_change(filled: System) -> None:
    filled.identity.answers["CompleteOutsideSignIn"] = came("/notices")
    browser = filled.browser()
    get(browser, AWAY)
    answer = get(browser, f"{RETURN}?state=s&code=c&iss=https://elsewhere.example&error=")
    assert answer.headers["Location"] == "/notices"
    asked = filled.identity.asked[-1]
    assert (asked.provider, asked.token, asked.state, asked.code) == (
        "elsewhere",
        "held-by-this-browser",
        "s",
        "c",
    )
    assert asked.issuer == "https://elsewhere.example"
    assert SESSION in cookies(answer)[COOKIE]
    assert "Max-Age=0" in cookies(answer)[outside.COOKIE]


def test_half_a_session_leads_to_the_second_factor(filled: System) -> None:
    filled.identity.answers["CompleteOutsideSignIn"] = came("/notices", "half")
    browser = filled.browser()
    get(browser, AWAY)
    answer = get(browser, f"{RETURN}?state=s&code=c")
    assert answer.headers["Location"] == "/sign-in/second-factor"
    assert COOKIE not in cookies(answer)


def test_another_browser_sends_no_token(filled: System) -> None:
    get(filled.browser(), AWAY)
    get(filled.browser(), f"{RETURN}?state=s&code=c")
    assert filled.identity.asked[-1].token == ""


@pytest.mark.parametrize(
    ("problem", "status", "title"),
    [
        (unauthenticated("outside-cancelled", "You cancelled."), 401, "You cancelled the sign-in"),
        (unavailable("outside-away", "It is away."), 503, "The other sign-in is not available"),
        (unauthenticated("outside-not-verified", "Not verified."), 401, "You could not be signed in"),
        (unauthenticated("outside-ended", "Ended."), 401, "This sign-in has ended"),
        (forbidden("account-suspended", "Suspended."), 403, "Your account is suspended"),
        (conflict("outside-linked", "Linked."), 409, "That account is in use"),
    ],
)
def test_what_went_wrong_is_a_page(filled: System, problem: Any, status: int, title: str) -> None:
    filled.identity.answers["CompleteOutsideSignIn"] = problem
    answer = get(filled.browser(), f"{RETURN}?state=s&code=c")
    page = Page(answer)
    assert (answer.status_code, page.title.startswith(title)) == (status, True)
    assert problem.detail in page.text
    assert COOKIE not in cookies(answer)
    assert any(one["href"] == "/sign-in" for one in page.all("a"))


def test_what_a_provider_sent_is_never_shown(filled: System) -> None:
    filled.identity.answers["CompleteOutsideSignIn"] = unauthenticated("outside-refused", "Not let in.")
    answer = get(filled.browser(), f"{RETURN}?state=s&error=<script>alert(1)</script>&error_description=evil")
    assert "evil" not in answer.text
    assert "alert(1)" not in answer.text


def test_a_provider_that_is_not_there_is_not_found(filled: System) -> None:
    filled.identity.answers["BeginOutsideSignIn"] = unavailable("outside-away", "It is away.")
    assert get(filled.browser(), AWAY).status_code == 503


def test_the_proof_shows_the_address_as_text_and_takes_a_code(filled: System) -> None:
    browser, form = waiting(filled)
    assert "<b>robin</b>@" not in get(browser, outside.PROOF).text
    answer = post(
        browser,
        outside.PROOF,
        form,
        code=" AAAAA-BBBBB ",
        password="filled in by a browser",
        **{"with": "code"},
    )
    assert answer.headers["Location"] == "/notices"
    asked = filled.identity.asked[-1]
    assert (asked.code, asked.password, asked.token) == ("AAAAA-BBBBB", "", "held-by-this-browser")


def test_the_password_goes_alone(filled: System) -> None:
    browser, form = waiting(filled)
    post(browser, outside.PROOF, form, code="x", password=" a b ", **{"with": "password"})
    assert (filled.identity.asked[-1].code, filled.identity.asked[-1].password) == ("", " a b ")


@pytest.mark.parametrize(
    ("problem", "sent", "status", "field"),
    [
        (invalid("code-wrong", "The code is wrong."), "code", 422, "#code"),
        (unauthenticated("sign-in-failed", "It is wrong."), "password", 401, "#password"),
        (throttled("too-many-tries", "Wait."), "password", 429, "#password"),
    ],
)
def test_another_chance_where_the_proof_was_wrong(
    filled: System, problem: Any, sent: str, status: int, field: str
) -> None:
    browser, form = waiting(filled)
    filled.identity.answers["ProveOutsideSignIn"] = problem
    answer = post(browser, outside.PROOF, form, **{"with": sent, sent: "a wrong one"})
    page = Page(answer)
    assert answer.status_code == status
    assert field in {one["href"] for one in page.all("a")}
    assert "a wrong one" not in answer.text
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_a_name_is_asked_for_where_there_is_none(filled: System) -> None:
    filled.identity.answers["CompleteOutsideSignIn"] = unknown(name_wanted=True)
    browser, form = waiting(filled)
    post(browser, outside.PROOF, form, name="Robin", code="x", **{"with": "code"})
    assert filled.identity.asked[-1].name == "Robin"


def test_whoever_waits_for_nothing_begins_at_the_beginning(filled: System) -> None:
    assert get(filled.browser(), outside.PROOF).headers["Location"] == "/sign-in"


def test_a_forged_proof_is_refused(filled: System) -> None:
    browser, _ = waiting(filled)
    before = len(filled.identity.asked)
    for path in (outside.PROOF, f"{outside.PROOF}/code"):
        answer = browser.post(path, data={"code": "x", "with": "code"}, base_url="https://localhost")
        assert answer.status_code == 400
    assert len(filled.identity.asked) == before


def test_another_code_is_asked_for(filled: System) -> None:
    browser, form = waiting(filled)
    assert post(browser, f"{outside.PROOF}/code", form).headers["Location"] == outside.PROOF
    assert filled.identity.asked[-1].token == "held-by-this-browser"


def an_account(has_password: bool = True) -> pb.OwnAccount:
    made = pb.OwnAccount(has_password=has_password)
    made.outside_links.add(link_id="1", provider="elsewhere", label="Elsewhere").linked_at.FromSeconds(
        1_790_000_000
    )
    return made


def test_links_are_shown_and_removed(filled: System) -> None:
    filled.identity.answers["GetOwnAccount"] = an_account()
    browser = filled.browser(SESSION)
    form = Page(get(browser, outside.LINKS))
    assert "Elsewhere" in form.text
    filled.identity.answers["RemoveOutsideLink"] = invalid("password-wrong", "Not right.")
    wrong = post(browser, f"{outside.LINKS}/1/removal", form, password="x")
    assert (wrong.status_code, "Not right." in wrong.text) == (422, True)
    filled.identity.answers["RemoveOutsideLink"] = pb.OutsideLinks()
    assert (
        post(browser, f"{outside.LINKS}/1/removal", form, password="x").headers["Location"] == outside.LINKS
    )
    filled.identity.answers["GetOwnAccount"] = an_account(has_password=False)
    assert "this is your only way in" in get(browser, outside.LINKS).text


def test_whoever_has_no_password_is_told_how_many_ways_in_they_have_and_how_to_choose_one(
    filled: System,
) -> None:
    own = an_account(has_password=False)
    own.outside_links.add(link_id="2", provider="other", label="Other").linked_at.FromSeconds(1_790_000_000)
    filled.identity.answers["GetOwnAccount"] = own
    page = Page(get(filled.browser(SESSION), outside.LINKS))
    assert "these are your only ways in" in page.text
    assert "/forgotten-password" in {one.get("href") for one in page.all("a")}
    del own.outside_links[:]
    filled.identity.answers["GetOwnAccount"] = own
    assert "only way" not in get(filled.browser(SESSION), outside.LINKS).text


def test_a_program_sees_and_removes_links(filled: System, client: Client) -> None:
    filled.identity.answers["GetOwnAccount"] = an_account()
    shown = client.get("/api/v1/account", headers=BEARER).json
    (link,) = shown["outside_sign_ins"]
    assert (link["label"], link["last_used_at"], shown["has_password"]) == ("Elsewhere", None, True)
    path = "/api/v1/account/outside-sign-ins/1/removal"
    assert client.post(path, json={}, headers=BEARER).status_code == 422
    left = client.post(path, json={"password": "x"}, headers=BEARER)
    assert (left.status_code, left.json) == (200, {"outside_sign_ins": []})
    filled.identity.answers["RemoveOutsideLink"] = invalid("no-password", "No password.")
    refused = client.post(path, json={"password": "x"}, headers=BEARER)
    assert (refused.status_code, refused.json["code"]) == (422, "no-password")
