"""Pages of a document with the boxes of their words, as a blob beside its text."""
from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    with op.batch_alter_table("document") as table:
        table.add_column(Column("pages", Text()))
        table.create_foreign_key("document_pages_fk", "blob", ["pages"], ["sha256"])
