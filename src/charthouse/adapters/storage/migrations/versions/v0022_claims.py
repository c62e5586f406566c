"""What patients are insured by, claims with their way to the payer and back, files of claims, remittances with what they pay, and denials."""
from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Date, DateTime, ForeignKey, Integer, Text, UniqueConstraint, text

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    for name in ("admission_type", "admission_source"):
        op.add_column("encounter", Column(name, Text(), nullable=False, server_default=text("''")))
    op.create_table(
        "cover", Column("patient", Text(), ForeignKey("patient.id"), primary_key=True), Column("sequence", Text(), primary_key=True), Column("said", Text(), nullable=False), Column("said_at", Text(), nullable=False))
    op.create_table(
        "claim", Column("id", Text(), primary_key=True), Column("encounter", Text(), ForeignKey("encounter.id"), nullable=False), *(Column(name, Text(), nullable=False) for name in ("facility", "payer", "form", "sequence", "state", "content", "control", "replaces")),
        Column("charge", BigInteger(), nullable=False), *(Column(name, BigInteger(), nullable=False) for name in ("paid", "contractual", "patient_part", "denied")), Column("file", Integer(), nullable=False),
        Column("made_at", DateTime(timezone=True), nullable=False), Column("sent_at", DateTime(timezone=True)), Column("answered_at", DateTime(timezone=True)))
    op.create_table(
        "claim_file", Column("number", Integer(), primary_key=True, autoincrement=False), *(Column(name, Text(), nullable=False) for name in ("form", "receiver", "state", "text", "claims", "answer")), Column("made_at", DateTime(timezone=True), nullable=False),
        Column("written_at", DateTime(timezone=True)))
    op.create_table(
        "remit", Column("id", Text(), primary_key=True), Column("hash", Text(), nullable=False), Column("state", Text(), nullable=False), Column("content", Text(), nullable=False), Column("rulings", Text(), nullable=False),
        Column("received_at", DateTime(timezone=True), nullable=False), Column("actor", Text(), nullable=False), UniqueConstraint("hash", name="remit_hash_uq"))
    op.create_table(
        "posting", Column("remit", Text(), ForeignKey("remit.id"), primary_key=True), Column("n", Integer(), primary_key=True, autoincrement=False), Column("claim", Text(), ForeignKey("claim.id")),
        *(Column(name, Text(), nullable=False) for name in ("content", "trace", "why")), Column("on", Date(), nullable=False))
    op.create_table(
        "denial", Column("id", Text(), primary_key=True), Column("claim", Text(), ForeignKey("claim.id"), nullable=False), Column("encounter", Text(), ForeignKey("encounter.id"), nullable=False),
        *(Column(name, Text(), nullable=False) for name in ("payer", "code", "grp", "reason", "remarks", "cause", "state", "actor", "why", "letter")), Column("line", Integer(), nullable=False), Column("amount", BigInteger(), nullable=False), Column("due", Date()),
        Column("made_at", DateTime(timezone=True), nullable=False), Column("at", DateTime(timezone=True)))
    for name, table, columns in (("claim_encounter", "claim", ["encounter"]), ("claim_state", "claim", ["state", "made_at"]), ("posting_claim", "posting", ["claim"]), ("denial_claim", "denial", ["claim"]), ("denial_state", "denial", ["state", "due"])):
        op.create_index(name, table, columns)
