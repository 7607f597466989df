"""A booking as a calendar file (RFC 5545), which calendars update instead of doubling it."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from icalendar import Calendar, Event, vCalAddress, vText

from trainingbot.bookings.rules import joining_link
from trainingbot.bookings.views import TrainingRow
from trainingbot.enums import BookingStatus, Delivery, SessionStatus

CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""RFC 5545, 3.1: none of these may stand in a text."""
PRODUCT = "-//trainingbot//training//EN"


def calendar_file(
    row: TrainingRow,
    *,
    partnership: str,
    contact_email: str | None,
    leaving: str | None = None,
    depends: str = "",
    now: datetime,
) -> bytes:
    """Return the calendar file of a booking as it stands `now`.

    `leaving` says until when the place is free to give back, and `depends` on what a tentative
    session depends. The link to join is in it as soon as the session is sure to take place.

    The UID belongs to the booking for good and SEQUENCE rises with each of its changes and its
    session's, so that opening a newer file replaces the entry. Whoever has no place any more
    gets a file that takes the entry out. Times are in UTC, which needs no zone table.
    """
    has_place = (
        row.booking.status == BookingStatus.CONFIRMED
        and row.session.status != SessionStatus.CANCELLED
    )
    event = Event()
    event.add("uid", f"booking-{row.booking.id}@trainingbot")
    event.add("sequence", row.booking.change_count + row.session.change_count)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", row.session.starts_at.astimezone(UTC))
    event.add("dtend", row.session.ends_at.astimezone(UTC))
    event.add("summary", _text(row.course.title))
    event.add("location", _text(_location(row)))
    link = joining_link(row.session, row.booking, now=now)
    notes = [
        *([f"{depends}."] if depends else []),
        *([f"Join: {link}"] if link else []),
        *([f"{leaving}."] if leaving else []),
    ]
    event.add("description", _text(_description(row, partnership, notes, has_place=has_place)))
    if link:
        event.add("url", link)
    held = "TENTATIVE" if row.session.tentative else "CONFIRMED"
    event.add("status", held if has_place else "CANCELLED")
    event.add("transp", "OPAQUE" if has_place else "TRANSPARENT")
    if contact_email is not None:
        organiser = vCalAddress(f"mailto:{contact_email}")
        organiser.params["cn"] = vText(_text(partnership))
        event["organizer"] = organiser
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH" if has_place else "CANCEL")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _location(row: TrainingRow) -> str:
    if row.session.venue:
        return row.session.venue
    return "Online in Teams" if row.session.delivery == Delivery.TEAMS else "In person"


def _description(
    row: TrainingRow, partnership: str, notes: Sequence[str], *, has_place: bool
) -> str:
    if row.session.status == SessionStatus.CANCELLED:
        return f"This session has been cancelled. Training of {partnership}."
    if not has_place:
        return f"You no longer have a place. Training of {partnership}."
    said = "".join(f"{note}\n" for note in notes)
    return (
        f"Training of {partnership}.\n{said}"
        "You can’t come? Type “my training” to the training bot in Teams and give the place back: "
        "a colleague gets it."
    )


def _text(words: str) -> str:
    return CONTROL_CHARACTERS.sub(" ", words)
