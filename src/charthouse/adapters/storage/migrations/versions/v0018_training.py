"""Attempts at training cases."""
from __future__ import annotations

from alembic import op
from sqlalchemy import Column, DateTime, Integer, PrimaryKeyConstraint, Text

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table("training_attempt",
        *(Column(name, Text(), nullable=False) for name in ("id", "person", "shown", "case", "codes")), *(Column(name, Integer(), nullable=False) for name in ("right", "over", "under")),
        Column("at", DateTime(timezone=True), nullable=False), PrimaryKeyConstraint("id", name="training_attempt_pk"))
    op.create_index("training_attempt_person", "training_attempt", ["person"])
