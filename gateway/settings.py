"""What the gateway reads from its environment at start; files of keys and certificates, whenever they change."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.settings import secret


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Targets are host:port of the services' gRPC doors; the files are our certificate, its key and the authority."""

    recording_target: str
    identity_target: str
    access_target: str
    notifications_target: str
    enrichment_target: str
    tls_cert_file: str
    tls_key_file: str
    tls_ca_file: str
    unplaced_organisation: str  # ODS code: takes reports without an account of a place that is not listed
    secret_key: str = (
        secret()
    )  # signs forms and keys the hash of network addresses; of several lines, the first
    public_url: str = "http://localhost:8080"  # how the outside reaches us, without a slash at the end
    trusted_proxies: int = 0  # proxies of ours in front, whose entries in X-Forwarded-For are believed
    limits_times: float = 1.0  # what every limit of gateway/limits.toml is multiplied by
    otlp_endpoint: str = ""
    trace_sample: float = 0.1
