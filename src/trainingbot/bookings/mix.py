"""Which agencies come together on a session: the mix is the point of the training."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import case, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from trainingbot.bookings.views import AgencyShare
from trainingbot.enums import ACTIVE_BOOKINGS, HOLDS_A_PLACE, BookingStatus
from trainingbot.models import Agency, Booking, Practitioner, ReservedPlaces


async def agency_mix(db: AsyncSession, session_id: UUID) -> Sequence[AgencyShare]:
    """Return what each agency has of a session: those with most places first, then by name.

    Agencies with nobody on the session and nothing reserved are left out.
    """
    shares = {
        agency_id: (taken, waiting)
        for agency_id, taken, waiting in await db.exec(
            select(
                Practitioner.agency_id,
                func.sum(case((col(Booking.status).in_(HOLDS_A_PLACE), 1), else_=0)),
                func.sum(case((col(Booking.status) == BookingStatus.WAITLISTED, 1), else_=0)),
            )
            .join(Practitioner, col(Booking.practitioner_id) == Practitioner.id)
            .where(Booking.session_id == session_id, col(Booking.status).in_(ACTIVE_BOOKINGS))
            .group_by(col(Practitioner.agency_id))
        )
    }
    reserved = {
        row.agency_id: row
        for row in await db.exec(
            select(ReservedPlaces).where(
                ReservedPlaces.session_id == session_id, col(ReservedPlaces.opened).is_(False)
            )
        )
    }
    found = await db.exec(
        select(Agency).where(col(Agency.id).in_([one for one in {*shares, *reserved} if one]))
    )
    agencies: dict[UUID | None, Agency] = {agency.id: agency for agency in found}
    mix = []
    for agency_id in {*shares, *reserved}:
        taken, waiting = shares.get(agency_id, (0, 0))
        row = reserved.get(agency_id) if agency_id else None
        mix.append(
            AgencyShare(
                agency=agencies.get(agency_id),
                taken=taken,
                waiting=waiting,
                reserved=row.places if row else 0,
                opens_at=row.opens_at if row else None,
            )
        )
    return sorted(mix, key=_most_first)


def _most_first(share: AgencyShare) -> tuple[int, int, int, str]:
    name = share.agency.name if share.agency else ""
    return (-share.taken, -share.kept, -share.waiting, name)
