"""Files of former systems taken over: what becomes of a row, what is said of one that is refused, and what a kill does."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from chassis import database, settings
from chassis.actors import Reach
from chassis.problems import Problem
from chassis.sealing import Opener
from deploy.local import importing
from deploy.local.layout import CHECKOUT, Layout
from protos.recording.v1 import recording_pb2 as pb
from services.identity.domain.roles import ROLES
from services.recording.importing import nrls
from services.recording.importing.__main__ import Import
from services.recording.importing.files import CannotRun, look_at
from services.recording.importing.running import Options, Sums, take_over
from services.recording.store.organisations import Directory
from services.recording.use_cases import SUBMIT, keep_organisation
from services.recording.use_cases.common import LONDON
from tests.builders.actors import a_person, an_lrms
from tests.builders.former_systems import FELL, ROW, a_csv, an_nrls_row, report
from tests.builders.keys import a_pair, a_vault_key
from tests.builders.recording import System, incident


class Old:
    """The importer of one system's files, in this process."""

    def __init__(self, system: System, folder: Path) -> None:
        self.system, self.folder, self.said = system, folder, list[str]()

    def take(
        self, *found: Mapping[str, str], dry: bool = False, again: bool = False, ages: str = "none"
    ) -> Sums:
        return self.take_file(a_csv(self.folder / "old.csv", found), dry, again, ages)

    def take_file(self, path: Path, dry: bool = False, again: bool = False, ages: str = "none") -> Sums:
        source = look_at(path)
        tools = replace(
            self.system.tools, directory=Directory(self.system.db)
        )  # each process has one of its own
        kind = nrls.kind(self.system.db, tools, source.header, {}, ages)
        options = Options(dry, again, self.folder / "rejected.csv")
        return take_over(self.system.db, kind, source, options, self.said.append)

    def rejected(self) -> list[dict[str, str]]:
        return report(self.folder / "rejected.csv")

    def one(self) -> Any:
        found = self.system.rows(
            "select e.*, r.facts, r.summary from events e join revisions r on r.event_id = e.id"
        )
        assert len(found) == 1
        return found[0]

    def texts(self) -> dict[str, str]:
        """What enrichment can open of the one event that was announced."""
        told = self.system.announced()
        opener = Opener(self.system.enrichment.private)
        body = opener.open(told.narrative_sealed, f"narrative:{told.facts.event_id}:1")
        return dict(pb.Narrative.FromString(body).texts)


@pytest.fixture
def old(system: System, tmp_path: Path) -> Old:
    return Old(system, tmp_path)


# ---- a row -------------------------------------------------------------------------------------------------


def test_a_row_becomes_an_incident_of_its_own_day_that_is_never_counted_with_others(old: Old) -> None:
    assert old.take(an_nrls_row()).recorded == 1
    found = old.one()
    assert (found.event_type, found.route, found.organisation) == ("incident", "nrls", "RZ1")
    assert (found.local_reference, found.recorder_id) == ("nrls:100001", "system:import")
    assert found.reported_at == datetime(2019, 3, 1, 9, 30, tzinfo=UTC)
    assert (found.occurred_on, found.worst_physical, found.worst_psychological) == ("2019-02-14", "3", "")


def test_what_is_taken_over_was_reported_then_and_is_news_now(old: Old) -> None:
    """Whoever asks for what has changed since yesterday is told of it; its number is of the year in which it was given."""
    began = datetime.now(UTC)
    old.take(an_nrls_row())
    found = old.one()
    assert found.reported_at == datetime(2019, 3, 1, 9, 30, tzinfo=UTC)
    (revision,) = old.system.rows("select recorded_at from revisions")
    assert began <= found.updated_at == revision.recorded_at
    told = old.system.announced().facts
    assert told.reported_at.ToDatetime(UTC) == found.reported_at
    assert told.revised_at.ToDatetime(UTC) == found.updated_at
    assert found.reference.startswith(f"PSE-{began.astimezone(LONDON):%y}-")
    assert old.system.rows("select made_at from requests")[0].made_at == found.updated_at


def test_it_is_announced_once_in_the_bulk_lane(old: Old) -> None:
    old.take(an_nrls_row())
    old.take(an_nrls_row(), again=True)
    assert [row.lane for row in old.system.rows("select lane from outbox")] == ["bulk"]
    assert old.system.announced().facts.route == pb.ROUTE_NRLS


