"""The index of what is found: entries, codes and words, and the triggers that keep entries in step."""
from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

# What changes of an entry when its document, visit or patient does: (table, columns, what is set).
IN_STEP = (
    ("document", "patient, encounter, facility, kind, author, state",
     "patient = coalesce(NEW.patient, ''), encounter = coalesce(NEW.encounter, ''), facility = NEW.facility, kind = NEW.kind, author = NEW.author, state = NEW.state, "
     "restricted = coalesce((SELECT restricted FROM patient WHERE id = NEW.patient), restricted) WHERE document = NEW.id"),
    ("encounter", "setting, unit", "setting = NEW.setting, unit = NEW.unit WHERE encounter = NEW.id"),
    ("patient", "restricted", "restricted = NEW.restricted WHERE patient = NEW.id"),
)


def upgrade() -> None:
    on_server = op.get_bind().dialect.name == "postgresql"
    op.create_table("search_entry",
        sa.Column("n", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False), sa.Column("document", sa.Text(), nullable=False),
        sa.Column("patient", sa.Text(), nullable=False), sa.Column("encounter", sa.Text(), nullable=False), sa.Column("facility", sa.Text(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False), sa.Column("unit", sa.Text(), nullable=False), sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False), sa.Column("day", sa.Date()), sa.Column("state", sa.Text(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False), sa.PrimaryKeyConstraint("n", name="search_entry_pk"),
        sa.UniqueConstraint("document", name="search_entry_document_uq"))
    op.create_index("search_entry_patient", "search_entry", ["patient"])
    op.create_index("search_entry_encounter", "search_entry", ["encounter"])
    op.create_index("search_entry_day", "search_entry", ["day"])
    op.create_table("search_code",
        sa.Column("encounter", sa.Text(), nullable=False), sa.Column("system", sa.Text(), nullable=False), sa.Column("code", sa.Text(), nullable=False),
        sa.Column("bare", sa.Text(collation="C") if on_server else sa.Text(), nullable=False), sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False), sa.Column("status", sa.Text(), nullable=False), sa.Column("poa", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("encounter", "system", "code", name="search_code_pk"))
    op.create_index("search_code_bare", "search_code", ["bare", "encounter"])
    op.create_index("blob_stored", "blob", ["size"], sqlite_where=sa.text("wrapped IS NOT NULL"), postgresql_where=sa.text("wrapped IS NOT NULL"))
    _words(on_server)
    for table, columns, change in IN_STEP:
        (_trigger_of_server if on_server else _trigger)(table, columns, change)


def _words(on_server: bool) -> None:
    """SQLite: no text is kept beside the index, and what is taken out is taken out at once, not left for a later merge."""
    if on_server:
        op.execute("CREATE TABLE search_text (n BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)")
        op.execute("CREATE INDEX search_text_words ON search_text USING gin (words)")
        return
    op.execute("CREATE VIRTUAL TABLE search_text USING fts5(words, content = '', tokenize = 'unicode61')")
    op.execute("INSERT INTO search_text (search_text, rank) VALUES ('secure-delete', 1)")


def _trigger(table: str, columns: str, change: str) -> None:
    op.execute(f"CREATE TRIGGER search_{table} AFTER UPDATE OF {columns} ON {table} BEGIN UPDATE search_entry SET {change}; END")


def _trigger_of_server(table: str, columns: str, change: str) -> None:
    op.execute(f"CREATE FUNCTION search_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE search_entry SET {change}; RETURN NULL; END $$")
    op.execute(f"CREATE TRIGGER search_{table} AFTER UPDATE OF {columns} ON {table} FOR EACH ROW EXECUTE FUNCTION search_{table}()")
