"""What the chart room keeps: completion, legal holds, proposals of destruction."""
from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Date, DateTime, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table("completion",
        Column("encounter", Text(), nullable=False), Column("version", Integer(), nullable=False), Column("state", Text(), nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        ForeignKeyConstraint(["encounter"], ["encounter.id"], name="completion_encounter_fk"), PrimaryKeyConstraint("encounter", name="completion_pk"))
    op.create_table("hold",
        Column("id", Text(), nullable=False), Column("patient", Text(), nullable=False), Column("encounter", Text()), Column("reason", Text(), nullable=False),
        Column("placed_by", Text(), nullable=False), Column("placed_at", DateTime(timezone=True), nullable=False), Column("lifted_by", Text(), nullable=False),
        Column("lifted_at", DateTime(timezone=True)), Column("why_lifted", Text(), nullable=False),
        ForeignKeyConstraint(["encounter"], ["encounter.id"], name="hold_encounter_fk"),
        ForeignKeyConstraint(["patient"], ["patient.id"], name="hold_patient_fk"), PrimaryKeyConstraint("id", name="hold_pk"))
    op.create_index("hold_patient", "hold", ["patient"])
    op.create_table("destruction",
        Column("id", Text(), nullable=False), Column("facility", Text(), nullable=False), Column("proposed_by", Text(), nullable=False),
        Column("proposed_at", DateTime(timezone=True), nullable=False), Column("signed_by", Text(), nullable=False), Column("signed_at", DateTime(timezone=True)),
        Column("certificate", Text()), PrimaryKeyConstraint("id", name="destruction_pk"))
    op.create_table("destruction_item",
        Column("destruction", Text(), nullable=False), Column("encounter", Text(), nullable=False), Column("keep_until", Date(), nullable=False),
        Column("rule", Text(), nullable=False), Column("citation", Text(), nullable=False),
        ForeignKeyConstraint(["destruction"], ["destruction.id"], name="destruction_item_destruction_fk"),
        ForeignKeyConstraint(["encounter"], ["encounter.id"], name="destruction_item_encounter_fk"),
        PrimaryKeyConstraint("destruction", "encounter", name="destruction_item_pk"))
    op.create_index("destruction_item_encounter", "destruction_item", ["encounter"])
    op.create_index("encounter_discharged", "encounter", ["facility", "discharged"])
