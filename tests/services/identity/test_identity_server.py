"""Through a real gRPC server with mutual TLS, as the gateway sees it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import pytest
from sqlalchemy import Engine

from chassis import grpc_server
from chassis.actors import Verifier
from chassis.grpc_client import Client, Tls, problem_of
from chassis.problems import Kind, Problem
from deploy.local.codes import App
from protos.identity.v1 import identity_pb2 as pb
from protos.identity.v1 import identity_pb2_grpc as pb_grpc
from services.identity import server as identity
from services.identity.settings import Serve
from tests.builders.people import TOTP_SECRET

PASSWORD = "correct-horse-battery"
Sample = dict[str, list[dict[str, Any]]]


@dataclass
class Running:
    """A server, and how a caller of a name reaches it."""

    server: grpc.Server
    port: int
    servicer: identity.Servicer
    folder: Path

    def client(self, name: str) -> Client:
        tls = Tls(
            str(self.folder / f"{name}.crt"), str(self.folder / f"{name}.key"), str(self.folder / "ca.crt")
        )
        return Client(f"localhost:{self.port}", "lfpse.identity.v1.Identity", tls)


@dataclass
class Gateway:
    """The gateway's side of identity."""

    client: Client
    stub: Any
    apps: dict[str, App] = field(default_factory=dict)

    def __getattr__(self, rpc: str) -> Callable[..., Any]:
        return lambda request, actor="": self.client.call(getattr(self.stub, rpc), request, actor)

    def sign_in(self, who: str) -> pb.Session:
        code = self.apps.setdefault(who, App(TOTP_SECRET)).code()
        asking = pb.SignInRequest(email=f"{who}@example.org", password=PASSWORD, code=code)
        return self.SignIn(asking)  # type: ignore[no-any-return]

    def actor(self, who: str) -> str:
        signed = self.ActorForSession(pb.ActorForSessionRequest(token=self.sign_in(who).token))
        return str(signed.token)


@pytest.fixture
def running(
    db: Engine, database_url: str, house: Sample, key_files: dict[str, Path], jwks: Callable[[str], str]
) -> Iterator[Running]:
    folder = next(iter(key_files.values())).parent
    settings = Serve(
        database_url=database_url,
        grpc_port=0,
        tls_cert_file=str(folder / "identity.crt"),
        tls_key_file=str(folder / "identity.key"),
        tls_ca_file=str(folder / "ca.crt"),
        actor_keys=jwks("ACTOR_KEYS"),
        actor_signing_keys=jwks("ACTOR_SIGNING_KEYS"),
        notifications_seal_keys=jwks("NOTIFICATIONS_SEAL_KEYS"),
        account_keys=jwks("ACCOUNT_KEYS"),
        grpc_threads=8,
    )
    door = identity.door(settings, db)
    server, port = grpc_server.serve(door, settings)
    servicer = door.servicer
    assert isinstance(servicer, identity.Servicer)
    yield Running(server, port, servicer, folder)
    servicer.tools.watch.close()
    grpc_server.drain(server, 1)


@pytest.fixture
def gateway(running: Running) -> Iterator[Gateway]:
    client = running.client("gateway")
    yield Gateway(client, pb_grpc.IdentityStub(client.channel))  # type: ignore[no-untyped-call]
    client.channel.close()


def refusal(call: Callable[..., Any], *arguments: Any) -> Problem:
    with pytest.raises(Problem) as refused:
        call(*arguments)
    return refused.value


class Watcher:
    """Reads a stream in a thread of its own."""

    def __init__(self, gateway: Gateway) -> None:
        self.stream = gateway.stub.WatchCredentials(pb.WatchCredentialsRequest())
        self.heard: list[str] = []
        self.ended: grpc.RpcError | None = None
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self) -> None:
        try:
            for one in self.stream:
                self.heard.append(one.watch_id)
        except grpc.RpcError as failure:
            self.ended = failure

    def until(self, happened: Callable[[], bool], seconds: float = 5) -> None:
        until = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < until, self.heard
            time.sleep(0.01)

    def open(self) -> Watcher:
        self.until(lambda: "" in self.heard)
        return self


