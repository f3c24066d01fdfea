"""Four errands with the keyboard alone, counted: questions, pages, keys. `-s` prints them, with the time that the keystroke-level model gives.

The model (Card, Moran, Newell 1980): 0.28 s for a key of an average typist, 1.35 s to make up one's mind, here once for each question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import World
from tests.journeys.pages import open_page, sign_in

pytestmark = pytest.mark.timeout(240)
KEY, MIND = 0.28, 1.35  # seconds
MOST_TABS = 80  # to reach anything on a page
FALL = "Slipped on a wet floor by the sink. No injury."
OVERDOSE = "Insulin was drawn up in a 1 ml syringe and ten times the dose was given. Blood sugar fell to 1.2; the patient was unconscious."
CARE = "The night team sat with a frightened man until he slept."
MORE = "Enough people at night."
FAMILY = "My mother waited four hours for her tablets and nobody could say why."
LABEL = "document.activeElement.labels?.[0]?.innerText.trim() ?? document.activeElement.innerText.trim()"


@dataclass
class Hands:
    """Somebody at a keyboard; what they have pressed so far."""

    page: Page
    keys: int = 0
    pages: int = 0
    questions: int = 0

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
        self.keys += times

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)
        self.keys += len(words)

    def to(self, there: Callable[[], bool]) -> None:
        """Tab until it is reached. The skip link goes first to what matters, as somebody who has no mouse knows."""
        if self.page.evaluate("document.activeElement === document.body"):
            self.press("Tab")
            self.press("Enter")
        for _ in range(MOST_TABS):
            if there():
                return
            self.press("Tab")
        raise AssertionError(f"cannot be reached with Tab: {self.page.url}")

    def choose(self, label: str) -> None:
        """A radio button by its arrows, a box by itself."""
        self.questions += 1
        self.to(lambda: self._is("input[type=radio], input[type=checkbox]") and self._in_reach(label))
        if self._is("input[type=checkbox]"):
            self.to(lambda: str(self.page.evaluate(LABEL)).startswith(label))
            self.press("Space")
            return
        for _ in range(30):
            if str(self.page.evaluate(LABEL)).startswith(label):
                break
            self.press("ArrowDown")
        self.press("Space")

    def write(self, words: str, field: str = "textarea") -> None:
        self.questions += 1
        self.to(lambda: self._is(field) and self.page.evaluate("document.activeElement.value") == "")
        self.type(words)

    def go_on(self, button: str = "Save and continue") -> None:
        self.to(lambda: self._is("button, a") and str(self.page.evaluate(LABEL)) == button)
        self.page.evaluate("window.left = true")
        self.press("Enter")
        self.page.wait_for_function("() => !window.left && document.readyState === 'complete'")
        self.pages += 1

    def told(self, name: str) -> float:
        seconds = self.keys * KEY + self.questions * MIND
        print(f"{name}: {self.questions} questions, {self.pages} pages, {self.keys} keys, {seconds:.0f} s")
        return seconds

    def _is(self, selector: str) -> bool:
        return bool(self.page.evaluate("selector => document.activeElement.matches(selector)", selector))

    def _in_reach(self, label: str) -> bool:
        """Whether the focus is in the group that has an answer of this name."""
        among = "label => [...document.getElementsByName(document.activeElement.name)].some(one => one.labels[0].innerText.trim().startsWith(label))"
        return bool(self.page.evaluate(among, label))


@pytest.fixture
def hands(world: World, browser: Browser) -> Iterator[Hands]:
    with open_page(browser, world) as page:
        yield Hands(page)


def begin(hands: Hands, world: World) -> None:
    sign_in(hands.page, world, "standard", "RZ1")
    hands.page.goto("/report")
    hands.choose("Patient safety incident")
    hands.go_on("Start")
    hands.choose("Acute, general")
    hands.go_on()


def test_a_fall_without_harm(hands: Hands, world: World) -> None:
    begin(hands, world)
    hands.write(FALL)
    hands.go_on()
    for answer in ("Yes", "Yes", "Buildings or Infrastructure", "Falls"):
        hands.choose(answer)
        hands.go_on()
    hands.write("1", "input[type=text]")
    hands.go_on()
    for answer in ("No physical harm", "No psychological harm", "Not at all concerned"):
        hands.choose(answer)
        hands.go_on()
    hands.go_on()  # about you: optional
    hands.go_on("Check your answers and send")
    hands.go_on("Send")
    assert "Your reference number is" in hands.page.inner_text("main")
    assert hands.questions <= 12
    assert hands.told("a fall without harm") < 300


def test_a_severe_medication_error(hands: Hands, world: World) -> None:
    begin(hands, world)
    hands.write(OVERDOSE)
    hands.go_on()
    for answer in ("Yes", "Yes", "Medications"):
        hands.choose(answer)
        hands.go_on()
    hands.choose("None of the above")
    hands.go_on()
    hands.write("1", "input[type=text]")
    hands.go_on()
    for answer in ("Severe physical harm", "Low psychological harm", "Very concerned"):
        hands.choose(answer)
        hands.go_on()
    hands.choose("Nurse or midwife")
    hands.go_on()
    hands.go_on("Check your answers and send")
    hands.go_on("Send")
    assert "Your reference number is" in hands.page.inner_text("main")
    assert hands.told("a severe medication error") < 300


def test_good_care_on_one_screen(hands: Hands, world: World) -> None:
    sign_in(hands.page, world, "standard", "RZ1")
    hands.page.goto("/report/quick/good-care")
    hands.write(CARE)
    hands.write(MORE)
    hands.go_on("Send")
    assert "Your reference number is" in hands.page.inner_text("main")
    assert hands.told("good care on one screen") < 120


def test_a_family_tells(hands: Hands) -> None:
    hands.page.goto("/tell-us/form")
    hands.choose("Something went wrong")
    hands.go_on("Continue")
    hands.choose("A relative, friend or carer")
    hands.go_on("Continue")
    hands.write("Northmoor Royal", "input[type=text]")
    hands.go_on("Continue")
    hands.write(FAMILY)
    hands.go_on("Continue")
    hands.choose("Yes, today")
    hands.go_on("Continue")
    hands.choose("Yes, a little")
    hands.go_on("Continue")
    hands.go_on("Continue")
    hands.go_on("Send")
    assert "Your code" in hands.page.inner_text("main")
    assert hands.told("a family's report") < 300
