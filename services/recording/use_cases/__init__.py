"""What recording can do, a file for each errand; one function, one transaction."""

from services.recording.store.auditing import TRAIL
from services.recording.store.keys import KEPT
from services.recording.use_cases.alike import find_alike
from services.recording.use_cases.common import (
    ANONYMISE,
    GOVERN,
    ORIGINAL,
    READ,
    RESTORE,
    REVISE,
    SUBMIT,
    Tools,
    concept_map,
    every_concept_map,
    every_question_set,
    question_set,
)
from services.recording.use_cases.drafts import (
    discard_draft,
    find_draft,
    forget_drafts,
    list_drafts,
    save_draft,
    warn_of_expiry,
)
from services.recording.use_cases.following_up import (
    HANDLE,
    add_addendum,
    answer_question,
    ask_reporter,
    assign,
    follow_up,
    give_feedback,
    handle,
    link_events,
    unlink_events,
)
from services.recording.use_cases.forgetting import forget_requests
from services.recording.use_cases.glass import (
    READ_GLASSES,
    break_glass,
    end_glass,
    list_glasses,
    read_original,
)
from services.recording.use_cases.listening import keep_organisation, keep_redacted_text
from services.recording.use_cases.question_sets import after_migrating, find_organisations
from services.recording.use_cases.reading import (
    Shown,
    anonymise_reporter,
    find_event,
    history,
    reconcile,
    search,
)
from services.recording.use_cases.revising import check_revision, govern, restore, retype, revise, withdraw
from services.recording.use_cases.safety_responses import (
    find_safety_response,
    keep_imported_response,
    list_safety_responses,
    save_safety_response,
)
from services.recording.use_cases.submitting import Submission, check, submit, submit_many
from services.recording.use_cases.suggestions import suggest
from services.recording.use_cases.without_account import (
    add_by_code,
    answer_by_code,
    end_code,
    forget_codes,
    look,
    report,
)
from services.recording.use_cases.worklist import count_work, list_own, list_work

__all__ = [
    "KEPT",
    "ANONYMISE",
    "GOVERN",
    "HANDLE",
    "ORIGINAL",
    "READ",
    "READ_GLASSES",
    "RESTORE",
    "REVISE",
    "SUBMIT",
    "TRAIL",
    "Shown",
    "Submission",
    "Tools",
    "add_addendum",
    "add_by_code",
    "after_migrating",
    "anonymise_reporter",
    "answer_by_code",
    "answer_question",
    "ask_reporter",
    "assign",
    "break_glass",
    "check",
    "check_revision",
    "concept_map",
    "count_work",
    "discard_draft",
    "end_code",
    "end_glass",
    "every_concept_map",
    "every_question_set",
    "find_alike",
    "find_draft",
    "find_event",
    "find_organisations",
    "find_safety_response",
    "follow_up",
    "forget_codes",
    "forget_drafts",
    "forget_requests",
    "give_feedback",
    "govern",
    "handle",
    "history",
    "keep_imported_response",
    "keep_organisation",
    "keep_redacted_text",
    "link_events",
    "look",
    "list_drafts",
    "list_glasses",
    "list_own",
    "list_safety_responses",
    "list_work",
    "question_set",
    "read_original",
    "reconcile",
    "report",
    "restore",
    "retype",
    "revise",
    "save_draft",
    "save_safety_response",
    "search",
    "submit",
    "submit_many",
    "suggest",
    "unlink_events",
    "warn_of_expiry",
    "withdraw",
]
