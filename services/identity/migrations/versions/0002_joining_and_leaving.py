"""Registering, requests for roles, invitations, suspension, roles that nobody uses; jobs and schedules."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    alter table accounts add column suspended_at timestamptz;
    alter table accounts add column suspension_reason text not null default '';

    alter table grants add column last_used_at timestamptz;
    alter table grants add column warned_at timestamptz;
    alter table grants add column ended_by text not null default '';
    alter table grants add column end_reason text not null default '';
    create index grants_by_organisation on grants (organisation, role) where ends_at is null;
    comment on column grants.last_used_at is 'To the day; none: not used since it started.';
    create sequence grant_changes start 1000;
    comment on sequence grant_changes is 'Numbers what is announced of grants, so that the newest wins; 1 is of the bootstrap.';

    create table address_codes (
      id uuid primary key,
      purpose text not null check (purpose in ('register', 'known', 'reset')),
      email text not null,
      code_hash bytea not null,
      name text not null default '',
      password_hash text not null default '',
      sent_at timestamptz not null,
      expires_at timestamptz not null,
      tries int not null default 0,
      used_at timestamptz
    );
    create index address_codes_by_email on address_codes (email, sent_at);
    comment on table address_codes is 'Codes sent to addresses. An account is opened when its code comes back, never before.';

    create table role_requests (
      id uuid primary key,
      account_id uuid not null references accounts,
      role text not null,
      organisation text not null references organisations,
      reason text not null,
      state text not null default 'waiting' check (state in ('waiting', 'approved', 'refused', 'withdrawn')),
      asked_at timestamptz not null,
      decided_at timestamptz,
      decided_by text not null default '',
      decision_reason text not null default ''
    );
    create unique index role_requests_once on role_requests (account_id, role, organisation) where state = 'waiting';
    create index role_requests_waiting on role_requests (organisation) where state = 'waiting';

    create table invitations (
      id uuid primary key,
      email text not null,
      role text not null,
      organisation text not null references organisations,
      code_hash bytea not null,
      invited_by text not null,
      invited_at timestamptz not null,
      expires_at timestamptz not null,
      tries int not null default 0,
      accepted_at timestamptz,
      accepted_by text not null default '',
      revoked_at timestamptz
    );
    create index invitations_by_organisation on invitations (organisation, invited_at);
    create unique index invitations_once on invitations (email, role, organisation)
      where accepted_at is null and revoked_at is null;

    create table jobs (
      id bigint generated always as identity primary key,
      kind text not null,
      key text not null,
      about text not null,
      bulk boolean not null default false,
      payload bytea not null,
      trace jsonb not null,
      run_at timestamptz not null default now(),
      attempts int not null default 0,
      failed_at timestamptz,
      last_error text,
      unique (kind, key)
    );
    create index jobs_due on jobs (bulk, run_at) where failed_at is null;
    create table schedules (
      name text primary key,
      due_at timestamptz not null default now(),
      done_at timestamptz,
      last_error text
    );
    comment on table schedules is 'What is done every so often; who does it holds its row meanwhile.';
    """)
