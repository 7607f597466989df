"""What Alembic runs: online, on the connection it is handed."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel import AutoString, SQLModel

from trainingbot import models
from trainingbot.columns import UtcDateTime

assert models  # noqa: S101 - importing the models fills the metadata


def plain_type(
    kind: str, column_type: object, autogenerate: AutogenContext
) -> str | Literal[False]:
    """Write column types of our own as the plain types they are stored as."""
    del autogenerate
    if kind == "type" and isinstance(column_type, AutoString):
        return "sa.String()"
    if kind == "type" and isinstance(column_type, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=plain_type,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
