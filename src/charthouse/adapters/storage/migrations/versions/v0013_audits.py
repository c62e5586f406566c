"""Samples of finished charts, and the auditors' own codings of them."""
from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, DateTime, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table("audit",
        Column("id", Text(), nullable=False), Column("name", Text(), nullable=False), Column("made_at", DateTime(timezone=True), nullable=False), Column("actor", Text(), nullable=False),
        Column("seed", BigInteger(), nullable=False), Column("population", Integer(), nullable=False), PrimaryKeyConstraint("id", name="audit_pk"))
    op.create_table("audited",
        Column("audit", Text(), nullable=False), Column("encounter", Text(), nullable=False),
        *(Column(name, Text(), nullable=False) for name in ("coder", "coder_shown", "setting", "theirs", "their_drg", "mine", "my_drg", "actor", "shown")), Column("at", DateTime(timezone=True)),
        PrimaryKeyConstraint("audit", "encounter", name="audited_pk"), ForeignKeyConstraint(["audit"], ["audit.id"], name="audited_audit_fk"),
        ForeignKeyConstraint(["encounter"], ["encounter.id"], name="audited_encounter_fk"))
