"""The cards of messages that the service owes people."""

from collections.abc import Awaitable, Callable, Mapping

from bot.cards import bookings as cards
from bot.cards import people as people_cards
from bot.cards.agencies import agency_question
from bot.cards.bookings import booking_card
from bot.cards.personal import your_page
from bot.flows import digests, reminders, session_news
from bot.flows.bookings import offered_sentences, place_instead_of_which
from bot.flows.cancelling import leaving_of
from bot.flows.evaluations import evaluation_invitation
from bot.flows.for_others import done_for_you_card
from bot.flows.substitution import stepped_in_card, substituted_card
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.bookings.other_dates import place_on_another_date
from trainingbot.bookings.queries import given_back, training_of_booking
from trainingbot.bookings.rules import joining_link
from trainingbot.bookings.views import TrainingRow
from trainingbot.courses.rules import places_free
from trainingbot.enums import BookingStatus, NoticeKind
from trainingbot.models import Agency, Notice, Practitioner
from trainingbot.people.queries import agencies_by_name
from trainingbot.people.views import AgencyRequest


async def notice_card(visit: Visit, notice: Notice) -> Reply | None:
    """Return the card of a notice for its recipient, or None when it is no longer true."""
    return await CARDS[notice.kind](visit, notice)


async def _about_a_place(visit: Visit, notice: Notice) -> Reply | None:
    row = await training_of_booking(visit.db, notice.about_id)
    if row is None or row.session.starts_at <= visit.now:
        return None
    said = await _said_of_a_place(visit, notice.kind, row)
    if said is None:
        return None
    has_place = row.booking.status == BookingStatus.CONFIRMED
    return booking_card(
        row,
        *said,
        begun=False,
        calendar_url=visit.calendar_url(row.booking.id) if has_place else None,
        leaving=leaving_of(visit, row),
        also_on=await place_instead_of_which(visit, row),
        substitutes=visit.terms.policy.substitutes,
        join_url=joining_link(row.session, row.booking, now=visit.now),
        zone=visit.zone,
    )


async def _said_of_a_place(
    visit: Visit, kind: NoticeKind, row: TrainingRow
) -> tuple[str, ...] | None:
    """Return what a notice says of a booking as it stands now, or None where it is not true."""
    match kind, row.booking.status:
        case NoticeKind.PROMOTED, BookingStatus.CONFIRMED:
            also_on = await place_on_another_date(
                visit.db, visit.practitioner, row.session, now=visit.now
            )
            return cards.promoted_sentences(also_on, visit.zone)
        case NoticeKind.OFFER, BookingStatus.OFFERED:
            return await offered_sentences(visit, row)
        case NoticeKind.BROADCAST, BookingStatus.WAITLISTED if places_free(row.session) > 0:
            return cards.broadcast_sentences()
        case NoticeKind.OFFER_ENDED, BookingStatus.CANCELLED:
            return cards.cancelled_sentences(await given_back(visit.db, row.booking))
        case NoticeKind.OFFER_ENDED, BookingStatus.WAITLISTED:
            return cards.withdrawn_sentences()
        case _:
            return None


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


async def _agency_confirmed(visit: Visit, notice: Notice) -> Reply | None:
    del notice
    agency = await _agency_of(visit, visit.practitioner)
    return people_cards.agency_confirmed(agency) if agency else None


async def _your_page(visit: Visit, notice: Notice) -> Reply | None:
    del visit, notice
    return your_page()


async def _agency_declined(visit: Visit, notice: Notice) -> Reply | None:
    del notice
    if visit.practitioner.agency_id is not None:
        return None
    ask = agency_question(await agencies_by_name(visit.db))
    return people_cards.agency_declined(ask=ask)


NoticeCard = Callable[[Visit, Notice], Awaitable[Reply | None]]
CARDS: Mapping[NoticeKind, NoticeCard] = {
    NoticeKind.AGENCY_TO_CONFIRM: _agency_to_confirm,
    NoticeKind.AGENCY_CONFIRMED: _agency_confirmed,
    NoticeKind.AGENCY_DECLINED: _agency_declined,
    NoticeKind.PROMOTED: _about_a_place,
    NoticeKind.OFFER: _about_a_place,
    NoticeKind.OFFER_ENDED: _about_a_place,
    NoticeKind.BROADCAST: _about_a_place,
    NoticeKind.BOOKED_FOR_YOU: done_for_you_card,
    NoticeKind.CANCELLED_FOR_YOU: done_for_you_card,
    NoticeKind.STEPPED_IN: stepped_in_card,
    NoticeKind.SUBSTITUTED: substituted_card,
    NoticeKind.EVALUATION_INVITATION: evaluation_invitation,
    NoticeKind.SESSION_CANCELLED: session_news.session_cancelled,
    NoticeKind.SESSION_MOVED: session_news.session_moved,
    NoticeKind.SESSION_CONFIRMED: session_news.session_confirmed,
    NoticeKind.SESSION_UNDECIDED: session_news.session_undecided,
    NoticeKind.TRAINER_NAMED: session_news.trainer_named,
    NoticeKind.TRAINER_RELEASED: session_news.trainer_released,
    NoticeKind.CONFIRMATION: reminders.confirmation,
    NoticeKind.EARLY_REMINDER: reminders.reminder,
    NoticeKind.JOINING_INSTRUCTIONS: reminders.joining_instructions,
    NoticeKind.LATE_REMINDER: reminders.reminder,
    NoticeKind.STARTING_SOON: reminders.starting_soon,
    NoticeKind.TRAINERS_DIGEST: digests.trainers_digest,
    NoticeKind.COORDINATORS_DIGEST: digests.coordinators_digest,
    NoticeKind.PERSONAL_LINK: _your_page,
}
"""The card of each kind of notice. To add a kind: a function here or in a flow of its own."""
