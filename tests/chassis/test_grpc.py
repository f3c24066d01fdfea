"""A real gRPC server on port 0 with mutual TLS: what it lets in, what it refuses, and how a problem travels."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import psycopg
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from joserfc.jwk import OKPKey
from sqlalchemy.exc import OperationalError

from chassis import grpc_server
from chassis.actors import Actor, Grant, Reach, Signer
from chassis.grpc_client import Client, Tls
from chassis.problems import Fault, Kind, Problem, invalid
from chassis.settings import Serving
from deploy.local import keys
from protos.notifications.v1 import notifications_pb2 as pb
from protos.notifications.v1 import notifications_pb2_grpc as pb_grpc

TOO_LONG = "x" * (8 << 20)
WORDS = "the patient's name is in here"
NAME = "lfpse.notifications.v1.Notifications"
ACTOR = Actor("a1", "person", "RZ1", (Grant("RZ1", Reach.OWN, frozenset({"notifications:read"})),))


class Servicer(pb_grpc.NotificationsServicer):
    """Answers with the actor's id, or fails as the cursor says."""

    def ListNotices(self, request: pb.ListNoticesRequest, context: grpc.ServicerContext) -> pb.Notices:
        if request.cursor == "problem":
            raise invalid("wrong", "Mend it.", Fault("a.b", "missing", "Give b."))
        if request.cursor == "bug":
            raise RuntimeError(WORDS)
        if request.cursor == "database":
            raise OperationalError("select", {}, psycopg.OperationalError("gone"))
        if request.cursor == "long":
            return pb.Notices(next=TOO_LONG)
        return pb.Notices(next=grpc_server.actor().id)


@dataclass(frozen=True)
class System:
    folder: Path
    port: int
    signer: Signer

    def client(self, name: str = "gateway") -> Client:
        return Client(f"localhost:{self.port}", NAME, self.tls(name), idempotent=["ListNotices"])

    def tls(self, name: str) -> Tls:
        return Tls(*(str(self.folder / one) for one in (f"{name}.crt", f"{name}.key", "ca.crt")))

    def ask(self, cursor: str = "", name: str = "gateway", token: str | None = None) -> Any:
        client = self.client(name)
        stub = pb_grpc.NotificationsStub(client.channel)
        token = self.signer.sign(ACTOR, 60)[0] if token is None else token
        try:
            return client.call(stub.ListNotices, pb.ListNoticesRequest(cursor=cursor), token)
        finally:
            client.channel.close()


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    folder = Path(tmp_path_factory.mktemp("tls"))
    keys.make(folder)
    key = OKPKey.generate_key("Ed25519", {"kid": "one"})
    door = grpc_server.Door(
        NAME,
        pb_grpc.add_NotificationsServicer_to_server,
        Servicer(),
        {"ListNotices": "notifications:read"},
        frozenset({"gateway"}),
    )
    paths = [str(folder / one) for one in ("notifications.crt", "notifications.key", "ca.crt")]
    settings = Serving(
        grpc_port=0,
        tls_cert_file=paths[0],
        tls_key_file=paths[1],
        tls_ca_file=paths[2],
        actor_keys=json.dumps({"keys": [key.as_dict(private=False)]}),
    )
    server, port = grpc_server.serve(door, settings)
    yield System(folder, port, Signer(json.dumps({"keys": [key.as_dict(private=True)]})))
    grpc_server.drain(server, 1)


def test_a_listed_caller_with_a_signed_actor_is_answered(system: System) -> None:
    assert system.ask().next == "a1"


def test_a_caller_that_is_not_listed_is_refused(system: System) -> None:
    assert refused(system, name="recording").code == "caller-not-listed"


def test_a_forged_actor_is_refused(system: System) -> None:
    assert refused(system, token="e30.e30.e30").kind is Kind.UNAUTHENTICATED
    assert refused(system, token="").kind is Kind.UNAUTHENTICATED


def test_an_actor_without_the_permission_is_refused(system: System) -> None:
    token = system.signer.sign(Actor("a2", "person", "RZ1"), 60)[0]
    assert refused(system, token=token).kind is Kind.FORBIDDEN


def test_an_rpc_without_a_permission_of_its_own_is_refused(system: System) -> None:
    client = system.client()
    stub = pb_grpc.NotificationsStub(client.channel)
    with pytest.raises(Problem) as caught:
        client.call(stub.MarkRead, pb.MarkReadRequest(), system.signer.sign(ACTOR, 60)[0])
    client.channel.close()
    assert caught.value.kind is Kind.FORBIDDEN


def test_a_problem_arrives_as_it_was_raised(system: System) -> None:
    problem = refused(system, cursor="problem")
    assert (problem.kind, problem.code, problem.detail) == (Kind.INVALID, "wrong", "Mend it.")
    assert problem.faults == (Fault("a.b", "missing", "Give b."),)


def test_a_database_that_is_away_is_unavailable_and_not_our_fault(system: System) -> None:
    assert refused(system, cursor="database").kind is Kind.UNAVAILABLE


@pytest.mark.parametrize("cursor", ["long", TOO_LONG])
def test_what_is_more_than_a_call_can_carry_either_way_is_a_problem(system: System, cursor: str) -> None:
    problem = refused(system, cursor=cursor)
    assert (problem.kind, problem.code) == (Kind.INVALID, "body-too-large")


def test_a_bug_never_tells_its_words(system: System, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(RuntimeError) as caught:
        system.ask("bug")
    assert WORDS not in str(caught.value)
    assert WORDS not in caplog.text
    assert "RuntimeError" in caplog.text


def test_nobody_without_a_certificate_is_heard(system: System) -> None:
    authority = (system.folder / "ca.crt").read_bytes()
    with grpc.secure_channel(f"localhost:{system.port}", grpc.ssl_channel_credentials(authority)) as channel:
        with pytest.raises(grpc.RpcError) as caught:
            health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), timeout=3)
        assert caught.value.code() is grpc.StatusCode.UNAVAILABLE


def test_health_is_said_by_service(system: System) -> None:
    client = system.client()
    answer = health_pb2_grpc.HealthStub(client.channel).Check(
        health_pb2.HealthCheckRequest(service=NAME), timeout=3
    )
    client.channel.close()
    assert answer.status == health_pb2.HealthCheckResponse.SERVING


def test_a_server_that_is_not_there_is_unavailable(system: System) -> None:
    client = Client("localhost:1", NAME, system.tls("gateway"))
    with pytest.raises(Problem) as caught:
        client.call(
            pb_grpc.NotificationsStub(client.channel).ListNotices, pb.ListNoticesRequest(), deadline=2
        )
    client.channel.close()
    assert caught.value.kind is Kind.UNAVAILABLE


def refused(system: System, **how: str) -> Problem:
    with pytest.raises(Problem) as caught:
        system.ask(**how)
    return caught.value
