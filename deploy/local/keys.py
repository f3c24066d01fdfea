"""Keys of one local system: its own certificate authority, a certificate for every caller, and the JWK sets.

Made once, kept in `keys/`, readable by their owner alone, changed by `make rotate`. In production they come from the
platform's secret store. A key says when it was made, so that of two the newer can be told.
"""

import base64
import ipaddress
import json
import secrets
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, x25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from chassis.certificates import ending, papers
from deploy.local.layout import SERVICES, write_private

CALLERS = (*SERVICES, "gateway")
VALID_FOR = timedelta(days=365)
AUTHORITY_VALID_FOR = timedelta(days=730)
TRUSTED, NEXT = "ca", "ca-next"  # authorities: the one that issues, and the one that comes
Jwk = dict[str, Any]
Keeper = dict[str, Path]


def make(folder: Path) -> Keeper:
    """Every key file, made where missing; setting name → path (certificates under `<name>.crt` and `<name>.key`)."""
    if not (folder / "ca.crt").exists() or _ends_soon(folder / "ca.crt"):
        authority(folder, TRUSTED)
    for name in CALLERS:
        if not is_usable(folder, name):
            certificate(folder, name)
    return (
        _pair(folder, "ACTOR_SIGNING_KEYS", "ACTOR_KEYS", signing_pair)
        | _pair(folder, "ENRICHMENT_OPEN_KEYS", "ENRICHMENT_SEAL_KEYS", sealing_pair)
        | _pair(folder, "NOTIFICATIONS_OPEN_KEYS", "NOTIFICATIONS_SEAL_KEYS", sealing_pair)
        | _single(folder, "RECORD_KEYS")
        | _single(folder, "ACCOUNT_KEYS")
    )


def trusted(folder: Path) -> list[x509.Certificate]:
    """The authorities that everybody trusts."""
    return x509.load_pem_x509_certificates((folder / "ca.crt").read_bytes())


def is_usable(folder: Path, name: str) -> bool:
    """Whether a caller's certificate is there, belongs to its key, comes from who issues now and is good for a while."""
    try:
        found = papers(*((folder / one).read_bytes() for one in (f"{name}.crt", f"{name}.key", "ca.crt")))
        mine = x509.load_pem_x509_certificate(found.certificate)
        mine.verify_directly_issued_by(_issuer(folder)[0])
    except (OSError, ValueError, TypeError, InvalidSignature):
        return False
    return not _ends_soon(folder / f"{name}.crt")


def _ends_soon(path: Path) -> bool:
    found = x509.load_pem_x509_certificates(path.read_bytes())
    return bool(ending(found, datetime.now(UTC)))


def _issuer(folder: Path) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    """The authority that comes, once it is trusted; else the one there is."""
    for stem in (NEXT, TRUSTED):
        path = folder / f"{stem}.key"
        key = serialization.load_pem_private_key(path.read_bytes(), None) if path.exists() else None
        if isinstance(key, ec.EllipticCurvePrivateKey):
            for one in trusted(folder):
                if one.public_key() == key.public_key():
                    return one, key
    raise ValueError("no authority that is trusted has its key here")


def authority(folder: Path, stem: str) -> None:
    """A new one. Its name is its own, because certificates are traced to their authority by name."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"LFPSE local authority {uuid.uuid4().hex[:8]}")
    builder = _builder(name, name, key.public_key(), AUTHORITY_VALID_FOR)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    _write_key(folder / f"{stem}.key", key)
    _write_certificate(folder / f"{stem}.crt", builder.sign(key, hashes.SHA256()))


def certificate(folder: Path, name: str, valid_for: timedelta = VALID_FOR) -> None:
    """A new certificate for one service, as server and as client; its SPIFFE name is who it is."""
    issuer, signer = _issuer(folder)
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name(name), issuer.subject, key.public_key(), valid_for)
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
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, valid_for: timedelta
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    builder = builder.serial_number(x509.random_serial_number())
    since = min(now, now + valid_for) - timedelta(hours=1)
    return builder.not_valid_before(since).not_valid_after(now + valid_for)


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
    paths = {private: path_of(folder, private), public: path_of(folder, public)}
    if not paths[public].exists():
        for name, jwk in zip((private, public), make_key(), strict=True):
            write_set(paths[name], [jwk])
    return paths


def _single(folder: Path, name: str) -> Keeper:
    """A set of one symmetric 256-bit key."""
    path = path_of(folder, name)
    if not path.exists():
        write_set(path, [wrapping_key()])
    return {name: path}


def wrapping_key() -> Jwk:
    """A symmetric 256-bit key."""
    secret = secrets.token_bytes(32)
    return {"kty": "oct", **_marks(), "k": _base64(secret)}


def signing_pair() -> tuple[Jwk, Jwk]:
    key = ed25519.Ed25519PrivateKey.generate()
    return _okp("Ed25519", key.private_bytes_raw(), key.public_key().public_bytes_raw())


def sealing_pair() -> tuple[Jwk, Jwk]:
    key = x25519.X25519PrivateKey.generate()
    return _okp("X25519", key.private_bytes_raw(), key.public_key().public_bytes_raw())


def _okp(curve: str, private: bytes, public: bytes) -> tuple[Jwk, Jwk]:
    shown = {"kty": "OKP", "crv": curve, **_marks(), "x": _base64(public)}
    return shown | {"d": _base64(private)}, shown


def _marks() -> Jwk:
    """What tells a key from others: its id, and when it was made, in milliseconds."""
    return {"kid": uuid.uuid4().hex, "made": time.time_ns() // 1_000_000}


def read_set(path: Path) -> list[Jwk]:
    """The keys of a set, in order."""
    found: list[Jwk] = json.loads(path.read_text())["keys"]
    return found


def write_set(path: Path, found: list[Jwk]) -> None:
    write_private(path, json.dumps({"keys": found}))


def path_of(folder: Path, name: str) -> Path:
    return folder / f"{name.lower().replace('_', '-')}.json"


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
