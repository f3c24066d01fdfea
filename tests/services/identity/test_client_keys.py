"""Public keys of clients: which are taken, who registers them, and from where a set is fetched."""

from __future__ import annotations

import base64
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import Engine, text

from chassis.problems import Kind, Problem
from services.identity import use_cases
from services.identity.domain import client_keys
from services.identity.server.fetching import Fetching
from services.identity.server.reaching import is_public
from services.identity.use_cases import signatures
from tests.builders.people import Sample
from tests.builders.vendors import a_key, public
from tests.services.identity.test_credentials import NURSE, SUPPORT, an_actor

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KEY, RSA = a_key(), a_key("2048", "rsa")
WEAK = base64.urlsafe_b64encode(b"\xff" * 128).decode().rstrip("=")  # 1,024 bits
NOBODY = "01900000-0000-7000-8000-000000000000"


def nothing(address: str) -> bytes:
    raise AssertionError("nothing is fetched")


def refusal(call: Callable[[], Any]) -> Problem:
    with pytest.raises(Problem) as refused:
        call()
    return refused.value


def row(key: Any, **changes: Any) -> dict[str, Any]:
    said = key.as_dict(private=False) | changes
    return {name: value for name, value in said.items() if value is not None}


def sent(*rows: Any) -> str:
    return json.dumps({"keys": list(rows)})


PRIVATE = KEY.as_dict(private=True)


@pytest.mark.parametrize(
    ("written", "path", "code"),
    [
        ("", "jwks", "structure"),
        ("[]", "jwks", "structure"),
        ("null", "jwks", "structure"),
        ('{"keys": {}}', "jwks.keys", "structure"),
        ('{"keys": []}', "jwks.keys", "structure"),
        (sent(*[row(KEY, kid=str(at)) for at in range(11)]), "jwks.keys", "structure"),
        (sent("key"), "jwks.keys[0]", "structure"),
        (sent(row(KEY), PRIVATE | {"kid": "two"}), "jwks.keys[1]", "key-not-public"),
        (
            sent(RSAKey.generate_key(2048, {"kid": "r"}).as_dict(private=True)),
            "jwks.keys[0]",
            "key-not-public",
        ),
        pytest.param(
            sent(OctKey.generate_key(256, {"kid": "o"}).as_dict(private=True)),
            "jwks.keys[0]",
            "key-not-public",
            id="a shared key",
        ),
        (sent({"kty": "oct", "kid": "o"}), "jwks.keys[0]", "key-not-public"),
        (sent(row(RSA, n=WEAK)), "jwks.keys[0].n", "key-too-weak"),
        (sent(row(RSA, n="A" * 2000)), "jwks.keys[0].n", "key-too-weak"),
        (sent(row(RSA, e="AQ")), "jwks.keys[0].e", "key-too-weak"),
        (sent(row(RSA, e="Ag")), "jwks.keys[0].e", "key-too-weak"),
        (sent(row(RSA, n=None)), "jwks.keys[0]", "key-not-valid"),
        (sent(row(RSA, n="not base64!")), "jwks.keys[0]", "key-not-valid"),
        (sent(row(RSA, n=7)), "jwks.keys[0]", "key-not-valid"),
        (sent(row(KEY, kid=None)), "jwks.keys[0].kid", "kid-not-valid"),
        (sent(row(KEY, kid="")), "jwks.keys[0].kid", "kid-not-valid"),
        (sent(row(KEY, kid="a\0b")), "jwks.keys[0].kid", "kid-not-valid"),
        (sent(row(KEY, kid="x" * 201)), "jwks.keys[0].kid", "kid-not-valid"),
        (sent(row(KEY), row(RSA, kid="one")), "jwks.keys", "kid-repeated"),
        (sent(row(KEY, use="enc")), "jwks.keys[0].use", "use-not-valid"),
        (sent(row(KEY, key_ops=["sign"])), "jwks.keys[0].key_ops", "use-not-valid"),
        (sent(row(KEY, key_ops="none")), "jwks.keys[0].key_ops", "use-not-valid"),
        (sent(row(KEY, key_ops=7)), "jwks.keys[0].key_ops", "use-not-valid"),
        (sent(row(KEY, kid="\ud800")), "jwks.keys[0].kid", "kid-not-valid"),
        (sent(row(KEY, alg=["ES256"])), "jwks.keys[0].alg", "alg-not-supported"),
        (sent(row(KEY, crv={"P": 256})), "jwks.keys[0].kty", "key-not-supported"),
        (sent(row(KEY, alg="RS256")), "jwks.keys[0].alg", "alg-not-supported"),
        (sent(row(KEY, alg="HS256")), "jwks.keys[0].alg", "alg-not-supported"),
        (sent(row(KEY, crv="P-521")), "jwks.keys[0].kty", "key-not-supported"),
        (sent(row(KEY, crv="secp256k1")), "jwks.keys[0].kty", "key-not-supported"),
        (sent(row(KEY, kty="LIFT")), "jwks.keys[0].kty", "key-not-supported"),
        (sent(row(KEY, kty=["EC"])), "jwks.keys[0].kty", "key-not-supported"),
        (sent(row(KEY, y=row(KEY)["x"])), "jwks.keys[0]", "key-not-valid"),
        (" " * 70_000, "jwks", "too-large"),
        ("[" * 60_000, "jwks", "structure"),
    ],
)
def test_what_cannot_be_used_is_refused_where_it_stands(written: str, path: str, code: str) -> None:
    refused = refusal(lambda: signatures.usable(client_keys.read(written)))
    assert (refused.kind, refused.code) == (Kind.INVALID, "keys-not-accepted")
    assert (path, code) in {(one.path, one.code) for one in refused.faults}


