"""The first tables: patients, encounters, documents and their blobs, messages, steps, the ledger."""
from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
)

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table("blob",
        Column("sha256", Text(), nullable=False), Column("size", BigInteger(), nullable=False), Column("file", Text(), nullable=False),
        Column("key_id", Text(), nullable=False), Column("wrapped", LargeBinary()), Column("destroyed_at", DateTime(timezone=True)),
        PrimaryKeyConstraint("sha256", name="blob_pk"))
    op.create_table("event",
        Column("seq", BigInteger(), autoincrement=False, nullable=False), Column("at", Text(), nullable=False),
        Column("actor", Text(), nullable=False), Column("purpose", Text(), nullable=False), Column("action", Text(), nullable=False),
        Column("outcome", Text(), nullable=False), Column("patient", Text(), nullable=False), Column("subject", Text(), nullable=False),
        Column("version", Text(), nullable=False), Column("reason", Text(), nullable=False), Column("origin", Text(), nullable=False),
        Column("previous", Text(), nullable=False), Column("hash", Text(), nullable=False), PrimaryKeyConstraint("seq", name="event_pk"))
    op.create_index("event_actor", "event", ["actor", "seq"])
    op.create_index("event_patient", "event", ["patient", "seq"])
    op.create_table("ledger_head",
        Column("id", Integer(), autoincrement=False, nullable=False), Column("seq", BigInteger(), nullable=False),
        Column("hash", Text(), nullable=False), Column("signature", Text(), nullable=False), PrimaryKeyConstraint("id", name="ledger_head_pk"))
    op.create_table("message",
        Column("sender", Text(), nullable=False), Column("control_id", Text(), nullable=False),
        Column("received_at", DateTime(timezone=True), nullable=False), Column("answer", Text(), nullable=False),
        Column("sha256", Text(), nullable=False), PrimaryKeyConstraint("sender", "control_id", name="message_pk"))
    op.create_table("patient",
        Column("id", Text(), nullable=False), Column("facility", Text(), nullable=False), Column("merged_into", Text()),
        Column("made_at", DateTime(timezone=True), nullable=False), Column("version", Integer(), nullable=False),
        Column("family", Text(), nullable=False), Column("given", Text(), nullable=False), Column("birth_date", Date()),
        Column("sex", Text(), nullable=False), Column("address", Text(), nullable=False), Column("postcode", Text(), nullable=False),
        Column("phone", Text(), nullable=False), Column("restricted", Boolean(), nullable=False),
        ForeignKeyConstraint(["merged_into"], ["patient.id"], name="patient_merged_into_fk"), PrimaryKeyConstraint("id", name="patient_pk"))
    op.create_index("patient_birth", "patient", ["birth_date"])
    op.create_index("patient_name", "patient", ["family", "given"])
    op.create_table("site",
        Column("id", Integer(), autoincrement=False, nullable=False), Column("key_id", Text(), nullable=False),
        Column("made_at", Text(), nullable=False), PrimaryKeyConstraint("id", name="site_pk"))
    op.create_table("encounter",
        Column("id", Text(), nullable=False), Column("patient", Text(), nullable=False), Column("facility", Text(), nullable=False),
        Column("number", Text()), Column("setting", Text(), nullable=False), Column("admitted", Text(), nullable=False), Column("discharged", Text()),
        Column("discharge_status", Text(), nullable=False), Column("unit", Text(), nullable=False), Column("attending", Text(), nullable=False),
        Column("payer", Text(), nullable=False), Column("version", Integer(), nullable=False), Column("state", Text(), nullable=False),
        ForeignKeyConstraint(["patient"], ["patient.id"], name="encounter_patient_fk"), PrimaryKeyConstraint("id", name="encounter_pk"),
        UniqueConstraint("facility", "number", name="encounter_facility_number_uq"))
    op.create_index("encounter_patient", "encounter", ["patient"])
    op.create_table("identifier",
        Column("patient", Text(), nullable=False), Column("system", Text(), nullable=False), Column("value", Text(), nullable=False),
        Column("since", DateTime(timezone=True), nullable=False), ForeignKeyConstraint(["patient"], ["patient.id"], name="identifier_patient_fk"),
        PrimaryKeyConstraint("system", "value", name="identifier_pk"))
    op.create_index("identifier_patient", "identifier", ["patient"])
    op.create_table("document",
        Column("id", Text(), nullable=False), Column("patient", Text()), Column("encounter", Text()), Column("facility", Text(), nullable=False),
        Column("original", Text(), nullable=False), Column("text", Text()), Column("kind", Text(), nullable=False), Column("kind_score", Float()),
        Column("media", Text(), nullable=False), Column("author", Text(), nullable=False), Column("service_date", Date()),
        Column("received_at", DateTime(timezone=True), nullable=False), Column("source", Text(), nullable=False),
        Column("state", Text(), nullable=False), Column("replaces", Text()),
        ForeignKeyConstraint(["encounter"], ["encounter.id"], name="document_encounter_fk"),
        ForeignKeyConstraint(["original"], ["blob.sha256"], name="document_original_fk"),
        ForeignKeyConstraint(["patient"], ["patient.id"], name="document_patient_fk"),
        ForeignKeyConstraint(["replaces"], ["document.id"], name="document_replaces_fk"),
        ForeignKeyConstraint(["text"], ["blob.sha256"], name="document_text_fk"), PrimaryKeyConstraint("id", name="document_pk"))
    op.create_index("document_encounter", "document", ["encounter"])
    op.create_index("document_patient", "document", ["patient"])
    op.create_index("document_received", "document", ["received_at"])
    op.create_table("step",
        Column("encounter", Text(), nullable=False), Column("name", Text(), nullable=False), Column("key", Text(), nullable=False),
        Column("state", Text(), nullable=False), Column("due_at", DateTime(timezone=True), nullable=False),
        Column("leased_until", DateTime(timezone=True)), Column("worker", Text(), nullable=False), Column("tries", Integer(), nullable=False),
        Column("why", Text(), nullable=False), Column("result", Text()), Column("done_at", DateTime(timezone=True)),
        ForeignKeyConstraint(["encounter"], ["encounter.id"], name="step_encounter_fk"),
        ForeignKeyConstraint(["result"], ["blob.sha256"], name="step_result_fk"), PrimaryKeyConstraint("encounter", "name", "key", name="step_pk"))
    op.create_index("step_due", "step", ["state", "due_at"])
