"""Organisations as they are shown to whoever looks for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from services.identity.domain.organisations import Organisation, Succession


@dataclass(frozen=True)
class Found:
    """An organisation, its kind (`label`: in words), whom it belongs to, and who took over from it: codes with names."""

    code: str
    name: str
    kind: str
    label: str
    postcode: str
    closed: bool
    belongs_to: tuple[tuple[str, str], ...] = ()
    successors: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Record:
    """Everything we know of an organisation; `names` of those it is related to."""

    found: Found
    organisation: Organisation
    predecessors: tuple[Succession, ...]
    successors: tuple[Succession, ...]
    names: Mapping[str, str]
