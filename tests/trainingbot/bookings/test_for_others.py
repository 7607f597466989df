import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from tests.factories import make_coordinator
from tests.moments import NEXT_WEEK, NOW, TERMS
from tests.trainingbot.bookings.dates import CHARGED, FIRST, Dates
from trainingbot.bookings.for_others import LONGEST_REASON, book_for, cancel_for, substitute_for
from trainingbot.db import Database
from trainingbot.enums import Change, LateReason, NoticeKind, NoticeState, Strictness
from trainingbot.errors import (
    AgencyNotConfirmed,
    CheckWarns,
    NoBooking,
    NotAColleague,
    NotACoordinator,
    NotFound,
    ReasonNeeded,
    SessionStarted,
    SubstitutesNotTaken,
    TrainingBotError,
)
from trainingbot.models import Booking, Charge, Course, CourseSession, Practitioner
from trainingbot.terms import Terms

LATE = NEXT_WEEK - timedelta(hours=3)
"""On the day of the session, after it was free to give a place back."""
WHY = "asked us on the phone"


class Team(Dates):
    """People on a session, and Morgan, a coordinator who acts for them."""

    async def prepare(self, *names: str, places: int = 2, on_second: int | None = None) -> None:
        await super().prepare(*names, places=places, on_second=on_second)
        async with self.database.writing() as db:
            self.people["Morgan"] = (await make_coordinator(db, name="Morgan")).id

    async def book_for(
        self,
        name: str,
        *,
        by: str = "Morgan",
        reason: str = WHY,
        despite_doubts: bool = False,
        now: datetime = NOW,
    ) -> Booking:
        async with self.database.writing() as db:
            return await book_for(
                db,
                session_id=self.sessions[FIRST],
                practitioner_id=self.people[name],
                actor_id=self.people[by],
                reason=reason,
                terms=TERMS,
                despite_doubts=despite_doubts,
                now=now,
            )

    async def cancel_for(
        self,
        name: str,
        *,
        by: str = "Morgan",
        reason: str = WHY,
        late_reason: LateReason | None = None,
        terms: Terms = TERMS,
        now: datetime = NOW,
    ) -> Booking:
        async with self.database.writing() as db:
            return await cancel_for(
                db,
                session_id=self.sessions[FIRST],
                practitioner_id=self.people[name],
                actor_id=self.people[by],
                reason=reason,
                late_reason=late_reason,
                terms=terms,
                now=now,
            )

    async def send_for(
        self,
        name: str,
        *,
        to: str,
        by: str = "Morgan",
        reason: str = WHY,
        terms: Terms = TERMS,
    ) -> tuple[Booking, Booking]:
        async with self.database.writing() as db:
            return await substitute_for(
                db,
                session_id=self.sessions[FIRST],
                practitioner_id=self.people[name],
                substitute_id=self.people[to],
                actor_id=self.people[by],
                reason=reason,
                terms=terms,
                now=NOW,
            )

    async def last(self, name: str) -> tuple[Change, UUID | None, str | None, LateReason | None]:
        """Return what was done to somebody's booking last, by whom, and why."""
        change = (await self.changes(name))[-1]
        return change.change, change.actor_id, change.reason, change.late_reason

    async def charges(self) -> int:
        async with self.database.reading() as db:
            return len((await db.exec(select(Charge))).all())


@pytest.fixture
def team(database: Database) -> Team:
    return Team(database)


async def test_a_place_is_booked_by_a_coordinator_with_a_reason_and_the_person_is_told(
    team: Team,
) -> None:
    await team.prepare("Ann")

    booking = await team.book_for("Ann")

    assert await team.standing() == {"Ann": "confirmed"}
    assert await team.last("Ann") == (Change.BOOKED, team.people["Morgan"], WHY, None)
    assert await team.told() == [("Ann", NoticeKind.BOOKED_FOR_YOU, NoticeState.OWED)]
    assert booking.change_count == 1
    assert await team.broken() == []


async def test_on_a_full_session_the_person_joins_the_end_of_the_waitlist(team: Team) -> None:
    await team.prepare("Ann", "Ben", "Cas", places=1)
    await team.book("Ann")
    await team.book("Ben")

    await team.book_for("Cas")

    assert await team.standing() == {
        "Ann": "confirmed",
        "Ben": "waitlisted 1",
        "Cas": "waitlisted 2",
    }
    assert await team.told() == [("Cas", NoticeKind.BOOKED_FOR_YOU, NoticeState.OWED)]
    assert await team.broken() == []


async def test_a_place_that_is_held_for_the_person_is_taken_for_them(team: Team) -> None:
    await team.prepare("Ann", "Ben", places=1)
    await team.book("Ann")
    await team.book("Ben")
    await team.cancel("Ann")

    await team.book_for("Ben")

    assert await team.standing() == {"Ann": "cancelled", "Ben": "confirmed"}
    assert await team.last("Ben") == (Change.OFFER_ACCEPTED, team.people["Morgan"], WHY, None)
    assert await team.told() == [
        ("Ben", NoticeKind.OFFER, NoticeState.WITHDRAWN),
        ("Ben", NoticeKind.BOOKED_FOR_YOU, NoticeState.OWED),
    ]
    assert await team.broken() == []


