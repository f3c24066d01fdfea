"""Clock door: what is timed → use case."""

from __future__ import annotations

from chassis import auditing
from chassis.working import JobHandler, Schedule
from services.access import use_cases
from services.access.settings import Work


def handlers(settings: Work) -> dict[str, JobHandler]:
    return {}


def schedules(settings: Work) -> tuple[Schedule, ...]:
    return auditing.schedules(use_cases.TRAIL)
