"""Notices on their way: sent, put off, given up, and never lost."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from structlog.testing import capture_logs

from bot.courier import LONGEST_ASKED, Courier
from bot.deliveries import (
    ConversationGone,
    DeliveryError,
    DeliveryRefused,
    NotInstalled,
    RecipientStopped,
    TryLater,
)
from bot.teams.refusals import CredentialsUnavailable
from bot.turns import Address, Messenger, Reply
from tests.chat import texts
from tests.factories import (
    make_account,
    make_booking,
    make_coordinator,
    make_notice,
    make_practitioner,
    make_session,
)
from tests.fakes import PostBox, SetClock
from tests.moments import NOW
from trainingbot.db import Database
from trainingbot.enums import BookingStatus, NoticeKind, NoticeState
from trainingbot.models import Notice, Practitioner, TeamsAccount
from trainingbot.people.operations import forget_installation
from trainingbot.settings import Settings

MakeCourier = Callable[[Messenger], Courier]
PATIENCE = 5


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def post_box() -> PostBox:
    return PostBox()


@pytest.fixture
def courier_with(database: Database, clock: SetClock) -> MakeCourier:
    settings = Settings(_env_file=None, secret="s" * 40)

    def make(messenger: Messenger) -> Courier:
        return Courier(database=database, settings=settings, messenger=messenger, clock=clock)

    return make


@pytest.fixture
def courier(courier_with: MakeCourier, post_box: PostBox) -> Courier:
    return courier_with(post_box)


async def owed(database: Database, *, kind: NoticeKind = NoticeKind.PROMOTED) -> UUID:
    """Owe somebody with one account the news of a place, and return the notice's id."""
    async with database.writing() as db:
        person = await make_practitioner(db)
        await make_account(db, person)
        booking = await make_booking(db, practitioner_id=person.id)
        notice = await make_notice(db, person, kind=kind, about_id=booking.id)
    return notice.id


