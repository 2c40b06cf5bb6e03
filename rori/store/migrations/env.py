"""What Alembic runs.

The program calls it with a connection (rori/store/migrating.py); with the attribute `dialect` and `sql=True` instead,
Alembic writes the statements for a database administrator to read. To draft the next migration after a change of the
tables, from the root of the checkout and against a current database:

    python -c "from sqlalchemy import create_engine; from alembic import command; from rori.store.migrating import config;
    connection = create_engine('sqlite:///data/rori.db').connect();
    command.revision(config(connection), 'what changes', autogenerate=True, rev_id='0002')"

Then read it, add its name to `VERSIONS`, and call `create_triggers` for each table that batch mode rebuilds.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import TypeDecorator
from sqlmodel.sql.sqltypes import AutoString

from rori.store.tables import Base


def _render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:  # noqa: ANN401, ARG001
    """Write columns as the plain types that the database knows, so that a migration does not depend on our classes."""
    if kind != "type" or not isinstance(item, TypeDecorator):
        return False
    return "sa.String()" if isinstance(item, AutoString) else f"sa.{item.impl_instance!r}"


context.configure(
    connection=context.config.attributes["connection"],
    dialect_name=context.config.attributes.get("dialect"),
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=_render_item,
)
with context.begin_transaction():
    context.run_migrations()
