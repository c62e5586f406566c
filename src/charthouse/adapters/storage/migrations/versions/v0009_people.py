"""People: their accounts and sessions."""
from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, DateTime, ForeignKeyConstraint, Integer, PrimaryKeyConstraint, Text, UniqueConstraint

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table("account",
        Column("id", Text(), nullable=False), Column("login", Text(), nullable=False), *(Column(name, Text(), nullable=False) for name in ("said", "shown", "roles", "facilities", "hash", "factor")),
        Column("must_change", Boolean(), nullable=False), Column("disabled", Boolean(), nullable=False), Column("counter", BigInteger(), nullable=False), Column("failures", Integer(), nullable=False),
        Column("failed_at", DateTime(timezone=True)), Column("made_at", DateTime(timezone=True), nullable=False), PrimaryKeyConstraint("id", name="account_pk"), UniqueConstraint("login", name="account_login_uq"))
    op.create_table("session",
        Column("token", Text(), nullable=False), Column("id", Text(), nullable=False), Column("account", Text(), nullable=False), Column("purpose", Text(), nullable=False), Column("csrf", Text(), nullable=False),
        Column("origin", Text(), nullable=False), *(Column(name, DateTime(timezone=True), nullable=False) for name in ("begun_at", "seen_at", "proven_at")), PrimaryKeyConstraint("token", name="session_pk"),
        ForeignKeyConstraint(["account"], ["account.id"], name="session_account_fk"))
    op.create_index("session_account", "session", ["account"])
