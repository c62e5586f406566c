"""To whom a query was handed on, and what the providers' own system was told of it."""
from __future__ import annotations

from alembic import op
from sqlalchemy import Column, DateTime, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text, text

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.add_column("query", Column("handed_to", Text(), nullable=False, server_default=text("''")))
    op.create_table("query_told",
        Column("query", Text(), nullable=False), Column("channel", Text(), nullable=False), Column("mark", Text(), nullable=False), Column("tries", Integer(), nullable=False),
        Column("next_at", DateTime(timezone=True)), Column("told_at", DateTime(timezone=True)), Column("why", Text(), nullable=False),
        PrimaryKeyConstraint("query", "channel", name="query_told_pk"), ForeignKeyConstraint(["query"], ["query.number"], name="query_told_query_fk"))
