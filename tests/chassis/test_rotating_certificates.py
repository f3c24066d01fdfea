"""Certificates and authorities change under a server and its caller; what must be refused is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from chassis import certificates, grpc_server, rereading
from chassis.actors import Actor, Grant, Reach, Signer
from chassis.certificates import TLS
from chassis.grpc_client import Client, Tls
from chassis.problems import Problem
from chassis.settings import Serving
from deploy.local import keys
from protos.notifications.v1 import notifications_pb2 as pb
from protos.notifications.v1 import notifications_pb2_grpc as pb_grpc
from tests.builders.keys import a_pair

NAME = "lfpse.notifications.v1.Notifications"
PAIR = a_pair("Ed25519")
ACTOR = Actor("a1", "person", "RZ1", (Grant("RZ1", Reach.OWN, frozenset({"notifications:read"})),))


class Servicer(pb_grpc.NotificationsServicer):
    def ListNotices(self, request: pb.ListNoticesRequest, context: Any) -> pb.Notices:
        return pb.Notices(next=grpc_server.actor().id)


@dataclass
class House:
    """A server of notifications, and whoever calls it, with their papers in one folder."""

    folder: Path
    port: int

    def caller(
        self, name: str = "gateway", folder: Path | None = None, server: str = "notifications"
    ) -> Client:
        here = folder or self.folder
        tls = Tls(str(here / f"{name}.crt"), str(here / f"{name}.key"), str(here / "ca.crt"))
        return Client(f"localhost:{self.port}", NAME, tls, server=server)

    def trust(self, *found: Any) -> None:
        (self.folder / "ca.crt").write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in found))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    folder = tmp_path / "keys"
    folder.mkdir()
    keys.make(folder)
    door = grpc_server.Door(
        NAME,
        pb_grpc.add_NotificationsServicer_to_server,
        Servicer(),
        {"ListNotices": "notifications:read"},
        frozenset({"gateway"}),
    )
    settings = Serving(
        grpc_port=0,
        tls_cert_file=str(folder / "notifications.crt"),
        tls_key_file=str(folder / "notifications.key"),
        tls_ca_file=str(folder / "ca.crt"),
        actor_keys=PAIR.public,
    )
    server, port = grpc_server.serve(door, settings)
    yield House(folder, port)
    grpc_server.drain(server, 0)


def answered(caller: Client) -> str:
    token, _ = Signer(PAIR.private).sign(ACTOR, 60)
    stub = pb_grpc.NotificationsStub(caller.channel)
    found: pb.Notices = caller.call(stub.ListNotices, pb.ListNoticesRequest(), token, deadline=20)
    return found.next


def refused(caller: Client) -> str:
    """The code of the problem."""
    with pytest.raises(Problem) as caught:
        answered(caller)
    caller.close()
    return caught.value.code


def test_everybody_gets_a_new_certificate_and_every_call_is_answered(house: House) -> None:
    caller = house.caller()
    first = caller.channel
    assert answered(caller) == "a1"
    for name in ("notifications", "gateway"):
        keys.certificate(house.folder, name)
        rereading.states()
        assert answered(caller) == "a1"
    assert caller.channel is not first
    caller.close()


def test_a_new_authority_beside_the_old_and_then_alone(house: House, tmp_path: Path) -> None:
    old = Path(shutil.copytree(house.folder, tmp_path / "old"))
    caller, before = house.caller(), keys.trusted(house.folder)
    keys.authority(house.folder, keys.NEXT)
    coming = x509.load_pem_x509_certificate((house.folder / "ca-next.crt").read_bytes())
    for step in (
        lambda: house.trust(*before, coming),
        lambda: keys.certificate(house.folder, "notifications"),
        lambda: keys.certificate(house.folder, "gateway"),
        lambda: house.trust(coming),
    ):
        step()
        rereading.states()
        assert answered(caller) == "a1"
    caller.close()
    fresh = house.caller()
    assert answered(fresh) == "a1"
    fresh.close()
    shutil.copy(house.folder / "ca.crt", old / "ca.crt")  # a certificate of the old authority, from now
    assert refused(house.caller(folder=old)) == "try-again"


def test_half_of_a_change_changes_nothing(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caller = house.caller()
    whole = (house.folder / "gateway.key").read_bytes()
    shutil.copy(house.folder / "access.key", house.folder / "gateway.key")
    assert any(one.refused for one in rereading.states() if one.name == TLS)
    assert answered(caller) == "a1"
    rereading.states()
    assert "Mismatched" in caplog.text
    assert "PRIVATE" not in caplog.text
    (house.folder / "gateway.key").write_bytes(whole)
    assert answered(caller) == "a1"
    caller.close()


def test_the_old_channel_ends_what_it_began_and_is_then_closed(house: House) -> None:
    caller = house.caller()
    old = pb_grpc.NotificationsStub(caller.channel)
    keys.certificate(house.folder, "gateway")
    rereading.states()
    assert answered(caller) == "a1"
    token, _ = Signer(PAIR.private).sign(ACTOR, 60)
    assert caller.call(old.ListNotices, pb.ListNoticesRequest(), token, deadline=20).next == "a1"
    caller.close()
    with pytest.raises(ValueError, match="closed channel"):
        caller.call(old.ListNotices, pb.ListNoticesRequest(), token)


def test_an_ended_certificate_is_refused(house: House) -> None:
    keys.certificate(house.folder, "gateway", timedelta(days=-1))
    assert refused(house.caller()) == "try-again"


def test_a_server_whose_certificate_has_ended_is_not_spoken_to(house: House) -> None:
    keys.certificate(house.folder, "notifications", timedelta(days=-1))
    rereading.states()
    assert refused(house.caller()) == "try-again"


def test_a_certificate_of_a_foreign_authority_is_refused(house: House, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    keys.make(foreign)
    shutil.copy(house.folder / "ca.crt", foreign / "ca.crt")
    assert refused(house.caller(folder=foreign)) == "try-again"


def test_a_caller_that_is_not_listed_is_refused_by_name(house: House) -> None:
    assert refused(house.caller("access")) == "caller-not-listed"


def test_a_server_with_somebody_elses_name_is_not_spoken_to(house: House) -> None:
    assert refused(house.caller(server="recording")) == "try-again"


def test_a_certificate_that_ends_soon_is_said_and_one_that_does_not_is_not(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    paths = [str(house.folder / one) for one in ("gateway.crt", "gateway.key", "ca.crt")]
    now = datetime.now(UTC)
    assert not certificates.remind(certificates.reread(*paths), now)
    keys.certificate(house.folder, "gateway", timedelta(days=9, hours=1))
    assert certificates.remind(certificates.reread(*paths), now)
    assert "the certificate of gateway ends on" in caplog.text
    assert "in 9 days" in caplog.text
    keys.certificate(house.folder, "gateway", timedelta(days=-1))
    assert certificates.remind(certificates.reread(*paths), now)
    assert "the certificate of gateway ended on" in caplog.text