class FailsOnce:
    """A database of which the first transaction that changes anything fails."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._has_failed = False
        self.reading = database.reading

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        if not self._has_failed:
            self._has_failed = True
            raise OSError("the connection was lost")
        async with self._database.writing() as db:
            yield db


async def tentative_session(database: Database, *, decide_at: datetime) -> None:
    """Write a tentative session, and the coordinator who decides on it."""
    async with database.writing() as db:
        await make_account(db, await make_coordinator(db))
        session = await make_session(db)
        session.tentative, session.minimum_places, session.decide_at = True, 8, decide_at


async def read(database: Database, notice_id: UUID) -> Notice:
    async with database.reading() as db:
        return await db.get_one(Notice, notice_id)


async def accounts_installed(database: Database, notice_id: UUID) -> list[bool]:
    async with database.reading() as db:
        notice = await db.get_one(Notice, notice_id)
        accounts = await db.exec(
            select(TeamsAccount).where(TeamsAccount.practitioner_id == notice.practitioner_id)
        )
        return sorted(account.installed for account in accounts)


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not is_so():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(0.01)


async def until_sent(database: Database, notice_id: UUID) -> None:
    async with asyncio.timeout(PATIENCE):
        while (await read(database, notice_id)).state != NoticeState.SENT:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.01)


async def test_a_notice_is_sent_once_to_the_persons_chat(
    database: Database, courier: Courier, post_box: PostBox
) -> None:
    notice_id = await owed(database)

    sent = [await courier.deliver_due(), await courier.deliver_due()]

    notice = await read(database, notice_id)
    assert (sent, notice.state, notice.attempts) == ([1, 0], NoticeState.SENT, 1)
    assert [texts(reply.card)[4] for _, reply in post_box.sent] == [
        "A place became free and it is yours."
    ]


async def test_more_notices_than_are_looked_up_at_once_are_sent_in_one_round(
    database: Database, courier: Courier, post_box: PostBox
) -> None:
    async with database.writing() as db:
        person = await make_practitioner(db)
        await make_account(db, person)
        session = await make_session(db)
        booking = await make_booking(db, practitioner_id=person.id, session_id=session.id)
        for _ in range(105):
            await make_notice(db, person, about_id=booking.id)

    sent = await courier.deliver_due()

    assert (sent, len(post_box.sent)) == (105, 105)


async def test_two_couriers_send_a_notice_once_between_them(
    database: Database, courier_with: MakeCourier, post_box: PostBox
) -> None:
    for _ in range(5):
        await owed(database)
    couriers = [courier_with(post_box) for _ in range(3)]

    sent = await asyncio.gather(*(courier.deliver_due() for courier in couriers))

    assert (sum(sent), len({to for to, _ in post_box.sent}), len(post_box.sent)) == (5, 5, 5)


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (TryLater("busy", status=503), timedelta(minutes=1)),
        (TryLater("busy", status=429, retry_after=5), timedelta(minutes=1)),
        (TryLater("busy", status=429, retry_after=600), timedelta(minutes=10)),
        (TryLater("busy", status=429, retry_after=1e12), LONGEST_ASKED),
        (CredentialsUnavailable("no token"), timedelta(minutes=1)),
        (DeliveryRefused("wrong token", status=401), timedelta(minutes=1)),
        (DeliveryRefused("a fault in Teams", status=500), timedelta(minutes=1)),
    ],
)
async def test_what_teams_cannot_take_now_is_sent_when_it_says(
    *,
    database: Database,
    courier: Courier,
    post_box: PostBox,
    clock: SetClock,
    error: DeliveryError,
    wait: timedelta,
) -> None:
    notice_id = await owed(database)
    async with database.writing() as db:
        (await db.get_one(Notice, notice_id)).expires_at = NOW + timedelta(days=30)
    post_box.refusals = [error]

    at_once = await courier.deliver_due()
    clock.advance(wait - timedelta(seconds=1))
    too_soon = await courier.deliver_due()
    clock.advance(timedelta(seconds=1))
    in_time = await courier.deliver_due()

    assert (at_once, too_soon, in_time) == (0, 0, 1)
    assert (await read(database, notice_id)).attempts == 2


async def test_what_teams_will_never_take_is_given_up_with_the_reason(
    database: Database, courier: Courier, post_box: PostBox, clock: SetClock
) -> None:
    notice_id = await owed(database)
    post_box.refusals = [DeliveryRefused("too large", status=413)]

    await courier.deliver_due()
    clock.advance(timedelta(days=1))
    later = await courier.deliver_due()

    notice = await read(database, notice_id)
    assert (later, notice.state, notice.failure) == (
        0,
        NoticeState.UNDELIVERABLE,
        "DeliveryRefused 413",
    )
    assert await accounts_installed(database, notice_id) == [True]


@pytest.mark.parametrize(
    "error",
    [
        RecipientStopped("blocked", status=403, code="ConversationBlockedByUser"),
        NotInstalled("gone", status=403, code="BotNotInConversationRoster"),
        ConversationGone("gone", status=404),
    ],
)
async def test_whoever_cannot_be_reached_is_still_owed_the_notice(
    database: Database,
    courier: Courier,
    post_box: PostBox,
    clock: SetClock,
    error: DeliveryError,
) -> None:
    notice_id = await owed(database)
    post_box.refusals = [error]

    await courier.deliver_due()
    clock.advance(timedelta(days=1))
    later = await courier.deliver_due()

    notice = await read(database, notice_id)
    assert (later, notice.state, notice.attempts) == (0, NoticeState.OWED, 1)
    assert notice.failure == f"{type(error).__name__} {error.status} {error.code}".strip()
    assert await accounts_installed(database, notice_id) == [False]


async def test_somebody_who_left_one_account_is_reached_over_the_other(
    database: Database, courier: Courier, post_box: PostBox
) -> None:
    notice_id = await owed(database)
    async with database.writing() as db:
        notice = await db.get_one(Notice, notice_id)
        person = await db.get_one(Practitioner, notice.practitioner_id)
        await make_account(db, person, tenant_id="tenant-2")
    post_box.refusals = [NotInstalled("gone", status=403)]

    sent = [await courier.deliver_due(), await courier.deliver_due()]

    assert sent == [0, 1]
    assert await accounts_installed(database, notice_id) == [False, True]


async def test_a_notice_that_is_no_longer_true_is_withdrawn(
    database: Database, courier: Courier, post_box: PostBox
) -> None:
    async with database.writing() as db:
        person = await make_practitioner(db)
        await make_account(db, person)
        booking = await make_booking(
            db, practitioner_id=person.id, status=BookingStatus.CANCELLED, cancelled_at=NOW
        )
        notice = await make_notice(db, person, about_id=booking.id)

    await courier.deliver_due()

    ended = await read(database, notice.id)
    assert (ended.state, ended.failure, post_box.sent) == (
        NoticeState.WITHDRAWN,
        "no longer true",
        [],
    )


async def test_a_notice_that_is_too_late_expires(
    database: Database, courier: Courier, post_box: PostBox, clock: SetClock
) -> None:
    notice_id = await owed(database)
    clock.advance(timedelta(days=7))

    await courier.deliver_due()

    assert ((await read(database, notice_id)).state, post_box.sent) == (NoticeState.EXPIRED, [])


async def test_nothing_is_lost_when_the_clock_is_set_back(
    database: Database, courier: Courier, post_box: PostBox, clock: SetClock
) -> None:
    notice_id = await owed(database)
    post_box.refusals = [TryLater("busy", status=503)]
    await courier.deliver_due()
    clock.advance(timedelta(hours=-2))

    meanwhile = await courier.deliver_due()
    clock.advance(timedelta(hours=2, minutes=1))
    later = await courier.deliver_due()

    assert (meanwhile, later) == (0, 1)
    assert (await read(database, notice_id)).state == NoticeState.SENT


class Uninstalling:
    """A messenger in whose hands the app is removed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def send(self, address: Address, reply: Reply) -> str:
        del reply
        async with self._database.writing() as db:
            found = await db.exec(
                select(TeamsAccount).where(TeamsAccount.conversation_id == address.conversation_id)
            )
            account = found.one()
            await forget_installation(db, tenant_id=account.tenant_id, object_id=account.object_id)
        raise NotInstalled("gone", status=403)


