"""Organisations change while people work: oversight asked for and given, a provider that moves, a merger. The real system."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from deploy.local.demo import incident
from tests.builders.directory import StandIn, a_directory, a_record, a_rel
from tests.builders.organisations import a_file, a_line
from tests.journeys.conftest import World, a_world, eventually
from tests.journeys.test_people_join_and_leave import joined, set_up_an_app
from tests.journeys.test_roles_and_sessions import now_do

IMPORTS = "/api/v1/admin/organisations/imports"


@pytest.fixture(scope="module")
def directory() -> Iterator[StandIn]:
    """The national directory, in which nothing has changed yet."""
    with a_directory() as standin:
        yield standin


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, directory: StandIn) -> Iterator[World]:
    yield from a_world(tmp_path_factory.mktemp("own-world"), ord_url=directory.url)


@pytest.fixture
def doors() -> Iterator[ExitStack]:
    """Closes every client that a journey opened."""
    with ExitStack() as opened:
        yield opened


def imported(support: httpx.Client, kind: str, *lines: list[str]) -> dict[str, Any]:
    """Hand in an official file, and wait until it is done."""
    made = support.post(
        IMPORTS, params={"kind": kind}, content=a_file(*lines), headers={"Content-Type": "text/csv"}
    )
    assert made.status_code == 202, made.text

    def done() -> dict[str, Any]:
        found: dict[str, Any] = support.get(f"{IMPORTS}/{made.json()['import_id']}").json()
        return found if found["state"] == "done" else {}

    return eventually(done)


def reported(world: World, doors: ExitStack, organisation: str) -> str:
    """The reference of an event that an organisation's LRMS reports."""
    lrms = doors.enter_context(world.lrms(organisation))
    answer = lrms.post("/AdverseEvent", json=incident(organisation, f"journey-{uuid.uuid4().hex[:12]}"))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["extension"][-1]["extension"][0]["valueString"])


def named(world: World, words: str) -> list[str]:
    """The codes of what somebody finds who types these words."""
    said = httpx.get(f"{world.url}/api/v1/organisations", params={"search": words}).json()
    return [str(one["code"]) for one in said["items"]]


def sees(person: httpx.Client, reference: str) -> bool:
    return person.get(f"/api/v1/events/{reference}").status_code == 200


def test_icb_oversight_is_asked_for_and_given_and_follows_a_provider_that_moves(
    world: World, doors: ExitStack
) -> None:
    # Given an event of a provider in the area of QZ1
    reference = reported(world, doors, "RZ1")
    manager = joined(world, doors, "area.manager@example.org", "Ada Marchbanks")
    set_up_an_app(manager)
    super_admin = doors.enter_context(world.person("super_admin"))
    support = doors.enter_context(world.person("support"))

    # When somebody asks for oversight at a trust, they are told where it can be held
    wanted = {
        "role": "oversight_icb",
        "organisation": "RZ1",
        "reason": "I oversee patient safety in the area",
    }
    refused = manager.post("/api/v1/account/requests", json=wanted)
    assert (refused.status_code, refused.json()["code"]) == (422, "role-not-for-organisation")
    assert refused.json()["faults"][0]["path"] == "organisation"

    # And when they ask at their board and a super administrator approves
    asked = manager.post("/api/v1/account/requests", json=wanted | {"organisation": "QZ1"}).json()
    assert asked["state"] == "waiting"
    decision = f"/api/v1/role-requests/{asked['request_id']}/decision"
    assert super_admin.post(decision, json={"approve": True}).json()["state"] == "approved"

    # Then they see what providers in the area reported, and change nothing
    eventually(lambda: sees(manager, reference))
    assert manager.get(f"/api/v1/events/{reference}").json()["organisation"]["code"] == "RZ1"
    answers = [manager.delete(f"/api/v1/events/{reference}"), manager.post("/api/v1/events", json={})]
    assert {one.status_code for one in answers} <= {403, 404, 405, 422}

    # When the official file says that the provider moved to another board
    other = joined(world, doors, "other.manager@example.org", "Bo Calloway")
    set_up_an_app(other)
    asked = other.post("/api/v1/account/requests", json=wanted | {"organisation": "QZ2"}).json()
    super_admin.post(f"/api/v1/role-requests/{asked['request_id']}/decision", json={"approve": True})
    eventually(lambda: other.get("/api/v1/events").status_code == 200)
    assert not sees(other, reference)
    name = "Northmoor Teaching Hospitals NHS Trust"
    done = imported(support, "etr", a_line("RZ1", name, area="QZ2", postcode="ZZ99 1AC"))
    assert (done["changed"], done["refused"]) == (1, 0)

    # Then the new board sees the event, and the old one no longer does
    eventually(lambda: sees(other, reference))
    assert not sees(manager, reference)
    parents = support.get("/api/v1/admin/organisations/RZ1").json()["parents"]
    assert [(one["code"], bool(one["end"])) for one in parents] == [("QZ1", True), ("QZ2", False)]

    # And back, for whoever comes after us
    imported(support, "etr", a_line("RZ1", name, area="QZ1", postcode="ZZ99 1AC"))
    eventually(lambda: sees(manager, reference))


