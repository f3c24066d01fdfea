"""Clock door: what is timed → use case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from sqlalchemy import Connection

from chassis import auditing, rewrapping
from chassis.rewrapping import Rewrapping
from chassis.sealing import Vault
from chassis.working import JobHandler, Schedule
from services.recording import use_cases
from services.recording.settings import Work
from services.recording.use_cases import forgetting, sandbox

_MINUTES, _HOURS = 60.0, 3600.0


def handlers(settings: Work) -> dict[str, JobHandler]:
    return {forgetting.FORGET_OWNER: forgetting.do_forget_owner}


def under(settings: Work) -> Mapping[str, Callable[[Connection], Mapping[str, int]]]:
    """Setting → how many data keys are under each of its keys."""
    return {"RECORD_KEYS": partial(rewrapping.under, kept=use_cases.KEPT)}


def rewrap(settings: Work) -> Rewrapping:
    vault = Vault(settings.record_keys)
    return Rewrapping("RECORD_KEYS", lambda: vault.current, rewrapping.batches(vault, use_cases.KEPT))


def schedules(settings: Work) -> tuple[Schedule, ...]:
    """Inbox and outbox are pruned by whoever fills them: the listener and the relay."""
    return (
        *auditing.schedules(use_cases.TRAIL),
        Schedule("forget-requests", 10 * _MINUTES, use_cases.forget_requests),
        Schedule("forget-codes", 10 * _MINUTES, use_cases.forget_codes),
        Schedule("warn-of-drafts", 1 * _HOURS, use_cases.warn_of_expiry),
        Schedule("forget-drafts", 1 * _HOURS, use_cases.forget_drafts),
        Schedule("empty-sandbox", 1 * _HOURS, sandbox.empty_old),
    )