async def test_an_app_that_is_removed_in_the_middle_loses_nothing(
    database: Database, courier_with: MakeCourier
) -> None:
    notice_id = await owed(database)

    await courier_with(Uninstalling(database)).deliver_due()

    assert (await read(database, notice_id)).state == NoticeState.OWED


class Silent:
    """A messenger that never hears back."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()

    async def send(self, address: Address, reply: Reply) -> str:
        del address, reply
        self.asked.set()
        await asyncio.Event().wait()
        raise AssertionError("nobody waits so long")


async def test_a_process_that_ends_while_sending_costs_a_delay_and_no_notice(
    database: Database, courier_with: MakeCourier, post_box: PostBox, clock: SetClock
) -> None:
    notice_id = await owed(database)
    silent = Silent()
    dying = asyncio.create_task(courier_with(silent).run())
    await asyncio.wait_for(silent.asked.wait(), PATIENCE)

    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    successor = courier_with(post_box)
    at_once = await successor.deliver_due()
    clock.advance(timedelta(minutes=1))
    later = await successor.deliver_due()

    assert (dying.cancelled(), at_once, later) == (True, 0, 1)
    assert (await read(database, notice_id)).state == NoticeState.SENT


class Broken:
    """A messenger with a fault of its own at the first message."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.asked = 0

    async def send(self, address: Address, reply: Reply) -> str:
        del reply
        self.asked += 1
        if self.asked == 1:
            raise RuntimeError(f"cannot send to {address.conversation_id}")
        self.sent.append(address.conversation_id)
        return "sent"


