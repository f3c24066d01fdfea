"""The sandbox: a store of its own behind the same door, which no live table and nobody outside ever notices."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message_factory import GetMessageClass
from sqlalchemy import Engine, text

from chassis import database
from chassis.actors import Actor, Grant, Reach, Signer
from chassis.grpc_client import Client, Tls
from chassis.grpc_server import OPEN, drain, serve
from chassis.problems import Kind, Problem
from chassis.working import Outside
from deploy.local import keys
from protos.recording.v1 import recording_pb2 as pb
from protos.recording.v1 import recording_pb2_grpc
from services.identity.domain.roles import LRMS_SANDBOX, ROLES
from services.recording import jobs, server
from services.recording.domain.answers import Answer
from services.recording.domain.conformance import Attempt
from services.recording.domain.sandbox import shown_instead
from services.recording.server import PERMISSIONS
from services.recording.settings import Serve, Work
from services.recording.store.sandbox import SCHEMA
from services.recording.use_cases import Submission, keep_organisation, sandbox, save_draft, submit
from services.recording.use_cases import conformance as runs
from tests.builders.actors import an_lrms
from tests.builders.drafts import content
from tests.builders.keys import a_pair, a_vault_key
from tests.builders.recording import System, incident

NAME = "lfpse.recording.v1.Recording"
ROLE = ROLES[LRMS_SANDBOX]
LIVE = an_lrms("RZ1")
WORDS = "adverse-event-core/0/Description"
NOT_TWICE = {
    "alembic_version",
    "organisations",
    "organisation_predecessors",
    "question_sets",
    "inbox",
    "schedules",
    "conformance",
    "imports",
    "erased_accounts",
    "audit_chain",
    "audit_walks",
    "glasses",
    "erasures",
    "erasure_places",
}


def a_vendor(name: str = "vendor", organisation: str = "RZ1") -> Actor:
    grant = Grant(organisation, Reach.ORGANISATION, ROLE.permissions)
    return Actor(f"client:{name}-{organisation}", "sandbox", organisation, (grant,), f"Product of {name}")


VENDOR = a_vendor()


@dataclasses.dataclass
class Doors:
    """Recording's door as the gateway uses it, and both stores behind it."""

    ask: Callable[..., Any]
    live: Engine
    tried: Engine

    def rows(self, schema: str, table: str) -> list[str]:
        with self.live.begin() as tx:
            found = tx.execute(text(f"select cast(t as text) from {schema}.{table} t order by 1"))
            return list(found.scalars())

    def tables(self, schema: str) -> set[str]:
        with self.live.begin() as tx:
            names = tx.execute(text("select tablename from pg_tables where schemaname = :s"), {"s": schema})
            return set(names.scalars())

    def everything(self, schema: str) -> dict[str, list[str]]:
        return {table: self.rows(schema, table) for table in self.tables(schema)}


@pytest.fixture
def doors(tmp_path: Path, database_for: Callable[[str], str]) -> Iterator[Doors]:
    keys.make(tmp_path)
    settings = _settings(tmp_path, database_for("recording"))
    db = database.engine(settings.database_url)
    tried = database.engine(settings.database_url, search_path=SCHEMA)
    with db.begin() as tx:
        none: dict[str, Any] = {"opened_on": None, "closed_on": None, "parents": [], "version": 1}
        keep_organisation(tx, {"code": "RZ1", "name": "RZ1", **none})
    door = server.door(settings, db)
    running, port = serve(door, settings)
    tls = Tls(*(str(tmp_path / file) for file in ("gateway.crt", "gateway.key", "ca.crt")))
    client = Client(f"localhost:{port}", NAME, tls, PERMISSIONS)  # the gateway sends most calls again
    stub = recording_pb2_grpc.RecordingStub(client.channel)  # type: ignore[no-untyped-call]
    signer = Signer((tmp_path / "actor-signing-keys.json").read_text())

    def ask(rpc: str, request: Any, actor: Actor | None = VENDOR) -> Any:
        token = signer.sign(actor, 60)[0] if actor else ""
        method = getattr(stub, rpc)
        call = method if rpc != "CopyHeld" else lambda *what, **how: list(method(*what, **how))
        return client.call(call, request, token, 5, f"{NAME}/{rpc}")

    yield Doors(ask, db, tried)
    client.channel.close()
    drain(running, 0, door.closing)
    tried.dispose()
    db.dispose()


