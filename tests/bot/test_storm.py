"""Many people who do everything at once, while the clock is set forward and back."""

import asyncio
import random
from datetime import timedelta

from structlog.testing import capture_logs

from tests.bot.conftest import Person, Service
from tests.bot_framework import executed
from tests.chat import texts
from tests.factories import make_agency, make_session
from tests.invariants import broken_invariants
from tests.moments import NOW
from trainingbot.people.operations import appoint_coordinators

VERBS = (
    "book_place",
    "book_place",
    "cancel_booking",
    "show_booking",
    "ask_to_cancel",
    "my_training",
    "search_courses",
    "choose_agency",
    "my_agency",
    "agencies_to_confirm",
    "help",
)


async def test_a_storm_of_turns_ends_in_a_sound_database_and_without_a_fault(
    service: Service,
) -> None:
    source = random.Random(5)  # noqa: S311 - to be repeatable
    async with service.database.writing() as db:
        await make_agency(db, email_domain="county.example")
        agencies = [await make_agency(db) for _ in range(4)]
        # The queues of these end during the storm, two hours before the start.
        sessions = [
            await make_session(
                db, capacity=number % 3, starts_at=NOW + timedelta(hours=2, minutes=10 * number)
            )
            for number in range(6)
        ]
        await appoint_coordinators(db, ["known0@county.example", "new1@x.example"])
    people = [service.person(f"Known {one}", f"known{one}@county.example") for one in range(10)]
    people += [service.person(f"New {one}", f"new{one}@x.example") for one in range(5)]
    people += [service.person(f"Guest {one}") for one in range(5)]
    token = service.framework.token(now=NOW)

    async def go(person: Person) -> list[str]:
        headings = []
        for _ in range(15):
            service.clock.moment = NOW + timedelta(minutes=source.randrange(55))
            data = {
                "session_id": str(source.choice(sessions).id),
                "agency_id": str(source.choice(agencies).id),
            }
            press = executed(source.choice(VERBS), data, **person.envelope())
            answer = await (await service.post(press, token=token)).json()
            headings += texts(answer["value"])[:2]
        return headings

    with capture_logs() as events:
        headings = await asyncio.gather(*(go(person) for person in people))

    said = {heading for of_one in headings for heading in of_one}
    assert said.isdisjoint({"Something went wrong", "This card is out of date"})
    assert [event for event in events if event["log_level"] == "error"] == []
    async with service.database.reading() as db:
        assert await broken_invariants(db, now=NOW + timedelta(days=1)) == []
