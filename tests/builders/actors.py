"""Actors with just the grants a test is about."""

from __future__ import annotations

from chassis.actors import Actor, Grant, Reach

RECORD = frozenset({"recording:submit", "recording:read", "recording:revise"})
EVERYTHING = RECORD | {"access:read", "notifications:read"}


def an_lrms(organisation: str = "RZ1", name: str = "lrms") -> Actor:
    grant = Grant(organisation, Reach.ORGANISATION, RECORD)
    return Actor(f"client:{name}-{organisation}", "client", organisation, (grant,))


def a_person(
    organisation: str = "RZ1",
    reach: Reach = Reach.ORGANISATION,
    name: str = "person",
    permissions: frozenset[str] = EVERYTHING,
) -> Actor:
    return Actor(f"{name}-{organisation}", "person", organisation, (Grant(organisation, reach, permissions),))
