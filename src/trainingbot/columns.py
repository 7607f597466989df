"""Columns that both databases store alike, and how constraints are named."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import uuid4

from sqlalchemy import DateTime, Dialect, Enum, MetaData, TypeDecorator
from sqlmodel import Field, SQLModel


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC: a naive datetime is refused, and what comes back is aware.

    SQLite keeps no zone and would hand out naive values that compare with nothing.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware datetime into UTC on its way into the database."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone; only aware datetimes are stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give every datetime that comes out of the database its zone, UTC."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def text_enum(values: type[StrEnum], *, name: str | None = None) -> Enum:
    """Store a `StrEnum` as its text, with a CHECK that lists the values.

    The CHECK has the `name` of the enum, or one that tells several columns of a table apart.
    """
    return Enum(
        values,
        native_enum=False,
        create_constraint=True,
        values_callable=lambda members: [member.value for member in members],
        length=40,
        name=name or values.__name__.lower(),
    )


def primary_key() -> Any:  # noqa: ANN401 - a field definition has whatever type its annotation says
    """Define an id that nobody can guess and that tells nothing of the order of rows."""
    return Field(default_factory=uuid4, primary_key=True)


def reference(target: str, *, index: bool = True, primary_key: bool = False) -> Any:  # noqa: ANN401 - a field definition has whatever type its annotation says
    """Define a foreign key that must point at a row and is indexed unless said otherwise."""
    return Field(
        foreign_key=target, nullable=False, index=index and not primary_key, primary_key=primary_key
    )


PARENT = {"lazy": "raise"}
"""A link to the parent row: it orders inserts, and reading through it is a mistake."""

SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_N_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention
