"""Keys of the API, and answers that are given again."""
from __future__ import annotations

from alembic import op
from sqlalchemy import Column, DateTime, Integer, PrimaryKeyConstraint, Text

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table("api_key",
        Column("prefix", Text(), nullable=False), Column("name", Text(), nullable=False), Column("hash", Text(), nullable=False), Column("roles", Text(), nullable=False),
        Column("facilities", Text(), nullable=False), Column("purpose", Text(), nullable=False), Column("made_at", DateTime(timezone=True), nullable=False),
        Column("expires_at", DateTime(timezone=True)), Column("revoked_at", DateTime(timezone=True)), PrimaryKeyConstraint("prefix", name="api_key_pk"))
    op.create_table("api_answer",
        Column("actor", Text(), nullable=False), Column("key", Text(), nullable=False), Column("request", Text(), nullable=False), Column("status", Integer(), nullable=False),
        Column("body", Text(), nullable=False), Column("at", DateTime(timezone=True), nullable=False), PrimaryKeyConstraint("actor", "key", name="api_answer_pk"))
