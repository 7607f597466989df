"""One value for all that a database holds: equal before and after, nothing was changed."""

from hashlib import sha256

from sqlmodel import SQLModel

from trainingbot.db import Database


async def digest(database: Database) -> dict[str, str]:
    """Return a hash of every table's rows, whatever their order, by the table's name."""
    async with database.reading() as db:
        connection = await db.connection()
        hashes = {}
        for table in SQLModel.metadata.sorted_tables:
            rows = sorted(repr(tuple(row)) for row in await connection.execute(table.select()))
            hashes[table.name] = sha256("\n".join(rows).encode()).hexdigest()
    return hashes