def test_after_a_merger_the_successors_people_see_what_its_predecessor_reported(
    world: World, doors: ExitStack
) -> None:
    # Given an event of a trust, and a colleague at a new trust
    reference = reported(world, doors, "RZ3")
    support = doors.enter_context(world.person("support"))
    super_admin = doors.enter_context(world.person("super_admin"))
    old = doors.enter_context(world.person("organisational", "RZ3"))
    stranger = doors.enter_context(world.person("organisational", "RZ1"))
    eventually(lambda: sees(old, reference))
    new_trust = a_line("RZ9", "Coastal Partnership NHS Trust", area="QZ2", postcode="ZZ99 2AZ")
    imported(support, "etr", new_trust)
    newcomer = joined(world, doors, "newcomer@example.org", "Cleo Vantage")
    set_up_an_app(newcomer)
    wanted = {
        "role": "organisational",
        "organisation": "RZ9",
        "reason": "I review incidents at the new trust",
    }
    asked = newcomer.post("/api/v1/account/requests", json=wanted).json()
    super_admin.post(f"/api/v1/role-requests/{asked['request_id']}/decision", json={"approve": True})
    eventually(lambda: newcomer.get("/api/v1/events").status_code == 200)
    assert not sees(newcomer, reference)

    # When the trusts merge: the old one closes, and the new one takes over from it
    closed = a_line(
        "RZ3", "Southmere General Hospital NHS Foundation Trust", area="QZ2", closed="20250331", status="C"
    )
    done = imported(support, "etr", closed, new_trust)
    assert (done["changed"], done["unchanged"]) == (1, 1)
    imported(support, "succ", ["RZ3", "RZ9", "M", "20250401", "2"])

    # Then the successor's people see the event, whose code is still the old one, and another trust's do not
    eventually(lambda: sees(newcomer, reference))
    assert newcomer.get(f"/api/v1/events/{reference}").json()["organisation"]["code"] == "RZ3"
    assert sees(old, reference), "whoever could see it still can"
    assert not sees(stranger, reference)

    # And whoever searches finds the old trust closed, with its successor
    found = httpx.get(f"{world.url}/api/v1/organisations", params={"search": "southmere general"}).json()[
        "items"
    ]
    trust = next(one for one in found if one["code"] == "RZ3")
    assert trust["closed"] is True
    assert [one["code"] for one in trust["successors"]] == ["RZ9"]

    # And an LRMS that still reports for it is told over the API, and nothing is lost
    late = reported(world, doors, "RZ3")
    eventually(lambda: sees(newcomer, late))


def test_support_staff_are_told_which_lines_of_a_file_are_wrong_and_others_may_not_look(
    world: World, doors: ExitStack
) -> None:
    support = doors.enter_context(world.person("support"))
    done = imported(
        support, "ets", a_line("RZ199", "Annexe", parent="RZ1"), a_line("RZ198", "Wrong", opened="soon")
    )
    assert (done["added"], done["refused"]) == (1, 1)
    assert [(one["line"], one["code"]) for one in done["faults"]] == [(2, "date-not-valid")]
    nurse = doors.enter_context(world.person("standard"))
    for path in (IMPORTS, f"{IMPORTS}/{done['import_id']}", "/api/v1/admin/organisations/RZ1"):
        assert nurse.get(path).status_code == 403
    refused = nurse.post(IMPORTS, params={"kind": "etr"}, content="x", headers={"Content-Type": "text/csv"})
    assert refused.status_code == 403


def test_a_file_in_the_operators_folder_is_taken(world: World, doors: ExitStack) -> None:
    path = world.system.home / "ods" / "edispensary.csv"
    path.write_text(a_file(a_line("FZ977", "Quayside Pharmacy", area="QZ2")))
    os.utime(path, (1_700_000_000, 1_700_000_000))

    def found() -> list[Any]:
        said = httpx.get(f"{world.url}/api/v1/organisations", params={"search": "quayside ph"}).json()
        return [one for one in said["items"] if one["code"] == "FZ977"]

    (pharmacy,) = eventually(found)
    assert (pharmacy["kind_label"], pharmacy["belongs_to"][0]["code"]) == ("Pharmacy", "QZ2")


def test_what_changes_in_the_national_directory_is_followed(
    world: World, doors: ExitStack, directory: StandIn
) -> None:
    # Given official files that were imported, after which the directory is followed
    support = doors.enter_context(world.person("support"))
    imported(support, "etr", a_line("RZ956", "Lowmoor Hospitals NHS Trust", area="QZ1", postcode="ZZ99 9AA"))

    # When the directory tells of a new trust, and of another name of one that we know
    for code, name in (("RZ955", "Highmoor Community NHS Trust"), ("RZ956", "Lowmoor University NHS Trust")):
        directory.records[code] = a_record(code, name, rels=(a_rel("RE5", "QZ1"),))
    directory.changed = ["RZ955", "RZ956"]
    yesterday = "update organisation_sync set since = current_date - 1, listed_on = null where %(only)s"
    now_do(world, "follow-directory", yesterday, only=True)

    # Then whoever searches finds both, and support sees how far it is
    def found() -> bool:
        return [named(world, words) for words in ("highmoor comm", "lowmoor univ")] == [["RZ955"], ["RZ956"]]

    eventually(found, 90)
    assert support.get(IMPORTS).json()["sync"]["state"] == "following"
    assert support.get("/api/v1/admin/organisations/RZ955").json()["parents"][0]["code"] == "QZ1"
