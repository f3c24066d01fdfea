"""Official files of organisations, on a real database: what is kept, what is refused, what is announced."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from chassis.actors import Actor, Reach
from chassis.problems import Kind, Problem
from chassis.working import Worker
from protos.identity.v1.identity_pb2 import OrganisationChanged
from services.identity import jobs, use_cases
from services.identity.domain import organisation_files as files
from services.identity.jobs.folder import Folder
from services.identity.store import directory
from tests.builders.actors import a_person
from tests.builders.organisations import a_country, a_file, a_line

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
HELPER = a_person("", Reach.NATIONAL, permissions=frozenset({"identity:organisations"}))
Import = Callable[..., Any]


def finish(db: Engine, now: datetime = NOW) -> None:
    """Do the jobs that wait, as `work identity` does."""
    worker = Worker(
        "identity",
        db,
        "",
        {use_cases.IMPORT_ORGANISATIONS: lambda tx, job: use_cases.import_part(tx, job.about, now)},
    )
    while worker.do_one():
        pass


@pytest.fixture
def take(db: Engine) -> Import:
    """Import a file to its end; the import with its faults."""

    def taken(kind: str, written: str | bytes, now: datetime = NOW) -> Any:
        content = written if isinstance(written, bytes) else written.encode()
        made = use_cases.receive_upload(db, HELPER, kind, zlib.compress(content), now)
        finish(db, now)
        return use_cases.show_import(db, HELPER, made.id)

    return taken


def organisation(db: Engine, code: str) -> Any:
    with db.begin() as tx:
        return directory.named(tx, [code]).get(code)


def announced(db: Engine) -> list[OrganisationChanged]:
    with db.begin() as tx:
        rows = tx.execute(
            text("select body, lane from outbox where topic like '%OrganisationChanged' order by seq")
        ).all()
    assert {row.lane for row in rows} <= {"bulk"}
    return [OrganisationChanged.FromString(bytes(row.body)) for row in rows]


TRUST = a_line("RAA", "NORTHMOOR HOSPITALS NHS TRUST", area="QAA")
ICB = a_line("QAA", "NORTHMOOR INTEGRATED CARE BOARD", region="Y60", area="QAA")
REGION = a_line("Y60", "NORTH REGION", region="Y60")


def test_files_make_a_hierarchy_with_kinds_and_days(db: Engine, take: Import) -> None:
    take("eauth", a_file(REGION, ICB))
    take("etr", a_file(TRUST))
    done, faults = take(
        "ets", a_file(a_line("RAA01", "NORTHMOOR INFIRMARY", parent="RAA", joined="20100101"))
    )
    assert (done.state, done.lines, done.done, done.added, done.refused) == ("done", 1, 1, 1, 0)
    assert faults == []
    site, trust, icb = (organisation(db, code) for code in ("RAA01", "RAA", "QAA"))
    assert (site.role, trust.role, icb.role) == ("RO198", "RO197", "RO261")
    assert icb.roles_on(date(2026, 1, 1)) == {"RO261", "RO318"}
    assert [(one.code, one.kind, one.start) for one in site.parents] == [("RAA", "RE6", date(2010, 1, 1))]
    assert [(one.code, one.kind) for one in trust.parents] == [("QAA", "RE5")]
    assert [(one.code, one.kind) for one in icb.parents] == [("Y60", "RE5")]
    assert {one.code for one in announced(db)} == {"Y60", "QAA", "RAA", "RAA01"}


def test_the_same_file_twice_is_one_import_and_another_day_changes_nothing(db: Engine, take: Import) -> None:
    first, _ = take("etr", a_file(TRUST))
    assert take("etr", a_file(TRUST))[0].id == first.id
    before = len(announced(db))
    take("etr", a_file(TRUST, a_line("RAB", "OTHER TRUST")))
    again, _ = take("etr", a_file(TRUST), NOW + timedelta(days=1))
    assert again.id != first.id
    assert (again.added, again.changed, again.unchanged) == (0, 0, 1)
    assert [one.code for one in announced(db)[before:]] == ["RAB"]


def test_what_a_file_no_longer_names_is_kept(db: Engine, take: Import) -> None:
    take("etr", a_file(TRUST, a_line("RAB", "OTHER TRUST")))
    take("etr", a_file(TRUST))
    assert organisation(db, "RAB").is_open(NOW.date())


def test_a_move_to_another_icb_is_dated_and_the_old_one_ends(db: Engine, take: Import) -> None:
    take("etr", a_file(TRUST))
    take("etr", a_file(a_line("RAA", "NORTHMOOR HOSPITALS NHS TRUST", area="QBB")), NOW + timedelta(days=30))
    parents = organisation(db, "RAA").parents
    moved = (NOW + timedelta(days=30)).date()
    assert [(one.code, one.start, one.end) for one in parents] == [
        ("QAA", date(2001, 4, 1), moved - timedelta(days=1)),
        ("QBB", moved, None),
    ]
    assert announced(db)[-1].version == 2


def test_a_parent_that_comes_later_is_linked_when_it_comes(db: Engine, take: Import) -> None:
    take("ets", a_file(a_line("RAA01", "INFIRMARY", parent="RAA")))
    found = use_cases.search_organisations(db, "infirmary", 5, NOW)
    assert found[0].belongs_to == (("RAA", ""),)
    take("etr", a_file(TRUST))
    found = use_cases.search_organisations(db, "infirmary", 5, NOW)
    assert found[0].belongs_to == (("RAA", "NORTHMOOR HOSPITALS NHS TRUST"),)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (a_line("RAA", "SHORT")[:-1], "wrong-columns"),
        ([*a_line("RAA", "LONG"), ""], "wrong-columns"),
        (a_line("R-1", "NO CODE"), "code-not-valid"),
        (a_line("", "NO CODE"), "code-not-valid"),
        (a_line("RAA", ""), "name-not-valid"),
        (a_line("RAA", "BELL\x07"), "name-not-valid"),
        (a_line("RAA", "x" * 201), "name-not-valid"),
        (a_line("RAA", "NAME", opened="20010231"), "date-not-valid"),
        (a_line("RAA", "NAME", opened="yesterday"), "date-not-valid"),
        (a_line("RAA", "NAME", opened="10010401"), "date-not-valid"),
        (a_line("RAA", "NAME", closed="20000101"), "closes-before-it-opens"),
        (a_line("RAA", "NAME", postcode="ZZ99 1AA or so"), "postcode-not-valid"),
        (a_line("RAA", "x" * 5000), "line-too-long"),
    ],
)
def test_a_line_that_cannot_be_taken_is_said_with_its_number_and_the_others_are_kept(
    db: Engine, take: Import, line: list[str], code: str
) -> None:
    done, faults = take("etr", a_file(a_line("RAB", "BEFORE"), line, a_line("RAC", "AFTER")))
    assert [(one.line, one.code) for one in faults] == [(2, code)]
    assert (done.lines, done.done, done.added, done.refused) == (3, 3, 2, 1)
    assert organisation(db, "RAC").name == "AFTER"


def test_a_stray_quotation_mark_spoils_its_own_line_alone(db: Engine, take: Import) -> None:
    _, faults = take("etr", '"RAA","BROKEN\n' + a_file(a_line("RAB", "WHOLE")))
    assert [one.code for one in faults] == ["line-not-readable"]
    assert organisation(db, "RAB").name == "WHOLE"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_a_file_comes_in_any_of_its_encodings(db: Engine, take: Import, encoding: str) -> None:
    take("etr", a_file(a_line("RAA", "CAFÉ TRUST")).encode(encoding))
    assert organisation(db, "RAA").name == "CAFÉ TRUST"


@pytest.mark.parametrize("content", [b"", b"  \r\n", b"PK\x03\x04\x00\x00"])
def test_what_is_no_csv_is_refused_whole(db: Engine, content: bytes) -> None:
    with pytest.raises(Problem, match="file-not-readable"):
        use_cases.receive_upload(db, HELPER, "etr", zlib.compress(content), NOW)


def test_what_would_unpack_to_more_than_the_largest_is_refused(db: Engine) -> None:
    bomb = zlib.compress(b"," * (files.LARGEST + 1))
    assert len(bomb) < 100_000
    with pytest.raises(Problem, match="file-too-large"):
        use_cases.receive_upload(db, HELPER, "etr", bomb, NOW)
    for broken in (b"not zlib", zlib.compress(b"RAA")[:-1]):
        with pytest.raises(Problem, match="file-not-readable"):
            use_cases.receive_upload(db, HELPER, "etr", broken, NOW)


def test_a_file_nobody_knows_is_refused(db: Engine) -> None:
    with pytest.raises(Problem, match="file-not-known"):
        use_cases.receive_upload(db, HELPER, "../etr", zlib.compress(b"x"), NOW)


@pytest.mark.parametrize("actor", [a_person("RZ1"), a_person("", Reach.NATIONAL)])
def test_only_who_may_change_organisations_imports_or_reads_of_it(db: Engine, actor: Actor) -> None:
    for attempt in (
        lambda: use_cases.receive_upload(db, actor, "etr", zlib.compress(b"x"), NOW),
        lambda: use_cases.list_imports(db, actor, "", NOW),
        lambda: use_cases.show_import(db, actor, "x"),
        lambda: use_cases.show_organisation(db, actor, "RAA", NOW),
    ):
        with pytest.raises(Problem) as caught:
            attempt()
        assert caught.value.kind is Kind.FORBIDDEN


def test_a_file_uploaded_as_another_changes_nothing_that_is_known(db: Engine, take: Import) -> None:
    sites = a_file(a_line("RAA01", "INFIRMARY", parent="RAA"))
    take("ets", sites)
    told = len(announced(db))
    done, faults = take("etr", sites)
    assert ([one.code for one in faults], done.refused, done.done) == (["another-kind"], 1, 1)
    assert organisation(db, "RAA01").role == "RO198"
    assert len(announced(db)) == told


def test_a_circle_is_refused_and_whom_they_belonged_to_stays(db: Engine, take: Import) -> None:
    take("ets", a_file(a_line("RAA01", "ONE"), a_line("RAA02", "TWO", parent="RAA01")))
    _, faults = take("ets", a_file(a_line("RAA01", "ONE", parent="RAA02")))
    assert [one.code for one in faults] == ["circle"]
    assert organisation(db, "RAA01").parents == ()
    told = len(announced(db))
    _, again = take("ets", a_file(a_line("RAA01", "ONE", parent="RAA02"), a_line("RAA03", "NEW")))
    assert [one.code for one in again] == ["circle"]
    assert [one.code for one in announced(db)[told:]] == ["RAA03"]


def test_a_circle_of_two_new_ones_in_one_file_links_neither(db: Engine, take: Import) -> None:
    _, faults = take(
        "ets", a_file(a_line("RAA01", "ONE", parent="RAA02"), a_line("RAA02", "TWO", parent="RAA01"))
    )
    assert [one.code for one in faults] == ["circle", "circle"]
    assert organisation(db, "RAA01").parents == organisation(db, "RAA02").parents == ()


def test_a_line_that_names_itself_as_its_parent_has_none(db: Engine, take: Import) -> None:
    take("ets", a_file(a_line("RAA01", "ONE", parent="RAA01")))
    assert organisation(db, "RAA01").parents == ()


def test_a_closed_one_is_closed_and_one_without_a_day_closed_when_we_heard_of_it(
    db: Engine, take: Import
) -> None:
    take(
        "etr",
        a_file(a_line("RAA", "A", closed="20250331", status="C"), a_line("RAB", "B", status="INACTIVE")),
    )
    assert organisation(db, "RAA").closed_on == date(2025, 3, 31)
    assert organisation(db, "RAB").closed_on == NOW.date()
    take("etr", a_file(a_line("RAB", "B", status="INACTIVE")), NOW + timedelta(days=9))
    assert organisation(db, "RAB").closed_on == NOW.date()


def test_a_pharmacy_belongs_to_its_headquarters_and_is_never_operated_by_a_commissioner(
    db: Engine, take: Import
) -> None:
    take(
        "edispensary",
        a_file(a_line("FAA01", "ONE", parent="P123", area="QAA"), a_line("FAA02", "TWO", parent="00K")),
    )
    assert {(one.code, one.kind) for one in organisation(db, "FAA01").parents} == {
        ("P123", "RE6"),
        ("QAA", "RE5"),
    }
    assert {(one.code, one.kind) for one in organisation(db, "FAA02").parents} == {("00K", "RE4")}


def test_a_practice_is_a_practice_and_its_commissioner_changes_on_the_day_it_joined(
    db: Engine, take: Import
) -> None:
    take("epraccur", a_file(a_line("A81001", "SURGERY", parent="00K", joined="20130401", setting="4")))
    take("epraccur", a_file(a_line("A81001", "SURGERY", parent="16C", joined="20200401", setting="4")))
    assert organisation(db, "A81001").roles_on(NOW.date()) == {"RO177", "RO76"}
    assert [(one.code, one.start, one.end) for one in organisation(db, "A81001").parents] == [
        ("00K", date(2013, 4, 1), date(2020, 3, 31)),
        ("16C", date(2020, 4, 1), None),
    ]


def test_of_other_organisations_only_icbs_are_taken(db: Engine, take: Import) -> None:
    done, _ = take("eother", a_file(a_line("QAB", "AN ICB", region="Y60"), a_line("X99", "SOMETHING ELSE")))
    assert (done.added, done.skipped, done.refused) == (1, 1, 0)


def test_successions_are_told_with_the_successor_and_wait_for_whoever_is_not_known(
    db: Engine, take: Import
) -> None:
    take("etr", a_file(a_line("RAA", "OLD", closed="20250331"), a_line("RAB", "NEW")))
    done, faults = take(
        "succ",
        '"RAA","RAB","M","20250401","2"\n"RAB","RAB","M","20250401","2"\n"RAB","RZZ","M","20260101","2"\n',
    )
    assert [one.code for one in faults] == ["succeeds-itself"]
    newest = {one.code: one for one in announced(db)}
    assert [(one.code, one.start) for one in newest["RAB"].predecessors] == [("RAA", "2025-04-01")]
    assert newest["RAA"].version == 2, "whoever did not know that it is closed hears it now"
    take("etr", a_file(a_line("RZZ", "NEWEST")))
    assert [one.code for one in announced(db)[-1].predecessors] == ["RAB"]
    told = len(announced(db))
    take("succ", '"RAA","RAB","M","20250401","2"\n')
    assert len(announced(db)) == told
    assert done.state == "done"


def test_many_lines_are_done_in_pieces_each_its_own_transaction(db: Engine) -> None:
    country = a_country(trusts=5, sites=1200, practices=0, pharmacies=0, others=0, icbs=3, regions=2)
    use_cases.receive_upload(db, HELPER, "ets", zlib.compress(country["ets"].encode()), NOW)
    worker = Worker("identity", db, "", jobs.handlers(None))  # type: ignore[arg-type]
    seen = []
    while worker.do_one():
        (one,) = use_cases.list_imports(db, HELPER, "", NOW)[0]
        seen.append((one.state, one.done))
    assert seen == [("running", 500), ("running", 1000), ("done", 1200)]
    with db.begin() as tx:
        assert tx.execute(text("select count(*) from organisation_import_parts")).scalar() == 0


def test_a_piece_that_fails_is_done_again_and_nothing_is_done_twice(db: Engine) -> None:
    use_cases.receive_upload(db, HELPER, "etr", zlib.compress(a_file(TRUST).encode()), NOW)
    with db.connect() as tx:
        tx.begin()
        (job,) = tx.execute(text("select about from jobs")).scalars()
        use_cases.import_part(tx, job, NOW)
        tx.rollback()
    assert organisation(db, "RAA") is None
    finish(db)
    assert organisation(db, "RAA") is not None
    with db.begin() as tx:
        use_cases.import_part(tx, job, NOW)
    assert use_cases.show_import(db, HELPER, job)[0].done == 1


def test_names_are_kept_as_data_and_never_run(db: Engine, take: Import) -> None:
    name = "'); drop table organisations; --"
    take("etr", a_file(a_line("RAA", name)))
    assert organisation(db, "RAA").name == name
    assert use_cases.search_organisations(db, "drop table", 5, NOW)[0].code == "RAA"


# ---- the operator's folder


def old(path: Path) -> Path:
    os.utime(path, (1_700_000_000, 1_700_000_000))
    return path


def look(db: Engine, folder: Folder) -> None:
    more = True
    while more:
        receive = folder.look(db)
        with db.begin() as tx:
            more = receive(tx)


def test_a_folder_is_looked_through_and_a_file_is_taken_once(db: Engine, tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    path = tmp_path / "etr.csv"
    path.write_text(a_file(TRUST))
    old(path)
    (tmp_path / "notes.csv").write_text("not ours")
    old(tmp_path / "notes.csv")
    (tmp_path / "ets.txt").write_text("not csv")
    look(db, folder)
    look(db, folder)
    look(db, Folder(tmp_path))
    finish(db)
    (one,) = use_cases.list_imports(db, HELPER, "", NOW)[0]
    assert (one.kind, one.source, one.state, one.added) == ("etr", "folder", "done", 1)
    path.write_text(a_file(TRUST, a_line("RAB", "NEW ONE")))
    old(path)
    look(db, folder)
    assert len(use_cases.list_imports(db, HELPER, "", NOW)[0]) == 2


def test_a_file_that_is_still_being_written_waits_and_one_elsewhere_is_left_alone(
    db: Engine, tmp_path: Path
) -> None:
    (tmp_path / "etr.csv").write_text(a_file(TRUST))
    secret = tmp_path / "secret"
    secret.write_text(a_file(TRUST))
    old(secret)
    (tmp_path / "ets.csv").symlink_to(secret)
    look(db, Folder(tmp_path))
    look(db, Folder(tmp_path / "nowhere"))
    assert use_cases.list_imports(db, HELPER, "", NOW)[0] == []


def of_yesterday(path: Path, *lines: list[str]) -> None:
    """An official file, put there as it was before what is sent at NOW."""
    path.write_text(a_file(*lines))
    at = (NOW - timedelta(days=1)).timestamp()
    os.utime(path, (at, at))


def test_an_older_file_does_not_take_the_place_of_what_is_newer(
    db: Engine, take: Import, tmp_path: Path
) -> None:
    take("etr", a_file(a_line("RAA", "NEW NAME", area="QAB")))
    told = len(announced(db))
    of_yesterday(tmp_path / "etr.csv", a_line("RAA", "OLD NAME", area="QAA"), a_line("RAB", "ONLY THERE"))
    for _ in range(3):
        look(db, Folder(tmp_path))  # after a restart nothing is remembered of what was looked at
        finish(db)
    assert organisation(db, "RAA").name == "NEW NAME"
    assert [one.code for one in organisation(db, "RAA").parents] == ["QAB"]
    assert organisation(db, "RAB").name == "ONLY THERE"
    assert len(announced(db)) == told + 1
    (of_folder,) = [one for one in use_cases.list_imports(db, HELPER, "", NOW)[0] if one.source == "folder"]
    assert (of_folder.added, of_folder.changed, of_folder.skipped) == (1, 0, 1)


def test_what_a_newer_file_left_as_it_was_is_as_new_as_that_file(
    db: Engine, take: Import, tmp_path: Path
) -> None:
    take("etr", a_file(a_line("RAA", "NAME")), NOW - timedelta(days=9))
    take("etr", a_file(a_line("RAA", "NAME"), a_line("RAB", "ANOTHER")))
    of_yesterday(tmp_path / "etr.csv", a_line("RAA", "A MISTAKE OF THAT DAY"))
    look(db, Folder(tmp_path))
    finish(db)
    assert organisation(db, "RAA").name == "NAME"


def test_a_file_that_is_newer_is_taken_though_its_content_was_taken_before(db: Engine, take: Import) -> None:
    for n, name in enumerate(("FIRST", "SECOND", "FIRST")):
        take("etr", a_file(a_line("RAA", name)), NOW + timedelta(days=n))
    assert organisation(db, "RAA").name == "FIRST"
    assert len(use_cases.list_imports(db, HELPER, "", NOW)[0]) == 3


def test_a_file_from_the_future_is_of_today(db: Engine, take: Import, tmp_path: Path) -> None:
    path = tmp_path / "etr.csv"
    path.write_text(a_file(a_line("RAA", "FROM THE FOLDER")))
    with db.begin() as tx:
        ahead = datetime.now(UTC) + timedelta(days=900)
        use_cases.receive_file(tx, "etr", "system:test", path.read_bytes(), NOW, ahead)
    finish(db)
    take("etr", a_file(a_line("RAA", "SENT LATER")), NOW + timedelta(seconds=1))
    assert organisation(db, "RAA").name == "SENT LATER"
