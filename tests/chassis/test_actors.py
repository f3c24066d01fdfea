"""What identity signs is believed, and nothing else is."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chassis.actors import Actor, Grant, Reach, Signer, Verifier, system
from chassis.problems import Kind, Problem

Jwk = dict[str, str]

NURSE = Actor(
    "0192",
    "person",
    "RZ1",
    (Grant("RZ1", Reach.OWN, frozenset({"recording:submit", "recording:read"})),),
    "Nurse",
)


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def a_key(kid: str = "") -> tuple[Ed25519PrivateKey, Jwk]:
    """A private key and its public JWK."""
    key = Ed25519PrivateKey.generate()
    public = {"kty": "OKP", "crv": "Ed25519", "kid": kid or uuid.uuid4().hex}
    return key, public | {"x": b64(key.public_key().public_bytes_raw())}


def jwks(*keys: Jwk) -> str:
    return json.dumps({"keys": list(keys)})


def private(key: Ed25519PrivateKey, public: Jwk) -> Jwk:
    return public | {"d": b64(key.private_bytes_raw())}


KEY, PUBLIC = a_key()


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    made = {
        "iss": "lfpse-identity",
        "aud": "lfpse",
        "iat": now,
        "exp": now + 300,
        "sub": "0192",
        "kind": "person",
    }
    return made | {"org": "RZ1", "name": "", "grants": [["RZ1", "national", ["access:read"]]]} | changes


def a_token(header: dict[str, Any], body: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    said = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(body).encode())}"
    return f"{said}.{b64(sign(said.encode()))}"


def ours(**changes: Any) -> str:
    """A token that is right but for `changes` to its claims."""
    return a_token({"alg": "Ed25519", "kid": PUBLIC["kid"]}, claims(**changes), KEY.sign)


def by_hmac(secret: bytes, digest: str) -> Callable[[bytes], bytes]:
    return lambda said: hmac.new(secret, said, digest).digest()


def refused(token: str, verifier: Verifier | None = None) -> str:
    with pytest.raises(Problem) as refusal:
        (verifier or Verifier(jwks(PUBLIC))).verify(token)
    assert refusal.value.kind is Kind.UNAUTHENTICATED
    return refusal.value.code


def test_what_was_signed_comes_back_whole() -> None:
    token, ends = Signer(jwks(private(KEY, PUBLIC))).sign(NURSE, 300)
    assert Verifier(jwks(PUBLIC)).verify(token) == NURSE
    assert 298 <= ends - time.time() <= 300


def test_the_handmade_token_of_these_tests_would_be_believed() -> None:
    assert Verifier(jwks(PUBLIC)).verify(ours()).id == "0192"


def test_the_first_key_signs_and_all_are_believed() -> None:
    other, other_public = a_key()
    token, _ = Signer(jwks(private(other, other_public), private(KEY, PUBLIC))).sign(NURSE, 60)
    assert Verifier(jwks(PUBLIC, other_public)).verify(token) == NURSE
    assert refused(token) == "actor-not-genuine"


@pytest.mark.parametrize("alg", ["none", "None", "NONE", ""])
def test_a_token_without_a_signature_is_refused(alg: str) -> None:
    header = {"alg": alg, "kid": PUBLIC["kid"]}
    assert refused(a_token(header, claims(), lambda said: b"")) == "actor-not-genuine"
    assert refused(a_token(header, claims(), KEY.sign)) == "actor-not-genuine"


@pytest.mark.parametrize(("alg", "digest"), [("HS256", "sha256"), ("HS512", "sha512")])
def test_a_token_signed_with_our_public_key_as_a_password_is_refused(alg: str, digest: str) -> None:
    raw = base64.urlsafe_b64decode(PUBLIC["x"] + "=")
    for secret in (raw, PUBLIC["x"].encode(), json.dumps(PUBLIC).encode(), jwks(PUBLIC).encode()):
        token = a_token({"alg": alg, "kid": PUBLIC["kid"]}, claims(), by_hmac(secret, digest))
        assert refused(token) == "actor-not-genuine"


@pytest.mark.parametrize("alg", ["EdDSA", "Ed448", "ES256", "RS256", "ed25519", 7, None, ["Ed25519"]])
def test_a_good_signature_under_another_algorithms_name_is_refused(alg: Any) -> None:
    assert refused(a_token({"alg": alg, "kid": PUBLIC["kid"]}, claims(), KEY.sign)) == "actor-not-genuine"


def test_a_strangers_key_with_our_keys_name_is_refused() -> None:
    stranger, _ = a_key(PUBLIC["kid"])
    header = {"alg": "Ed25519", "kid": PUBLIC["kid"]}
    assert refused(a_token(header, claims(), stranger.sign)) == "actor-not-genuine"


def test_a_key_that_the_token_brings_along_is_not_used() -> None:
    stranger, public = a_key()
    for header in (
        {"jwk": public},
        {"jwk": public, "kid": public["kid"]},
        {"jku": "https://example.org/keys"},
    ):
        token = a_token({"alg": "Ed25519"} | header, claims(), stranger.sign)
        assert refused(token) == "actor-not-genuine"


@pytest.mark.parametrize("kid", ["", "../../etc/passwd", "' or 1=1 --", 0, None, {"a": 1}])
def test_a_key_we_do_not_know_is_refused(kid: Any) -> None:
    stranger, _ = a_key()
    assert refused(a_token({"alg": "Ed25519", "kid": kid}, claims(), stranger.sign)) == "actor-not-genuine"


def test_a_token_that_ended_is_refused() -> None:
    assert refused(ours(exp=int(time.time()) - 6)) == "actor-ended"


def test_a_clock_may_be_a_little_behind() -> None:
    assert Verifier(jwks(PUBLIC)).verify(ours(exp=int(time.time()) - 2)).id == "0192"


@pytest.mark.parametrize(
    "changes", [{"aud": "lfpse-sandbox"}, {"aud": ["lfpse"]}, {"aud": None}, {"iss": "elsewhere"}]
)
def test_a_token_for_somebody_else_is_refused(changes: dict[str, Any]) -> None:
    assert refused(ours(**changes)) == "actor-ended"


@pytest.mark.parametrize("missing", ["exp", "aud", "iss"])
def test_a_token_that_leaves_something_out_is_refused(missing: str) -> None:
    body = claims()
    del body[missing]
    assert refused(a_token({"alg": "Ed25519", "kid": PUBLIC["kid"]}, body, KEY.sign)) == "actor-ended"


def test_changed_claims_are_refused() -> None:
    head, _, signature = ours().split(".")
    richer = b64(json.dumps(claims(sub="somebody-else")).encode())
    assert refused(f"{head}.{richer}.{signature}") == "actor-not-genuine"


@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "...", "a.b.c", "a.b.c.d.e", "e30.e30.", "\0", "é", "x" * 100_000, "Bearer " + ours()],
)
def test_nonsense_is_refused(token: str) -> None:
    assert refused(token) == "actor-not-genuine"


@pytest.mark.parametrize("body", ["[]", "null", '"sub"', "7", "{", ""])
def test_a_signed_body_that_is_no_set_of_claims_is_refused(body: str) -> None:
    said = f"{b64(json.dumps({'alg': 'Ed25519', 'kid': PUBLIC['kid']}).encode())}.{b64(body.encode())}"
    assert refused(f"{said}.{b64(KEY.sign(said.encode()))}") == "actor-not-genuine"


def test_an_encrypted_token_is_refused() -> None:
    header = b64(json.dumps({"alg": "dir", "enc": "A256GCM", "kid": PUBLIC["kid"]}).encode())
    assert refused(f"{header}..{b64(b'0' * 12)}.{b64(b'{}')}.{b64(b'0' * 16)}") == "actor-not-genuine"


def test_a_token_is_remembered_only_until_it_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    verifier = Verifier(jwks(PUBLIC))
    token = ours(exp=int(time.time()) + 2)
    verifier.verify(token)
    verifier.verify(token)
    later = time.time() + 8
    monkeypatch.setattr(time, "time", lambda: later)
    assert refused(token, verifier) == "actor-ended"


def test_a_token_that_was_refused_is_not_remembered_as_good() -> None:
    verifier = Verifier(jwks(PUBLIC))
    token = ours(aud="elsewhere")
    assert [refused(token, verifier) for _ in range(2)] == ["actor-ended"] * 2


def test_remembering_does_not_grow_without_end() -> None:
    verifier = Verifier(jwks(PUBLIC), most=3)
    for number in range(10):
        verifier.verify(ours(sub=str(number)))
    assert len(verifier._believed.now().known) <= 3


def test_a_remembered_mark_is_a_hash_and_not_the_token() -> None:
    verifier = Verifier(jwks(PUBLIC))
    token = ours()
    verifier.verify(token)
    assert list(verifier._believed.now().known) == [hashlib.sha256(token.encode()).digest()]


def test_a_permission_must_be_held_where_it_is_used() -> None:
    NURSE.must("recording:submit")
    NURSE.must("recording:submit", "RZ1")
    for permission, organisation in (
        ("recording:submit", "RZ3"),
        ("access:read", None),
        ("recording:submit", ""),
    ):
        with pytest.raises(Problem) as refusal:
            NURSE.must(permission, organisation)
        assert refusal.value.kind is Kind.FORBIDDEN


def test_a_national_grant_holds_everywhere() -> None:
    analyst = Actor("1", "person", "XZ9", (Grant("", Reach.NATIONAL, frozenset({"access:read"})),))
    analyst.must("access:read", "RZ1")
    assert not analyst.may("recording:submit")


def test_the_name_of_a_person_is_not_printed() -> None:
    assert "Nurse" not in repr(NURSE)


def test_a_system_actor_has_a_name_and_no_permission_over_the_wire() -> None:
    assert system("relay") == Actor("system:relay", "system", "")
    assert not system("relay").may("access:read")
