"""How many questions the record of a visit leaves open."""
from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Integer, text

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("work_item", Column("questions", Integer(), nullable=False, server_default=text("0")))
