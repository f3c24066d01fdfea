"""Official files of organisations: which were imported, another one, and what became of it."""

from __future__ import annotations

import zlib

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.guards import signed_in
from gateway.identity import ask
from gateway.web.answering import Faults, again, done, or_again, sent
from protos.identity.v1 import identity_pb2 as pb

routes = Blueprint("support_imports", __name__, url_prefix="/support/organisations/imports")
HERE = "/support/organisations/imports"
DEADLINE = 30.0  # seconds that a file waits for identity
_NO_FILE = {"file": "Choose the CSV file"}


@routes.get("")
@signed_in
def imports() -> str:
    """Newest first, and how far we follow the national directory."""
    return _page()


@routes.post("")
@signed_in
def upload() -> AnyResponse:
    """The import goes on by itself; the newest file of its kind again is the same import."""
    content = file.read() if (file := request.files.get("file")) else b""
    if not content:
        return again(_page(_NO_FILE))
    asking = pb.ReceiveOrganisationFileRequest(**sent("kind"), content=zlib.compress(content))

    def received() -> AnyResponse:
        made = ask("ReceiveOrganisationFile", asking, DEADLINE)
        return done("The file is here, and is being imported.", f"{HERE}/{made.import_id}")

    return or_again(received, lambda faults: _page(_at_file(faults)), "file")


@routes.get("/<import_id>")
@signed_in
def one_import(import_id: str) -> str:
    """How far it is, and the lines that could not be taken."""
    found = ask("GetOrganisationImport", pb.GetOrganisationImportRequest(import_id=import_id))
    return render_template("support/import.html", found=found)


def _at_file(faults: Faults) -> Faults:
    """What is wrong with the file as a whole has no path."""
    return {path or "file": text for path, text in faults.items()}


def _page(faults: Faults | None = None) -> str:
    cursor = request.args.get("after", "")
    found = ask("ListOrganisationImports", pb.ListOrganisationImportsRequest(cursor=cursor))
    return render_template(
        "support/imports.html",
        found=found,
        first=not cursor,
        given=sent("kind"),
        faults=faults or {},
    )
