"""Serious incidents of StEIS taken over as safety responses: the latest row of each log number, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chassis.sealing import Opener
from protos.recording.v1 import recording_pb2 as pb
from services.recording.importing import steis
from services.recording.importing.files import look_at
from services.recording.importing.running import Options, Sums, take_over
from services.recording.store.organisations import Directory
from services.recording.use_cases import keep_organisation
from tests.builders.former_systems import a_csv, a_steis_row, report
from tests.builders.recording import System


class Old:
    """The importer of StEIS, in this process."""

    def __init__(self, system: System, folder: Path) -> None:
        self.system, self.folder = system, folder

    def take(self, *found: Mapping[str, str], dry: bool = False) -> Sums:
        source = look_at(a_csv(self.folder / "old.csv", found))
        tools = replace(self.system.tools, directory=Directory(self.system.db))
        kind = steis.kind(self.system.db, tools, source, {})
        options = Options(dry, False, self.folder / "rejected.csv")
        return take_over(self.system.db, kind, source, options, lambda line: None)

    def codes(self) -> list[tuple[str, str]]:
        return [(one["column"], one["code"]) for one in report(self.folder / "rejected.csv")]

    def responses(self) -> list[Any]:
        return self.system.rows(
            "select r.*, v.facts from safety_responses r join safety_response_versions v on v.response_id = r.id"
        )


@pytest.fixture
def old(system: System, tmp_path: Path) -> Old:
    return Old(system, tmp_path)


def test_a_serious_incident_becomes_a_response_under_its_log_number(old: Old) -> None:
    assert old.take(a_steis_row()).recorded == 1
    [found] = old.responses()
    assert (found.legacy_reference, found.organisation, found.contributing) == ("2021/4711", "RZ2", ["RZ1"])
    assert (found.status, found.response_type) == ("completed", "other")
    assert found.facts["adverse-event-safety-response"][0]["DateDecided"] == "2021-03-01"
    assert [row.lane for row in old.system.rows("select lane from outbox")] == ["bulk"]


def test_its_texts_are_told_to_enrichment_alone(old: Old) -> None:
    old.take(a_steis_row())
    [told] = old.system.told()
    opener = Opener(old.system.enrichment.private)
    body = opener.open(told.narrative_sealed, f"narrative:{told.response_id}:1")
    texts = dict(pb.Narrative.FromString(body).texts)
    assert {"Two wristbands were printed alike", "At the ward meeting"} <= set(texts.values())
    [rationale] = [one for one in texts.values() if "Given to the patient" in one]
    assert "Type of incident: Medication incident" in rationale
    assert "When it happened: 27/02/2021 23:10" in rationale
    for table in ("safety_responses", "safety_response_versions", "outbox", "imports", "audit"):
        for one in old.system.rows(f"select {table}::text as everything from {table}"):
            assert "wristbands" not in one.everything


def test_of_each_log_number_the_latest_change_is_taken_wherever_it_stands(old: Old) -> None:
    sums = old.take(
        a_steis_row(Modification_Dates="01/02/2021", Status="Ongoing"),
        a_steis_row(Modification_Dates="02/02/2021, 09/09/2021", Status="De-escalated"),
        a_steis_row(Modification_Dates="08/09/2021 23:59|03/02/2021", Status="Closed"),
        a_steis_row(Log_No="2021/4712", Status="Overdue"),
    )
    assert (sums.recorded, sums.passed_over, sums.rejected) == (2, 2, 0)
    assert {one.legacy_reference: one.status for one in old.responses()} == {
        "2021/4711": "stopped",
        "2021/4712": "in_progress",
    }


def test_an_organisation_may_be_named_when_only_one_has_that_name(old: Old) -> None:
    more: dict[str, Any] = {"opened_on": None, "closed_on": None, "parents": [], "version": 2}
    with old.system.db.begin() as tx:
        for code, name in (("RZ1", "Old Mill"), ("RZ2", "Two Rivers"), ("RZ102", "Two Rivers")):
            keep_organisation(tx, {"code": code, "name": name, **more})
    old.take(a_steis_row(Organisation_Leading_Investigation="OLD MILL"))
    assert [one.organisation for one in old.responses()] == ["RZ1"]
    old.take(a_steis_row(Log_No="2021/1", Organisation_Leading_Investigation="Two Rivers"))
    assert old.codes() == [("Organisation Leading Investigation", "unknown-organisation")]


@pytest.mark.parametrize("dry", [False, True])
@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"Status": "Lost"}, "code-not-in-value-set"),
        ({"Reporting Organisation": "Nowhere"}, "unknown-organisation"),
        ({"Date Reported": "31/31/2021"}, "bad-date"),
        ({"Date Reported": "01/01/2199"}, "future-date"),
        ({"Modification Dates": "often"}, "bad-date"),
        ({"Key Findings": "x" * 20_001}, "text-too-long"),
        ({"Log No": "a b"}, "bad-id"),
    ],
)
def test_a_row_that_cannot_be_kept_is_reported(
    old: Old, changed: dict[str, str], code: str, dry: bool
) -> None:
    sums = old.take(a_steis_row() | changed, dry=dry)
    assert (sums.recorded, sums.rejected) == (0, 1)
    assert old.codes() == [(next(iter(changed)), code)]
    assert not old.responses()


def test_another_file_with_the_same_log_number_makes_no_second_response(old: Old) -> None:
    old.take(a_steis_row())
    assert old.take(a_steis_row(), a_steis_row(Log_No="2021/1")).repeated == 1
    sums = old.take(a_steis_row(Status="Ongoing", Organisation_Leading_Investigation="RZ1"))
    assert (sums.recorded, sums.rejected) == (0, 1)
    assert old.codes() == [("", "recorded-differently")]
    assert len(old.responses()) == len(old.system.told()) == 2


def test_a_dry_run_keeps_nothing(old: Old) -> None:
    assert old.take(a_steis_row(), dry=True).recorded == 1
    assert not old.responses()
    assert not old.system.rows("select 1 from imports union all select 1 from outbox")
