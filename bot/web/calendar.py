"""The calendar file of a booking, behind a signed link that expires."""

from collections.abc import Callable, Sequence
from datetime import datetime
from http import HTTPStatus
from secrets import token_hex

import structlog
from aiohttp import web

from bot import phrases
from bot.cards.cancelling import leaving_in_calendar
from bot.visits import CALENDAR
from bot.web.pages import HEADERS, plain_page
from trainingbot.bookings.calendar import calendar_file
from trainingbot.bookings.queries import training_of_booking
from trainingbot.bookings.views import TrainingRow
from trainingbot.db import Database
from trainingbot.enums import BookingStatus
from trainingbot.errors import LinkExpired, LinkNotValid
from trainingbot.links import read_link
from trainingbot.settings import Settings
from trainingbot.terms import terms_of

log = structlog.get_logger()


def calendar_routes(
    database: Database, settings: Settings, clock: Callable[[], datetime]
) -> Sequence[web.RouteDef]:
    """Return the route of calendar files.

    A file is made when it is opened, so that an old link gives the entry as it stands now.
    """

    def sorry(title: str, text: str, status: HTTPStatus) -> web.Response:
        return plain_page(title, text, partnership=settings.partnership, status=status)

    async def calendar(request: web.Request) -> web.Response:
        try:
            return await answer(request.match_info["token"], clock())
        except LinkExpired as refused:
            return sorry("This link has expired", refused.sentence, HTTPStatus.GONE)
        except LinkNotValid as refused:
            return sorry("This link does not work", refused.sentence, HTTPStatus.NOT_FOUND)
        except Exception:
            reference = token_hex(4)
            log.exception("calendar_failed", reference=reference)
            return sorry(
                "Something went wrong on our side",
                "Open the link again in a few minutes. If it still does not work, tell the "
                f"training team this reference: {reference}",
                HTTPStatus.INTERNAL_SERVER_ERROR,
            )

    async def answer(token: str, now: datetime) -> web.Response:
        booking_id = read_link(token, CALENDAR, secret=settings.signing_secret, now=now)
        async with database.reading() as db:
            row = await training_of_booking(db, booking_id)
        if row is None or row.booking.status == BookingStatus.WAITLISTED:
            return sorry("There is no calendar entry", _why_none(row), HTTPStatus.NOT_FOUND)
        file = calendar_file(
            row,
            partnership=settings.partnership,
            contact_email=settings.contact_email or None,
            leaving=leaving_in_calendar(row.session, row.booking, terms=terms_of(settings)),
            depends=phrases.tentative(row.session, settings.zone),
            now=now,
        )
        name = f'attachment; filename="{_file_name(row.session.code)}.ics"'
        return web.Response(
            body=file,
            content_type="text/calendar",
            charset="utf-8",
            headers=HEADERS | {"Content-Disposition": name},
        )

    return [web.get("/calendar/{token}.ics", calendar)]


def _why_none(row: TrainingRow | None) -> str:
    if row is None:
        return "This booking is no longer there."
    return (
        "You are on the waitlist of this session. As soon as you have a place, "
        "the card in Teams gives you a calendar entry."
    )


def _file_name(code: str) -> str:
    return "".join(letter for letter in code if letter.isascii() and letter.isalnum()) or "training"
