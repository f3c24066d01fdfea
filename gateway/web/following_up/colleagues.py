"""Who follows up the events of an organisation, by name: to choose from, and to say whose an event is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from chassis.problems import Kind, Problem
from gateway.identity import ask
from gateway.web import presenters
from gateway.web.following_up.words import UNNAMED
from protos.identity.v1 import identity_pb2 as pb

NOBODY = "nobody"


@dataclass(frozen=True)
class Colleagues:
    """Names by account, as far as they are known: oneself, and others where identity could be asked."""

    me: str
    names: Mapping[str, str] = field(default_factory=dict)
    complete: bool = True  # whether everybody is among them

    def name(self, account_id: str) -> str:
        """Whose an event is, in words."""
        if not account_id:
            return "Nobody"
        if account_id == self.me:
            return f"{self.names[self.me]} (you)" if self.me in self.names else "You"
        return self.names.get(account_id, UNNAMED if self.complete else "A colleague")

    def choices(self, chosen: str) -> list[dict[str, object]]:
        """Oneself first, then the others, then nobody, as a list to choose from."""
        ids = [self.me, *(one for one in self.names if one != self.me)]
        listed = [{"value": one, "text": self.name(one)} for one in ids]
        every = [{"value": NOBODY, "text": "Nobody"}, *listed]
        return [one | {"selected": one["value"] == (chosen or NOBODY)} for one in every]

    def __contains__(self, account_id: str) -> bool:
        return account_id in self.names or account_id == self.me


def together(known: Iterable[Colleagues]) -> Colleagues:
    """Those of several organisations, to choose from."""
    every = list(known)
    names = {account: name for one in every for account, name in one.names.items()}
    return Colleagues(presenters.own_id(), names, all(one.complete for one in every))


def of(organisation: str) -> Colleagues:
    """Those who follow up the events of an organisation; oneself alone where that cannot be known now."""
    me = presenters.own_id()
    try:
        found = ask("ListFollowUpStaff", pb.ListFollowUpStaffRequest(organisation=organisation)).people
    except Problem as problem:
        if problem.kind not in (Kind.UNAVAILABLE, Kind.FORBIDDEN):
            raise
        return Colleagues(me, complete=False)
    return Colleagues(me, {one.account_id: one.name for one in found})