def _settings(folder: Path, url: str) -> Serve:
    return Serve(
        database_url=url,
        record_keys=a_vault_key(),
        enrichment_seal_keys=a_pair("X25519").public,
        notifications_seal_keys=a_pair("X25519").public,
        grpc_port=0,
        tls_cert_file=str(folder / "recording.crt"),
        tls_key_file=str(folder / "recording.key"),
        tls_ca_file=str(folder / "ca.crt"),
        actor_keys=(folder / "actor-keys.json").read_text(),
    )


def sent(local_reference: str = "", **overrides: Any) -> pb.SubmitRequest:
    """An incident as the gateway sends it; overrides are by section__property."""
    chosen = incident(**{name.replace("__", "/"): value for name, value in overrides.items()})
    return pb.SubmitRequest(
        question_set=6,
        answers=[_answer(one) for one in chosen],
        route=pb.ROUTE_API,
        local_reference=local_reference,
    )


def _answer(one: Answer) -> pb.Answer:
    slot = {bool: "boolean", int: "integer", str: "text"}[type(one.value)]
    said: Mapping[str, Any] = {slot: one.value}
    return pb.Answer(section=one.section, entry=one.entry, property=one.property, path=one.path, **said)


# ---- one door, two stores


def test_a_vendor_records_reads_changes_and_withdraws(doors: Doors) -> None:
    made = doors.ask("Submit", sent("W-1"))
    again = doors.ask("Submit", sent("W-1"))
    assert (again.event_id, again.repeated_request) == (made.event_id, True)
    shown = doors.ask("GetEvent", pb.GetEventRequest(event_id=made.reference))
    assert {one.field: one.text for one in shown.texts}[WORDS] == shown_instead(WORDS)
    assert all(one.checked for one in shown.texts)
    changed = sent(
        "W-1",
        **{"patient-information__PhysicalHarm": "2", "adverse-event-core__Description": shown_instead(WORDS)},
    )
    asking = pb.ReviseRequest(event=made.event_id, expected_revision=1, submission=changed)
    assert doors.ask("Revise", asking).revision == 2
    (row,) = doors.rows(SCHEMA, "events")
    after = doors.ask("GetHistory", pb.GetHistoryRequest(event=made.event_id))
    assert after.revisions[0].facts.written_in[WORDS] == 1, "the text that was shown keeps its original"
    assert all(one.checked for each in after.revisions for one in each.texts)
    doors.ask("Withdraw", pb.WithdrawRequest(event=made.event_id, reason="test_record"))
    assert "withdrawn" in doors.rows(SCHEMA, "events")[0]
    assert "withdrawn" not in row


def test_the_same_local_reference_with_another_key_finds_the_first_record(doors: Doors) -> None:
    first, second = sent("W-1"), sent("W-1")
    second.idempotency_key = "another"
    made = doors.ask("Submit", first)
    assert doors.ask("Submit", second).event_id == made.event_id


def test_many_at_once_are_shown_as_well(doors: Doors) -> None:
    many = pb.SubmitManyRequest(requests=[sent("W-1"), sent("W-2", native__Date="2999-01-01"), sent("W-3")])
    first, wrong, third = doors.ask("SubmitMany", many).outcomes
    assert wrong.problem.code == "answers-not-accepted"
    for one in (first, third):
        shown = doors.ask("GetEvent", pb.GetEventRequest(event_id=one.submitted.event_id))
        assert all(text.checked for text in shown.texts)


def test_a_reporters_contact_is_shown_by_nothing(doors: Doors) -> None:
    doors.ask("Submit", sent(**{"practitioner-details__ReporterContact": "a@example.org"}))
    assert doors.rows(SCHEMA, "redacted_texts")
    assert not [one for one in doors.rows(SCHEMA, "redacted_texts") if "Contact" in one]


def test_an_addendum_is_shown_in_the_same_words(doors: Doors) -> None:
    made = doors.ask("Submit", sent())
    doors.ask("AddAddendum", pb.AddAddendumRequest(event=made.event_id, text="Invented."))
    (remark,) = doors.ask("GetFollowUp", pb.GetFollowUpRequest(event=made.event_id)).remarks
    assert remark.checked
    assert remark.text.startswith("This is the sandbox.")


