"""Bundles, and the links between their pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from gateway.fhir import replies
from gateway.fhir.layout import BASE
from gateway.fhir.parameters import CURSOR

Json = dict[str, Any]


def address(path: str, parameters: Mapping[str, Sequence[str]], cursor: str = "") -> str:
    """Where a page is; `path` begins with the type of resource. `cursor` names another page than the one that was asked."""
    asked = [(name, value) for name, values in parameters.items() for value in values]
    if cursor:
        asked = [*((name, value) for name, value in asked if name != CURSOR), (CURSOR, cursor)]
    query = urlencode(asked, safe=",:|/")
    return f"{replies.public_url()}{BASE}/{path}" + (f"?{query}" if query else "")


def bundle(
    kind: str,
    entries: list[Json],
    links: Mapping[str, str] | None = None,
    total: int | None = None,
) -> Json:
    """A Bundle. FHIR wants no empty lists, so what is empty is left out."""
    made: Json = {"resourceType": "Bundle", "type": kind}
    if total is not None:
        made["total"] = total
    if links:
        made["link"] = [{"relation": relation, "url": url} for relation, url in links.items() if url]
    if entries:
        made["entry"] = entries
    return made
