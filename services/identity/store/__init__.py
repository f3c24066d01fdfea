"""Every table and every query of identity, a file for each part of it."""

from services.identity.store import (
    accounts,
    audit,
    auditing,
    client_keys,
    credentials,
    devices,
    directory,
    erasing,
    joining,
    organisations,
    outside,
    second_factors,
    sessions,
    slowing,
    tokens,
    watching,
)

__all__ = [
    "accounts",
    "audit",
    "auditing",
    "client_keys",
    "credentials",
    "devices",
    "directory",
    "erasing",
    "joining",
    "organisations",
    "outside",
    "second_factors",
    "sessions",
    "slowing",
    "tokens",
    "watching",
]
