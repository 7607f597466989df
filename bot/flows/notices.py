"""The cards of messages that the service owes people."""

from bot.cards import people as people_cards
from bot.cards.agencies import agency_question
from bot.cards.bookings import booking_card
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.bookings.queries import training_of_booking
from trainingbot.enums import BookingStatus, NoticeKind
from trainingbot.models import Agency, Notice, Practitioner
from trainingbot.people.queries import agencies_by_name
from trainingbot.people.views import AgencyRequest


async def notice_card(visit: Visit, notice: Notice) -> Reply | None:
    """Return the card of a notice for its recipient, or None when it is no longer true."""
    match notice.kind:
        case NoticeKind.PROMOTED:
            return await _promoted(visit, notice)
        case NoticeKind.AGENCY_TO_CONFIRM:
            return await _agency_to_confirm(visit, notice)
        case NoticeKind.AGENCY_CONFIRMED:
            agency = await _agency_of(visit, visit.practitioner)
            return people_cards.agency_confirmed(agency) if agency else None
        case NoticeKind.AGENCY_DECLINED:
            if visit.practitioner.agency_id is not None:
                return None
            ask = agency_question(await agencies_by_name(visit.db))
            return people_cards.agency_declined(ask=ask)


async def _promoted(visit: Visit, notice: Notice) -> Reply | None:
    row = await training_of_booking(visit.db, notice.about_id)
    if row is None or row.booking.status != BookingStatus.CONFIRMED:
        return None
    return booking_card(
        row,
        "A place became free and it is yours.",
        "You were next on the waitlist. If you can’t come any more, give it back here: "
        "the next in line gets it.",
        begun=row.session.starts_at <= visit.now,
        calendar_url=visit.calendar_url(row.booking.id),
        zone=visit.zone,
    )


async def _agency_to_confirm(visit: Visit, notice: Notice) -> Reply | None:
    person = await visit.db.get(Practitioner, notice.about_id)
    if person is None or person.agency_confirmed_at is not None:
        return None
    agency = await _agency_of(visit, person)
    return people_cards.request_card(AgencyRequest(person, agency)) if agency else None


async def _agency_of(visit: Visit, practitioner: Practitioner) -> Agency | None:
    if practitioner.agency_id is None:
        return None
    return await visit.db.get(Agency, practitioner.agency_id)
