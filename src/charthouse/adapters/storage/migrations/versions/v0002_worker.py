"""Small contents in the database; how long a step took, and up to which entry of the ledger what is due was noted."""
from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Float, LargeBinary, PrimaryKeyConstraint, Text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table("small_blob",
        Column("file", Text(), nullable=False), Column("sealed", LargeBinary(), nullable=False), PrimaryKeyConstraint("file", name="small_blob_pk"))
    op.create_table("noted",
        Column("name", Text(), nullable=False), Column("made", Text(), nullable=False), Column("seq", BigInteger(), nullable=False),
        PrimaryKeyConstraint("name", "made", name="noted_pk"))
    op.add_column("step", Column("seconds", Float()))
