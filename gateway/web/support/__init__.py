"""For support staff and super administrators: accounts, organisations, credentials, the audit, erasures, how the system is."""

from __future__ import annotations

from gateway.web.support import (
    account_erasures,
    accounts,
    audit,
    credentials,
    erasures,
    imports,
    organisations,
    people,
    records,
    start,
    subjects,
    system,
)

PARTS = (
    start,
    people,
    accounts,
    subjects,
    account_erasures,
    organisations,
    imports,
    credentials,
    audit,
    erasures,
    records,
    system,
)
