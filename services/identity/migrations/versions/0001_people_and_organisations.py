"""Organisations over time, accounts, grants, sessions, LRMS clients and keys, audit, outbox, inbox."""

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    create table organisations (
      code text primary key,
      name text not null,
      role text not null,
      postcode text not null,
      opened_on date,
      closed_on date,
      version bigint not null default 1,
      changed_at timestamptz not null default now()
    );
    comment on table organisations is 'ODS organisations and sites. Closed, never deleted.';

    create table organisation_parents (
      code text not null references organisations,
      parent text not null references organisations,
      kind text not null,
      starts_on date not null,
      ends_on date,
      primary key (code, parent, kind, starts_on),
      check (code <> parent),
      check (ends_on >= starts_on)
    );
    create index organisation_parents_by_parent on organisation_parents (parent);
    comment on table organisation_parents is 'Who belonged to whom, from and to which day, both included.';

    create table accounts (
      id uuid primary key,
      email text not null unique,
      name text not null,
      password_hash text not null,
      opened_at timestamptz not null,
      closed_at timestamptz,
      version bigint not null default 1
    );
    comment on column accounts.email is 'Normal form: domain/accounts.py.';
    comment on column accounts.password_hash is 'argon2id, with its parameters and salt.';

    create table grants (
      id uuid primary key,
      account_id uuid not null references accounts,
      role text not null,
      organisation text not null references organisations,
      starts_at timestamptz not null,
      ends_at timestamptz,
      approver text not null,
      reason text not null,
      version bigint not null default 1,
      check (ends_at >= starts_at)
    );
    create index grants_by_account on grants (account_id);
    create unique index grants_held_once on grants (account_id, role, organisation) where ends_at is null;

    create table sessions (
      id uuid primary key,
      token_hash bytea not null unique,
      account_id uuid not null references accounts,
      started_at timestamptz not null,
      last_seen_at timestamptz not null,
      expires_at timestamptz not null,
      ended_at timestamptz
    ) with (fillfactor = 80);
    create index sessions_by_account on sessions (account_id);
    create index sessions_ended on sessions (ended_at) where ended_at is not null;

    create table sign_in_tries (
      who bytea not null,
      address text not null default '',
      tries int not null,
      last_at timestamptz not null,
      primary key (who, address)
    );
    create index sign_in_tries_old on sign_in_tries (last_at);
    comment on column sign_in_tries.who is 'SHA-256 of what was typed as e-mail: some type passwords there.';
    comment on column sign_in_tries.address is 'Network address, once the gateway sends it; until then none.';

    create table clients (
      id uuid primary key,
      product text not null,
      organisation text not null references organisations,
      environment text not null check (environment in ('production', 'sandbox')),
      made_at timestamptz not null,
      unique (product, organisation, environment)
    );
    comment on table clients is 'An LRMS client: vendor product, customer organisation, environment.';

    create table credentials (
      id uuid primary key,
      client_id uuid not null references clients,
      slot text not null check (slot in ('primary', 'secondary')),
      key_hash bytea not null unique,
      issued_at timestamptz not null,
      revoked_at timestamptz
    );
    create index credentials_by_client on credentials (client_id);
    create unique index credentials_in_use on credentials (client_id, slot) where revoked_at is null;
    create index credentials_revoked on credentials (revoked_at) where revoked_at is not null;
    comment on column credentials.key_hash is
      'SHA-256 of 256 random bits: nothing to guess, so no slow hash is needed on every request.';

    create table audit (
      seq bigint generated always as identity primary key,
      at timestamptz not null default now(),
      actor text not null,
      action text not null,
      about text not null,
      detail jsonb not null
    );
    create index audit_by_about on audit (about, seq);
    create index audit_by_actor on audit (actor, seq);
    comment on table audit is 'Who did what to whom. Only appended to; no secret, no free text.';
    create function audit_is_append_only() returns trigger language plpgsql as
      $$ begin raise exception 'audit is append-only'; end $$;
    create trigger audit_is_append_only before update or delete on audit
      for each row execute function audit_is_append_only();

    create table outbox (
      seq bigint generated always as identity primary key,
      id uuid not null,
      xid xid8 not null default pg_current_xact_id(),
      topic text not null,
      lane text not null default 'live',
      body bytea not null,
      headers jsonb not null,
      put_at timestamptz not null default now(),
      sent_at timestamptz
    );
    create index outbox_waiting on outbox (seq) where sent_at is null;
    create table inbox (
      message_id uuid primary key,
      heard_at timestamptz not null default now()
    );
    """)
