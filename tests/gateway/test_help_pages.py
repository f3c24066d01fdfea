"""Guidance and statements: there for anybody, whatever is away, and true."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from gateway.web.help import statements, words
from services import recording
from tests.gateway.conftest import SESSION, System
from tests.gateway.test_pages import Page

HELP = [
    ("/help", "Help with recording"),
    ("/help/questions", "Questions that people ask"),
    ("/help/glossary", "Words explained"),
    ("/cookies", "Cookies"),
    ("/accessibility", "Accessibility"),
    ("/privacy", "Privacy"),
    ("/feedback", "Give feedback on this service"),
    ("/feedback/sent", "Thank you for your feedback"),
    ("/downtime-form", "Form for when the service is away"),
]
GATEWAY = Path(statements.__file__).parents[2]


@pytest.mark.parametrize(("path", "title"), HELP)
def test_help_is_there_for_anybody_while_every_service_is_away(system: System, path: str, title: str) -> None:
    for door in system.doors.values():
        door.stop()
    answer = system.browser().get(path)
    page = Page(answer)
    assert answer.status_code == 200
    assert page.title == f"{title} – Patient safety events"
    assert len(page.all("h1")) == len(page.all("main")) == 1
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("path", "title"), HELP)
def test_nothing_of_help_comes_from_elsewhere_or_styles_itself(system: System, path: str, title: str) -> None:
    answer = system.browser().get(path)
    assert "&lt;" not in answer.text, title
    assert 'style="' not in answer.text
    for tag, attrs in Page(answer).tags:
        assert not [name for name in attrs if name.startswith("on")], tag
        for name in ("src", "href", "action"):
            assert "//" not in attrs.get(name, ""), title


@pytest.mark.parametrize("path", ["/", "/sign-in", "/help", "/nowhere"])
@pytest.mark.parametrize("session", ["", SESSION])
def test_every_page_leads_to_help_feedback_and_the_statements(
    system: System, path: str, session: str
) -> None:
    led_to = [one.get("href") for one in Page(system.browser(session).get(path)).all("a")]
    assert {"/help", "/feedback", "/accessibility", "/cookies", "/privacy", "/downtime-form"} <= set(led_to)
    menu = led_to.index("/help")
    assert led_to.index("/feedback") > menu  # in the same order everywhere: the menu, the banner, the footer


@pytest.mark.parametrize(("path", "_"), HELP)
def test_links_of_help_lead_to_pages_and_parts_that_are_there(system: System, path: str, _: str) -> None:
    browser = system.browser()
    page = Page(browser.get(path))
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    for one in page.all("a"):
        address, _, part = one["href"].partition("#")
        if not address:
            assert part in ids, one
        elif address.startswith(
            ("/help", "/cookies", "/accessibility", "/privacy", "/feedback", "/downtime")
        ):
            there = browser.get(address)
            assert there.status_code == 200
            assert f'id="{part}"' in there.text or not part


def test_who_has_no_account_finds_their_way_in(system: System) -> None:
    led_to = {one.get("href") for one in Page(system.browser().get("/")).all("a")}
    assert {"/sign-in", "/tell-us", "/report-without-a-name", "/follow-up"} <= led_to


def test_reading_help_sets_no_cookie(system: System) -> None:
    for path in ("/help", "/help/questions", "/help/glossary", "/cookies", "/privacy", "/accessibility"):
        assert not system.browser().get(path, base_url="https://localhost").headers.getlist("Set-Cookie")


def test_every_cookie_there_is_stands_on_the_page() -> None:
    written = "".join(path.read_text("utf-8") for path in GATEWAY.rglob("*.py"))
    assert {one.name for one in statements.COOKIES} == set(re.findall(r'"(__Host-[a-z]+)"', written))


def test_grades_of_harm_are_those_of_the_question_set() -> None:
    newest = max(Path(recording.__file__).parent.glob("question_sets/v*.toml"))
    lists = tomllib.loads(newest.read_text("utf-8"))["value_sets"]
    for kind, name in zip(
        words.GRADES, ("level-of-physical-harm", "level-of-psychological-harm"), strict=True
    ):
        meanings = lists[name]["meanings"]
        assert kind.of == tuple((label, meanings[code]) for code, label in lists[name]["codes"])


def test_words_are_explained_in_the_order_of_the_alphabet() -> None:
    assert list(words.LETTERS) == sorted(words.LETTERS)
    terms = [term.word.casefold() for some in words.LETTERS.values() for term in some]
    assert terms == sorted(terms)
    assert len(terms) == len(set(terms))
