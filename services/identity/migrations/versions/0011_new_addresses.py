"""A code that goes to the new address of an account names the account."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.execute("""
    set local lock_timeout = '3s';

    alter table address_codes add column account_id uuid references accounts;
    alter table address_codes drop constraint address_codes_purpose_check;
    alter table address_codes add constraint address_codes_purpose_check
      check (purpose in ('register', 'known', 'reset', 'outside', 'address')) not valid;
    comment on column address_codes.account_id is 'Whose address it is to become; null for every other purpose.';
    """)
