"""What persons decided on the codes of a visit."""
from __future__ import annotations

from alembic import op
from sqlalchemy import Column, DateTime, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table("act",
        Column("encounter", Text(), nullable=False), Column("n", Integer(), nullable=False), Column("at", DateTime(timezone=True), nullable=False),
        *(Column(name, Text(), nullable=False) for name in ("actor", "shown", "what", "line", "system", "code", "put", "value", "reason", "note", "document")),
        Column("begin", Integer(), nullable=False), Column("until", Integer(), nullable=False), PrimaryKeyConstraint("encounter", "n", name="act_pk"),
        ForeignKeyConstraint(["encounter"], ["encounter.id"], name="act_encounter_fk"))
    op.create_index("act_at", "act", ["at"])