def test_each_store_is_closed_to_the_other(doors: Doors) -> None:
    tried = doors.ask("Submit", sent("W-1"))
    live = doors.ask("Submit", sent("W-1"), LIVE)
    assert tried.event_id != live.event_id
    for one, other in ((tried, LIVE), (live, VENDOR)):
        for rpc, request in (
            ("GetEvent", pb.GetEventRequest(event_id=one.event_id)),
            ("Withdraw", pb.WithdrawRequest(event=one.reference, reason="other")),
        ):
            with pytest.raises(Problem) as caught:
                doors.ask(rpc, request, other)
            assert caught.value.kind is Kind.NOT_FOUND
    for who, one in ((VENDOR, tried), (LIVE, live)):
        (found,) = doors.ask("SearchEvents", pb.SearchRequest(), who).events
        assert found.facts.event_id == one.event_id


def test_vendors_with_a_customer_in_common_see_nothing_of_each_other(doors: Doors) -> None:
    made = doors.ask("Submit", sent("W-1"))
    other = a_vendor("other")
    for rpc, request in (
        ("GetEvent", pb.GetEventRequest(event_id=made.reference)),
        ("GetHistory", pb.GetHistoryRequest(event=made.event_id)),
        ("GetFollowUp", pb.GetFollowUpRequest(event=made.event_id)),
        ("Revise", pb.ReviseRequest(event=made.event_id, submission=sent("W-1"))),
        ("Withdraw", pb.WithdrawRequest(event=made.event_id, reason="other")),
    ):
        with pytest.raises(Problem) as caught:
            doors.ask(rpc, request, other)
        assert caught.value.kind is Kind.NOT_FOUND
    assert not doors.ask("SearchEvents", pb.SearchRequest(), other).events
    assert not doors.ask("Reconcile", pb.ReconcileRequest(), other).held
    assert len(doors.ask("SearchEvents", pb.SearchRequest()).events) == 1


def test_a_sandbox_that_is_stuck_takes_no_thread_from_reports(doors: Doors) -> None:
    with doors.tried.begin() as tx, ThreadPoolExecutor(20) as vendors:
        tx.execute(text("lock table events"))
        asked = [vendors.submit(doors.ask, "Submit", sent(f"W-{one}")) for one in range(20)]
        refused = next(one for one in as_completed(asked) if one.exception())
        assert doors.ask("Submit", sent("W-1"), LIVE).reference  # while the sandbox is locked
        assert (refused.exception().code, refused.exception().detail) == (  # type: ignore[union-attr]
            "try-again",
            "The sandbox is busy. Try again in a moment.",
        )
        tx.rollback()
    assert len([one for one in asked if not one.exception()]) >= server.TRYING


def test_live_texts_still_wait_to_be_checked(doors: Doors) -> None:
    made = doors.ask("Submit", sent(), LIVE)
    shown = doors.ask("GetEvent", pb.GetEventRequest(event_id=made.event_id), LIVE)
    assert not any(one.checked for one in shown.texts)


# ---- whatever is called


def callable_by(permissions: frozenset[str]) -> list[str]:
    return [rpc for rpc, permission in PERMISSIONS.items() if permission in permissions | {OPEN}]


def requests(event_id: str, draft_id: str) -> dict[str, Any]:
    """A request for each RPC: made by hand where an empty one would do nothing, else with the names it takes."""
    special = {
        "Submit": sent("W-2"),
        "SubmitMany": pb.SubmitManyRequest(requests=[sent("W-3"), sent("W-4")]),
        "Validate": pb.ValidateRequest(submission=sent()),
        "Revise": pb.ReviseRequest(
            event=event_id, submission=sent("W-1", **{"patient-information__PhysicalHarm": "3"})
        ),
        "Reconcile": pb.ReconcileRequest(),
        "SaveDraft": pb.SaveDraftRequest(question_set=6),
        "StartConformanceRun": pb.StartConformanceRunRequest(product_version="1", question_set=6),
        "BreakGlass": pb.BreakGlassRequest(
            event=event_id, purpose="legal_duty", reason="An inquest asks for what was written"
        ),
        "Withdraw": pb.WithdrawRequest(event=event_id, reason="other"),
    }
    named = {
        "event": event_id,
        "event_id": event_id,
        "draft_id": draft_id,
        "reason": "other",
        "text": "Invented.",
    }
    found = {}
    for rpc in pb.DESCRIPTOR.services_by_name["Recording"].methods:
        fields = rpc.input_type.fields_by_name.keys() & named.keys()
        asking = GetMessageClass(rpc.input_type)
        found[rpc.name] = special.get(rpc.name) or asking(**{name: named[name] for name in fields})
    last = ("Withdraw", "DiscardDraft", "ResetSandbox")
    return {rpc: found[rpc] for rpc in sorted(found, key=lambda one: last.index(one) if one in last else -1)}


