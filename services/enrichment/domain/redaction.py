"""Replacing personal data by what it was: "Dr Smith" becomes "Dr [NAME]"."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from services.enrichment.domain.names import Lexicon
from services.enrichment.domain.personal_data import Findings, Kind, Span, find

_PASSES = 12


@dataclass(frozen=True)
class Redacted:
    """A text fit to be read by others, and where in the original, and what, was replaced. It never holds the original."""

    text: str = field(repr=False)
    found: tuple[Span, ...]


class _State(NamedTuple):
    """A text being redacted: as it stands, the spans replaced so far (in the original) and whether any pass found nothing."""

    original: str
    text: str
    found: tuple[Span, ...]
    settled: bool


def redact(text: str, lexicon: Lexicon) -> Redacted:
    """Withhold all personal data the rules find; redacting the result again changes nothing."""
    return redact_document({"": text}, lexicon)[""]


def redact_document(texts: Mapping[str, str], lexicon: Lexicon, passes: int = _PASSES) -> dict[str, Redacted]:
    """The same for all fields of one document: a name found in one field is withheld in every field.

    Passes repeat until one finds nothing, because what is withheld can be the cue for more. A document that does not
    settle in so many passes is withheld whole: the rules fail closed.
    """
    states = {key: _State(text, text, (), False) for key, text in texts.items()}
    known: frozenset[str] = frozenset()
    for _ in range(passes):
        findings = {
            key: find(state.text, lexicon, known) for key, state in states.items() if not state.settled
        }
        more = known.union(*(found.names for found in findings.values()))
        states = {key: _advance(state, findings.get(key), more != known) for key, state in states.items()}
        known = more
        if all(state.settled for state in states.values()):
            break
    return {key: _result(state) for key, state in states.items()}


def _advance(state: _State, findings: Findings | None, names_grew: bool) -> _State:
    """The text after one pass; it is settled when nothing was found with all the names known now."""
    if findings is None:
        return state._replace(settled=not names_grew)
    if not findings.spans:
        return state._replace(settled=not names_grew)
    originals = _in_original(findings.spans, state.found)
    return _State(
        state.original, _replaced(state.text, findings.spans), _merged(state.found, originals), False
    )


def _replaced(text: str, spans: tuple[Span, ...]) -> str:
    pieces: list[str] = []
    at = 0
    for span in spans:
        pieces += (text[at : span.start], f"[{span.kind}]")
        at = span.end
    return "".join((*pieces, text[at:]))


def _in_original(spans: tuple[Span, ...], found: tuple[Span, ...]) -> list[Span]:
    """Spans of a text in which `found` are already replaced, as spans of the original text."""
    ends, shifts, grown = [0], [0], 0
    for earlier in found:
        grown += len(earlier.kind) + 2 - (earlier.end - earlier.start)
        ends.append(earlier.end + grown)
        shifts.append(grown)
    return [_shifted(span, shifts[bisect_right(ends, span.start) - 1]) for span in spans]


def _shifted(span: Span, by: int) -> Span:
    return replace(span, start=span.start - by, end=span.end - by)


def _merged(found: tuple[Span, ...], more: list[Span]) -> tuple[Span, ...]:
    return tuple(sorted((*found, *more)))


def _result(state: _State) -> Redacted:
    if not state.settled:
        return Redacted(f"[{Kind.WITHHELD}]", (Span(0, len(state.original), Kind.WITHHELD),))
    return Redacted(state.text, state.found)
