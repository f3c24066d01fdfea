"""Clock door: what is timed → use case."""

from __future__ import annotations

from chassis.working import JobHandler, Schedule
from services.identity import use_cases
from services.identity.settings import Work

_HOUR, _DAY = 3600.0, 86400.0


def handlers(settings: Work) -> dict[str, JobHandler]:
    return {}


def schedules(settings: Work) -> tuple[Schedule, ...]:
    return (
        Schedule("forget-codes", _HOUR, use_cases.forget_codes),
        Schedule("forget-outside", _HOUR, use_cases.forget_outside),
        Schedule("forget-devices", _DAY, use_cases.forget_devices),
        Schedule("warn-of-dormant-roles", _HOUR, use_cases.warn_of_dormant_roles),
        Schedule("end-dormant-roles", _HOUR, use_cases.end_dormant_roles),
    )
