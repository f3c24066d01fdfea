"""A vendor's product passes in the sandbox; the public sees that it did, and nobody sees anything else of it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser
from rich.console import Console

from deploy.local import conformance
from tests.journeys.conftest import World, eventually
from tests.journeys.pages import TELEPHONE, good, open_page
from tests.journeys.test_a_report_of_severe_harm import found, report

pytestmark = pytest.mark.timeout(180)


def show(world: World, version: str, key: str = "") -> tuple[int, str]:
    """Run the model product; what it says and how it ends."""
    said = io.StringIO()
    chosen = key or world.told["sandbox"][0]["key"]
    arguments = [f"--url={world.url}", f"--key={chosen}", f"--product-version={version}"]
    return conformance.main(arguments, Console(file=said, width=200)), said.getvalue()


def seen(world: World) -> dict[str, Any]:
    """All that could be noticed of an event by those who would be told: events, notices, letters."""
    with world.person("local_safety_lead", "RZ1") as lead:
        notices = [one["notice_id"] for one in lead.get("/api/v1/notices").json()["items"]]
        events = [one["reference"] for one in lead.get("/api/v1/events?limit=100").json()["items"]]
    with world.lrms("RZ1") as lrms:
        total = lrms.get("/AdverseEvent?_summary=count").json()["total"]
    letters = sorted(path.name for path in Path(world.system.home / "mail").glob("*.eml"))
    return {"notices": notices, "events": events, "total": total, "letters": letters}


def test_a_product_passes_and_only_that_is_ever_known(world: World, browser: Browser) -> None:
    code, said = show(world, "before anything is compared")
    assert code == 0, said
    before = seen(world)
    code, said = show(world, "7.2 (journey)")
    assert code == 0, said
    assert said.count("passed") >= len(conformance.OTHERS) + 7
    reference, _ = report(
        world
    )  # what comes of this one has overtaken anything that could come of the others
    with world.person("local_safety_lead", "RZ1") as lead:
        eventually(lambda: found(lead.get(f"/api/v1/events/{reference}")))
        eventually(lambda: len(world.letters(reference)) >= 2)
    after = seen(world)
    assert after["events"] == [reference, *before["events"]][:100]
    assert after["total"] == before["total"] + 1
    assert after["notices"][1:] == before["notices"][: len(after["notices"]) - 1]
    assert after["notices"][0] not in before["notices"]
    assert {one for one in after["letters"] if one not in before["letters"]} == _letters(world, reference)
    _is_public(world, browser)


def _letters(world: World, reference: str) -> set[str]:
    paths = Path(world.system.home / "mail").glob("*.eml")
    return {path.name for path in paths if reference.encode() in path.read_bytes()}


def _is_public(world: World, browser: Browser) -> None:
    for script in (True, False):
        with open_page(browser, world, TELEPHONE, script) as page:
            page.goto("/")
            page.get_by_role("contentinfo").get_by_role("link", name="Products that have passed").click()
            page.wait_for_url("**/conformance")
            good(page)
            text = page.inner_text("main")
            assert "Sample LRMS" in text
            assert "7.2 (journey)" in text
    listed = httpx.get(f"{world.url}/api/v1/conformance").json()["items"]
    assert "7.2 (journey)" in [one["product_version"] for one in listed]


def test_a_live_key_begins_no_run(world: World) -> None:
    code, said = show(world, "7.3", world.told["lrms"][0]["key"])
    assert code == 1
    assert "403" in said
    listed = httpx.get(f"{world.url}/api/v1/conformance").json()["items"]
    assert "7.3" not in [one["product_version"] for one in listed]


def test_a_sandbox_key_finds_no_live_event(world: World) -> None:
    _, answer = report(world)
    key = {"Ocp-Apim-Subscription-Key": world.told["sandbox"][0]["key"]}
    missing = httpx.get(f"{world.url}/adverse-event/fhir/AdverseEvent/{answer.json()['id']}", headers=key)
    assert missing.status_code == 404