def test_a_fault_quotes_no_private_number() -> None:
    refused = refusal(lambda: client_keys.read(sent(PRIVATE)))
    assert str(PRIVATE["d"]) not in str(refused.faults)


def test_a_thumbprint_is_that_of_rfc_7638() -> None:
    for key in (KEY, RSA, a_key("Ed25519", "ed"), a_key("P-384", "p")):
        (one,) = client_keys.read(public(key))
        assert one.thumbprint == key.thumbprint()


def test_public_numbers_alone_are_kept() -> None:
    (one,) = client_keys.read(sent(row(KEY, x5c=["…"], note="ours")))
    assert set(one.jwk) == {"kty", "crv", "x", "y", "kid"}


# ---- who registers what ----------------------------------------------------------------------------------------

ADMIN = an_actor("org_admin", "RZ1")


def registered(db: Engine, actor: Any = SUPPORT, organisation: str = "RZ1") -> str:
    made, _ = use_cases.register_client(db, actor, "New LRMS", organisation, "production", NOW)
    return made.client.id


def test_registering_again_is_the_same_client_and_one_audit_row(db: Engine, house: Sample) -> None:
    assert registered(db) == registered(db)
    with db.begin() as tx:
        assert tx.execute(text("select count(*) from audit where action = 'client-registered'")).scalar() == 1


def test_a_client_that_has_a_shared_key_is_found_by_registering_it(db: Engine, house: Sample) -> None:
    made, shared = use_cases.register_client(db, SUPPORT, "Sample LRMS", "RZ1", "production", NOW)
    assert [one.slot for one in sorted(shared, key=lambda one: one.slot)] == ["primary", "secondary"]
    assert {one.client.id for one in shared} == {made.client.id}


def test_an_administrator_registers_for_the_organisation_and_its_sites_alone(
    db: Engine, house: Sample
) -> None:
    for place in ("RZ1", "RZ101"):
        client = registered(db, ADMIN, place)
        found, _ = use_cases.put_keys(db, nothing, ADMIN, client, public(KEY), "", NOW)
        assert found.keys
    assert refusal(lambda: registered(db, ADMIN, "RZ3")).kind is Kind.FORBIDDEN


@pytest.mark.parametrize("actor", [an_actor("org_admin", "RZ3"), NURSE], ids=["elsewhere", "nurse"])
def test_the_clients_of_others_are_not_there(db: Engine, house: Sample, actor: Any) -> None:
    client = registered(db)
    for call in (
        lambda: use_cases.put_keys(db, nothing, actor, client, public(KEY), "", NOW),
        lambda: use_cases.put_keys(db, nothing, actor, client, "", "https://vendor.example/jwks", NOW),
        lambda: use_cases.remove_keys(db, actor, client, NOW),
        lambda: use_cases.set_scopes(db, actor, client, [], NOW),
        lambda: use_cases.end_client(db, actor, client, NOW),
    ):
        assert refusal(call).kind is Kind.NOT_FOUND
    assert refusal(lambda: use_cases.list_clients(db, actor, "RZ1", NOW)).kind is Kind.FORBIDDEN