def test_every_text_finds_a_question_and_is_sealed(old: Old) -> None:
    row = an_nrls_row(
        MD01="Preparation", MD02="Wrong strength", MD05="Codeine", DE01="Drip stand", DE03="Lofty 2"
    )
    old.take(row | {"PD05_LVL2": "Undersea medicine"})
    told = set(old.texts().values())
    assert f"{FELL}\n\nApparent causes (NRLS IN11): {ROW['IN11']}" in told
    assert {
        ROW["IN10"],
        "Codeine",
        "Drip stand",
        "Lofty 2",
        "Medical specialties / Undersea medicine",
    } <= told
    assert "Process (NRLS MD01): Preparation\nError (NRLS MD02): Wrong strength" in told
    for table in ("events", "revisions", "requests", "outbox", "audit", "imports"):
        for one in old.system.rows(f"select {table}::text as everything from {table}"):
            assert not [word for word in ("commode", "Codeine", "Lofty") if word in one.everything]


def test_what_is_called_the_same_becomes_a_code(old: Old) -> None:
    old.take(
        an_nrls_row(
            MD01="Prescribing",
            MD05="Codeine",
            DE01="Commodes and human waste consumables, bed pans or urinals",
        )
    )
    facts = old.one().facts
    assert facts["location-details"][0]["ResponsibleSpecialty"] == "6"
    assert facts["adverse-event-agent"][0]["InvolvedAgents"] == ["4", "3"]
    assert facts["adverse-event-problem-medication"][0]["InvolvedProcesses"] == ["1"]
    assert facts["adverse-event-device-details"][0]["DeviceType"] == ["11"]
    assert facts["adverse-event-reference-metadata"][0]["FromOnlineForms"] is False


@pytest.mark.parametrize(
    ("ages", "written", "kept"),
    [
        ("years", "78", 78 * 372),
        ("encoded", "62", 62),
        ("none", "78", None),
        ("years", "0", None),
        ("years", "?", None),
    ],
)
def test_an_age_is_taken_only_in_the_unit_that_was_said(
    old: Old, ages: str, written: str, kept: int | None
) -> None:
    sums = old.take(an_nrls_row(AGE_AT_INCIDENT=written), ages=ages)
    assert old.one().facts["patient-information"][0].get("AgeAtTimeOfIncidentDays") == kept
    assert sums.left_out["AGE_AT_INCIDENT"] == (kept is None)


def test_what_has_no_question_is_counted_by_column(old: Old) -> None:
    sums = old.take(an_nrls_row(RM04="Carrier pigeon"), an_nrls_row(INCIDENTID="2", PD02=""))
    assert sums.left_out == {
        "TRUSTINCIDENTID": 2,
        "IN05_LVL1": 2,
        "PD02": 1,
        "AGE_AT_INCIDENT": 2,
        "RM04": 1,
    }


@pytest.mark.parametrize(
    ("country", "recorded"), [("1", 1), ("97", 1), ("99", 1), ("", 1), ("2", 0), ("Wales", 0)]
)
def test_only_england_is_taken_over(old: Old, country: str, recorded: int) -> None:
    sums = old.take(an_nrls_row(IN04=country))
    assert (sums.recorded, sums.passed_over, sums.rejected) == (recorded, 1 - recorded, 0)


def test_a_closed_organisation_is_fine(old: Old) -> None:
    closed: dict[str, Any] = {
        "code": "RZ9",
        "name": "RZ9",
        "opened_on": None,
        "closed_on": "2012-03-31",
        "parents": [],
        "version": 1,
    }
    with old.system.db.begin() as tx:
        keep_organisation(tx, closed)
    assert old.take(an_nrls_row(RP07="RZ9")).recorded == 1


# ---- what is rejected --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("INCIDENTID", "", "bad-id"),
        ("INCIDENTID", "one two", "bad-id"),
        ("RP07", "", "unknown-organisation"),
        ("RP07", "XXX99", "unknown-organisation"),
        ("RP07", "R\0Z1", "unknown-organisation"),
        ("IN01", "2019-02-30", "bad-date"),
        ("IN01", "02/03/2019", "future-date"),  # the day after it was received
        ("IN01", "1066-10-14", "too-early-date"),
        ("IN07", "", "required-missing"),
        ("IN07", "x" * 20_001, "text-too-long"),
        ("PD09", "Trivial", "code-not-in-value-set"),
        ("CREATEDDT", "yesterday", "bad-date"),
        ("CREATEDDT", "2199-01-01", "bad-date"),
    ],
)
@pytest.mark.parametrize("dry", [False, True])
def test_a_row_that_cannot_be_kept_is_reported_by_its_column(
    old: Old, column: str, value: str, code: str, dry: bool
) -> None:
    sums = old.take(an_nrls_row(INCIDENTID="1"), an_nrls_row(**{column: value}), dry=dry)
    assert (sums.recorded, sums.rejected) == (1, 1)
    [line] = old.rejected()
    assert (line["row"], line["column"], line["code"]) == ("3", column, code)
    assert line["id"] == ("" if column == "INCIDENTID" else "100001")
    assert not value or value not in line["sentence"]


