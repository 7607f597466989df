"""How many statements a piece of work sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlmodel.ext.asyncio.session import AsyncSession


@contextmanager
def statements_counted(db: AsyncSession) -> Iterator[list[str]]:
    """Collect the statements that are sent while the block runs."""
    sent: list[str] = []

    def note(*arguments: object) -> None:
        sent.append(str(arguments[2]))

    event.listen(db.get_bind(), "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.get_bind(), "before_cursor_execute", note)
