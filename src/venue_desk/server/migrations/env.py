"""Run by Alembic: migrates over the connection that it is given."""

from alembic import context

from venue_desk.server.migrations import VERSIONS
from venue_desk.server.tables import tables

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=tables,
    version_table=VERSIONS,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