def test_the_report_has_every_fault_of_a_row_and_no_text(old: Old) -> None:
    old.take(an_nrls_row(IN01="soon", PD09="Trivial", RP07="?"))
    assert {one["column"] for one in old.rejected()} == {"IN01", "PD09", "RP07"}
    assert "commode" not in (old.folder / "rejected.csv").read_text()


def test_a_row_that_is_no_csv_is_rejected_and_the_rest_goes_on(old: Old) -> None:
    path = old.folder / "old.csv"
    head = "INCIDENTID,RP07,IN07\n"
    path.write_text(f'{head}1,RZ1,"Fell" twice\n2,RZ1,Fell\n\n3,RZ1\n4,RZ1,"Fell, and\nagain"\n5,RZ1,"Fell')
    sums = old.take_file(path)
    assert (sums.rows, sums.recorded) == (5, 2)
    assert [(one["row"], one["code"]) for one in old.rejected()] == [
        ("2", "unreadable"),
        ("4", "wrong-field-count"),
        ("6", "unreadable"),
    ]
    assert "Lines 7 to 7" in old.rejected()[2]["sentence"] or "Lines 8 to 8" in old.rejected()[2]["sentence"]


def test_the_same_id_with_another_content_is_said_and_the_first_is_kept(old: Old) -> None:
    sums = old.take(an_nrls_row(), an_nrls_row(), an_nrls_row(PD09="Death"))
    assert (sums.recorded, sums.repeated, sums.rejected) == (1, 1, 1)
    assert old.rejected()[0]["code"] == "recorded-differently"
    assert old.one().worst_physical == "3"


def test_windows_text_is_read_as_such_and_said(old: Old) -> None:
    old.take_file(a_csv(old.folder / "old.csv", [an_nrls_row(IN07="Café – fell")], "cp1252"))
    assert any(one.startswith("Café – fell") for one in old.texts().values())
    assert "Windows-1252" in old.said[0]


def test_a_file_that_is_no_text_or_lacks_a_column_is_not_begun(old: Old) -> None:
    path = old.folder / "old.csv"
    for content in (b"INCIDENTID,RP07,IN07\n1,RZ1,\x81\n", b"", b"INCIDENTID,RP07\n1,RZ1\n", b"A,A\n"):
        path.write_bytes(content)
        with pytest.raises(CannotRun):
            old.take_file(path)
    assert not old.system.rows("select 1 from imports")


def test_another_file_is_never_overwritten_by_the_report(old: Old) -> None:
    mine = old.folder / "rejected.csv"
    mine.write_text("my,own\nwork,here\n")
    with pytest.raises(CannotRun):
        old.take(an_nrls_row())
    assert mine.read_text().startswith("my,own")


# ---- dry, twice, killed ------------------------------------------------------------------------------------


def test_a_dry_run_writes_nothing_and_says_what_would_be(old: Old) -> None:
    old.take(an_nrls_row(INCIDENTID="1"))
    before = {
        table: old.system.rows(f"select * from {table}") for table in ("events", "outbox", "imports", "audit")
    }
    sums = old.take(an_nrls_row(INCIDENTID="1"), an_nrls_row(INCIDENTID="2"), an_nrls_row(PD09="?"), dry=True)
    assert (sums.recorded, sums.repeated, sums.rejected) == (1, 1, 1)
    assert before == {table: old.system.rows(f"select * from {table}") for table in before}


def test_the_same_file_again_is_done_and_again_takes_what_was_rejected(old: Old) -> None:
    found = [an_nrls_row(INCIDENTID="1"), an_nrls_row(INCIDENTID="2", RP07="RZ8")]
    assert old.take(*found).rejected == 1
    assert old.take(*found).rejected == 1
    assert "was taken over before" in old.said[-1]
    opened: dict[str, Any] = {
        "code": "RZ8",
        "name": "RZ8",
        "opened_on": None,
        "closed_on": None,
        "parents": [],
        "version": 1,
    }
    with old.system.db.begin() as tx:
        keep_organisation(tx, opened)
    sums = old.take(*found, again=True)
    assert (sums.recorded, sums.repeated, sums.rejected) == (1, 1, 0)
    assert not old.rejected()


