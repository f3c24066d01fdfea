"""Official files of organisations: which were imported, another one, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, current_app, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway import packing
from gateway.guards import signed_in
from gateway.identity import ask
from gateway.web.answering import Faults, again, done, or_again, sent
from gateway.web.support.start import must_support
from protos.identity.v1 import identity_pb2 as pb

HERE = "/support/organisations/imports"
routes = Blueprint("support_imports", __name__, url_prefix=HERE)


@routes.get("")
@signed_in
def imports() -> str:
    """Newest first, and how far we follow the national directory."""
    return _page()


@routes.post("")
@signed_in
def upload() -> AnyResponse:
    """The import goes on by itself; the newest file of its kind again is the same import. Larger than a form may be, it is read for
    whom the errand is alone, and its token is looked at when it is here."""
    must_support("identity:organisations")
    given = {"kind": ""}

    def received() -> AnyResponse:
        packing.must_have_room()
        file = packing.of_form("file")
        current_app.extensions["csrf"].protect()
        given.update(sent("kind"))
        if not file.seen:
            return again(_page({"file": "Choose the CSV file"}, given))
        asking = pb.ReceiveOrganisationFileRequest(**given, content=file.packed())
        made = ask("ReceiveOrganisationFile", asking, packing.DEADLINE)
        return done("The file is here, and is being imported.", f"{HERE}/{made.import_id}")

    return or_again(received, lambda faults: _page(_at_file(faults), given), "file")


@routes.get("/<import_id>")
@signed_in
def one_import(import_id: str) -> str:
    """How far it is, and the lines that could not be taken."""
    found = ask("GetOrganisationImport", pb.GetOrganisationImportRequest(import_id=import_id))
    return render_template("support/import.html", found=found)


def _at_file(faults: Faults) -> Faults:
    """What is wrong with the file as a whole has no path."""
    return {path or "file": text for path, text in faults.items()}


def _page(faults: Faults | None = None, given: Mapping[str, str] | None = None) -> str:
    cursor = request.args.get("after", "")
    found = ask("ListOrganisationImports", pb.ListOrganisationImportsRequest(cursor=cursor))
    return render_template(
        "support/imports.html",
        found=found,
        first=not cursor,
        given=given or {"kind": ""},
        faults=faults or {},
    )
