"""What identity holds of whoever owns an account, as they are given a copy of it. Of others there are no names and no ids in it."""

from __future__ import annotations

from collections.abc import Mapping

HELD: Mapping[str, str] = {
    "account": "select id as account, name, email, opened_at, suspended_at, suspension_reason from accounts where id = :id",
    "roles": "select role, organisation, starts_at, ends_at, reason, end_reason, last_used_at, warned_at from grants"
    " where account_id = :id order by starts_at",
    "requests for roles": "select role, organisation, reason, state, asked_at, decided_at, decision_reason"
    " from role_requests where account_id = :id order by asked_at",
    "invitations": "select role, organisation, invited_at, expires_at, accepted_at, revoked_at from invitations"
    " where email = :email order by invited_at",
    "codes sent by letter": "select purpose, email, sent_at, expires_at, used_at from address_codes"
    " where email = :email or account_id = :id order by sent_at",
    "sessions": "select started_at, last_seen_at, expires_at, ended_at, strength from sessions where account_id = :id"
    " order by started_at",
    "devices": "select label, made_at, last_used_at, trusted_until, ended_at from devices where account_id = :id"
    " order by made_at",
    "second factors": "select kind, label, added_at, confirmed_at, last_used_at from second_factors"
    " where account_id = :id order by added_at",
    "recovery codes": "select made_at, used_at from recovery_codes where account_id = :id order by made_at",
    "accounts elsewhere": "select provider, issuer, subject, linked_at, last_used_at from outside_links"
    " where account_id = :id order by linked_at",
    "sign-ins from elsewhere that were not completed": "select provider, issuer, subject, name, email, begun_at, expires_at"
    " from outside_sign_ins where email = :email"
    " or session_id in (select id from sessions where account_id = :id) order by begun_at",
    "places of sign-in, as hashes": "select encode(address, 'hex') as hash, last_at from sign_in_places"
    " where account_id = :id order by last_at",
    "tries to sign in": "select tries, last_at from sign_in_tries where who = any(:who)",
    "wishes to erase the account": "select ground, case_number, state, asked_at, decided_at from account_erasures"
    " where account_id = :id order by asked_at",
    "what was noted of the account by others": "select at, service, action, purpose from audit_copies"
    " where subjects && array[cast(:id as text)] and actor <> cast(:id as text) order by at",
    "what you did, counted": "select service, action, count(*) as times, min(at) as first, max(at) as last"
    " from audit_copies where actor = cast(:id as text) group by service, action order by service, action",
}

# Every other table, and why nothing of an account's owner is read from it: tests/house/test_copies.py holds both lists against
# the database, so that whoever adds a table says what a copy means for it.
NOT_HELD: Mapping[str, str] = {
    "account_erasure_places": "counts; the account of one that was carried out has no owner",
    "access_tokens": "of systems",
    "address_tries": "hashes of network addresses, of nobody in particular",
    "assertions_used": "of systems",
    "audit": "copied to audit_copies with what every service notes",
    "audit_answers": "counts and hashes",
    "audit_chain": "hashes",
    "audit_copy_walks": "hashes",
    "audit_doubts": "places of the audit",
    "audit_subjects": "names of records",
    "audit_verifications": "who asked is in audit_copies",
    "audit_walks": "hashes",
    "client_keys": "of systems; who put them there is in audit_copies",
    "clients": "of systems",
    "credentials": "of systems; who issued them is in audit_copies",
    "inbox": "ids of messages",
    "jobs": "ids of imports",
    "organisation_import_faults": "of organisations",
    "organisation_import_parts": "of organisations",
    "organisation_imports": "of organisations; who sent the file is in audit_copies",
    "organisation_parents": "of organisations",
    "organisation_roles": "of organisations",
    "organisation_successions": "of organisations",
    "organisation_sync": "of organisations",
    "organisation_sync_waiting": "of organisations",
    "organisations": "of organisations",
    "outbox": "messages that say what is held above, until they are pruned",
    "schedules": "names",
    "alembic_version": "a number",
}
