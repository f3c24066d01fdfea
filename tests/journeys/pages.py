"""How journeys look at pages: who signs in, what is watched while they go, and what every page must be."""

from __future__ import annotations

import atexit
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import httpx
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, Response

from deploy.local.assets import CLIENTS
from deploy.local.layout import free_ports
from tests.journeys import held
from tests.journeys.conftest import World

DESKTOP, TELEPHONE = 1000, 320  # pixels
HEAVIEST = 20_000  # bytes of a page on its way, without what the browser keeps
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
WHAT_IS_WIDE = """[...document.querySelectorAll("main *")]
  .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth)
  .map(one => `${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 80)}`).slice(-3)"""
_SHOWN: WeakKeyDictionary[Page, Response] = (
    WeakKeyDictionary()
)  # the document that a page shows, as it was sent
_SCRIPTED: WeakKeyDictionary[Page, bool] = WeakKeyDictionary()


@contextmanager
def open_page(
    browser: Browser, world: World, width: int = DESKTOP, script: bool = True, strangers: bool = False
) -> Iterator[Page]:
    """A page of a browser of its own. It fails where anything is asked of another host, or a script breaks."""
    context = browser.new_context(
        base_url=world.url, viewport={"width": width, "height": 900}, java_script_enabled=script
    )
    wrong = list[str]()

    def asked(request: Request) -> None:
        if not request.url.startswith((world.url, "data:")):
            wrong.append(request.url)

    def watch(page: Page) -> None:
        def answered(response: Response) -> None:
            if response.request.resource_type == "document" and not 300 <= response.status < 400:
                _SHOWN[page] = response

        _SCRIPTED[page] = script
        page.on("request", asked)
        page.on("response", answered)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)

    context.on("page", watch)
    yield context.new_page()
    context.close()
    assert strangers or not wrong, wrong


def sign_in(page: Page, world: World, role: str, organisation: str | None = None) -> None:
    """As one of the sample accounts, by the session that its programs have: a code of an app is taken once, and the next comes after half
    a minute. A browser takes such a cookie for https alone, and sends it here."""
    token = world.token(world.account(role, organisation))
    host = world.url.replace("http:", "https:")
    page.context.add_cookies([{"name": "__Host-session", "value": token, "url": host, "secure": True}])
    page.goto("/events" if role != "data_user" else "/notices")


def sign_in_by_form(page: Page, world: World, role: str, organisation: str | None = None) -> None:
    """As people do, with the second factor where the account has one; a session of its own."""
    account = world.account(role, organisation)
    page.goto("/sign-in")
    page.get_by_label("Email").fill(account["email"])
    page.get_by_label("Password", exact=True).fill(account["password"])
    page.get_by_role("button", name="Sign in").click()
    app = world.app(account)
    if app is not None:
        page.get_by_label("Code").fill(app.code())
        page.get_by_role("button", name="Continue").click()
    page.wait_for_url(lambda address: "/sign-in" not in address)


def back(page: Page) -> None:
    """The browser's own Back, once the page it leaves has arrived: Chromium refuses to go back while it is still changing pages."""
    page.wait_for_load_state()
    page.go_back()


def good(page: Page) -> None:
    """What every page is, in its normal and its error state: accessible, as wide as its screen and as a telephone, light, valid HTML. Axe itself
    needs scripts."""
    _look(page)
    if _SHOWN[page].ok:
        _note(page, held.NORMAL)


def refused(page: Page) -> None:
    """An error state: said in the title, a summary that has the focus, each of its links going to a field."""
    page.wait_for_load_state()
    assert page.title().startswith("Error: "), page.inner_text("main")
    _look(page)
    assert page.evaluate("document.activeElement.classList.contains('nhsuk-error-summary')")
    links = page.locator(".nhsuk-error-summary a")
    assert links.count()
    for at in range(links.count()):
        if str(links.nth(at).get_attribute("href")).startswith("#"):
            links.nth(at).click()
            assert _in_a_field(page), links.nth(at).inner_text()
        else:
            with _elsewhere(page, str(links.nth(at).get_attribute("href"))) as other:
                assert _in_a_field(other), other.url
    _note(page, held.ERROR)


def _look(page: Page) -> None:
    page.wait_for_load_state()
    if _SCRIPTED[page]:
        found: Any = Axe().run(page, options={"runOnly": WCAG})
        assert found.violations_count == 0, found.generate_report()
    assert page.locator("h1").count() == 1
    assert page.title()
    _is_as_wide_as_its_screen(page)
    screen = page.viewport_size
    if screen and screen["width"] != TELEPHONE:
        page.set_viewport_size({"width": TELEPHONE, "height": screen["height"]})
        _is_as_wide_as_its_screen(page)
        page.set_viewport_size(screen)
    weight = _SHOWN[page].request.sizes()["responseBodySize"]
    assert weight <= HEAVIEST, f"{page.url} weighs {weight} bytes"
    assert not (wrong := invalid(_SHOWN[page].text())), f"{page.url}: {wrong}"


def _is_as_wide_as_its_screen(page: Page) -> None:
    assert not page.evaluate(WIDE), f"{page.url} is wider than its screen: {page.evaluate(WHAT_IS_WIDE)}"


def _in_a_field(page: Page) -> bool:
    return bool(page.evaluate("document.activeElement.matches('input, select, textarea, button')"))


@contextmanager
def _elsewhere(page: Page, address: str) -> Iterator[Page]:
    """Where a link leads, beside the page that has it."""
    other = page.context.new_page()
    other.goto(address)
    yield other
    other.close()


def _note(page: Page, state: str) -> None:
    held.note(_SHOWN[page].request.method, _SHOWN[page].url, state)


def invalid(html: str) -> list[str]:
    """What the Nu checker calls an error in a page."""
    told = httpx.post(
        _checker(), content=html.encode(), headers={"Content-Type": "text/html; charset=utf-8"}, timeout=30
    ).json()
    return [one["message"] for one in told["messages"] if one["type"] == "error"]


@cache
def _checker() -> str:
    """The address of a checker of HTML that runs as long as these tests do."""
    (port,) = free_ports(1)
    jar = CLIENTS / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    address = f"http://127.0.0.1:{port}/"
    bound = ["-Dnu.validator.servlet.bind-address=127.0.0.1", "-Xmx256m"]
    running = subprocess.Popen(
        ["java", *bound, "-cp", str(jar), "nu.validator.servlet.Main", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    atexit.register(running.terminate)
    for _ in range(600):
        try:
            httpx.get(address, timeout=5)
        except httpx.TransportError:
            assert running.poll() is None, "the checker of HTML ended"
            time.sleep(0.1)
        else:
            return f"{address}?out=json"
    raise AssertionError("the checker of HTML did not start")
