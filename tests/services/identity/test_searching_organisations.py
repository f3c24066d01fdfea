"""Finding organisations while somebody types, on a real database."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from chassis.actors import Reach
from chassis.problems import Problem
from services.identity import use_cases
from tests.builders.actors import a_person
from tests.builders.organisations import a_file, a_line

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
HELPER = a_person("", Reach.NATIONAL, permissions=frozenset({"identity:organisations"}))
Find = Callable[..., list[str]]
FILES = {
    "eauth": a_file(
        a_line("Y60", "NORTH REGION", region="Y60"), a_line("QAA", "NORTHMOOR INTEGRATED CARE BOARD", region="Y60", area="QAA")
    ),
    "eccg": a_file(a_line("00K", "NORTHMOOR SUB-ICB LOCATION", area="QAA")),
    "etr": a_file(
        a_line("RAA", "NORTHMOOR ROYAL HOSPITALS NHS TRUST", area="QAA", postcode="NM1 2AB"),
        a_line("RAB", "OLD ROYAL NHS TRUST", area="QAA", closed="20250331", status="C"),
        a_line("RAC", "ROYAL COAST NHS TRUST", area="QAA"),
    ),
    "ets": a_file(
        a_line("RAA01", "ST WINIFRED'S HOSPITAL, NORTHMOOR", parent="RAA"),
        a_line("RAA02", "NORTHMOOR-ROYAL CLINIC", parent="RAA"),
    ),
    "epraccur": a_file(a_line("A81001", "100% HEALTH SURGERY", parent="00K", setting="4")),
    "edispensary": a_file(a_line("FAA01", "ROYAL_PHARMACY", area="QAA")),
    "succ": '"RAB","RAA","M","20250401","2"\n',
}  # fmt: skip


@pytest.fixture
def find(db: Engine) -> Find:
    for kind, content in FILES.items():
        made = use_cases.receive_upload(db, HELPER, kind, zlib.compress(content.encode()), NOW)
        with db.begin() as tx:
            use_cases.import_part(tx, made.id, NOW)

    def found(typed: str, limit: int = 20) -> list[str]:
        return [one.code for one in use_cases.search_organisations(db, typed, limit, NOW)]

    return found


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("northmoor ro", ["RAA", "RAA02"]),
        ("roy nor", ["RAA", "RAA02"]),
        ("winifreds", ["RAA01"]),
        ("St. Winifred's", ["RAA01"]),
        ("st winifred\N{RIGHT SINGLE QUOTATION MARK}s hosp", ["RAA01"]),
        ("raa", ["RAA", "RAA01", "RAA02"]),
        ("raa0", ["RAA01", "RAA02"]),
        ("nm1 2", ["RAA"]),
        ("NM12AB", ["RAA"]),
        ("100%", ["A81001"]),
        ("royal_p", ["FAA01"]),
        ("clinic northmoor", ["RAA02"]),
        ("  north   region ", ["Y60"]),
    ],
)
def test_what_is_typed_finds_names_codes_and_postcodes(find: Find, typed: str, codes: list[str]) -> None:
    assert find(typed) == codes


@pytest.mark.parametrize("typed", ["", "   ", "%", "_", "\\", "'", "&|!():*", "zzzz", "northmoor zzzz"])
def test_nothing_typed_or_nothing_like_it_finds_nothing(find: Find, typed: str) -> None:
    assert find(typed) == []


def test_open_ones_come_first_and_the_list_is_limited(find: Find) -> None:
    assert find("royal") == ["RAC", "FAA01", "RAA", "RAA02", "RAB"]
    assert find("royal", 2) == ["RAC", "FAA01"]


def test_the_very_code_comes_first_also_when_it_has_closed(find: Find) -> None:
    assert find("rab")[0] == "RAB"


def test_each_says_what_it_is_and_whom_it_belongs_to(db: Engine, find: Find) -> None:
    said = {
        code: use_cases.search_organisations(db, code, 1, NOW)[0]
        for code in ("RAA", "RAA01", "A81001", "FAA01", "QAA", "Y60", "00K", "RAB")
    }
    assert {code: one.kind for code, one in said.items()} == {
        "RAA": "trust", "RAA01": "site", "A81001": "practice", "FAA01": "pharmacy", "QAA": "icb", "Y60": "region",
        "00K": "sub-icb", "RAB": "trust",
    }  # fmt: skip
    assert said["A81001"].label == "GP practice"
    assert said["RAA01"].belongs_to == (("RAA", "NORTHMOOR ROYAL HOSPITALS NHS TRUST"),)
    assert said["QAA"].belongs_to == (("Y60", "NORTH REGION"),)
    assert said["RAB"].belongs_to[0][0] == "QAA", "whom it belonged to on its last day"
    assert said["RAB"].successors == (("RAA", "NORTHMOOR ROYAL HOSPITALS NHS TRUST"),)
    assert (said["RAB"].closed, said["RAA"].closed) == (True, False)


@pytest.mark.parametrize("typed", ["x" * 101, "nul\0"])
def test_what_is_too_long_or_holds_nul_is_refused(find: Find, typed: str) -> None:
    with pytest.raises(Problem, match="search-too-long"):
        find(typed)


def test_support_staff_see_every_day_of_an_organisation(db: Engine, find: Find) -> None:
    one = use_cases.show_organisation(db, HELPER, "RAA", NOW)
    assert [each.predecessor for each in one.predecessors] == ["RAB"]
    assert one.names["RAB"] == "OLD ROYAL NHS TRUST"
    with pytest.raises(Problem, match="organisation-not-found"):
        use_cases.show_organisation(db, HELPER, "NOWHERE", NOW)


def test_an_organisation_written_by_the_release_before_is_found_and_has_its_role(
    db: Engine, find: Find
) -> None:
    with db.begin() as tx:
        tx.execute(
            text(
                "insert into organisations (code, name, role, postcode) values ('RZZ', 'LEGACY TRUST', 'RO197', '')"
            )
        )
    (one,) = use_cases.search_organisations(db, "legacy", 5, NOW)
    assert one.kind == "trust"
    assert [each.role for each in use_cases.show_organisation(db, HELPER, "RZZ", NOW).organisation.roles] == [
        "RO197"
    ]
