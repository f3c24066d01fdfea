"""Clock door: what is timed → use case."""

from __future__ import annotations

from chassis import auditing
from chassis.working import JobHandler, Schedule
from services.identity import use_cases
from services.identity.settings import Work

_HOUR = 3600.0


def handlers(settings: Work) -> dict[str, JobHandler]:
    return {}


def schedules(settings: Work) -> tuple[Schedule, ...]:
    return (
        *auditing.schedules(use_cases.TRAIL),
        Schedule("verify-copies", auditing.VERIFY_EVERY, use_cases.verify_copies),
        Schedule("ask-for-verification", _HOUR, use_cases.verify_daily),
        Schedule("forget-codes", _HOUR, use_cases.forget_codes),
        Schedule("warn-of-dormant-roles", _HOUR, use_cases.warn_of_dormant_roles),
        Schedule("end-dormant-roles", _HOUR, use_cases.end_dormant_roles),
    )
