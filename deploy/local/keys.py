"""Keys of one local system: its own certificate authority, a certificate for every caller, and the JWK sets.

Made once, kept in `keys/`, readable by their owner alone. In production they come from the platform's secret store.
"""

import base64
import ipaddress
import json
import secrets
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, x25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from deploy.local.layout import SERVICES, write_private

CALLERS = (*SERVICES, "gateway")
VALID_FOR = timedelta(days=3650)
Jwk = dict[str, str]
Keeper = dict[str, Path]


def make(folder: Path) -> Keeper:
    """Every key file, made where missing; setting name → path (certificates under `<name>.crt` and `<name>.key`)."""
    if not (folder / "ca.crt").exists():
        _authority(folder)
    for name in CALLERS:
        if not (folder / f"{name}.crt").exists():
            _certificate(folder, name)
    return (
        _pair(folder, "ACTOR_SIGNING_KEYS", "ACTOR_KEYS", _ed25519)
        | _pair(folder, "ENRICHMENT_OPEN_KEYS", "ENRICHMENT_SEAL_KEYS", _x25519)
        | _pair(folder, "NOTIFICATIONS_OPEN_KEYS", "NOTIFICATIONS_SEAL_KEYS", _x25519)
        | _single(folder, "RECORD_KEYS")
        | _single(folder, "ACCOUNT_KEYS")
    )


def _authority(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("LFPSE local authority")
    builder = _builder(name, name, key.public_key())
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    _write_key(folder / "ca.key", key)
    _write_certificate(folder / "ca.crt", builder.sign(key, hashes.SHA256()))


def _certificate(folder: Path, name: str) -> None:
    """A certificate for one service, as server and as client; its SPIFFE name is who it is."""
    authority = x509.load_pem_x509_certificate((folder / "ca.crt").read_bytes())
    signer = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name(name), authority.subject, key.public_key())
    known_as = [
        x509.UniformResourceIdentifier(f"spiffe://lfpse/{name}"),
        x509.DNSName("localhost"),
        x509.DNSName(name),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
    ]
    both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    builder = builder.add_extension(x509.SubjectAlternativeName(known_as), critical=False)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage(both), critical=False)
    builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
    _write_key(folder / f"{name}.key", key)
    _write_certificate(folder / f"{name}.crt", builder.sign(signer, hashes.SHA256()))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + VALID_FOR)


def _usage(signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _write_key(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    write_private(path, pem.decode())


def _write_certificate(path: Path, certificate: x509.Certificate) -> None:
    write_private(path, certificate.public_bytes(serialization.Encoding.PEM).decode())


def _pair(folder: Path, private: str, public: str, make_key: Callable[[], tuple[Jwk, Jwk]]) -> Keeper:
    """A private JWK set and the public one that goes with it."""
    paths = {private: _path(folder, private), public: _path(folder, public)}
    if not paths[public].exists():
        for name, jwk in zip((private, public), make_key(), strict=True):
            _write_set(paths[name], jwk)
    return paths


def _single(folder: Path, name: str) -> Keeper:
    """A set of one symmetric 256-bit key."""
    path = _path(folder, name)
    if not path.exists():
        secret = secrets.token_bytes(32)
        _write_set(path, {"kty": "oct", "kid": uuid.uuid4().hex, "k": _base64(secret)})
    return {name: path}


def _ed25519() -> tuple[Jwk, Jwk]:
    key = ed25519.Ed25519PrivateKey.generate()
    return _okp("Ed25519", key.private_bytes_raw(), key.public_key().public_bytes_raw())


def _x25519() -> tuple[Jwk, Jwk]:
    key = x25519.X25519PrivateKey.generate()
    return _okp("X25519", key.private_bytes_raw(), key.public_key().public_bytes_raw())


def _okp(curve: str, private: bytes, public: bytes) -> tuple[Jwk, Jwk]:
    shown = {"kty": "OKP", "crv": curve, "kid": uuid.uuid4().hex, "x": _base64(public)}
    return shown | {"d": _base64(private)}, shown


def _write_set(path: Path, jwk: Jwk) -> None:
    write_private(path, json.dumps({"keys": [jwk]}))


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name.lower().replace('_', '-')}.json"


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
