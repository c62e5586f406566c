"""The master patient index: keys, former registrations, merges, and who may be one person."""
from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Date, DateTime, Float, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text, UniqueConstraint

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table("identity_key",
        Column("key", Text(), nullable=False), Column("patient", Text(), nullable=False),
        ForeignKeyConstraint(["patient"], ["patient.id"], name="identity_key_patient_fk"), PrimaryKeyConstraint("key", "patient", name="identity_key_pk"))
    op.create_table("former",
        Column("patient", Text(), nullable=False), Column("version", Integer(), autoincrement=False, nullable=False), Column("until", DateTime(timezone=True), nullable=False),
        Column("family", Text(), nullable=False), Column("given", Text(), nullable=False), Column("birth_date", Date()), Column("sex", Text(), nullable=False),
        Column("address", Text(), nullable=False), Column("postcode", Text(), nullable=False), Column("phone", Text(), nullable=False),
        ForeignKeyConstraint(["patient"], ["patient.id"], name="former_patient_fk"), PrimaryKeyConstraint("patient", "version", name="former_pk"))
    op.create_table("merge",
        Column("id", Text(), nullable=False), Column("survivor", Text(), nullable=False), Column("folded", Text(), nullable=False),
        Column("at", DateTime(timezone=True), nullable=False), Column("actor", Text(), nullable=False), Column("undone_at", DateTime(timezone=True)),
        Column("undone_by", Text(), nullable=False), ForeignKeyConstraint(["folded"], ["patient.id"], name="merge_folded_fk"),
        ForeignKeyConstraint(["survivor"], ["patient.id"], name="merge_survivor_fk"), PrimaryKeyConstraint("id", name="merge_pk"))
    op.create_table("suspected",
        Column("id", Text(), nullable=False), Column("a", Text(), nullable=False), Column("b", Text(), nullable=False), Column("probability", Float(), nullable=False),
        Column("why", Text(), nullable=False), Column("state", Text(), nullable=False), Column("opened_at", DateTime(timezone=True), nullable=False),
        Column("decided_at", DateTime(timezone=True)), Column("decided_by", Text(), nullable=False),
        ForeignKeyConstraint(["a"], ["patient.id"], name="suspected_a_fk"), ForeignKeyConstraint(["b"], ["patient.id"], name="suspected_b_fk"),
        PrimaryKeyConstraint("id", name="suspected_pk"), UniqueConstraint("a", "b", name="suspected_a_b_uq"))
    op.create_index("identity_key_patient", "identity_key", ["patient"])
    op.create_index("merge_survivor", "merge", ["survivor"])
    op.create_index("merge_folded", "merge", ["folded"])
    op.create_index("suspected_open", "suspected", ["state", "probability"])
    op.create_index("patient_merged", "patient", ["merged_into"])