def test_every_rpc_names_its_permission() -> None:
    service = pb.DESCRIPTOR.services_by_name["Identity"]
    assert set(identity.PERMISSIONS) == {method.name for method in service.methods}


def test_a_person_signs_in_is_known_and_signs_out(gateway: Gateway, verifier: Verifier) -> None:
    session = gateway.sign_in("nurse")
    signed = gateway.ActorForSession(pb.ActorForSessionRequest(token=session.token))
    assert verifier.verify(signed.token).name == "Nurse"
    assert 295 < signed.expires_at.seconds - time.time() <= 300
    gateway.SignOut(pb.SignOutRequest(token=session.token))
    gone = refusal(gateway.ActorForSession, pb.ActorForSessionRequest(token=session.token))
    assert (gone.kind, gone.code) == (Kind.UNAUTHENTICATED, "session-ended")


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(gateway: Gateway) -> None:
    answers = {
        str(vars(refusal(gateway.SignIn, pb.SignInRequest(email=email, password="wrong"))))
        for email in ("nurse@example.org", "nobody@example.org", "")
    }
    assert len(answers) == 1
    assert "sign-in-failed" in answers.pop()


def test_too_many_tries_are_throttled(gateway: Gateway) -> None:
    wrong = pb.SignInRequest(email="nurse@example.org", password="wrong")
    found = [
        refusal(gateway.SignIn, wrong).kind for _ in range(12)
    ]  # waits grow faster than a slow machine hashes
    assert found[:3] == [Kind.UNAUTHENTICATED] * 3
    assert set(found) == {Kind.UNAUTHENTICATED, Kind.THROTTLED}


def test_an_lrms_key_is_known(gateway: Gateway, house: Sample, verifier: Verifier) -> None:
    signed = gateway.ActorForKey(pb.ActorForKeyRequest(key=house["credentials"][0]["key"]))
    assert verifier.verify(signed.token).id == signed.watch_id
    assert refusal(gateway.ActorForKey, pb.ActorForKeyRequest(key="guess")).code == "key-not-known"


def test_support_lists_and_revokes(gateway: Gateway) -> None:
    support = gateway.actor("helper")
    (only,) = gateway.ListCredentials(pb.ListCredentialsRequest(organisation="RZ3"), support).credentials
    assert not only.HasField("revoked_at")
    revoked = gateway.RevokeCredential(pb.RevokeCredentialRequest(credential_id=only.credential_id), support)
    assert revoked.HasField("revoked_at")
    listed = gateway.ListAccounts(pb.ListAccountsRequest(), support)
    assert [one.email for one in listed.accounts] == ["nurse@example.org", "helper@example.org"]
    assert listed.accounts[0].grants[0].role == "standard"


@pytest.mark.parametrize(
    ("rpc", "request_"),
    [
        ("ListCredentials", pb.ListCredentialsRequest()),
        ("ListAccounts", pb.ListAccountsRequest()),
        ("RevokeCredential", pb.RevokeCredentialRequest(credential_id="x")),
    ],
)
def test_administration_is_refused_to_everyone_else(gateway: Gateway, rpc: str, request_: Any) -> None:
    call = getattr(gateway, rpc)
    assert refusal(call, request_).kind is Kind.UNAUTHENTICATED
    assert refusal(call, request_, "not a token").kind is Kind.UNAUTHENTICATED
    assert refusal(call, request_, gateway.actor("nurse")).kind is Kind.FORBIDDEN


def test_only_the_gateway_may_call(running: Running) -> None:
    client = running.client("recording")
    stranger = Gateway(client, pb_grpc.IdentityStub(client.channel))  # type: ignore[no-untyped-call]
    assert refusal(stranger.ActorForKey, pb.ActorForKeyRequest(key="x")).code == "caller-not-listed"
    watcher = Watcher(stranger)
    watcher.until(lambda: watcher.ended is not None)
    assert watcher.ended is not None
    assert problem_of(watcher.ended).code == "caller-not-listed"
    client.channel.close()


