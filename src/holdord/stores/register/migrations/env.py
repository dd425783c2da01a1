"""Runs the migrations on the connection that ``holdord.stores.register.migrate`` hands over; there is no other way."""

from alembic import context

from holdord.stores.register.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=context.config.attributes["version_table"],
)
with context.begin_transaction():
    context.run_migrations()