@pytest.mark.parametrize("client", ["", "nonsense", "\0", NOBODY])
def test_a_client_that_is_not_there_is_not_found(db: Engine, house: Sample, client: str) -> None:
    assert refusal(lambda: use_cases.end_client(db, SUPPORT, client, NOW)).code == "client-not-found"
    put = refusal(lambda: use_cases.put_keys(db, nothing, SUPPORT, client, public(KEY), "", NOW))
    assert put.code == "client-not-found"


def test_either_the_set_or_its_address_is_sent(db: Engine, house: Sample) -> None:
    client = registered(db)
    for jwks, uri in (("", ""), (public(KEY), "https://vendor.example/jwks")):
        refused = refusal(lambda: use_cases.put_keys(db, nothing, SUPPORT, client, jwks, uri, NOW))  # noqa: B023
        assert [one.code for one in refused.faults] == ["one-of-two"]


def test_the_same_keys_again_change_nothing(db: Engine, house: Sample) -> None:
    client = registered(db)
    for _ in range(2):
        use_cases.put_keys(db, nothing, SUPPORT, client, public(KEY), "", NOW)
    with db.begin() as tx:
        assert tx.execute(text("select count(*) from audit where action = 'client-keys-put'")).scalar() == 1


def test_clients_are_listed_with_their_keys_of_both_kinds(db: Engine, house: Sample) -> None:
    client = registered(db)
    use_cases.put_keys(db, nothing, SUPPORT, client, public(KEY, RSA), "", NOW)
    found = {
        one.client.product: (one, shared) for one, shared in use_cases.list_clients(db, ADMIN, "RZ1", NOW)
    }
    assert found.keys() == {"Sample LRMS", "New LRMS"}
    signing, shared = found["New LRMS"]
    assert signing.keys
    assert [one.kid for one in signing.keys.keys] == ["one", "rsa"]
    assert shared == ()
    assert len(found["Sample LRMS"][1]) == 2
    assert len(use_cases.list_clients(db, SUPPORT, "", NOW)) == 3


@pytest.mark.parametrize("scopes", [["everything"], ["adverse-event.read", ""], ["\0"]])
def test_a_scope_that_there_is_not_is_a_fault(db: Engine, house: Sample, scopes: list[str]) -> None:
    client = registered(db)
    refused = refusal(lambda: use_cases.set_scopes(db, SUPPORT, client, scopes, NOW))
    assert [one.path for one in refused.faults] == ["scopes"]


# ---- where a set may lie ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "",
        "vendor.example/jwks",
        "http://vendor.example/jwks",
        "ftp://vendor.example/jwks",
        "file:///etc/passwd",
        "gopher://vendor.example/",
        "https://",
        "https:///jwks",
        "https://user:password@vendor.example/",
        "https://user@vendor.example/",
        "https://vendor.example/#part",
        "https://vendor.example:port/",
        "https://vendor.example:99999/",
        "https://vendor.example/a b",
        "https://vendor.example/\r\nHost: other",
        "https://véndor.example/",
        "https://[::1",
        "https://vendor.example/" + "x" * 1000,
    ],
)
def test_what_is_no_public_https_address_is_refused(url: str) -> None:
    assert refusal(lambda: client_keys.address(url, "")).faults[0].path == "jwks_uri"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "255.255.255.255", "224.0.0.1", "192.0.2.1", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
        "fd12:3456::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1", "fec0::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)  # fmt: skip
def test_an_address_that_not_everybody_reaches_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "151.101.1.1", "2606:4700::6810:84e5"])
def test_an_address_that_everybody_reaches_is_public(address: str) -> None:
    assert is_public(address)


