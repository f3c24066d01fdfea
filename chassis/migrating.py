"""What every `migrations/env.py` runs, so that no service writes its own."""

from __future__ import annotations

from alembic import context


def run() -> None:
    """Apply migrations on the connection that chassis.database.migrate holds, each in a transaction of its own."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, transaction_per_migration=True, transactional_ddl=True)
    with context.begin_transaction():
        context.run_migrations()
