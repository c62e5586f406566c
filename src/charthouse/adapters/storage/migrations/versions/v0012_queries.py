"""Queries to providers."""
from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, DateTime, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table("query",
        Column("number", Text(), nullable=False), Column("encounter", Text(), nullable=False), Column("draft", Text(), nullable=False), Column("answer", Text(), nullable=False),
        *(Column(name, Text(), nullable=False) for name in ("state", "kind", "addressee", "actor", "shown", "why")), Column("made_at", DateTime(timezone=True), nullable=False),
        *(Column(name, DateTime(timezone=True)) for name in ("sent_at", "seen_at", "due", "answered_at", "closed_at")), Column("escalated", Integer(), nullable=False),
        Column("concurrent", Boolean(), nullable=False), PrimaryKeyConstraint("number", name="query_pk"), ForeignKeyConstraint(["encounter"], ["encounter.id"], name="query_encounter_fk"))
    op.create_index("query_encounter", "query", ["encounter"])
    op.create_index("query_state", "query", ["state", "due"])
