"""Our certificate, its key and the authorities we trust: read from three files, and again when these change.

The file of authorities may hold several, so that certificates of an old one and of a new one are trusted side by side.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from chassis.rereading import Reread

SOON = timedelta(days=30)
DAY = 86_400.0
TLS = "TLS"  # the name under which health tells of the three files together
_log = logging.getLogger(__name__)


class Mismatched(ValueError):
    """The key is not the certificate's, or there is no authority: files that are being changed, or wrong."""


@dataclass(frozen=True)
class Papers:
    """PEM, as gRPC takes it; `ends` is when the first of them does, and `what` which that is."""

    certificate: bytes
    key: bytes = field(repr=False)
    authorities: bytes
    ends: datetime
    what: str


def reread(cert_file: str, key_file: str, ca_file: str) -> Reread[Papers]:
    """The papers in these files; raises OSError or ValueError where they cannot be used now."""
    return Reread(TLS, [Path(cert_file), Path(key_file), Path(ca_file)], papers)


def papers(certificate: bytes, key: bytes, authorities: bytes) -> Papers:
    """Checked: raises ValueError when one cannot be read, or they do not belong together."""
    ours = x509.load_pem_x509_certificates(certificate)
    private = serialization.load_pem_private_key(key, None)
    if ours[0].public_key() != private.public_key():
        raise Mismatched("the key is not the certificate's")
    trusted = x509.load_pem_x509_certificates(authorities)
    first = min((*ours, *trusted), key=lambda one: one.not_valid_after_utc)
    return Papers(certificate, key, authorities, first.not_valid_after_utc, _common_name(first))


def ending(found: Iterable[x509.Certificate], now: datetime) -> list[str]:
    """One sentence for each certificate that ends soon or has ended."""
    return [
        sentence(_common_name(one), one.not_valid_after_utc, now)
        for one in found
        if one.not_valid_after_utc - now < SOON
    ]


def sentence(what: str, ends: datetime, now: datetime) -> str:
    """When a certificate ends, or that it has."""
    if ends <= now:
        return f"the certificate of {what} ended on {ends:%Y-%m-%d}"
    return f"the certificate of {what} ends on {ends:%Y-%m-%d}, in {(ends - now).days} days"


def remind(held: Reread[Papers], now: datetime) -> bool:
    """Write a line when a certificate we use or trust ends soon; whether it was written."""
    found = held.now()
    if found.ends - now >= SOON:
        return False
    _log.warning("%s: see docs/rotating-keys.md", sentence(found.what, found.ends, now))
    return True


def remind_daily(held: Reread[Papers]) -> None:
    """At once and every day, from a thread of its own, for as long as the process runs."""
    threading.Thread(target=_every_day, args=(held,), name="certificates", daemon=True).start()


def _every_day(held: Reread[Papers]) -> None:
    pause = threading.Event()
    while True:
        remind(held, datetime.now(UTC))
        pause.wait(DAY)


def _common_name(certificate: x509.Certificate) -> str:
    named = certificate.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(named[0].value) if named else "no name"
