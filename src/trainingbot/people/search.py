"""Look people up by a part of their name or e-mail address."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement
from sqlmodel import and_, col, func, or_, select, true
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.models import Agency, Practitioner

_APOSTROPHES = str.maketrans("’‘`´", "''''")  # noqa: RUF001 - the marks that phones type


async def people_named(
    db: AsyncSession, words: str, *, limit: int
) -> tuple[Sequence[tuple[Practitioner, Agency | None]], int]:
    """Return the first people in whose name or address every word stands, and how many there are.

    In letters of either case, in the order of their names. No words find nobody.
    """
    if not words.split():
        return [], 0
    wanted = and_(true(), *(has_word(word) for word in words.split()))
    rows = await db.exec(
        select(Practitioner, Agency)
        .outerjoin(Agency, col(Practitioner.agency_id) == Agency.id)
        .where(wanted)
        .order_by(func.lower(Practitioner.name), col(Practitioner.id))
        .limit(limit)
    )
    found = rows.all()
    if len(found) < limit:
        return found, len(found)
    total = await db.exec(select(func.count()).select_from(Practitioner).where(wanted))
    return found, total.one()


def has_word(word: str) -> ColumnElement[bool]:
    """Tell whether a word stands in somebody's name or address, with either apostrophe.

    SQLite knows large and small letters of English alone, and names have others too.
    """
    straight = word.translate(_APOSTROPHES)
    spellings = {
        form(written)
        for written in (straight, straight.replace("'", "’"))
        for form in (str, str.lower, str.upper, str.capitalize)
    }
    return or_(
        *(
            column.icontains(spelling, autoescape=True)
            for spelling in sorted(spellings)
            for column in (col(Practitioner.name), col(Practitioner.email))
        )
    )
