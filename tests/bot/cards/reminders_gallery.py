"""What people get before a session, with names and words as long as people have them."""

from bot.cards import bookings, pieces, reminders
from bot.turns import Reply
from tests.bot.cards import gallery
from tests.moments import NOW
from trainingbot.bookings.views import TrainingRow
from trainingbot.enums import BookingStatus, Delivery

LINK = "https://teams.microsoft.com/l/meetup-join/19%3ameeting_" + "x" * 250
CALENDAR = "https://training.partnership.example/calendar/" + "x" * 220 + ".ics"
LEAVING = "Free to cancel until Fri 10 Jan 2025, 10:00"
WORDS = "\n".join(
    [
        "Please read the [case summary](https://example.org) before you come.",
        "",
        "- Bring *your own* laptop, and the referral form that you used last.",
        "1. The car park is behind the library; the code at the gate is 1234#.",
        *(f"Point {number} of what we talk about on the day." for number in range(40)),
    ]
)
"""The training team's own words: what looks like markup in them is not."""


def place(*, coming: bool = False, online: bool = False, tentative: bool = False) -> TrainingRow:
    """Return somebody's place on a session, to which they have said they are coming or not."""
    row = gallery.training(BookingStatus.CONFIRMED)
    row.booking.coming_at = NOW if coming else None
    row.course.joining_instructions = WORDS
    if online:
        row.session.delivery, row.session.venue = Delivery.TEAMS, None
    if tentative:
        row.session.tentative, row.session.minimum_places = True, 8
        row.session.decide_at = NOW
    return row


def cards() -> dict[str, Reply]:
    """Return every card by a name for it."""
    row, said, online = place(), place(coming=True, online=True), place(online=True)
    tentative = place(tentative=True)
    booked = bookings.booking_card(
        said, begun=False, calendar_url=CALENDAR, leaving=LEAVING, zone=gallery.LONDON
    )
    return {
        "early reminder": _reminder(row, *reminders.question_sentences(4, early=True)),
        "early reminder of an online session": _reminder(
            online, *reminders.question_sentences(0, early=True), join_url=LINK
        ),
        "early reminder of a tentative session": _reminder(
            tentative, *reminders.question_sentences(1, early=True)
        ),
        "late reminder": _reminder(row, *reminders.question_sentences(1, early=False)),
        "said coming": _reminder(said, *reminders.answered_sentences(), join_url=LINK),
        "late reminder of somebody coming": _reminder(
            said, *reminders.still_coming_sentences(12), join_url=LINK
        ),
        "booking of somebody coming": booked,
        "starting soon": _starting_soon(row),
        "starting soon online": _starting_soon(online, join_url=LINK),
        "starting soon without a link": _starting_soon(online),
        "joining instructions": _joining_instructions(row),
        "joining instructions online": _joining_instructions(online, join_url=LINK),
        "joining instructions without a link": _joining_instructions(online),
        "joining instructions of a tentative session": _joining_instructions(tentative),
        "confirmation": pieces.announced(
            bookings.booking_card(
                row,
                *bookings.booked_sentences(row, leaving=LEAVING),
                begun=False,
                calendar_url=CALENDAR,
                zone=gallery.LONDON,
            ),
            reminders.confirmation_summary(row, gallery.LONDON),
        ),
    }


def _reminder(row: TrainingRow, *said: str, join_url: str | None = None) -> Reply:
    return reminders.reminder(
        row,
        *said,
        leaving=LEAVING,
        substitutes=True,
        join_url=join_url,
        calendar_url=CALENDAR,
        zone=gallery.LONDON,
    )


def _starting_soon(row: TrainingRow, *, join_url: str | None = None) -> Reply:
    return reminders.starting_soon(
        row,
        join_url=join_url,
        contact="safeguarding.training.team@cambridgeshire-and-peterborough.example",
        now=row.session.starts_at,
        zone=gallery.LONDON,
    )


def _joining_instructions(row: TrainingRow, *, join_url: str | None = None) -> Reply:
    return reminders.joining_instructions(
        row, join_url=join_url, calendar_url=CALENDAR, zone=gallery.LONDON
    )
