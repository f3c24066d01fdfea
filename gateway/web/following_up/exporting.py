"""A list of events as a file for a spreadsheet: coded facts alone, and no cell that a spreadsheet would take for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC

from flask import make_response
from werkzeug.wrappers import Response as AnyResponse

from chassis.problems import Problem
from gateway.api.recording import ask
from gateway.web.following_up import words
from gateway.web.presenters import LONDON
from protos.recording.v1 import recording_pb2 as pb

MOST, AT_ONCE = 5_000, 500
HEADINGS = (
    "Reference",
    "Type",
    "Happened on",
    "Recorded on",
    "Organisation code",
    "Organisation",
    "Worst physical harm",
    "Worst psychological harm",
    "Urgent",
    "State",
    "Assigned",
    "Questions not answered",
    "Revision",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def gathered(asking: pb.ListWorkRequest) -> list[pb.Work] | None:
    """Every event of a list, each page noted as taken away; None where there are more than one file holds: then nothing was taken."""
    asking.count, asking.exported, asking.most = AT_ONCE, True, MOST
    rows: list[pb.Work] = []
    while True:
        try:
            found = ask("ListWork", asking)
        except Problem as problem:
            if problem.code != "too-many-at-once":
                raise
            return None
        rows += found.work
        if not found.next:
            return rows
        if len(rows) >= MOST:
            return None
        asking.cursor = found.next


def csv_of(rows: Sequence[pb.Work]) -> AnyResponse:
    """UTF-8 with the mark by which spreadsheets know it."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(HEADINGS)
    writer.writerows(_cells(one) for one in rows)
    answer = make_response("\ufeff" + written.getvalue())
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="events.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _cells(one: pb.Work) -> Iterable[str]:
    physical = words.harm_label(one.question_set, "PhysicalHarm", one.worst_physical_harm)
    psychological = words.harm_label(one.question_set, "PsychologicalHarm", one.worst_psychological_harm)
    told = (
        one.reference,
        words.event_type(one.event_type),
        one.occurred_on,
        one.reported_at.ToDatetime(UTC).astimezone(LONDON).date().isoformat(),
        one.organisation,
        one.organisation_name,
        physical,
        psychological,
        "Yes" if one.urgent else "No",
        words.state(one.state).text if one.followed else "",
        ("Yes" if one.assigned_to else "No") if one.followed else "",
        str(one.open_questions) if one.followed else "",
        str(one.revision),
    )
    return [safe(cell) for cell in told]


def safe(cell: str) -> str:
    """A cell as text, whatever it begins with."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