async def test_booking_twice_for_somebody_is_booking_once_and_tells_once(team: Team) -> None:
    await team.prepare("Ann", "Ben", places=1)

    for _ in range(2):
        await team.book_for("Ann")
        await team.book_for("Ben")

    assert await team.standing() == {"Ann": "confirmed", "Ben": "waitlisted 1"}
    assert len(await team.told()) == 2
    assert await team.broken() == []


async def test_somebody_who_booked_themselves_is_told_of_nothing(team: Team) -> None:
    await team.prepare("Ann")
    await team.book("Ann")

    await team.book_for("Ann")

    assert await team.last("Ann") == (Change.BOOKED, team.people["Ann"], None, None)
    assert await team.told() == []


async def test_a_coordinator_who_books_for_themselves_needs_no_reason_and_is_told_by_the_card(
    team: Team,
) -> None:
    await team.prepare("Ann")

    await team.book_for("Morgan", reason="")

    assert await team.last("Morgan") == (Change.BOOKED, team.people["Morgan"], None, None)
    assert await team.told() == []
    assert await team.broken() == []


async def test_an_agency_that_is_not_confirmed_is_named_to_the_coordinator(team: Team) -> None:
    await team.prepare("Ann")
    await team.unconfirm("Ann")

    with pytest.raises(AgencyNotConfirmed) as refused:
        await team.book_for("Ann")

    assert refused.value.sentence == (
        "Ann can be booked as soon as their agency is confirmed. Confirm it first: type “agencies”."
    )
    assert await team.standing() == {}


async def test_somebody_without_an_agency_is_to_choose_one_first(team: Team) -> None:
    await team.prepare("Ann")
    async with team.database.writing() as db:
        ann = await db.get_one(Practitioner, team.people["Ann"])
        ann.agency_confirmed_at = ann.agency_id = None

    with pytest.raises(AgencyNotConfirmed) as refused:
        await team.book_for("Ann")

    assert refused.value.sentence == (
        "Ann can be booked as soon as their agency is confirmed. "
        "They have not chosen one yet: ask them to type “my agency” to the bot."
    )


async def test_a_doubt_of_the_course_warns_the_coordinator_who_may_book_anyway(team: Team) -> None:
    await team.prepare("Ann")
    async with team.database.writing() as db:
        session = await db.get_one(CourseSession, team.sessions[FIRST])
        course = await db.get_one(Course, session.course_id)
        course.on_missing_level, course.prerequisite_level = Strictness.WARN, 1

    with pytest.raises(CheckWarns) as warned:
        await team.book_for("Ann")
    await team.book_for("Ann", despite_doubts=True)

    _, actor, reason, _ = await team.last("Ann")
    assert actor == team.people["Morgan"]
    assert reason == f"{WHY} In spite of this: {warned.value.sentence}"


@pytest.mark.parametrize("reason", ["", " \n ", "x" * (LONGEST_REASON + 1)])
async def test_nothing_is_done_for_somebody_without_a_short_reason(team: Team, reason: str) -> None:
    await team.prepare("Ann", "Ben", "Cas")
    await team.book("Ann")

    with pytest.raises(ReasonNeeded):
        await team.book_for("Ben", reason=reason)
    with pytest.raises(ReasonNeeded):
        await team.cancel_for("Ann", reason=reason)
    with pytest.raises(ReasonNeeded):
        await team.send_for("Ann", to="Cas", reason=reason)

    assert await team.standing() == {"Ann": "confirmed"}
    assert await team.told() == []


async def test_a_reason_is_kept_on_one_line_and_may_be_as_long_as_is_said(team: Team) -> None:
    await team.prepare("Ann")

    await team.book_for("Ann", reason=f"  a\n\t{'b' * (LONGEST_REASON - 2)} ")

    assert (await team.last("Ann"))[2] == f"a {'b' * (LONGEST_REASON - 2)}"


async def test_only_a_coordinator_acts_for_others(team: Team) -> None:
    await team.prepare("Ann", "Ben", "Cas")
    await team.book("Ann")

    with pytest.raises(NotACoordinator):
        await team.book_for("Ben", by="Cas")
    with pytest.raises(NotACoordinator):
        await team.cancel_for("Ann", by="Cas")
    with pytest.raises(NotACoordinator):
        await team.send_for("Ann", to="Ben", by="Cas")

    assert await team.standing() == {"Ann": "confirmed"}


async def test_somebody_nobody_knows_is_not_found(team: Team) -> None:
    await team.prepare("Ann")
    team.people["Nobody"] = uuid4()

    with pytest.raises(NotFound):
        await team.book_for("Nobody")
    with pytest.raises(NotFound):
        await team.cancel_for("Nobody")
    with pytest.raises(NotFound):
        await team.send_for("Nobody", to="Ann")


