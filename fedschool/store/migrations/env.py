"""Alembic's entry: the connection comes from `store.migrate`."""

from alembic import context

from fedschool.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=not context.config.attributes.get("first", False),
    compare_type=True,
    compare_server_default=False,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
