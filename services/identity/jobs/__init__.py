"""Clock door: what is slow or timed → use case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Connection

from chassis import auditing, rewrapping
from chassis.rewrapping import Rewrapping
from chassis.sealing import Vault
from chassis.working import Job, JobHandler, Outside, Schedule
from services.identity import use_cases
from services.identity.jobs.directory import Directory
from services.identity.jobs.folder import Folder
from services.identity.settings import Work

_MINUTE, _HOUR, _DAY = 60.0, 3600.0, 86400.0


def handlers(settings: Work) -> dict[str, JobHandler]:
    return {use_cases.IMPORT_ORGANISATIONS: import_part}


def import_part(tx: Connection, job: Job) -> None:
    use_cases.import_part(tx, job.about, _now())


def under(settings: Work) -> Mapping[str, Callable[[Connection], Mapping[str, int]]]:
    """Setting → how many data keys are under each of its keys."""
    return {"ACCOUNT_KEYS": partial(rewrapping.under, kept=use_cases.KEPT)}


def rewrap(settings: Work) -> Rewrapping:
    vault = Vault(settings.account_keys)
    return Rewrapping("ACCOUNT_KEYS", lambda: vault.current, rewrapping.batches(vault, use_cases.KEPT))


def schedules(settings: Work) -> tuple[Schedule, ...]:
    found = [
        *auditing.schedules(use_cases.TRAIL),
        Schedule("verify-copies", auditing.VERIFY_EVERY, use_cases.verify_copies),
        Schedule("ask-for-verification", _HOUR, use_cases.verify_daily),
        Schedule("forget-codes", _HOUR, use_cases.forget_codes),
        Schedule("forget-outside", _HOUR, use_cases.forget_outside),
        Schedule("forget-devices", _DAY, use_cases.forget_devices),
        Schedule("forget-places", _HOUR, use_cases.forget_places),
        Schedule("warn-of-dormant-roles", _HOUR, use_cases.warn_of_dormant_roles),
        Schedule("end-dormant-roles", _HOUR, use_cases.end_dormant_roles),
        Schedule("warn-of-ending-keys", _HOUR, use_cases.warn_of_ending_keys),
        Schedule("forget-tokens", _HOUR, use_cases.forget_tokens),
    ]
    if settings.ods_folder:
        looking = Folder(Path(settings.ods_folder)).look
        found.append(Schedule("look-for-organisation-files", _MINUTE / 6, Outside(looking)))
    if settings.ord_url:
        ask = Directory(settings.ord_url, settings.ord_allowed_hosts).ask
        following = partial(use_cases.follow_directory, ask=ask, clock=_now)
        found.append(Schedule("follow-directory", _MINUTE, Outside(following)))
    return tuple(found)


def _now() -> datetime:
    return datetime.now(UTC)
