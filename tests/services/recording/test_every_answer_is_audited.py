"""Whatever recording answers of a record, a draft or a response leaves a row in the audit: every RPC is called, none excused by habit."""

from __future__ import annotations

import dataclasses
from typing import Any

from chassis.actors import Grant, Reach
from chassis.grpc_server import OPEN
from chassis.problems import Problem
from protos.recording.v1 import recording_pb2 as pb
from services.recording.server import PERMISSIONS
from tests.builders.recording import incident
from tests.services.recording import test_sandbox as trial
from tests.services.recording.test_sandbox import Doors, doors, sent

__all__ = ["doors"]
SHOWS_NO_RECORD = {
    "Validate": "what is wrong with answers that were sent; nothing kept is shown",
    "Govern": "this block is what stands already: a receipt, and nothing is read or written",
    "Restore": "nothing was withdrawn: a receipt, and nothing is read or written",
    "ResetSandbox": "of the sandbox, which is emptied after a week",
    "StartConformanceRun": "of the sandbox",
    "GetConformanceRun": "of the sandbox",
}
NEEDS_MORE = {
    "AnswerQuestion",
    "GetSafetyResponse",
    "SaveSafetyResponse",
    "UnlinkEvents",
    "LinkEvents",
    "Handle",
    "Retype",
    "AskReporter",
    "AskErasure",
    "CopyHeld",
    "ConfirmErasure",
    "WithdrawErasure",
    "GetErasure",
}  # refused here, with what this test sends; their own tests look at their rows


def test_every_answer_about_a_record_is_audited(doors: Doors) -> None:
    every = frozenset(PERMISSIONS.values()) - {OPEN}
    grants = (Grant("RZ1", Reach.ORGANISATION, every), Grant("", Reach.NATIONAL, every))
    client = dataclasses.replace(trial.LIVE, grants=grants)
    made = doors.ask("Submit", sent("W-1"), client)
    first = trial._answer(incident()[0])
    draft = doors.ask("SaveDraft", pb.SaveDraftRequest(question_set=6, answers=[first]), client)
    silent, refused = set(), set()
    for rpc, request in trial.requests(made.event_id, draft.draft_id).items():
        if PERMISSIONS[rpc] == OPEN:
            continue
        before = len(doors.rows("public", "audit"))
        try:
            doors.ask(rpc, request, client)
        except Problem:
            refused.add(rpc)
        else:
            if len(doors.rows("public", "audit")) == before:
                silent.add(rpc)
    assert silent <= SHOWS_NO_RECORD.keys()
    assert refused <= NEEDS_MORE | SHOWS_NO_RECORD.keys()


def test_no_excuse_is_of_an_rpc_that_is_gone() -> None:
    assert SHOWS_NO_RECORD.keys() | NEEDS_MORE <= PERMISSIONS.keys()


def test_a_row_says_who_for_whom_and_in_which_request(doors: Doors) -> None:
    made: Any = doors.ask("Submit", sent("W-1"), trial.LIVE)
    doors.ask("GetEvent", pb.GetEventRequest(event_id=made.event_id), trial.LIVE)
    rows = doors.rows("public", "audit")
    assert len(rows) == 2
    assert all(trial.LIVE.id in row and "RZ1" in row and made.event_id in row for row in rows)
