"""Organisations on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from protos.identity.v1 import identity_pb2
from protos.recording.v1 import recording_pb2 as pb
from services.recording.domain.organisations import Organisation


def organisation(told: identity_pb2.OrganisationChanged) -> dict[str, Any]:
    parents = [{"code": p.code, "kind": p.kind, "start": p.start, "end": p.end} for p in told.parents]
    return {
        "code": told.code,
        "name": told.name,
        "opened_on": told.opened_on or None,
        "closed_on": told.closed_on or None,
        "parents": parents,
        "version": told.version,
        "predecessors": [{"predecessor": p.code, "starts": p.start or None} for p in told.predecessors],
    }


def organisations(found: Sequence[Organisation], total: int) -> pb.Organisations:
    return pb.Organisations(
        organisations=[
            pb.KnownOrganisation(code=one.code, name=one.name, closed=one.closed_on is not None)
            for one in found
        ],
        total=total,
    )
