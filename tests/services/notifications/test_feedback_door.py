"""Anybody's feedback comes in by the gateway without an actor; reading it needs one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from chassis.actors import Signer
from chassis.grpc_client import Client, Tls
from chassis.grpc_server import drain, serve
from chassis.problems import Kind, Problem
from deploy.local import keys
from protos.notifications.v1 import feedback_pb2 as pb
from protos.notifications.v1.notifications_pb2_grpc import NotificationsStub
from services.notifications.server import door
from services.notifications.settings import Serve
from tests.services.notifications.test_feedback import HELPER

Ask = Callable[..., Any]
WORDS = "It was quick on my telephone."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = Path(tmp_path_factory.mktemp("keys"))
    keys.make(made)
    return made


@pytest.fixture
def ask(folder: Path, engine_for: Callable[[str], Engine]) -> Iterator[Ask]:
    """An RPC's reply to the gateway."""
    settings = Serve(
        database_url="",
        grpc_port=0,
        tls_cert_file=str(folder / "notifications.crt"),
        tls_key_file=str(folder / "notifications.key"),
        tls_ca_file=str(folder / "ca.crt"),
        actor_keys=(folder / "actor-keys.json").read_text(),
        notifications_open_keys=(folder / "notifications-open-keys.json").read_text(),
    )
    server, port = serve(door(settings, engine_for("notifications")), settings)
    tls = Tls(*(str(folder / name) for name in ("gateway.crt", "gateway.key", "ca.crt")))
    client = Client(f"localhost:{port}", "lfpse.notifications.v1.Notifications", tls, ())
    stub = NotificationsStub(client.channel)
    yield lambda rpc, asking, actor="": client.call(getattr(stub, rpc), asking, actor, 5.0)
    client.close()
    drain(server, 0)


def test_what_anybody_sends_is_what_support_reads_and_marks_done(folder: Path, ask: Ask) -> None:
    ask("TakeFeedback", pb.TakeFeedbackRequest(once="a", text=f" {WORDS}\n", page="/help"))
    helper, _ = Signer((folder / "actor-signing-keys.json").read_text()).sign(HELPER, 60)
    found = ask("ListFeedback", pb.ListFeedbackRequest(), helper)
    (one,) = found.items
    assert (one.text, one.page, one.address, one.unreadable, found.waiting) == (WORDS, "/help", "", False, 1)
    assert one.taken_at.seconds
    assert not one.HasField("done_at")
    ask("MarkFeedbackDone", pb.MarkFeedbackDoneRequest(feedback_id=one.feedback_id), helper)
    (one,) = ask("ListFeedback", pb.ListFeedbackRequest(done=True), helper).items
    assert one.HasField("done_at")


@pytest.mark.parametrize(
    ("rpc", "asking"),
    [("ListFeedback", pb.ListFeedbackRequest()), ("MarkFeedbackDone", pb.MarkFeedbackDoneRequest())],
)
def test_nobody_reads_it_without_being_somebody(ask: Ask, rpc: str, asking: Any) -> None:
    with pytest.raises(Problem) as refused:
        ask(rpc, asking)
    assert refused.value.kind is Kind.UNAUTHENTICATED
