"""What a chart was found to lack, beside its state."""
from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text, text

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("completion", Column("lacks", Text(), nullable=False, server_default=text("'[]'")))
