"""The cards of sending a colleague and of changing the date, with names as long as they come."""

from datetime import timedelta
from uuid import UUID

from bot.cards import bookings, cancelling, substitution, transfer
from bot.payloads import DateChange
from bot.turns import Reply
from tests.bot.cards import gallery
from tests.moments import NOW, TERMS
from trainingbot.bookings.reserved_rules import OpenPlaces, Reservation
from trainingbot.bookings.views import Colleague, Colleagues, OtherDate, OtherDates, TrainingRow
from trainingbot.enums import BookingStatus, LateReason
from trainingbot.models import Practitioner

LEAVING = "Free to cancel until Fri 10 Jan 2025, 10:00"


def cards() -> dict[str, Reply]:
    """Return every card by a name for it."""
    booked = gallery.training(BookingStatus.CONFIRMED)
    offered = gallery.training(BookingStatus.OFFERED, queue_place=1)
    given = gallery.training(BookingStatus.CANCELLED)
    doubts = (
        f"You have a place on “{gallery.LONG}” from Tue 14 Jan 2025, 09:30 to 12:30.",
        "You took part in this course on Tue 3 Dec 2024, less than 12 months before.",
    )
    wanted = DateChange(from_session_id=booked.session.id, to_session_id=UUID(int=1))
    late = transfer.late_sentences(
        booked.session,
        asked=cancelling.asked_when_late(2500, policy=TERMS.policy),
        terms=TERMS,
    )
    return {
        "who takes the place": _who(booked, Colleagues([_colleague(n) for n in range(5)], 5)),
        "colleagues found": _who(
            booked, Colleagues([_colleague(1)] * 5, 412), name="bartholomew", missing="x" * 200
        ),
        "no colleague found": _who(booked, Colleagues((), 0), name="x" * 200),
        "no likely colleague": _who(booked, Colleagues((), 0)),
        "handed on": _booking(given, *substitution.handed_on_sentences(_person(), by=None)),
        "stepped in": _booking(
            booked,
            *substitution.stepped_in_sentences(
                _person(), by_training_team=True, leaving=LEAVING, doubts=doubts
            ),
        ),
        "substituted": _booking(
            given, *substitution.substituted_sentences(_person(), reason="x" * 300)
        ),
        "which place": substitution.which_place(
            [booked] * 5,
            question="Which date is a colleague to go to?",
            verb="ask_for_substitute",
            zone=gallery.LONDON,
        ),
        "which date": _dates(booked),
        "which date, late": transfer.which_date(
            booked,
            OtherDates(_every_kind(), 12),
            late=late,
            late_reason=LateReason.OTHER,
            words="x" * 300,
            missing="Say in a few words which other reason it is.",
            zone=gallery.LONDON,
        ),
        "no other date": transfer.which_date(
            booked, OtherDates((), 0), missing="x" * 200, zone=gallery.LONDON
        ),
        "change anyway": transfer.change_anyway(
            booked, wanted, gallery.session(), doubts=doubts, zone=gallery.LONDON
        ),
        "date changed": bookings.booking_card(
            booked,
            *transfer.changed_sentences(
                gallery.session(), leaving=LEAVING, charged=("x" * 80,), zone=gallery.LONDON
            ),
            begun=False,
            calendar_url=_url("new"),
            leaving=LEAVING,
            old_calendar_url=_url("old"),
            zone=gallery.LONDON,
        ),
        "waits and keeps": _booking(
            gallery.training(BookingStatus.WAITLISTED, queue_place=3),
            *transfer.waits_and_keeps_sentences(3, gallery.session(), zone=gallery.LONDON),
        ),
        "offered beside another date": bookings.booking_card(
            offered,
            *bookings.offer_sentences(offered, zone=gallery.LONDON),
            begun=False,
            calendar_url=None,
            also_on=gallery.session(),
            zone=gallery.LONDON,
        ),
        "booked without substitutes": bookings.booking_card(
            booked, begun=False, calendar_url=None, substitutes=False, zone=gallery.LONDON
        ),
    }


def _url(name: str) -> str:
    return f"https://training.partnership.example/calendar/{name}{'x' * 220}.ics"


def _person() -> Practitioner:
    return gallery.practitioner(confirmed=True)


def _colleague(number: int) -> Colleague:
    person = _person()
    person.job_title = "Specialist Community Public Health Nurse (Health Visiting), Team Lead"
    return Colleague(
        practitioner=person,
        waits=number == 0,
        knows_theme=number % 2 == 1,
        in_teams=number < 3,
    )


def _who(
    training: TrainingRow, colleagues: Colleagues, *, name: str = "", missing: str = ""
) -> Reply:
    return substitution.who_takes_the_place(
        training, colleagues, name=name, missing=missing, zone=gallery.LONDON
    )


def _dates(training: TrainingRow) -> Reply:
    return transfer.which_date(training, OtherDates(_every_kind(), 5), zone=gallery.LONDON)


def _every_kind() -> list[OtherDate]:
    """Return a date for each thing that can be done about one."""
    name = gallery.agency().name
    kept = Reservation(UUID(int=8), name, places=6, taken=0, opens_at=NOW + timedelta(days=14))
    closed = OpenPlaces(open=0, kept=0, others=[kept])
    held = gallery.training(BookingStatus.OFFERED, queue_place=1).booking
    waits = gallery.training(BookingStatus.WAITLISTED, queue_place=3).booking
    booked = gallery.training(BookingStatus.CONFIRMED).booking
    return [
        OtherDate(gallery.session(days=14), None, None),
        OtherDate(gallery.session(days=21), None, closed),
        OtherDate(gallery.session(35, days=28), waits, None),
        OtherDate(gallery.session(35, days=35), held, None),
        OtherDate(gallery.session(days=42), booked, None),
    ]


def _booking(row: TrainingRow, *said: str) -> Reply:
    return bookings.booking_card(
        row, *said, begun=False, calendar_url=_url("mine"), leaving=LEAVING, zone=gallery.LONDON
    )