def call_everything(doors: Doors, actor: Actor, permissions: frozenset[str]) -> set[str]:
    """Every RPC that these permissions open; those that were answered."""
    made = doors.ask("Submit", sent("W-1"), actor)
    draft = doors.ask(
        "SaveDraft", pb.SaveDraftRequest(question_set=6, answers=[_answer(incident()[0])]), actor
    )
    opened, answered = callable_by(permissions), set()
    for rpc, request in requests(made.event_id, draft.draft_id).items():
        if rpc not in opened:
            continue
        try:
            doors.ask(rpc, request, actor)
            answered.add(rpc)
        except Problem as problem:
            if problem.kind not in (Kind.INVALID, Kind.NOT_FOUND, Kind.CONFLICT, Kind.FORBIDDEN):
                raise
    return answered


def test_nothing_a_vendor_may_call_leaves_a_trace_in_the_live_store(doors: Doors) -> None:
    doors.ask("Submit", sent("W-1"), LIVE)
    before = doors.everything("public")
    answered = call_everything(doors, VENDOR, ROLE.permissions)
    assert {
        "Submit",
        "Revise",
        "SearchEvents",
        "SaveDraft",
        "StartConformanceRun",
        "ResetSandbox",
    } <= answered
    assert doors.everything("public") == before


def test_nothing_the_others_may_call_leaves_a_trace_in_the_sandbox(doors: Doors) -> None:
    doors.ask("Submit", sent("W-1"))
    before = doors.everything(SCHEMA)
    every = frozenset(PERMISSIONS.values()) - {OPEN}
    client = dataclasses.replace(LIVE, grants=(Grant("RZ1", Reach.ORGANISATION, every),))
    answered = call_everything(doors, client, every)
    assert {"Submit", "Revise", "Restore", "ReadOriginal", "AnonymiseReporter"} <= answered
    assert not {"ResetSandbox", "StartConformanceRun", "GetConformanceRun"} & answered
    assert doors.everything(SCHEMA) == before


def test_nothing_is_announced_nor_put_to_work(doors: Doors) -> None:
    call_everything(doors, VENDOR, ROLE.permissions - {sandbox.SANDBOX})
    assert doors.rows(SCHEMA, "events")
    for schema in ("public", SCHEMA):
        assert not doors.rows(schema, "outbox")
        assert not doors.rows(schema, "jobs")


# ---- its tables


def test_the_sandbox_has_the_columns_and_indexes_of_the_live_store(doors: Doors) -> None:
    shapes = {schema: _shape(doors, schema) for schema in ("public", SCHEMA)}
    assert shapes["public"].keys() - NOT_TWICE == shapes[SCHEMA].keys() - {"runs", "attempts"}
    for table in shapes["public"].keys() - NOT_TWICE:
        assert shapes[SCHEMA][table] == shapes["public"][table], table


def _shape(doors: Doors, schema: str) -> dict[str, list[str]]:
    columns = (
        "select table_name, concat_ws(' ', column_name, data_type, is_nullable, identity_generation,"
        " case when is_identity = 'NO' then replace(column_default, :dot, '') end)"
        " from information_schema.columns where table_schema = :schema"
        " union all select tablename, replace(indexdef, :dot, '') from pg_indexes where schemaname = :schema order by 1, 2"
    )
    found: dict[str, list[str]] = {}
    with doors.live.begin() as tx:
        for table, said in tx.execute(text(columns), {"schema": schema, "dot": f"{schema}."}):
            found.setdefault(table, []).append(said)
    return found


# ---- emptying it


@pytest.fixture
def tried(system: System) -> Iterator[Engine]:
    made = database.engine(
        system.db.url.render_as_string(hide_password=False).replace("+psycopg", ""), search_path=SCHEMA
    )
    yield made
    made.dispose()


def try_all(system: System, db: Engine, actor: Actor, now: datetime) -> None:
    """A record with a revision's text, a remark, a draft, a run and an attempt."""
    answers = incident()
    made = submit(db, system.tools, actor, Submission(6, answers, "api", local_reference="W-1"), now)
    sandbox.show_instead(db, [(made.event_id, 1)])
    save_draft(db, system.tools, actor, content(), now=now)
    run = runs.start_run(db, actor, "1", 6, now)
    runs.note(db, actor, [Attempt("create", f"{run.run_id[-8:]}-incident", "accepted")], now)
    with db.begin() as tx:
        for statement in _MORE:
            tx.execute(
                text(statement), {"id": made.event_id, "actor": actor.id, "now": now, "other": run.run_id}
            )


