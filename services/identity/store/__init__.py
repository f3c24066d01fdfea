"""Every table and every query of identity, a file for each part of it."""

from services.identity.store import (
    accounts,
    audit,
    credentials,
    devices,
    joining,
    organisations,
    outside,
    second_factors,
    sessions,
    watching,
)

__all__ = [
    "accounts",
    "audit",
    "credentials",
    "devices",
    "joining",
    "organisations",
    "outside",
    "second_factors",
    "sessions",
    "watching",
]
