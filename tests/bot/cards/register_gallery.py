"""The cards of registers and of no-show figures, with names as long as they come."""

from datetime import date
from uuid import UUID

from bot.cards import no_shows, register, register_people
from bot.register_payloads import NoShowsAsked, ReopeningRegister, RepeatedNoShowsAsked
from bot.turns import Reply
from tests.bot.cards import gallery
from tests.moments import NOW
from trainingbot.attendance.no_shows import (
    Group,
    Grouping,
    NoShowFigures,
    RepeatedNoShow,
    calendar_year,
)
from trainingbot.attendance.rates import Outcomes
from trainingbot.attendance.views import Register, RegisterNumbers, RegisterRow, Unmarked
from trainingbot.enums import Attendance, BookingStatus, SessionStatus
from trainingbot.models import Booking

MARKS = (None, *Attendance)


def row_of(
    number: int, *, unbooked: bool = False, words: str | None = None, marked: bool = False
) -> RegisterRow:
    """Return somebody on a register, called by `words` where they are given."""
    person = gallery.practitioner(confirmed=True).model_copy()
    person.name = (words * 2)[:256] if words else f"Person {number} Example"
    mark = Attendance.ATTENDED if unbooked else MARKS[number % len(MARKS)]
    booking = Booking(
        id=UUID(int=number),
        session_id=UUID(int=1),
        practitioner_id=UUID(int=number),
        status=BookingStatus.UNBOOKED if unbooked else BookingStatus.CONFIRMED,
        booked_at=NOW,
        attendance=mark or (Attendance.NO_SHOW if marked else None),
    )
    return RegisterRow(booking, person, gallery.agency(words) if words else gallery.agency())


def register_with(
    *rows: RegisterRow, closed: bool = False, coordinates: bool = False, words: str | None = None
) -> Register:
    """Return a page of a register of 41 people."""
    session = gallery.session()
    if closed:
        session.status, session.register_closed_at = SessionStatus.DELIVERED, NOW
    numbers = RegisterNumbers(attended=31, partly=2, excused=1, no_shows=3, unmarked=3, unbooked=1)
    course = gallery.course(words) if words else gallery.course()
    return Register(session, course, rows, numbers if rows else RegisterNumbers(), coordinates)


def largest(words: str) -> dict[str, Reply]:
    """Return the cards that hold most, with the same words for every name."""
    rows = [row_of(number, unbooked=True, words=words) for number in range(register.ROWS)]
    kept, zone = register_with(*rows, words=words), gallery.LONDON
    people = [(one.practitioner, one.agency) for one in rows]
    closed = register_with(*rows, closed=True, coordinates=True, words=words)
    unmarked = Unmarked([rows[0].booking] * 40, [words * 2] * 40)
    return {
        "largest register": register.register_card(
            kept, 2, "Saved: 8 marks.", can_be_closed=True, zone=zone
        ),
        "largest closed register": register.closed_register(closed, 2, zone=zone),
        "largest last look": register.close_question(
            kept, unmarked, no_show_charge=2500, zone=zone
        ),
        "largest people who came": register_people.who_came(
            kept, people, name=words, total=99, zone=zone
        ),
        "largest no-shows": no_shows.no_show_card(
            figures(words), calendar_year(2024), NoShowsAsked(by=Grouping.AGENCY, page=2)
        ),
        "largest repeated no-shows": no_shows.repeated_card(
            [RepeatedNoShow(*people[0], 4, NOW)] * no_shows.ROWS,
            99,
            ends=date(2024, 12, 31),
            asked=RepeatedNoShowsAsked(page=2),
            zone=zone,
        ),
    }


def figures(words: str = "Neglect Level 2") -> NoShowFigures:
    """Return the no-shows of a year in thirty groups."""
    one = Outcomes(known=40, attended=30, excused=1, no_shows=9)
    return NoShowFigures(
        overall=Outcomes(
            known=983, attended=735, excused=6, no_shows=242, unbooked=4, not_known=31
        ),
        groups=[Group(words, one)] * 30,
        sessions_open=2,
    )


def cards() -> dict[str, Reply]:
    """Return each card of a register and of no-shows by a name."""
    zone = gallery.LONDON
    rows = [row_of(number) for number in range(1, 8)]
    unbooked = row_of(8, unbooked=True)
    kept, nobody = register_with(*rows, unbooked), register_with()
    closed = [row_of(number, marked=True) for number in range(1, 8)]
    unmarked = Unmarked([rows[4].booking], ["Person 5 Example"])
    gone = gallery.practitioner(confirmed=True)
    empty = NoShowFigures(Outcomes(), (), 0)
    return {
        "register": register.register_card(kept, 2, can_be_closed=True, zone=zone),
        "register before the end": register.register_card(
            kept, 1, "Saved: 2 marks.", can_be_closed=False, zone=zone
        ),
        "register of nobody": register.register_card(nobody, 1, can_be_closed=False, zone=zone),
        "closed register": register.closed_register(
            register_with(*closed, unbooked, closed=True, coordinates=True),
            1,
            "The register is closed.",
            zone=zone,
        ),
        "closed register of a trainer": register.closed_register(
            register_with(*closed, closed=True), 2, zone=zone
        ),
        "last look": register.close_question(kept, unmarked, no_show_charge=0, zone=zone),
        "last look with nobody left": register.close_question(
            kept, Unmarked((), ()), no_show_charge=2500, zone=zone
        ),
        "reopen the register": register.reopen_question(
            register_with(*closed, closed=True, coordinates=True),
            ReopeningRegister(session_id=UUID(int=1)),
            problem="Say why in a short sentence.",
            zone=zone,
        ),
        "registers": register.open_registers(
            [(gallery.session(), gallery.course())] * 2, zone=zone
        ),
        "no registers": register.open_registers((), zone=zone),
        "who came": register_people.who_came(kept, zone=zone),
        "people who came": register_people.who_came(
            kept,
            [(one.practitioner, one.agency) for one in rows],
            name="example",
            total=9,
            bookings={rows[0].practitioner.id: rows[0].booking},
            zone=zone,
        ),
        "nobody of that name came": register_people.who_came(kept, name="x" * 200, zone=zone),
        "no-shows": no_shows.no_show_card(figures(), calendar_year(2024), NoShowsAsked(page=2)),
        "no no-shows": no_shows.no_show_card(
            empty,
            calendar_year(2024),
            NoShowsAsked(by=Grouping.MONTH, every_format=True),
            problem="These days can’t be read.",
        ),
        "repeated no-shows": no_shows.repeated_card(
            [RepeatedNoShow(gone, gallery.agency(), 3, NOW)],
            1,
            ends=date(2024, 12, 31),
            asked=RepeatedNoShowsAsked(),
            zone=zone,
        ),
        **largest("a long name of somebody "),
    }
