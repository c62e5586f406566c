"""What intake keeps: what was said of a visit, charges, what is held for a person; the sender's number and state of a document."""
from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, ForeignKeyConstraint, PrimaryKeyConstraint, Text, text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("patient", _said("said_at"))
    op.add_column("document", _said("title"))
    op.add_column("document", Column("signed", Boolean()))
    op.add_column("document", _said("number"))
    op.add_column("document", _said("sent_at"))
    op.create_index("document_number", "document", ["source", "number"])
    with op.batch_alter_table("message") as message:
        message.add_column(_said("said"))
        message.add_column(Column("encounter", Text()))
        message.create_foreign_key("message_sha256_fk", "blob", ["sha256"], ["sha256"])
        message.create_foreign_key("message_encounter_fk", "encounter", ["encounter"], ["id"])
    op.create_index("message_encounter", "message", ["encounter"])
    op.create_table("happening",
        Column("id", Text(), nullable=False), Column("encounter", Text(), nullable=False), Column("what", Text(), nullable=False), Column("sent_at", Text(), nullable=False),
        Column("said", Text(), nullable=False), Column("received_at", DateTime(timezone=True), nullable=False),
        ForeignKeyConstraint(["encounter"], ["encounter.id"], name="happening_encounter_fk"), PrimaryKeyConstraint("id", name="happening_pk"))
    op.create_index("happening_encounter", "happening", ["encounter"])
    op.create_table("charge",
        Column("id", Text(), nullable=False), Column("patient", Text(), nullable=False), Column("encounter", Text()), Column("facility", Text(), nullable=False),
        Column("sender", Text(), nullable=False), Column("number", Text(), nullable=False), Column("kind", Text(), nullable=False), Column("system", Text(), nullable=False),
        Column("code", Text(), nullable=False), Column("quantity", Text(), nullable=False), Column("amount", BigInteger()), Column("service_date", Date()),
        Column("modifiers", Text(), nullable=False), Column("diagnoses", Text(), nullable=False), Column("revenue", Text(), nullable=False),
        Column("received_at", DateTime(timezone=True), nullable=False),
        ForeignKeyConstraint(["patient"], ["patient.id"], name="charge_patient_fk"), ForeignKeyConstraint(["encounter"], ["encounter.id"], name="charge_encounter_fk"),
        PrimaryKeyConstraint("id", name="charge_pk"))
    op.create_index("charge_encounter", "charge", ["encounter"])
    op.create_table("held",
        Column("id", Text(), nullable=False), Column("state", Text(), nullable=False), Column("facility", Text(), nullable=False), Column("name", Text(), nullable=False),
        Column("sender", Text(), nullable=False), Column("reason", Text(), nullable=False), Column("why", Text(), nullable=False), Column("patient", Text()),
        Column("document", Text()), Column("original", Text(), nullable=False), Column("arrival", Text()), Column("received_at", DateTime(timezone=True), nullable=False),
        Column("settled_at", DateTime(timezone=True)), _said("settled_by"),
        ForeignKeyConstraint(["patient"], ["patient.id"], name="held_patient_fk"), ForeignKeyConstraint(["document"], ["document.id"], name="held_document_fk"),
        ForeignKeyConstraint(["original"], ["blob.sha256"], name="held_original_fk"),
        ForeignKeyConstraint(["arrival"], ["blob.sha256"], name="held_arrival_fk"), PrimaryKeyConstraint("id", name="held_pk"))
    op.create_index("held_state", "held", ["state", "received_at"])


def _said(name: str) -> Column[str]:
    """A text that is empty where nothing is said."""
    return Column(name, Text(), nullable=False, server_default=text("''"))
