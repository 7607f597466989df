"""The shape of a database as text: tables, columns and every constraint, in a fixed order."""

from sqlalchemy import Connection, Inspector, inspect, text


def schema_of(connection: Connection) -> str:
    """Return every table with its columns, keys, checks and indexes, as the database tells them."""
    inspector = inspect(connection)
    tables = sorted(set(inspector.get_table_names()) - {"alembic_version"})
    return "\n".join(_table(connection, inspector, table) for table in tables)


def _table(connection: Connection, inspector: Inspector, table: str) -> str:
    # By name: a column that a later migration adds stands last there, and elsewhere in the models.
    lines = sorted(
        f"  {column['name']}: {column['type']!r}{'' if column['nullable'] else ' NOT NULL'}"
        for column in inspector.get_columns(table)
    )
    key = inspector.get_pk_constraint(table)
    lines.append(f"  primary key {key['name']}: {', '.join(key['constrained_columns'])}")
    lines += sorted(
        f"  unique {unique['name']}: {', '.join(unique['column_names'])}"
        for unique in inspector.get_unique_constraints(table)
    )
    lines += sorted(
        f"  check {check['name']}: {check['sqltext']}"
        for check in inspector.get_check_constraints(table)
    )
    lines += sorted(
        f"  foreign key {key['name']}: {', '.join(key['constrained_columns'])} -> "
        f"{key['referred_table']}.{', '.join(key['referred_columns'])}"
        for key in inspector.get_foreign_keys(table)
    )
    lines += _indexes(connection, table)
    return "\n".join([table + _without_rowid(connection, table), *lines, ""])


def _indexes(connection: Connection, table: str) -> list[str]:
    query = (
        "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :name AND sql <> ''"
        if connection.dialect.name == "sqlite"
        else "SELECT indexdef FROM pg_indexes WHERE tablename = :name"
    )
    return sorted(f"  {sql}" for sql in connection.scalars(text(query), {"name": table}))


def _without_rowid(connection: Connection, table: str) -> str:
    if connection.dialect.name != "sqlite":
        return ""
    query = "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = :name"
    made_by = connection.scalars(text(query), {"name": table}).one()
    return " (without rowid)" if "WITHOUT ROWID" in made_by else ""
