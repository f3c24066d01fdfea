"""Files of organisations: received at once, done in pieces, so that nothing else waits for fifty thousand of them."""

from __future__ import annotations

import hashlib
import zlib
from datetime import datetime
from uuid import UUID

import uuid_utils
from sqlalchemy import Connection, Engine

from chassis import outbox, working
from chassis.actors import Actor
from chassis.problems import Fault, Problem, invalid, not_found
from services.identity.domain import organisation_files as files
from services.identity.domain.importing import Import
from services.identity.domain.organisation_files import Refused
from services.identity.domain.organisations import Succession
from services.identity.domain.roles import Permission
from services.identity.domain.telling import Told
from services.identity.store import audit, organisation_imports, organisation_sync
from services.identity.use_cases.changing_organisations import keep_told
from services.identity.use_cases.following_directory import sync_state
from services.identity.use_cases.granting import day

IMPORT_ORGANISATIONS = "import-organisations"
AT_ONCE = 500  # lines in one transaction
PAGE, MOST_FAULTS = 50, 1000
UPLOAD, FOLDER = "upload", "folder"


def receive_upload(db: Engine, actor: Actor, kind: str, packed: bytes, now: datetime) -> Import:
    """Take an official file to be imported; the newest of its kind again is the same import. `packed`: zlib.

    Whoever sends it says that it is so now: the files hold no date of their own. Raises INVALID for what is not one of the files; single lines are judged later.
    """
    actor.must(Permission.ORGANISATIONS)
    files.check_kind(kind)
    text = files.decoded(_unpacked(packed))
    with db.begin() as tx:
        return receive(tx, kind, UPLOAD, actor.id, text, now, as_of=now)


def receive(
    tx: Connection, kind: str, source: str, by: str, text: str, now: datetime, as_of: datetime
) -> Import:
    """Save a file in pieces, with the job that does them. One whose content was taken as of then or later is the same import."""
    organisation_imports.receive_one_at_a_time(tx, kind)
    digest = hashlib.sha256(text.encode()).digest()
    if same := organisation_imports.of_content(tx, kind, digest, as_of):
        return same
    made = str(uuid_utils.uuid7())
    pieces = [piece for piece in files.parts(text, AT_ONCE) if piece[1].strip()]
    lines = sum(bool(line.strip()) for _, body in pieces for line in body.split("\n"))
    organisation_imports.add(tx, made, kind, source, by, digest, lines, pieces, now, as_of)
    audit.note(tx, by, "organisation-file-received", made, kind=kind, source=source, lines=lines)
    _go_on(tx, made, pieces[0][0])
    return _found(tx, made)


def receive_file(
    tx: Connection, kind: str, by: str, content: bytes, now: datetime, as_of: datetime
) -> Import:
    """Take a file from the operator's folder, which was so `as_of`. INVALID for one that is not an official file, or not readable at all."""
    files.check_kind(kind)
    _must_fit(content)
    return receive(tx, kind, FOLDER, by, files.decoded(content), now, min(as_of, now))


def import_part(tx: Connection, import_id: str, now: datetime) -> None:
    """Do the next piece of a file, and see to it that the one after is done."""
    part = organisation_imports.take_part(tx, import_id)
    if part is None:
        return
    kind, by, first_line, body, as_of = part
    told, successions, refused = list[Told](), list[Succession](), list[Refused]()
    lines = skipped = 0
    for _, one in files.read(kind, body, first_line):
        lines += 1
        match one:
            case Told():
                told.append(one)
            case Succession():
                successions.append(one)
            case Refused():
                refused.append(one)
            case None:
                skipped += 1
    with outbox.in_lane(outbox.BULK):
        changes = keep_told(tx, told, successions, by, f"import:{import_id}", now, as_of)
    refused += changes.refused
    skipped += changes.older
    sums = {"added": changes.added, "changed": changes.changed, "unchanged": changes.unchanged}
    sums |= {"done": lines, "skipped": skipped, "refused": len(refused)}
    organisation_imports.count(tx, import_id, sums)
    organisation_imports.add_faults(tx, import_id, refused)
    if organisation_imports.has_parts(tx, import_id):
        _go_on(tx, import_id, first_line + AT_ONCE)
    else:
        organisation_imports.finish(tx, import_id, now)
        audit.note(tx, by, "organisation-file-imported", import_id, kind=kind)


def list_imports(
    db: Engine, actor: Actor, cursor: str, now: datetime
) -> tuple[list[Import], str, tuple[str, organisation_sync.Sync, tuple[int, int]]]:
    """A page of imports, newest first, the cursor of the next, and how far we follow the directory."""
    actor.must(Permission.ORGANISATIONS)
    with db.begin() as tx:
        found = organisation_imports.listed(tx, _before(cursor), PAGE + 1)
        sync = organisation_sync.state(tx)
        audit.note(tx, actor.id, "organisation-imports-listed", "", found=len(found[:PAGE]))
        backlog = organisation_sync.backlog(tx)
    following = found[PAGE - 1].id if len(found) > PAGE else ""
    return found[:PAGE], following, (sync_state(sync, day(now)), sync, backlog)


def show_import(db: Engine, actor: Actor, import_id: str) -> tuple[Import, list[Refused]]:
    """One import and the first thousand of its lines that could not be taken."""
    actor.must(Permission.ORGANISATIONS)
    with db.begin() as tx:
        found = _found(tx, import_id)
        audit.note(tx, actor.id, "organisation-import-read", found.id)
        return found, organisation_imports.faults(tx, found.id, MOST_FAULTS)


def _go_on(tx: Connection, import_id: str, line: int) -> None:
    """The key names the piece: the job that is being done must not stand in the way of the next."""
    with outbox.in_lane(outbox.BULK):
        working.put(tx, IMPORT_ORGANISATIONS, f"{import_id}:{line}", import_id, b"")


def _unpacked(packed: bytes) -> bytes:
    """No more than the largest file may hold, whatever the compressed form would become."""
    unpacking = zlib.decompressobj()
    try:
        content = unpacking.decompress(packed, files.LARGEST + 1)
    except zlib.error:
        raise files.not_a_file() from None
    _must_fit(content)
    if not unpacking.eof:
        raise files.not_a_file()
    return content


def _must_fit(content: bytes) -> None:
    if len(content) > files.LARGEST:
        detail = f"The file holds more than {files.LARGEST >> 20} MB."
        raise invalid("file-too-large", detail, Fault("", "file-too-large", detail))


def _found(tx: Connection, import_id: str) -> Import:
    try:
        found = organisation_imports.find(tx, UUID(import_id))
    except ValueError:
        found = None
    if found is None:
        raise _no_such_import()
    return found


def _before(cursor: str) -> UUID | None:
    try:
        return UUID(cursor) if cursor else None
    except ValueError:
        raise invalid("cursor-not-known", "Start again from the first page.") from None


def _no_such_import() -> Problem:
    return not_found("import-not-found", "There is no such import.")