_MORE = (
    "update audit set at = :now where actor = :actor",
    "insert into handlings values (cast(:id as uuid), 2, 'under_review', null, '', :actor, 'RZ1', :now)",
    "insert into remarks (id, event_id, kind, author_id, author_organisation, made_at, sealed)"
    " values (cast(:other as uuid), cast(:id as uuid), 'addendum', :actor, 'RZ1', :now, '')",
    "insert into redacted_texts values (cast(:other as uuid), 1, 'remark', 'Invented.')",
    "insert into links (id, kind, event_id, other_organisation, made_by, made_for, made_at)"
    " values (cast(:other as uuid), 'noticed_here_happened_there', cast(:id as uuid), 'RZ2', :actor, 'RZ1', :now)",
    "insert into safety_responses (id, version, organisation, contributing, response_type, status, target, made_by, made_at)"
    " values (cast(:other as uuid), 1, 'RZ1', '{}', '1', '1', '', :actor, :now)",
    "insert into safety_response_versions values (cast(:other as uuid), 1, 6, '{}', '{}', '{}', '{}', '', :actor, 'RZ1', :now)",
    "insert into safety_response_events values (cast(:other as uuid), cast(:id as uuid))",
)
HELD = {
    "events", "event_keys", "revisions", "redacted_texts", "requests", "audit", "drafts", "runs", "attempts", "handlings",
    "remarks", "links", "safety_responses", "safety_response_versions", "safety_response_events",
}  # fmt: skip


def counts(system: System) -> dict[str, int]:
    tables = [row[0] for row in system.rows(f"select tablename from pg_tables where schemaname = '{SCHEMA}'")]
    found = {table: system.rows(f"select count(*) from {SCHEMA}.{table}")[0][0] for table in tables}
    return {table: count for table, count in found.items() if count}


def empty(system: System) -> bool:
    """What the schedule of `work recording` does, on the live connection that a worker has."""
    (schedule,) = [
        one
        for one in jobs.schedules(Work(database_url="", record_keys=a_vault_key()))
        if one.name == "empty-sandbox"
    ]
    assert not isinstance(schedule.do, Outside)
    with system.db.begin() as tx:
        return schedule.do(tx)


def test_what_is_older_than_a_week_goes_and_what_is_younger_stays(system: System, tried: Engine) -> None:
    now = datetime.now(UTC)
    try_all(system, tried, a_vendor("old"), now - timedelta(days=7, minutes=1))
    try_all(system, tried, a_vendor("new"), now - timedelta(days=6, hours=23))
    assert counts(system).keys() == HELD
    young = counts(system)["redacted_texts"] // 2
    system.submit(now=now - timedelta(days=8))
    live = system.rows("select id from events")
    assert empty(system) is False
    after = counts(system)
    assert after.keys() == HELD
    assert after["redacted_texts"] == young
    assert after["audit"] == 2  # of the event and of the draft
    assert {after[table] for table in HELD - {"redacted_texts", "audit"}} == {1}
    assert system.rows("select id from events") == live


def test_nothing_is_left_of_what_is_old(system: System, tried: Engine) -> None:
    try_all(system, tried, VENDOR, datetime.now(UTC) - timedelta(days=8))
    empty(system)
    assert not counts(system)


def test_a_great_deal_goes_in_several_rounds(system: System, tried: Engine) -> None:
    def two_at_once() -> bool:
        with system.db.begin() as tx:
            return sandbox.empty_old(tx, most=2)

    for number in range(3):
        try_all(system, tried, a_vendor(f"v{number}"), datetime.now(UTC) - timedelta(days=8))
    assert two_at_once() is True
    assert counts(system)["events"] == 1
    while two_at_once():
        assert "events" not in counts(system)
    assert not counts(system)


def test_a_vendor_empties_its_own_sandbox_and_no_other(system: System, tried: Engine) -> None:
    now = datetime.now(UTC)
    try_all(system, tried, VENDOR, now)
    one = counts(system)
    try_all(system, tried, a_vendor("other"), now)
    assert sandbox.reset(tried, VENDOR) == 3, "a record, a draft and a safety response"
    assert counts(system) == one
    assert sandbox.reset(tried, VENDOR) == 0
