"""How the tables came to be as they are, version by version. `schema.record` and `schema.derived` are what they come to; a test compares the two."""
from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa


def current(connection: sa.Connection) -> str:
    """The version of the tables; "" when there are none."""
    from alembic.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision() or ""


def newest() -> str:
    """The version that this program needs."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(Path(__file__).parent)).get_current_head() or ""


def upgrade(connection: sa.Connection, to: str = "head") -> None:
    """Within the transaction of `connection`: all of it or nothing."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
