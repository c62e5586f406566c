"""Passkeys."""
from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, DateTime, ForeignKeyConstraint, PrimaryKeyConstraint, Text

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table("passkey",
        *(Column(name, Text(), nullable=False) for name in ("id", "account", "name", "key")), Column("count", BigInteger(), nullable=False), Column("made_at", DateTime(timezone=True), nullable=False),
        Column("used_at", DateTime(timezone=True)), PrimaryKeyConstraint("id", name="passkey_pk"), ForeignKeyConstraint(["account"], ["account.id"], name="passkey_account_fk"))
    op.create_index("passkey_account", "passkey", ["account"])
