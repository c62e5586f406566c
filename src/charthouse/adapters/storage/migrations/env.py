"""What Alembic runs: the versions, in the transaction that it was given."""
from __future__ import annotations

from alembic import context

from charthouse.adapters.storage.schema import derived, record

context.configure(connection=context.config.attributes["connection"], target_metadata=[record, derived], transactional_ddl=True)
context.run_migrations()
