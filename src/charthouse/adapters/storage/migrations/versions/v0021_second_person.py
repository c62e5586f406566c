"""Who proposed that two records are one person, and which of them stays."""
from __future__ import annotations

from alembic import op
from sqlalchemy import Column, DateTime, Text, text

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("suspected", Column("survivor", Text(), nullable=False, server_default=text("''")))
    op.add_column("suspected", Column("proposed_at", DateTime(timezone=True)))
    op.add_column("suspected", Column("proposed_by", Text(), nullable=False, server_default=text("''")))