@contextmanager
def a_site(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A web server of one connection after the other, as rude as a test wants it; its port."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def run() -> None:
            while True:
                try:
                    caller, _ = door.accept()
                except OSError:
                    return
                with caller:
                    try:
                        caller.recv(4096)
                        answer(caller)
                    except OSError:
                        continue

        threading.Thread(target=run, daemon=True).start()
        yield door.getsockname()[1]
        door.shutdown(socket.SHUT_RDWR)


def saying(body: bytes, status: str = "200 OK", *headers: str) -> Callable[[socket.socket], None]:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return lambda caller: caller.sendall("\r\n".join(lines).encode() + body)


def fetched(answer: Callable[[socket.socket], None], seconds: float = 3.0) -> bytes:
    with a_site(answer) as port:
        fetching = Fetching("http://localhost", lambda host, port: ["127.0.0.1"], seconds)
        return fetching.fetch(f"http://localhost:{port}/jwks?a=b")


def test_a_set_is_fetched_from_where_an_operator_allows_it() -> None:
    assert fetched(saying(public(KEY).encode())) == public(KEY).encode()


def drip(caller: socket.socket) -> None:
    """One byte at a time, for ever: no single read is late."""
    caller.sendall(b"HTTP/1.1 200 OK\r\n")
    stop = threading.Event()
    while not stop.wait(0.02):
        caller.sendall(b"X")


def drip_body(caller: socket.socket) -> None:
    caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n")
    stop = threading.Event()
    while not stop.wait(0.02):
        caller.sendall(b" ")


@pytest.mark.parametrize(
    "answer",
    [
        saying(b"", "302 Found", "Location: http://127.0.0.1:1/"),
        saying(b"", "301 Moved Permanently", "Location: https://vendor.example/"),
        saying(b"gone", "404 Not Found"),
        saying(b"x" * 70_000),
        lambda caller: caller.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 70_000),
        lambda caller: caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\ncut short"),
        lambda caller: caller.sendall(b"SSH-2.0-OpenSSH\r\n"),
        lambda caller: caller.sendall(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500 + b"\r\n"),
        lambda caller: None,
    ],
    ids=["302", "301", "404", "large", "large without length", "cut", "ssh", "headers", "silence"],
)
def test_a_site_that_answers_otherwise_is_told_of(answer: Callable[[socket.socket], None]) -> None:
    refused = refusal(lambda: fetched(answer))
    assert (refused.code, refused.faults[0].path) == ("keys-not-accepted", "jwks_uri")


def drip_without_end(caller: socket.socket) -> None:
    caller.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    stop = threading.Event()
    while not stop.wait(0.02):
        caller.sendall(b" ")


@pytest.mark.parametrize("answer", [drip, drip_body, drip_without_end], ids=["headers", "body", "endless"])
def test_a_site_that_drips_is_cut_off(answer: Callable[[socket.socket], None]) -> None:
    refused = refusal(lambda: fetched(answer, seconds=0.3))
    assert "did not arrive within" in refused.faults[0].detail


def test_a_name_that_never_resolves_is_given_up() -> None:
    never = threading.Event()
    fetching = Fetching("", lambda host, port: [str(never.wait())], 0.1)
    for _ in range(4):  # more than are tried at once
        assert "within" in refusal(lambda: fetching.fetch("https://vendor.example/")).faults[0].detail
    never.set()


@pytest.mark.parametrize("found", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::1"], ["169.254.169.254"], []])
def test_a_name_with_any_private_address_is_not_connected_to(found: list[str]) -> None:
    with a_site(saying(public(KEY).encode())) as port:
        fetching = Fetching("", lambda host, port: found)
        refused = refusal(lambda: fetching.fetch(f"https://vendor.example:{port}/"))
    assert "public address" in refused.faults[0].detail


def test_a_name_is_asked_for_once_so_that_it_cannot_change_its_mind() -> None:
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    with a_site(saying(public(KEY).encode())) as port:
        fetching = Fetching("http://rebinding.example", lambda host, port: next(answers))
        assert fetching.fetch(f"http://rebinding.example:{port}/") == public(KEY).encode()
    assert next(answers) == ["10.0.0.1"]


def test_an_origin_is_trusted_as_it_is_written_and_no_other() -> None:
    for url in ("http://localhost.evil.example/", "https://localhost.evil.example:1/"):
        try:
            assert not client_keys.address(url, "http://localhost").trusted
        except Problem as refused:
            assert url.startswith("http:"), refused  # noqa: PT017
    assert not client_keys.address("https://localhost/", "http://localhost").trusted
    assert client_keys.address("http://localhost:9/", "http://localhost").trusted
    refusal(lambda: client_keys.address("http://localhost:9/", "http://localhost:8"))


def test_a_certificate_that_nobody_vouches_for_is_refused(key_files: dict[str, Any]) -> None:
    folder = next(iter(key_files.values())).parent
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "identity.crt", folder / "identity.key")

    def answer(caller: socket.socket) -> None:
        with context.wrap_socket(caller, server_side=True) as speaking:
            speaking.recv(4096)

    with socket.create_server(("127.0.0.1", 0)) as door:

        def run() -> None:
            caller, _ = door.accept()
            with caller:
                try:
                    answer(caller)
                except OSError:
                    return

        threading.Thread(target=run, daemon=True).start()
        fetching = Fetching("https://localhost", lambda host, port: ["127.0.0.1"])
        refused = refusal(lambda: fetching.fetch(f"https://localhost:{door.getsockname()[1]}/"))
    assert "that we can reach" in refused.faults[0].detail
