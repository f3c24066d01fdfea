"""Invented files of the systems before this one."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

FELL = "Slid from the commode beside bed nine"
ROW = {
    "INCIDENTID": "100001",
    "TRUSTINCIDENTID": "W-77",
    "RP07": "RZ1",
    "IN01": "14/02/2019",
    "CREATEDDT": "2019-03-01 09:30:00",
    "IN04": "1",
    "IN05_LVL1": "Patient accident",
    "IN07": FELL,
    "IN10": "Call bell moved to the left side",
    "IN11": "The brakes of the commode were off",
    "AGE_AT_INCIDENT": "78",
    "PD02": "Female",
    "PD05": "Medical specialties",
    "PD05_LVL2": "Audiology",
    "PD09": "Moderate",
    "MD01": "",
    "MD02": "",
    "MD05": "",
    "MD30": "",
    "DE01": "",
    "DE03": "",
    "RM04": "LRMS",
}


def an_nrls_row(**changed: str) -> dict[str, str]:
    return ROW | changed


SERIOUS = {
    "Log No": "2021/4711",
    "Modification Dates": "02/03/2021 10:00; 05/05/2021 09:00",
    "Reporting Organisation": "RZ1",
    "Organisation Leading Investigation": "RZ2",
    "Status": "Closed",
    "Date Reported": "01/03/2021",
    "Date and Time of Incident": "27/02/2021 23:10",
    "Type of Incident": "Medication incident meeting SI criteria",
    "Description": "Given to the patient in the next bed",
    "Key Findings": "Two wristbands were printed alike",
    "How Lessons Will Be Disseminated": "At the ward meeting",
    "Legal Status": "Informal",
}


def a_steis_row(**changed: str) -> dict[str, str]:
    """Names with underscores stand for columns with spaces."""
    return SERIOUS | {name.replace("_", " "): value for name, value in changed.items()}


def a_csv(path: Path, rows: Iterable[Mapping[str, str]], encoding: str = "utf-8") -> Path:
    """A file of these rows, whose columns are those of the first."""
    found = list(rows)
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(found[0]))
        writer.writeheader()
        writer.writerows(found)
    return path


def report(path: Path) -> list[dict[str, str]]:
    """The lines of a report of rejected rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
