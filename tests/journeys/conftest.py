"""The whole system, started once, and the people who use it. Only e-mail is replaced: a sink keeps it in a folder."""

from __future__ import annotations

import email
import email.policy
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from playwright.sync_api import Browser, sync_playwright

from deploy.local.codes import App, sign_in
from deploy.local.install import BROWSERS
from deploy.local.layout import Layout, free_ports, write_private
from deploy.local.system import System
from tests.builders.outside_providers import NAME, OutsideProvider
from tests.journeys import held

T = TypeVar("T")
MISSING = pytest.StashKey[list[str]]()
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


ran, left_out, together = set[Path](), set[Path](), set[str]()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    ran.add(Path(report.location[0]).resolve())


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    left_out.update(item.path for item in items)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Where journeys are done side by side: what one of those who did them has held."""
    output = getattr(node, "workeroutput", {})
    together.update(output.get("held", ()))
    left_out.update(map(Path, output.get("left_out", ())))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Every page was held by some journey; a run of some of them, or one that failed, says nothing of that."""
    config = session.config
    together.update(held.noted())
    if hasattr(config, "workeroutput"):
        config.workeroutput |= {"held": sorted(together), "left_out": sorted(map(str, left_out))}
    elif session.exitstatus == pytest.ExitCode.OK and held.is_whole(ran, left_out):
        config.stash[MISSING] = held.missing(together)
        if config.stash[MISSING]:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    missing = config.stash.get(MISSING, [])
    if missing:
        terminalreporter.section("pages that no journey holds: tests/journeys/held.py")
        for one in missing:
            terminalreporter.line(one)


@dataclass(frozen=True)
class World:
    """A running system as its users know it."""

    system: System
    outside: OutsideProvider  # another sign-in; away until a test starts it
    tokens: dict[str, str] = field(default_factory=dict)
    apps: dict[str, App] = field(default_factory=dict)

    @cached_property
    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads((self.system.home / "demo.json").read_text())
        return told

    @property
    def url(self) -> str:
        return str(self.told["gateway"])

    def account(self, role: str, organisation: str | None = None) -> dict[str, Any]:
        return next(
            one for one in self.told["accounts"]
            if one["role"] == role and organisation in (None, one["organisation"])
        )  # fmt: skip

    def lrms(self, organisation: str) -> httpx.Client:
        key = next(one["key"] for one in self.told["lrms"] if one["organisation"] == organisation)
        headers = {"Ocp-Apim-Subscription-Key": key, "Content-Type": "application/fhir+json"}
        return httpx.Client(base_url=f"{self.url}/adverse-event/fhir", headers=headers, timeout=40)

    def person(self, role: str, organisation: str | None = None) -> httpx.Client:
        """A program that signed in as somebody."""
        account = self.account(role, organisation)
        headers = {"Authorization": f"Bearer {self.token(account)}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=40)

    def token(self, account: dict[str, Any]) -> str:
        """One session for each account: a code of an app is taken once, and a new one comes every half minute."""
        email = account["email"]
        if email not in self.tokens:
            self.tokens[email] = sign_in(self.url, account, self.app(account))
        return self.tokens[email]

    def app(self, account: dict[str, Any]) -> App | None:
        """The authenticator app of somebody who needs one."""
        if not account["totp_secret"]:
            return None
        return self.apps.setdefault(account["email"], App(account["totp_secret"]))

    def letters(self, reference: str) -> list[EmailMessage]:
        """What was e-mailed about an event."""
        return [one for one in self.all_letters() if reference in str(one["Subject"])]

    def all_letters(self) -> list[EmailMessage]:
        """What was e-mailed to anybody, oldest first."""
        paths = sorted((self.system.home / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime)
        return [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in paths]  # type: ignore[misc]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """For every story that leaves it as others expect it."""
    yield from a_world(tmp_path_factory.mktemp("world"))


def a_world(home: Path, **settings: Any) -> Iterator[World]:
    """One that runs, with `settings` of its layout: for a fixture of a module's own, where its stories close a trust or depend on
    nobody else's."""
    port, elsewhere = free_ports(2)
    system = System(home, layout=Layout(home.resolve(), port, **settings))
    outside = OutsideProvider(elsewhere, f"{system.gateway}/sign-in/outside/{NAME}/return")
    write_private(system.home / "oidc-providers.json", json.dumps([outside.setting()]))
    system.start()
    yield World(system, outside)
    outside.stop()
    system.remove()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(
            executable_path=next(path for path in BROWSERS if Path(path).exists()), args=QUIET
        )
        yield made
        made.close()


def eventually(look: Callable[[], T], seconds: float = 30) -> T:
    """What `look` returns once that is something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if seen := look():
            return seen
        time.sleep(0.05)
    raise AssertionError("it never came")
