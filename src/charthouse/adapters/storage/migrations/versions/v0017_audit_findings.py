"""Findings of reviews and audits, what they came to, and how a sample was drawn."""
from __future__ import annotations

from alembic import op
from sqlalchemy import Column, DateTime, ForeignKeyConstraint, PrimaryKeyConstraint, Text, text

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.add_column("audit", Column("how", Text(), nullable=False, server_default=text("'random'")))
    op.add_column("audit", Column("aim", Text(), nullable=False, server_default=text("''")))
    op.add_column("audited", Column("engine", Text(), nullable=False, server_default=text("'[]'")))
    op.add_column("audited", Column("agreed", Text(), nullable=False, server_default=text("'[]'")))
    op.add_column("audited", Column("agreed_drg", Text(), nullable=False, server_default=text("''")))
    op.add_column("audited", Column("settled_at", DateTime(timezone=True)))
    op.create_table("audit_finding",
        *(Column(name, Text(), nullable=False) for name in ("audit", "encounter", "rule", "subject", "direction", "ruling", "recoded", "drg", "coder", "coder_shown", "state", "why", "actor", "shown", "reply")),
        *(Column(name, DateTime(timezone=True)) for name in ("made_at", "at", "replied_at", "studied_at")),
        PrimaryKeyConstraint("audit", "encounter", "rule", "subject", name="audit_finding_pk"), ForeignKeyConstraint(["encounter"], ["encounter.id"], name="audit_finding_encounter_fk"))
    op.create_index("audit_finding_encounter", "audit_finding", ["encounter"])
    op.create_index("audit_finding_coder", "audit_finding", ["coder"])