def test_a_caller_without_a_certificate_is_not_heard(running: Running) -> None:
    authority = (running.folder / "ca.crt").read_bytes()
    channel = grpc.secure_channel(f"localhost:{running.port}", grpc.ssl_channel_credentials(authority))
    with pytest.raises(grpc.RpcError) as refused:
        pb_grpc.IdentityStub(channel).ActorForKey(pb.ActorForKeyRequest(key="x"), timeout=3)  # type: ignore[no-untyped-call]
    assert refused.value.code() == grpc.StatusCode.UNAVAILABLE
    channel.close()


def test_the_gateway_hears_within_a_second_of_whoever_signs_out_or_is_revoked(gateway: Gateway) -> None:
    support, session = gateway.actor("helper"), gateway.sign_in("nurse")
    watch_id = gateway.ActorForSession(pb.ActorForSessionRequest(token=session.token)).watch_id
    watcher = Watcher(gateway).open()
    gateway.SignOut(pb.SignOutRequest(token=session.token))
    watcher.until(lambda: watch_id in watcher.heard, seconds=1)
    (only,) = gateway.ListCredentials(pb.ListCredentialsRequest(organisation="RZ3"), support).credentials
    gateway.RevokeCredential(pb.RevokeCredentialRequest(credential_id=only.credential_id), support)
    watcher.until(lambda: any(one.startswith("client:") for one in watcher.heard), seconds=1)
    watcher.stream.cancel()


def test_whoever_comes_back_hears_first_what_they_missed(gateway: Gateway) -> None:
    session = gateway.sign_in("nurse")
    watch_id = gateway.ActorForSession(pb.ActorForSessionRequest(token=session.token)).watch_id
    gateway.SignOut(pb.SignOutRequest(token=session.token))
    watcher = Watcher(gateway).open()
    assert watcher.heard[:2] == [watch_id, ""]
    watcher.stream.cancel()


def test_a_quiet_stream_shows_that_it_is_alive(gateway: Gateway) -> None:
    watcher = Watcher(gateway).open()
    watcher.until(lambda: watcher.heard.count("") >= 2, seconds=4)
    watcher.stream.cancel()


def test_when_the_gateway_goes_its_place_is_free_again(gateway: Gateway, running: Running) -> None:
    for _ in range(6):
        watchers = [Watcher(gateway).open() for _ in range(4)]
        extra = Watcher(gateway)
        extra.until(lambda one=extra: one.ended is not None)  # type: ignore[misc]
        assert extra.ended is not None
        assert problem_of(extra.ended).code == "too-many-watchers"
        for watcher in watchers:
            watcher.stream.cancel()
        watchers[0].until(lambda: not running.servicer.tools.watch._lines)


def test_watchers_leave_room_for_everyone_else(gateway: Gateway) -> None:
    watchers = [Watcher(gateway).open() for _ in range(4)]
    gateway.sign_in("nurse")
    for watcher in watchers:
        watcher.stream.cancel()


def test_when_the_watch_closes_the_stream_ends_in_peace(gateway: Gateway, running: Running) -> None:
    watcher = Watcher(gateway).open()
    running.servicer.tools.watch.close()
    watcher.thread.join(2)
    assert not watcher.thread.is_alive()
    assert watcher.ended is None


def test_a_server_that_drains_ends_its_streams_and_leaves_nothing_behind(
    gateway: Gateway, running: Running
) -> None:
    watcher = Watcher(gateway).open()
    began = time.monotonic()
    grpc_server.drain(running.server, 1)
    assert time.monotonic() - began < 3
    watcher.thread.join(2)
    watcher.until(lambda: not running.servicer.tools.watch._lines)
