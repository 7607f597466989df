"""The calendar file of a booking, behind a signed link that expires."""

from collections.abc import Callable, Sequence
from datetime import datetime

from aiohttp import web

from bot.visits import CALENDAR
from bot.web.pages import HEADERS, plain_page
from trainingbot.bookings.calendar import calendar_file
from trainingbot.bookings.queries import training_of_booking
from trainingbot.db import Database
from trainingbot.enums import BookingStatus
from trainingbot.errors import LinkExpired, LinkNotValid
from trainingbot.links import read_link
from trainingbot.settings import Settings


def calendar_routes(
    database: Database, settings: Settings, clock: Callable[[], datetime]
) -> Sequence[web.RouteDef]:
    """Return the route of calendar files.

    A file is made when it is opened, so that an old link gives the entry as it stands now.
    """

    def sorry(title: str, text: str, status: int) -> web.Response:
        return plain_page(title, text, partnership=settings.partnership, status=status)

    async def calendar(request: web.Request) -> web.Response:
        now = clock()
        try:
            booking_id = read_link(
                request.match_info["token"], CALENDAR, secret=settings.signing_secret, now=now
            )
        except LinkExpired as refused:
            return sorry("This link has expired", refused.sentence, 410)
        except LinkNotValid as refused:
            return sorry("This link does not work", refused.sentence, 404)
        async with database.reading() as db:
            row = await training_of_booking(db, booking_id)
        if row is None or row.booking.status == BookingStatus.WAITLISTED:
            return sorry(
                "There is no calendar entry",
                "You are on the waitlist of this session. As soon as you have a place, "
                "the card in Teams gives you a calendar entry."
                if row is not None
                else "This booking is no longer there.",
                404,
            )
        return web.Response(
            body=calendar_file(
                row,
                partnership=settings.partnership,
                contact_email=settings.contact_email or None,
                now=now,
            ),
            content_type="text/calendar",
            charset="utf-8",
            headers=HEADERS
            | {"Content-Disposition": f'attachment; filename="{_file_name(row.session.code)}.ics"'},
        )

    return [web.get("/calendar/{token}.ics", calendar)]


def _file_name(code: str) -> str:
    return "".join(letter for letter in code if letter.isascii() and letter.isalnum()) or "training"
