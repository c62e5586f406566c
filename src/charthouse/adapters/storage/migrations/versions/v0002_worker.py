"""Small contents in the database, and how long a step took."""
from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Float, LargeBinary, PrimaryKeyConstraint, Text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table("small_blob",
        Column("file", Text(), nullable=False), Column("sealed", LargeBinary(), nullable=False), PrimaryKeyConstraint("file", name="small_blob_pk"))
    op.add_column("step", Column("seconds", Float()))
