"""Who will see what somebody records, in sentences: as access decides it (`services/access/store.py`), and as it was answered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gateway import question_sets
from gateway.web.recording.form import Given, Place
from gateway.web.recording.posting import HERE, ORGANISATION
from gateway.web.recording.sending import WORKS_FOR

OPT_OUT: Place = ("adverse-event-reference-metadata", 0, "DataSharingOptOut")


def of_answers(given: Given, organisation: str) -> list[str]:
    """Before it is sent: `organisation` is whose record it will be unless the answers say."""
    recording = _first(given, WORKS_FOR) or organisation
    places = [str(one) for one in given.at(ORGANISATION)]
    if not places and given.at(HERE) == ["y"]:
        places = [recording]
    return who(recording, places, opted_out=given.at(OPT_OUT) == [True])


def who(organisation: str, places: Sequence[str], opted_out: bool) -> list[str]:
    """Codes of the organisation that records and of those where it happened; `opted_out` of sharing it with others."""
    said = [f"You, and the patient safety team of {_name(organisation) or 'your organisation'}."]
    others = [_name(one) for one in dict.fromkeys(places) if one != organisation]
    if opted_out:
        return [*said, "The national patient safety team.", f"Nobody else, as you chose{_not(others)}."]
    if others:
        said.append(f"The patient safety {_teams(others)} of {_listed(others)}, where it happened.")
    boards = (
        "Their integrated care boards and regions." if others else "Its integrated care board and region."
    )
    return [*said, boards, "The national patient safety team."]


def _first(given: Given, place: Place) -> str:
    return str(next(iter(given.at(place)), ""))


def _name(code: str) -> str:
    """The code where the name cannot be known now."""
    return question_sets.current().organisation(code) or code if code else ""


def _not(others: Iterable[str]) -> str:
    listed = _listed(list(others))
    return f": not {listed}, where it happened, and no integrated care board or region" if listed else ""


def _teams(names: Sequence[str]) -> str:
    return "teams" if len(names) > 1 else "team"


def _listed(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