async def test_a_place_given_back_for_somebody_goes_on_and_they_are_told(team: Team) -> None:
    await team.prepare("Ann", "Ben", places=1)
    await team.book("Ann")
    await team.book("Ben")

    await team.cancel_for("Ann")

    assert await team.standing() == {"Ann": "cancelled", "Ben": "offered 1"}
    assert await team.last("Ann") == (Change.CANCELLED, team.people["Morgan"], WHY, None)
    assert await team.told() == [
        ("Ann", NoticeKind.CANCELLED_FOR_YOU, NoticeState.OWED),
        ("Ben", NoticeKind.OFFER, NoticeState.OWED),
    ]
    assert await team.broken() == []


async def test_a_wait_and_an_offer_are_ended_for_somebody_and_they_are_told(team: Team) -> None:
    await team.prepare("Ann", "Ben", "Cas", places=1)
    for name in ("Ann", "Ben", "Cas"):
        await team.book(name)

    await team.cancel_for("Cas")
    await team.cancel("Ann")
    await team.cancel_for("Ben")

    assert await team.standing() == {"Ann": "cancelled", "Ben": "cancelled", "Cas": "cancelled"}
    assert [(await team.last(name))[0] for name in ("Ben", "Cas")] == [
        Change.OFFER_DECLINED,
        Change.CANCELLED,
    ]
    assert [(name, kind) for name, kind, state in await team.told() if state == "owed"] == [
        ("Ben", NoticeKind.CANCELLED_FOR_YOU),
        ("Cas", NoticeKind.CANCELLED_FOR_YOU),
    ]
    assert await team.broken() == []


async def test_cancelling_twice_for_somebody_is_cancelling_once(team: Team) -> None:
    await team.prepare("Ann")
    await team.book("Ann")

    for _ in range(2):
        await team.cancel_for("Ann")

    assert await team.history("Ann") == [Change.BOOKED, Change.CANCELLED]
    assert await team.told() == [("Ann", NoticeKind.CANCELLED_FOR_YOU, NoticeState.OWED)]


async def test_a_place_given_back_late_is_not_held_against_the_person_unless_it_is_said(
    team: Team,
) -> None:
    await team.prepare("Ann", "Ben")
    await team.book("Ann")
    await team.book("Ben")

    await team.cancel_for("Ann", terms=CHARGED, now=LATE)
    charged_before = await team.charges()
    await team.cancel_for("Ben", late_reason=LateReason.URGENT_WORK, terms=CHARGED, now=LATE)

    assert (await team.last("Ann"))[3] is None
    assert (await team.last("Ben"))[3] == LateReason.URGENT_WORK
    assert (charged_before, await team.charges()) == (0, 1)
    assert await team.broken(now=LATE) == []


async def test_who_has_no_place_has_none_to_be_given_back(team: Team) -> None:
    await team.prepare("Ann")

    with pytest.raises(NoBooking) as refused:
        await team.cancel_for("Ann")

    assert refused.value.sentence == (
        "Ann has no place on this session and does not wait for one, "
        "so there is nothing to give back."
    )


async def test_nothing_is_booked_or_cancelled_for_anybody_after_the_start(team: Team) -> None:
    await team.prepare("Ann", "Ben")
    await team.book("Ann")

    with pytest.raises(SessionStarted):
        await team.book_for("Ben", now=NEXT_WEEK)
    with pytest.raises(SessionStarted):
        await team.cancel_for("Ann", now=NEXT_WEEK)

    assert await team.standing() == {"Ann": "confirmed"}


async def test_a_colleague_is_sent_for_somebody_and_both_are_told(team: Team) -> None:
    await team.prepare("Ann", "Ben")
    await team.book("Ann")

    for _ in range(2):
        await team.send_for("Ann", to="Ben")

    assert await team.standing() == {"Ann": "cancelled", "Ben": "confirmed"}
    assert await team.last("Ann") == (Change.SUBSTITUTED, team.people["Morgan"], WHY, None)
    assert await team.told() == [
        ("Ann", NoticeKind.SUBSTITUTED, NoticeState.OWED),
        ("Ben", NoticeKind.STEPPED_IN, NoticeState.OWED),
    ]
    assert await team.broken() == []


@pytest.mark.parametrize(
    ("terms", "refusal"),
    [
        (TERMS, NotAColleague),
        (replace(TERMS, policy=replace(TERMS.policy, substitutes=False)), SubstitutesNotTaken),
    ],
)
async def test_the_rules_of_substitution_hold_for_coordinators_too(
    team: Team, terms: Terms, refusal: type[TrainingBotError]
) -> None:
    await team.prepare("Ann")
    await team.add_stranger("Zoe")
    await team.book("Ann")

    with pytest.raises(refusal):
        await team.send_for("Ann", to="Zoe", terms=terms)

    assert await team.standing() == {"Ann": "confirmed"}


async def test_when_the_person_and_a_coordinator_book_at_once_there_is_one_booking_and_one_story(
    team: Team,
) -> None:
    await team.prepare("Ann", "Ben", "Cas", "Dan", places=2)

    await asyncio.gather(
        *(
            book(name)
            for name in ("Ann", "Ben", "Cas", "Dan")
            for book in (team.book, team.book_for)
        )
    )

    standing = sorted((await team.standing()).values())
    assert standing == ["confirmed", "confirmed", "waitlisted 1", "waitlisted 2"]
    assert await team.broken() == []
