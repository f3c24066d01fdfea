"""Mergers and closed organisations: who reads what a predecessor recorded, and what is said to whoever records for one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from chassis.actors import Actor
from chassis.problems import Kind, Problem
from services.recording.store.organisations import Directory
from services.recording.use_cases import find_event, keep_organisation, withdraw
from tests.builders.actors import a_person, an_lrms
from tests.builders.recording import System, incident

TODAY = date(2026, 11, 26)


def tell(
    system: System,
    code: str,
    operator: str = "",
    until: str = "",
    closed: str | None = None,
    took_over: Sequence[str] = (),
    version: int = 2,
) -> None:
    parents = [{"code": operator, "kind": "RE6", "start": "2001-04-01", "end": until}] if operator else []
    with system.db.begin() as tx:
        keep_organisation(
            tx,
            {
                "code": code,
                "name": code,
                "opened_on": None,
                "closed_on": closed,
                "parents": parents,
                "version": version,
                "predecessors": [{"predecessor": one, "starts": "2015-04-01"} for one in took_over],
            },
        )


def merge(system: System) -> None:
    """RZ1 with its site RZ102 is taken over by RZ9; RZ2 is another trust."""
    tell(system, "RZ1", closed="2015-03-31")
    tell(system, "RZ102", "RZ1", until="2015-03-31", closed="2015-03-31")
    tell(system, "RZ10201", "RZ102", until="2015-03-31", closed="2015-03-31")
    tell(system, "RZ9", took_over=["RZ1"])
    tell(system, "RZ8", took_over=["RZ2"])


def reads(system: System, actor: Actor, event_id: str) -> bool:
    """Whether the actor reads an event; anything but a not found is no answer."""
    try:
        find_event(system.db, system.tools, actor, event_id)
    except Problem as problem:
        if problem.kind is not Kind.NOT_FOUND:
            raise
        return False
    return True


@pytest.mark.parametrize("actor", [a_person("RZ9"), an_lrms("RZ9")])
@pytest.mark.parametrize("organisation", ["RZ1", "RZ102"])
def test_people_and_clients_of_a_successor_read_what_its_predecessor_recorded(
    system: System, actor: Actor, organisation: str
) -> None:
    receipt = system.submit(incident(**{"practitioner-details/ReporterOrganisation": organisation}))
    assert not reads(system, actor, receipt.event_id)
    merge(system)
    assert reads(system, actor, receipt.event_id)


@pytest.mark.parametrize("actor", [a_person("RZ2"), an_lrms("RZ2"), a_person("RZ8"), an_lrms("RZ8")])
def test_another_trust_and_its_successor_read_nothing(system: System, actor: Actor) -> None:
    receipt = system.submit(incident(**{"location-details/Organisation": "RZ1"}))
    merge(system)
    assert not reads(system, actor, receipt.event_id)


def test_a_successor_changes_nothing_that_it_did_not_record(system: System) -> None:
    receipt = system.submit()
    merge(system)
    with pytest.raises(Problem) as caught:
        withdraw(system.db, system.tools, an_lrms("RZ9"), receipt.event_id, 1, "duplicate")
    assert caught.value.kind in (Kind.NOT_FOUND, Kind.FORBIDDEN)
    assert reads(system, an_lrms("RZ1"), receipt.event_id), "its own client keeps what it has"


def test_sites_of_sites_belong_and_a_closed_one_stays_with_who_operated_it_last(system: System) -> None:
    merge(system)
    directory = Directory(system.db, seconds=0)
    assert directory.operated(["RZ1"], TODAY) == ("RZ1", "RZ102", "RZ10201")
    assert set(directory.held(["RZ9"], TODAY)) == {"RZ9", "RZ1", "RZ102", "RZ10201"}
    assert directory.belongs("RZ10201", "RZ1", TODAY)
    assert not directory.belongs("RZ1", "RZ9", TODAY), "to record is not inherited"


def test_over_the_api_a_closed_organisation_is_warned_of_its_successor(system: System) -> None:
    merge(system)
    receipt = system.submit()
    assert [(one.code, one.detail) for one in receipt.warnings if one.code == "closed-organisation"] == [
        (
            "closed-organisation",
            "Organisation RZ1 is closed. The event was accepted; use its successor RZ9 from now on.",
        )
    ]


def test_online_a_closed_organisation_is_refused_and_its_successor_named(system: System) -> None:
    merge(system)
    with pytest.raises(Problem) as caught:
        system.submit(actor=a_person("RZ1"), route="online")
    assert caught.value.code in ("closed-organisation", "answers-not-accepted")
    assert "RZ9" in caught.value.detail


def test_whoever_is_still_open_is_not_inherited(system: System) -> None:
    receipt = system.submit()
    tell(system, "RZ9", took_over=["RZ1"])
    assert not reads(system, a_person("RZ9"), receipt.event_id)


def test_an_older_word_about_predecessors_changes_nothing(system: System) -> None:
    merge(system)
    tell(system, "RZ9", took_over=[], version=1)
    assert Directory(system.db, seconds=0).successors("RZ1", TODAY) == ("RZ9",)
