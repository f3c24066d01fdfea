"""Every table and every query of identity, a file for each part of it."""

from services.identity.store import (
    accounts,
    audit,
    credentials,
    directory,
    joining,
    organisations,
    sessions,
    watching,
)

__all__ = [
    "accounts",
    "audit",
    "credentials",
    "directory",
    "joining",
    "organisations",
    "sessions",
    "watching",
]
