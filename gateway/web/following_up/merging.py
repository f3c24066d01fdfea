"""Two people change the same answers at once. Whoever comes second is shown what stands now with what they changed put over it, and
beside what both changed what the other one said: nothing is undone unseen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flask import request

from gateway.web.recording import showing
from gateway.web.recording.flow import COUNT
from gateway.web.recording.form import PATIENTS, Form, Given, Place, Value
from gateway.web.recording.reading import name_of

UNSEEN = "unseen"  # the field that names, in a form, the texts that nobody could read when it was shown
CHECKING = "Being checked for personal data"
Entry = Mapping[str, list[Value]]  # property → what was answered
Likeness = tuple[bool, int, bool]


@dataclass
class Merged:
    """What stands now with what its reader changed; `now`: by the name of a field that both changed, what stands there, in words."""

    given: Given
    now: dict[str, str] = field(default_factory=dict)

    def faults(self, first: str, changed: str) -> dict[str, str]:
        """`changed` at the first field, and what it says now at each that both changed."""
        others = {name: text for name, text in self.now.items() if name != first}
        return {first: " ".join([changed, *([self.now[first]] if first in self.now else [])])} | others


@dataclass(frozen=True)
class Sides:
    """Answers as the form showed them, empty where nobody knows; as they stand now; and as its sender has them. `unread`: places of
    texts that stand now and that nobody may read yet."""

    base: Given
    theirs: Given
    mine: Given
    unread: Collection[Place] = ()

    def merged(self, form: Form, places: Sequence[Place], whole: bool = False, begun: bool = False) -> Merged:
        """By question. Of an entry that is one `whole`, as an action, everything that the sender changed is beside what it says now once
        somebody else changed any of it. One that both have `begun` in the same place is the sender's: nothing is mixed."""
        taken = self.changed(form, places)
        if begun and taken and any(map(self.theirs.at, places)):
            taken = [one for one in places if self._disagree(form, one)]
        touched = whole and any(self._theirs_differ(form, one) for one in places)
        found = Merged(Given(dict(self.theirs.values), self.theirs.patients))
        for one in taken:
            _take(one, self.mine, found.given)
            other = touched or one in self.unread or self._theirs_differ(form, one)
            if other and self._disagree(form, one):
                found.now[name_of(one)] = self._now(form, one)
        return found

    def changed(self, form: Form, places: Iterable[Place]) -> list[Place]:
        """What the sender answered otherwise than the form showed it."""
        return [one for one in places if _said(form, one, self.mine) != _said(form, one, self.base)]

    def _now(self, form: Form, place: Place) -> str:
        told = "; ".join(showing.in_words(place, form, self.theirs))
        told = told or (CHECKING if place in self.unread else "Not answered")
        return f"{form.question(place).wording} It says now: {told}"

    def _theirs_differ(self, form: Form, place: Place) -> bool:
        return _said(form, place, self.theirs) != _said(form, place, self.base)

    def _disagree(self, form: Form, place: Place) -> bool:
        return _said(form, place, self.theirs) != _said(form, place, self.mine)


def _said(form: Form, place: Place, given: Given) -> list[str]:
    """What is the same whatever the order in which it was chosen, and whatever a browser does to blanks."""
    return sorted("".join(one.split()) for one in showing.in_words(place, form, given))


def _take(place: Place, mine: Given, given: Given) -> None:
    given.put(place, mine.at(place))
    if place == COUNT:  # is asked as how many: all of them go with their number
        given.patients = mine.patients
        for one in {*mine.values, *given.values}:
            if one[0] == PATIENTS:
                given.put(one, mine.at(one))


# ---- what the form showed ------------------------------------------------------------------------------------


def shown() -> int:
    """The version that the form showed; 0 where it does not say."""
    told = request.form.get("version", "")
    return int(told) if told.isdecimal() and len(told) < 9 else 0


def unseen(places: Iterable[Place], unchecked: Collection[Place], again: bool) -> list[Place]:
    """Those of the places whose texts the form does not show, as nobody may read them yet; where it is shown `again` as it was sent, also
    those that could not be read then."""
    named = request.form.getlist(UNSEEN) if again else []
    return [one for one in dict.fromkeys(places) if one in unchecked or name_of(one) in named]


def leave_unseen(shown: Given, sent: Given) -> None:
    """A text that can be read only since the form was shown was not emptied by whoever left its field empty."""
    named = request.form.getlist(UNSEEN)
    for place, values in shown.values.items():
        if name_of(place) in named and not sent.at(place):
            sent.put(place, values)


# ---- entries of a section that several may add to ------------------------------------------------------------


def moved(before: Mapping[int, Entry], now: Mapping[int, Entry], more: Iterable[int]) -> dict[int, int]:
    """Where each entry of `before` stands `now`; those that are gone, and `more` that were begun, after the last of these.

    An entry is known again by what it says: the one that is the same, else the most like.
    """
    found: dict[int, int] = {}
    pairs = {(old, new): _alike(old, before[old], new, now[new]) for old in before for new in now}
    for (old, new), alike in sorted(
        pairs.items(), key=lambda one: (one[1], -one[0][0], -one[0][1]), reverse=True
    ):
        if any(alike) and old not in found and new not in found.values():
            found[old] = new
    free = max(now, default=-1) + 1
    left = sorted({*before, *more} - found.keys())
    return found | {one: free + at for at, one in enumerate(left)}


def _alike(old: int, before: Entry, new: int, now: Entry) -> Likeness:
    same = sum(now.get(property) == values for property, values in before.items())
    return before == now, same, old == new


def in_place(given: Given, section: str, to: Mapping[int, int]) -> Given:
    """The same with the entries of a section where `to` says."""
    values = {
        (name, to[entry] if name == section else entry, property): held
        for (name, entry, property), held in given.values.items()
    }
    return Given(values, given.patients)
