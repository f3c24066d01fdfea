"""The question set as others get it: announced when it changes, and whole for who asks."""

from __future__ import annotations

from sqlalchemy import Engine

from chassis import database, outbox
from services.recording import messages
from services.recording.domain.organisations import Organisation
from services.recording.settings import Migrate
from services.recording.store import at_once, organisations
from services.recording.store.question_sets import publish_question_set
from services.recording.use_cases.common import every_question_set

MOST_ORGANISATIONS = 100
_FEW = 20


def after_migrating(settings: Migrate) -> None:
    """Announce every question set whose content this release changed."""
    db = database.engine(settings.database_url, pool=1)
    with db.begin() as tx:
        for one in every_question_set().values():
            if publish_question_set(tx, one.version, one.digest):
                told = messages.question_set_published(one)
                outbox.put(tx, outbox.announcement(told, f"question-set-{one.version}", "system:recording"))
    db.dispose()


def find_organisations(db: Engine, words: str, count: int) -> tuple[list[Organisation], int]:
    """Organisations by the beginning of their code or words of their name, and how many match."""
    with at_once(db) as tx:
        return organisations.find_organisations(tx, words, min(count or _FEW, MOST_ORGANISATIONS))
