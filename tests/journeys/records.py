"""A record that somebody sent, as journeys about what becomes of it begin."""

from __future__ import annotations

import uuid
from typing import Any

from playwright.sync_api import Page

from tests.builders.safety_events import an_incident
from tests.journeys.conftest import World, eventually

WORDS = "A patient slipped on a wet floor near the sink. Nurse Declan Byrne saw it."


def record(world: World, role: str = "standard", words: str = WORDS) -> str:
    """Given: somebody of RZ1 recorded a fall with low harm, and its text has been checked. The reference number."""
    with world.person(role, "RZ1") as reporter:
        made = reporter.post("/api/v1/events", json={"answers": a_fall("RZ1", words)})
        assert made.status_code == 201, made.text
        reference = str(made.json()["reference"])
        eventually(lambda: reporter.get(f"/api/v1/events/{reference}").json().get("description"))
    return reference


def a_fall(organisation: str, words: str = WORDS) -> dict[str, list[dict[str, Any]]]:
    """Answers of a person of that organisation, as the JSON interface takes them."""
    said = {
        "practitioner-details/ReporterOrganisation": organisation,
        "location-details/Organisation": organisation,
    }
    shape: dict[str, list[dict[str, Any]]] = {}
    for one in an_incident(
        said | {"adverse-event-core/Description": f"{words} Fall {uuid.uuid4().hex[:6]}."}
    ):
        entries = shape.setdefault(one.section, [])
        entries += [{} for _ in range(one.entry + 1 - len(entries))]
        held = entries[one.entry].get(one.property)
        entries[one.entry][one.property] = one.value if held is None else [*_listed(held), one.value]
    return shape


def _listed(held: Any) -> list[Any]:
    return held if isinstance(held, list) else [held]


def unfold(page: Page, text: str) -> None:
    """Open what is folded away, where it is not open already."""
    page.locator("details:not([open]) > summary", has_text=text).click()


def say(page: Page, folded: str, label: str, text: str, button: str) -> None:
    """Write something into the form that is folded away under a word, and send it."""
    unfold(page, folded)
    page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name=button, exact=True).click()


def told(page: Page) -> str:
    """What the page says first: what was done. All of the page has arrived then."""
    page.wait_for_load_state()
    return page.locator(".nhsuk-notification-banner").inner_text()