def test_two_imports_of_one_file_do_not_run_at_once(old: Old) -> None:
    path = a_csv(old.folder / "old.csv", [an_nrls_row()])
    with old.system.db.connect() as other:
        name = f"import:nrls:{look_at(path).hash.hex()}"
        other.execute(text("select pg_advisory_lock(hashtextextended(:name, 6))"), {"name": name})
        with pytest.raises(Exception, match="lock timeout"):
            old.take_file(path)
    assert not old.system.rows("select 1 from events")


ROWS = 3_000


def many() -> Iterator[dict[str, str]]:
    """Every hundredth cannot be kept."""
    for number in range(ROWS):
        yield an_nrls_row(INCIDENTID=f"K{number}", PD09="?" if number % 100 == 50 else "Low")


@pytest.fixture
def environment(database_for: Callable[[str], str]) -> dict[str, str]:
    return {
        **{name: os.environ[name] for name in ("PATH",)},
        "DATABASE_URL": database_for("recording"),
        "RECORD_KEYS": a_vault_key(),
        "ENRICHMENT_SEAL_KEYS": a_pair("X25519").public,
        "NOTIFICATIONS_SEAL_KEYS": a_pair("X25519").public,
    }


def test_a_killed_import_goes_on_and_nothing_is_lost_or_doubled(
    environment: dict[str, str], tmp_path: Path
) -> None:
    path, rejected = a_csv(tmp_path / "old.csv", many()), tmp_path / "rejected.csv"
    command = [
        sys.executable,
        "-m",
        "services.recording.importing",
        "nrls",
        str(path),
        "--rejected",
        str(rejected),
    ]
    db = database.engine(environment["DATABASE_URL"])
    with db.begin() as tx:
        none: dict[str, Any] = {"opened_on": None, "closed_on": None, "parents": [], "version": 1}
        keep_organisation(tx, {"code": "RZ1", "name": "RZ1", **none})
    killed = 0
    for wanted in (400, 1_200):
        running = subprocess.Popen(command, cwd=CHECKOUT, env=environment, stdout=subprocess.DEVNULL)
        done = _wait(db, wanted)
        running.kill()
        killed += running.wait() < 0 and wanted <= done < ROWS
    assert killed == 2
    ended = subprocess.run(
        command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "Going on behind row" in ended.stdout
    bad = [number + 2 for number in range(ROWS) if number % 100 == 50]
    assert [int(one["row"]) for one in report(rejected)] == bad
    with db.begin() as tx:
        names = list(tx.execute(text("select local_reference from events")).scalars())
        lanes = list(tx.execute(text("select lane from outbox")).scalars())
        sums = tx.execute(text("select sums from imports where finished_at is not null")).scalar_one()
    assert sorted(names) == sorted(f"nrls:K{number}" for number in range(ROWS) if number + 2 not in bad)
    assert lanes == ["bulk"] * len(names)
    assert (sums["rows"], sums["rejected"]) == (ROWS, len(bad))
    assert sums["recorded"] + sums["repeated"] == len(names)
    db.dispose()


def _wait(db: Engine, wanted: int) -> int:
    """Until so many rows are settled; how many they are."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with db.begin() as tx:
            done = int(tx.execute(text("select coalesce(max(rows_done), 0) from imports")).scalar_one())
        if done >= wanted:
            return done
        time.sleep(0.01)
    raise AssertionError("the import does not get on")


def test_a_command_that_cannot_run_says_so_in_a_sentence(environment: dict[str, str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "services.recording.importing", "nrls", str(tmp_path / "none.csv")]
    ended = subprocess.run(
        command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (2, "")
    assert ended.stdout == "The file cannot be read (No such file or directory).\n"


def test_the_local_command_gives_the_importer_all_it_reads(tmp_path: Path) -> None:
    given = importing.environment(Layout(tmp_path), "postgresql://here/recording")
    assert settings.read(Import, given).database_url == "postgresql://here/recording"


def test_no_role_may_record_for_the_whole_nation() -> None:
    """Only the importer's own actor has that, and it is made by code alone."""
    everywhere = {name for name, role in ROLES.items() if role.reach is Reach.NATIONAL}
    assert everywhere
    assert not [name for name in everywhere if SUBMIT in ROLES[name].permissions]


def test_another_providers_sites_stay_closed_to_everyone_else(system: System) -> None:
    for actor in (an_lrms("RZ1"), a_person("RZ1", Reach.AREA)):
        with pytest.raises(Problem, match="not-authorised"):
            system.submit(incident(**{"practitioner-details/ReporterOrganisation": "RZ2"}), actor=actor)
