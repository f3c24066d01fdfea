"""What recording holds of whoever owns an account, as they are given a copy of it. No word of a report or a draft is in it: those
are for their author, and for whoever breaks glass (docs/subject-requests.md)."""

from __future__ import annotations

from collections.abc import Mapping

HELD: Mapping[str, str] = {
    "records you reported": "select reference, event_type, organisation, occurred_on, reported_at, state, route from events"
    " where recorder_id = :id order by id",
    "revisions you made": "select e.reference, r.revision, r.change, r.recorded_at from revisions r"
    " join events e on e.id = r.event_id where r.recorder_id = :id order by r.recorded_at",
    "drafts, without their text": "select event_type, organisation, place, created_at, saved_at from drafts"
    " where author_id = :id order by created_at",
    "questions, answers and additions, without their text": "select e.reference, r.kind, r.made_at from remarks r"
    " join events e on e.id = r.event_id where r.author_id = :id order by r.made_at",
    "handling": "select e.reference, h.state, h.changed_for, h.changed_at from handlings h"
    " join events e on e.id = h.event_id where h.changed_by = :id order by h.changed_at",
    "events that were yours to follow up": "select e.reference, h.state, h.changed_at from handlings h"
    " join events e on e.id = h.event_id where h.assigned_to = :id order by h.changed_at",
    "links between records": "select e.reference, l.kind, l.made_at, l.ended_at from links l"
    " join events e on e.id = l.event_id where l.made_by = :id or l.ended_by = :id order by l.made_at",
    "safety responses you saved, without their text": "select r.response_type, v.version, v.saved_for, v.saved_at"
    " from safety_response_versions v join safety_responses r on r.id = v.response_id where v.saved_by = :id"
    " order by v.saved_at",
    "original text you opened": "select e.reference, g.purpose, g.case_number, g.broken_at, g.expires_at, g.ended_at,"
    " g.reads from glasses g join events e on e.id = g.event_id where g.actor = :id order by g.broken_at",
    "wishes to erase that you made or decided": "select e.reference, x.ground, x.case_number, x.state, x.asked_at,"
    " x.decided_at from erasures x join events e on e.id = x.event_id where x.asked_by = :id or x.decided_by = :id"
    " order by x.asked_at",
    "requests, kept so that one that comes again is the same": "select made_at, until from requests where client = :id"
    " order by made_at",
}

# Every other table, and why nothing of an account's owner is read from it: tests/house/test_copies.py.
NOT_HELD: Mapping[str, str] = {
    "event_keys": "keys",
    "redacted_texts": "words of records, found by the reference numbers above",
    "follow_up_codes": "of reporters without an account",
    "follow_up_tries": "hashes of reference numbers",
    "erased": "ids of records",
    "erased_accounts": "ids of accounts that nobody can ask for any more",
    "erasure_places": "counts",
    "safety_response_events": "ids",
    "organisations": "of organisations",
    "organisation_predecessors": "of organisations",
    "question_sets": "published",
    "imports": "counts of files of former systems",
    "conformance": "of products",
    "audit": "identity has a copy, and gives what it says",
    "audit_chain": "hashes",
    "audit_walks": "hashes",
    "inbox": "ids of messages",
    "outbox": "messages that say what is held above, until they are pruned",
    "jobs": "ids",
    "schedules": "names",
    "alembic_version": "a number",
}
