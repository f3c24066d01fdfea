"""Organisations: found by anybody while they type; shown in full and imported for support staff. Identity keeps them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request
from marshmallow import Schema, fields, validate

from chassis.problems import invalid
from gateway import packing, problems
from gateway.api import schemas
from gateway.api.document import Said, documented
from gateway.api.times import instant, instant_or_none
from gateway.door import FILES
from gateway.guards import bearer, public
from gateway.identity import ask, ask_openly
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("api_organisations", __name__, url_prefix="/api/v1")
Row = dict[str, Any]


class Search(schemas.Request):
    search = fields.String(
        validate=validate.Length(max=100),
        metadata={"description": "words of a name in any order, the beginning of a code, or a postcode"},
    )
    text = fields.String(
        validate=validate.Length(max=100), metadata={"description": "the same; an older name of it"}
    )
    limit = fields.Integer(
        load_default=20, validate=validate.Range(min=1, max=50), metadata={"description": "at most so many"}
    )


class FoundOrganisation(Schema):
    code = fields.String(required=True, metadata={"description": "ODS code"})
    name = fields.String(required=True)
    kind = fields.String(required=True, metadata={"description": "trust, site, practice, pharmacy, icb, …"})
    kind_label = fields.String(required=True)
    postcode = fields.String(required=True)
    closed = fields.Boolean(required=True)
    belongs_to = fields.List(
        fields.Nested(schemas.Organisation),
        required=True,
        metadata={"description": "today; a closed one on its last day"},
    )
    successors = fields.List(fields.Nested(schemas.Organisation), required=True)


class DatedRole(Schema):
    role = fields.String(required=True, metadata={"description": "ODS role, e.g. RO197"})
    primary = fields.Boolean(required=True)
    start = fields.String(required=True, allow_none=True)
    end = fields.String(required=True, allow_none=True)


class Related(Schema):
    code = fields.String(required=True)
    name = fields.String(required=True)
    start = fields.String(required=True, allow_none=True)
    end = fields.String(required=True, allow_none=True)


class Parent(Related):
    relationship = fields.String(required=True, metadata={"description": "ODS relationship, e.g. RE6"})


class OrganisationRecord(FoundOrganisation):
    opened_on = fields.String(required=True, allow_none=True)
    closed_on = fields.String(required=True, allow_none=True, metadata={"description": "its last day"})
    withdrawn_on = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "since then the national directory does not know it"},
    )
    version = fields.Integer(required=True)
    roles = fields.List(fields.Nested(DatedRole), required=True)
    parents = fields.List(fields.Nested(Parent), required=True)
    predecessors = fields.List(fields.Nested(Related), required=True)
    succeeded_by = fields.List(fields.Nested(Related), required=True)


class WantedImport(schemas.Request):
    kind = fields.String(
        required=True,
        validate=validate.Length(min=1, max=20),
        metadata={"description": "the published name of the file without its ending: etr, ets, epraccur, …"},
    )


class ImportFault(Schema):
    line = fields.Integer(required=True)
    code = fields.String(required=True)
    detail = fields.String(required=True)


class OrganisationImport(Schema):
    import_id = fields.String(required=True)
    kind = fields.String(required=True)
    source = fields.String(required=True, validate=validate.OneOf(["upload", "folder"]))
    state = fields.String(required=True, validate=validate.OneOf(["waiting", "running", "done"]))
    received_at = fields.String(required=True)
    finished_at = fields.String(required=True, allow_none=True)
    lines = fields.Integer(required=True)
    done = fields.Integer(required=True)
    added = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    unchanged = fields.Integer(required=True)
    skipped = fields.Integer(
        required=True,
        metadata={
            "description": "lines of a kind that is not kept here, or older than what is kept of their organisation"
        },
    )
    refused = fields.Integer(required=True)


class ImportWithFaults(OrganisationImport):
    faults = fields.List(
        fields.Nested(ImportFault), required=True, metadata={"description": "the first thousand"}
    )


class Sync(Schema):
    state = fields.String(required=True, validate=validate.OneOf(["off", "following", "full-import-needed"]))
    since = fields.String(required=True, allow_none=True)
    waiting = fields.Integer(required=True)
    failed = fields.Integer(required=True)
    last_error = fields.String(required=True)


class Imports(Schema):
    items = fields.List(fields.Nested(OrganisationImport), required=True)
    next = fields.String(required=True, allow_none=True)
    sync = fields.Nested(
        Sync, required=True, metadata={"description": "how far we follow the national directory"}
    )


FOUND = schemas.page_of(FoundOrganisation)


@routes.get("/organisations")
@documented(Said("Organisations, found while somebody types", FOUND, query=Search))
@public
def search() -> Response:
    """The best matches, open ones first; there is no next page: say more words."""
    query = schemas.sent_query(Search)
    asking = pb.SearchOrganisationsRequest(
        text=query.get("search") or query.get("text") or "", limit=query["limit"]
    )
    found = ask_openly("SearchOrganisations", asking).organisations
    return problems.json(FOUND().dump({"items": [_found(one) for one in found], "next": None}))


@routes.get("/admin/organisations/<code>")
@documented(
    Said("An organisation with its roles, parents and successors, each with its days", OrganisationRecord)
)
@bearer
def show(code: str) -> Response:
    """Everything we were told of it."""
    found = ask("GetOrganisation", pb.GetOrganisationRequest(code=code.upper()))
    return problems.json(OrganisationRecord().dump(_record(found)))


@routes.get("/admin/organisations/imports")
@documented(Said("Files of organisations that were imported, newest first", Imports, query=schemas.After))
@bearer
def imports() -> Response:
    """A page of them, and how far we follow the national directory."""
    cursor = schemas.sent_query(schemas.After).get("cursor", "")
    found = ask("ListOrganisationImports", pb.ListOrganisationImportsRequest(cursor=cursor))
    page = {
        "items": [_import(one) for one in found.imports],
        "next": found.next or None,
        "sync": _sync(found.sync),
    }
    return problems.json(Imports().dump(page))


@routes.post("/admin/organisations/imports")
@documented(
    Said(
        "Import an official file of organisations: the body is the CSV file, as text/csv",
        OrganisationImport,
        202,
        query=WantedImport,
    )
)
@bearer
def upload() -> Response:
    """The import, which goes on by itself; the newest file of its kind again is the same import."""
    kind = schemas.sent_query(WantedImport)["kind"]
    if request.mimetype not in FILES:
        raise invalid("unsupported-media-type", "Send the CSV file as text/csv, uncompressed.")
    packing.must_have_room()
    asking = pb.ReceiveOrganisationFileRequest(kind=kind, content=packing.of_body().packed())
    made = ask("ReceiveOrganisationFile", asking, packing.DEADLINE)
    return problems.json(OrganisationImport().dump(_import(made)), 202)


@routes.get("/admin/organisations/imports/<import_id>")
@documented(Said("One import, with the lines that could not be taken", ImportWithFaults))
@bearer
def one_import(import_id: str) -> Response:
    """How far it is, and what is wrong with which line."""
    found = ask("GetOrganisationImport", pb.GetOrganisationImportRequest(import_id=import_id))
    return problems.json(ImportWithFaults().dump(_import(found) | {"faults": found.faults}))


def _named(one: pb.NamedOrganisation) -> Row:
    return {"code": one.code, "name": one.name}


def _found(one: pb.FoundOrganisation) -> Row:
    return {
        "code": one.code,
        "name": one.name,
        "kind": one.kind,
        "kind_label": one.label,
        "postcode": one.postcode,
        "closed": one.closed,
        "belongs_to": [_named(each) for each in one.belongs_to],
        "successors": [_named(each) for each in one.successors],
    }


def _related(one: pb.DatedLink) -> Row:
    return {**_named(one.organisation), "start": one.start or None, "end": one.end or None}


def _record(one: pb.OrganisationRecord) -> Row:
    return _found(one.organisation) | {
        "opened_on": one.opened_on or None,
        "closed_on": one.closed_on or None,
        "withdrawn_on": one.withdrawn_on or None,
        "version": one.version,
        "roles": [
            {"role": each.role, "primary": each.primary, "start": each.start or None, "end": each.end or None}
            for each in one.roles
        ],
        "parents": [_related(each) | {"relationship": each.kind} for each in one.parents],
        "predecessors": [_related(each) for each in one.predecessors],
        "succeeded_by": [_related(each) for each in one.successors],
    }


def _import(one: pb.OrganisationImport) -> Row:
    counts = ("lines", "done", "added", "changed", "unchanged", "skipped", "refused")
    said = {name: getattr(one, name) for name in ("import_id", "kind", "source", "state", *counts)}
    return said | {
        "received_at": instant(one.received_at),
        "finished_at": instant_or_none(one.finished_at),
    }


def _sync(one: pb.OrganisationSync) -> Row:
    return {
        "state": one.state,
        "since": one.since or None,
        "waiting": one.waiting,
        "failed": one.failed,
        "last_error": one.last_error,
    }
