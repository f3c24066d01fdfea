"""Clock door: what is timed → use case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from sqlalchemy import Connection

from chassis import rewrapping
from chassis.rewrapping import Rewrapping
from chassis.sealing import Vault
from chassis.working import JobHandler, Schedule
from services.identity import use_cases
from services.identity.settings import Work

_HOUR, _DAY = 3600.0, 86400.0


def handlers(settings: Work) -> dict[str, JobHandler]:
    return {}


def under(settings: Work) -> Mapping[str, Callable[[Connection], Mapping[str, int]]]:
    """Setting → how many data keys are under each of its keys."""
    return {"ACCOUNT_KEYS": partial(rewrapping.under, kept=use_cases.KEPT)}


def rewrap(settings: Work) -> Rewrapping:
    vault = Vault(settings.account_keys)
    return Rewrapping(lambda: vault.current, rewrapping.batches(vault, use_cases.KEPT))


def schedules(settings: Work) -> tuple[Schedule, ...]:
    return (
        Schedule("forget-codes", _HOUR, use_cases.forget_codes),
        Schedule("forget-devices", _DAY, use_cases.forget_devices),
        Schedule("warn-of-dormant-roles", _HOUR, use_cases.warn_of_dormant_roles),
        Schedule("end-dormant-roles", _HOUR, use_cases.end_dormant_roles),
    )
