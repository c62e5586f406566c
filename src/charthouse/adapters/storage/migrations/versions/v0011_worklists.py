"""Work that waits for people: items, lists, pauses of the gate, settings of the site."""
from __future__ import annotations

from alembic import op
from sqlalchemy import Column, DateTime, Float, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table("work_item",
        Column("encounter", Text(), nullable=False), Column("state", Text(), nullable=False), Column("confidence", Float()), Column("reasons", Text(), nullable=False),
        Column("drg", Text(), nullable=False), Column("weight", Float()), Column("undecided", Integer(), nullable=False), Column("finished_at", DateTime(timezone=True)),
        *(Column(name, Text(), nullable=False) for name in ("finished_by", "assignee", "assigned_to", "lease", "leased_by")), Column("leased_until", DateTime(timezone=True)),
        Column("priority", Integer(), nullable=False), PrimaryKeyConstraint("encounter", name="work_item_pk"), ForeignKeyConstraint(["encounter"], ["encounter.id"], name="work_item_encounter_fk"))
    op.create_index("work_item_state", "work_item", ["state"])
    op.create_index("work_item_assignee", "work_item", ["assignee"])
    op.create_table("worklist",
        Column("id", Text(), nullable=False), Column("name", Text(), nullable=False), Column("rules", Text(), nullable=False), Column("sort", Text(), nullable=False),
        Column("place", Integer(), nullable=False), PrimaryKeyConstraint("id", name="worklist_pk"))
    op.create_table("gate_pause",
        Column("facility", Text(), nullable=False), Column("unit", Text(), nullable=False), Column("actor", Text(), nullable=False), Column("at", DateTime(timezone=True), nullable=False),
        Column("why", Text(), nullable=False), PrimaryKeyConstraint("facility", "unit", name="gate_pause_pk"))
    op.create_table("setting", Column("name", Text(), nullable=False), Column("value", Text(), nullable=False), PrimaryKeyConstraint("name", name="setting_pk"))