async def test_a_fault_with_one_notice_keeps_no_other_from_being_sent(
    database: Database, courier_with: MakeCourier, clock: SetClock
) -> None:
    ids = [await owed(database) for _ in range(3)]
    broken = Broken()
    courier = courier_with(broken)

    with capture_logs() as events:
        first = await courier.deliver_due()
    clock.advance(timedelta(minutes=1))
    second = await courier.deliver_due()

    assert (first, second, len(set(broken.sent))) == (2, 1, 3)
    assert [event["event"] for event in events if event["log_level"] == "error"] == [
        "notice_failed"
    ]
    assert {(await read(database, one)).state for one in ids} == {NoticeState.SENT}


async def test_the_courier_comes_when_it_is_called(
    database: Database, courier: Courier, post_box: PostBox
) -> None:
    running = asyncio.create_task(courier.run())
    notice_id = await owed(database)

    courier.call()
    await until_sent(database, notice_id)

    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert len(post_box.sent) == 1


async def test_the_courier_outlives_a_database_that_fails(
    database: Database, courier: Courier, post_box: PostBox
) -> None:
    notice_id = await owed(database)
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE notice RENAME TO notices")
    with capture_logs() as events:
        running = asyncio.create_task(courier.run())
        await until(lambda: bool(events))
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE notices RENAME TO notice")

    courier.call()
    await until_sent(database, notice_id)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)

    assert [event["event"] for event in events] == ["delivery_round_failed"]
    assert len(post_box.sent) == 1


async def test_a_notice_about_something_that_is_gone_is_withdrawn(
    database: Database, courier: Courier
) -> None:
    async with database.writing() as db:
        person = await make_practitioner(db)
        await make_account(db, person)
        notices = [
            await make_notice(db, person, kind=kind, about_id=uuid4())
            for kind in (NoticeKind.PROMOTED, NoticeKind.AGENCY_TO_CONFIRM)
        ]

    await courier.deliver_due()

    assert [(await read(database, one.id)).state for one in notices] == [
        NoticeState.WITHDRAWN,
        NoticeState.WITHDRAWN,
    ]


async def test_coordinators_are_asked_once_about_a_session_that_is_to_be_decided_on(
    database: Database, courier: Courier, post_box: PostBox, clock: SetClock
) -> None:
    await tentative_session(database, decide_at=NOW + timedelta(hours=1))
    sent = []

    for hours in (0, 1, 1):
        clock.now = NOW + timedelta(hours=hours)
        await courier.ask_to_decide()
        sent.append(await courier.deliver_due())

    assert sent == [0, 1, 0]
    assert len(post_box.sent) == 1


async def test_a_fault_with_one_session_keeps_no_other_and_no_notice_waiting(
    database: Database, post_box: PostBox, clock: SetClock
) -> None:
    for _ in range(2):
        await tentative_session(database, decide_at=NOW)
    courier = Courier(
        database=FailsOnce(database),  # type: ignore[arg-type] # a database with both its doors
        settings=Settings(_env_file=None, secret="s" * 40),
        messenger=post_box,
        clock=clock,
    )

    with capture_logs() as events:
        await courier.ask_to_decide()
        first = await courier.deliver_due()
    await courier.ask_to_decide()
    second = await courier.deliver_due()

    assert [event["event"] for event in events if event["log_level"] == "error"] == [
        "session_failed"
    ]
    # Each of both coordinators is asked about each session.
    assert (first, second) == (2, 2)


async def test_a_running_courier_asks_by_itself(
    database: Database, courier: Courier, post_box: PostBox
) -> None:
    await tentative_session(database, decide_at=NOW)

    running = asyncio.create_task(courier.run())
    await until(lambda: len(post_box.sent) == 1)
    running.cancel()

    async with database.reading() as db:
        [notice] = (await db.exec(select(Notice))).all()
    assert notice.kind == NoticeKind.SESSION_UNDECIDED
