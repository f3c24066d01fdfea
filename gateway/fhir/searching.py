"""Search: by FHIR's own parameters and a few of ours, page by page.

Values with commas between them are alternatives; parameters together all hold. `identifier` takes our reference number or
the client's own: by its system, or where there is none, by how it looks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from flask import Response, request

from chassis.problems import invalid
from gateway import media_types
from gateway.envelope import body
from gateway.fhir import bundles, parameters, replies, writing
from gateway.fhir.adverse_events import LONG_DEADLINE, ask, interaction, routes
from gateway.fhir.layout import EVENT_CODES, REFERENCE_SYSTEM, is_our_reference
from gateway.fhir.parameters import CURSOR, Parameters
from gateway.fhir.replies import Reply
from gateway.guards import lrms
from protos.recording.v1 import recording_pb2

Json = dict[str, Any]
MOST, USUAL = 100, 50
FORM = "application/x-www-form-urlencoded"
SORTS = {"_lastUpdated": recording_pb2.SORT_UPDATED, "date": recording_pb2.SORT_OCCURRED}
TOTALS = {"": False, "none": False, "accurate": True, "estimate": True}
_OFTEN = frozenset({"date", "_lastUpdated"})
_TYPES = {code: slug for slug, code in EVENT_CODES.items()} | {slug: slug for slug in EVENT_CODES}
_HARMS = frozenset("12345")

SearchRequest = recording_pb2.SearchRequest


@routes.get("")
@interaction("search-type")
@lrms
def search() -> Response:
    """Events that match."""
    return replies.as_response(found(dict(request.args.lists())))


@routes.post("/_search")
@interaction("search-type")
@lrms
def search_by_form() -> Response:
    """The same, asked in a form, so that what is looked for stands in no log of addresses."""
    if request.mimetype != FORM:
        raise invalid("unsupported-media-type", f"Send {FORM}.")
    asked = {name: list(values) for name, values in request.args.lists()}
    for name, values in parse_qs(body().decode(errors="replace"), keep_blank_values=True).items():
        asked[name] = [*asked.get(name, ()), *values]
    if "_format" in asked:
        media_types.choose(parameters.one(asked, "_format"))
    return replies.as_response(found(asked))


def found(asked: Parameters) -> Reply:
    """A Bundle of what matches."""
    parameters.check(asked, _PARAMETERS, _OFTEN)
    asking = SearchRequest()
    for name, understand in _PARAMETERS.items():
        if name in asked:
            understand(asking, asked, name)
    asking.count = asking.count or USUAL
    told = ask("SearchEvents", asking, LONG_DEADLINE)
    return Reply(200, _bundle(asked, asking, told))


def _bundle(asked: Parameters, asking: SearchRequest, told: recording_pb2.Found) -> Json:
    shown = dict(asked) | (
        {"_count": [str(asking.count)]} if "_count" in asked and not asking.only_total else {}
    )
    links = {
        "self": bundles.address("AdverseEvent", shown),
        "next": bundles.address("AdverseEvent", shown, told.next) if told.next else "",
    }
    entries = [_entry(one) for one in told.events]
    return bundles.bundle("searchset", entries, links, told.total if asking.total else None)


def _entry(event: recording_pb2.SafetyEvent) -> Json:
    return {
        "fullUrl": writing.location(replies.public_url(), event.facts.event_id),
        "resource": writing.resource(event, replies.public_url()),
        "search": {"mode": "match"},
    }


# ---- parameters -------------------------------------------------------------------------------------------


def _ids(asking: SearchRequest, asked: Parameters, name: str) -> None:
    asking.event_ids.extend(parameters.values(asked, name))


def _identifiers(asking: SearchRequest, asked: Parameters, name: str) -> None:
    sent = parameters.codes(asked, name)
    ours = [_is_ours(each) for each in parameters.values(asked, name)]
    if any(ours) and not all(ours):
        raise parameters.wrong(name, "takes reference numbers or local references, and not both at once")
    if any(ours):
        _narrow(asking.references, sent, name)
        return
    systems = [each.rpartition("|")[0] for each in parameters.values(asked, name)]
    if any(systems):
        asking.reference_systems.extend(systems)
    _narrow(asking.local_references, sent, name)


def _is_ours(value: str) -> bool:
    system, _, code = value.rpartition("|")
    return is_our_reference(system or REFERENCE_SYSTEM, code)


def _references(asking: SearchRequest, asked: Parameters, name: str) -> None:
    _narrow(asking.references, parameters.codes(asked, name), name)


def _local_references(asking: SearchRequest, asked: Parameters, name: str) -> None:
    _narrow(asking.local_references, parameters.codes(asked, name), name)


def _narrow(field: Any, values: list[str], name: str) -> None:
    """Two parameters of one meaning would both have to hold."""
    if field:
        raise parameters.wrong(name, "asks for the same as another parameter; leave one of them out")
    field.extend(values)


def _organisations(asking: SearchRequest, asked: Parameters, name: str) -> None:
    asking.organisations.extend(parameters.codes(asked, name))


def _event_types(asking: SearchRequest, asked: Parameters, name: str) -> None:
    sent = parameters.codes(asked, name)
    if not _TYPES.keys() >= set(sent):
        raise parameters.wrong(name, f"takes one of {', '.join(_TYPES)}")
    asking.event_types.extend(_TYPES[each] for each in sent)


def _harms(asking: SearchRequest, asked: Parameters, name: str) -> None:
    sent = parameters.codes(asked, name)
    if not set(sent) <= _HARMS:
        raise parameters.wrong(name, "takes a grade of physical harm, 1 to 5")
    asking.physical_harms.extend(sent)


def _occurred(asking: SearchRequest, asked: Parameters, name: str) -> None:
    if any("T" in each for each in asked[name]):
        raise parameters.wrong(name, "takes a day, a month or a year: events have no finer date")
    span = parameters.span(asked, name)
    asking.occurred_from, asking.occurred_until = parameters.day(span.start), parameters.day(span.end)


def _updated(asking: SearchRequest, asked: Parameters, name: str) -> None:
    span = parameters.span(asked, name)
    _set(asking.updated_from, span.start)
    _set(asking.updated_until, span.end)


def _set(field: Any, moment: datetime | None) -> None:
    if moment:
        field.FromDatetime(moment)


def _count(asking: SearchRequest, asked: Parameters, name: str) -> None:
    asking.count = parameters.whole_number(asked, name, USUAL, MOST)
    if not asking.count:
        asking.only_total = asking.total = True


def _sort(asking: SearchRequest, asked: Parameters, name: str) -> None:
    sent = parameters.one(asked, name)
    if sent.removeprefix("-") not in SORTS:
        raise parameters.wrong(name, f"takes one of {', '.join(SORTS)}, with a minus for the newest first")
    asking.sort = SORTS[sent.removeprefix("-")]
    asking.ascending = not sent.startswith("-")


def _total(asking: SearchRequest, asked: Parameters, name: str) -> None:
    sent = parameters.one(asked, name)
    if sent not in TOTALS:
        raise parameters.wrong(name, "takes none, accurate or estimate")
    asking.total = asking.total or TOTALS[sent]


def _summary(asking: SearchRequest, asked: Parameters, name: str) -> None:
    sent = parameters.one(asked, name)
    if sent not in ("count", "false"):
        raise parameters.wrong(name, "takes count, or false")
    if sent == "count":
        asking.only_total = asking.total = True


def _total_method(asking: SearchRequest, asked: Parameters, name: str) -> None:
    """What fhirpy says for `_total=accurate`, which other servers call it."""
    if parameters.one(asked, name) != "count":
        raise parameters.wrong(name, "takes count")
    asking.total = True


def _cursor(asking: SearchRequest, asked: Parameters, name: str) -> None:
    asking.cursor = parameters.one(asked, name)


_PARAMETERS: Mapping[str, Callable[[SearchRequest, Parameters, str], None]] = {
    "_id": _ids,
    "_lastUpdated": _updated,
    "date": _occurred,
    "identifier": _identifiers,
    "reference-number": _references,
    "local-reference": _local_references,
    "organisation": _organisations,
    "event-type": _event_types,
    "harm": _harms,
    "_count": _count,
    "_sort": _sort,
    "_total": _total,
    "_summary": _summary,
    CURSOR: _cursor,
    "_totalMethod": _total_method,
}
PARAMETERS = tuple(name for name in _PARAMETERS if name not in (CURSOR, "_totalMethod"))
