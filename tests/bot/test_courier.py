"""Notices on their way: sent, put off, given up, and never lost."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from structlog.testing import capture_logs

from bot.courier import Message
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
    make_notice,
    make_practitioner,
    make_session,
)
from tests.fakes import FailsAtTimes, HandCourier, PostBox, SetClock
from tests.moments import NOW
from trainingbot.db import Database
from trainingbot.enums import BookingStatus, Channel, NoticeKind, NoticeState, Unreachable
from trainingbot.models import Notice, Practitioner, TeamsAccount
from trainingbot.notices.rules import LONGEST_ASKED
from trainingbot.notices.views import DueNotice
from trainingbot.people.operations import forget_installation
from trainingbot.settings import Settings

MakeCourier = Callable[[Messenger], HandCourier]
PATIENCE = 5
A_SECOND = timedelta(seconds=1)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def post_box() -> PostBox:
    return PostBox()


@pytest.fixture
def settings() -> Settings:
    return Settings(_env_file=None, secret="s" * 40)


@pytest.fixture
def courier_with(database: Database, settings: Settings, clock: SetClock) -> MakeCourier:
    def make(messenger: Messenger) -> HandCourier:
        return HandCourier(
            database=database,
            settings=settings,
            messenger=messenger,
            clock=clock,
            chance=lambda: 1,
            patience=0.01,
        )

    return make


@pytest.fixture
def courier(courier_with: MakeCourier, post_box: PostBox) -> HandCourier:
    return courier_with(post_box)


async def owed(database: Database, *, kind: NoticeKind = NoticeKind.PROMOTED) -> UUID:
    """Owe somebody with one account the news of a place, and return the notice's id."""
    async with database.writing() as db:
        person = await make_practitioner(db)
        await make_account(db, person)
        booking = await make_booking(db, practitioner_id=person.id)
        notice = await make_notice(db, person, kind=kind, about_id=booking.id)
    return notice.id


async def read(database: Database, notice_id: UUID) -> Notice:
    async with database.reading() as db:
        return await db.get_one(Notice, notice_id)


async def accounts(database: Database, notice_id: UUID) -> list[Unreachable | None]:
    """Return why Teams takes nothing for the accounts of a notice's practitioner, by tenant."""
    async with database.reading() as db:
        notice = await db.get_one(Notice, notice_id)
        found = await db.exec(
            select(TeamsAccount)
            .where(TeamsAccount.practitioner_id == notice.practitioner_id)
            .order_by(TeamsAccount.tenant_id)
        )
        return [account.unreachable for account in found]


async def test_a_notice_is_sent_once_to_the_persons_chat(
    database: Database, courier: HandCourier, post_box: PostBox
) -> None:
    notice_id = await owed(database)

    sent = [await courier.deliver_due(), await courier.deliver_due()]

    notice = await read(database, notice_id)
    assert (sent, notice.state, notice.attempts) == ([1, 0], NoticeState.SENT, 1)
    assert [texts(reply.card)[4] for _, reply in post_box.sent] == [
        "A place became free and it is yours."
    ]


async def test_more_notices_than_are_looked_up_at_once_are_sent_in_one_round(
    database: Database, courier: HandCourier, post_box: PostBox
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

    await asyncio.gather(*(courier.deliver_due() for courier in couriers))

    assert (len({to for to, _ in post_box.sent}), len(post_box.sent)) == (5, 5)


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (TryLater("busy", status=503), A_SECOND),
        (TryLater("busy", status=429, retry_after=5), 6 * A_SECOND),
        (TryLater("busy", status=503, retry_after=600), 601 * A_SECOND),
        (TryLater("busy", status=429, retry_after=1e12), LONGEST_ASKED + A_SECOND),
        (CredentialsUnavailable("no token"), A_SECOND),
        (DeliveryRefused("wrong token", status=401), A_SECOND),
        (DeliveryRefused("a fault in Teams", status=500), A_SECOND),
    ],
)
async def test_what_teams_cannot_take_now_is_sent_when_it_says(
    *,
    database: Database,
    courier: HandCourier,
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
    clock.advance(wait - timedelta(milliseconds=1))
    too_soon = await courier.deliver_due()
    clock.advance(timedelta(milliseconds=1))
    in_time = await courier.deliver_due()

    assert (at_once, too_soon, in_time) == (0, 0, 1)
    assert (await read(database, notice_id)).attempts == 2


async def test_while_teams_asks_to_wait_nothing_else_goes_into_that_conversation(
    database: Database, courier: HandCourier, post_box: PostBox, clock: SetClock
) -> None:
    notice_id = await owed(database)
    async with database.writing() as db:
        notice = await db.get_one(Notice, notice_id)
        person = await db.get_one(Practitioner, notice.practitioner_id)
        await make_notice(db, person, about_id=notice.about_id, due_at=NOW + A_SECOND)
    post_box.refusals = [TryLater("busy", status=429, retry_after=30)]

    sent = [await courier.deliver_due()]
    for seconds in (29, 2):
        clock.advance(seconds * A_SECOND)
        sent.append(await courier.deliver_due())

    assert sent == [0, 0, 2]


async def test_what_teams_will_never_take_is_given_up_with_the_reason(
    database: Database, courier: HandCourier, post_box: PostBox, clock: SetClock
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
    assert await accounts(database, notice_id) == [None]


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (
            RecipientStopped("blocked", status=403, code="ConversationBlockedByUser"),
            Unreachable.BLOCKED,
        ),
        (NotInstalled("gone", status=403, code="BotNotInConversationRoster"), Unreachable.REMOVED),
        (ConversationGone("gone", status=404), Unreachable.GONE),
    ],
)
async def test_whoever_cannot_be_reached_is_still_owed_the_notice(
    *,
    database: Database,
    courier: HandCourier,
    post_box: PostBox,
    clock: SetClock,
    error: DeliveryError,
    why: Unreachable,
) -> None:
    notice_id = await owed(database)
    post_box.refusals = [error]

    await courier.deliver_due()
    clock.advance(timedelta(days=1))
    later = await courier.deliver_due()

    notice = await read(database, notice_id)
    assert (later, notice.state, notice.attempts) == (0, NoticeState.OWED, 1)
    assert notice.failure == f"{type(error).__name__} {error.status} {error.code}".strip()
    assert await accounts(database, notice_id) == [why]


async def test_somebody_who_left_one_account_is_reached_over_the_other(
    database: Database, courier: HandCourier, post_box: PostBox
) -> None:
    notice_id = await owed(database)
    async with database.writing() as db:
        notice = await db.get_one(Notice, notice_id)
        person = await db.get_one(Practitioner, notice.practitioner_id)
        await make_account(db, person, tenant_id="tenant-2")
    post_box.refusals = [NotInstalled("gone", status=403)]

    assert await courier.deliver_due() == 1
    assert len([why for why in await accounts(database, notice_id) if why is not None]) == 1


async def test_a_notice_that_is_no_longer_true_is_withdrawn(
    database: Database, courier: HandCourier, post_box: PostBox
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
    database: Database, courier: HandCourier, post_box: PostBox, clock: SetClock
) -> None:
    notice_id = await owed(database)
    clock.advance(timedelta(days=7))

    sent = await courier.deliver_due()
    await courier.housekeeping()

    assert sent == 0
    assert ((await read(database, notice_id)).state, post_box.sent) == (NoticeState.EXPIRED, [])


async def test_nothing_is_lost_when_the_clock_is_set_back(
    database: Database, courier: HandCourier, post_box: PostBox, clock: SetClock
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
    dying = asyncio.create_task(courier_with(silent).deliver_due())
    await asyncio.wait_for(silent.asked.wait(), PATIENCE)

    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    successor = courier_with(post_box)
    at_once = await successor.deliver_due()
    clock.advance(timedelta(minutes=2))
    later = await successor.deliver_due()

    assert (dying.cancelled(), at_once, later) == (True, 0, 1)
    assert (await read(database, notice_id)).state == NoticeState.SENT


async def test_a_job_that_another_process_resumes_sends_what_was_not_heard_of_again(
    database: Database, courier_with: MakeCourier, post_box: PostBox
) -> None:
    notice_id = await owed(database)
    silent = Silent()
    lost = DueNotice(notice_id, 0, Channel.TEAMS)
    dying = asyncio.create_task(courier_with(silent).deliver(lost))
    await asyncio.wait_for(silent.asked.wait(), PATIENCE)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)

    for _ in range(2):
        await courier_with(post_box).deliver(lost)

    notice = await read(database, notice_id)
    assert (notice.state, notice.attempts, len(post_box.sent)) == (NoticeState.SENT, 1, 1)


async def test_a_message_waits_for_its_turn_when_nothing_else_is_left_to_wait_for(
    database: Database, settings: Settings, clock: SetClock
) -> None:
    notice_id = await owed(database)
    post_box = PostBox()
    claimed: list[tuple[int, int]] = []

    async def turn() -> None:
        claimed.append(((await read(database, notice_id)).attempts, len(post_box.sent)))

    courier = HandCourier(
        database=database, settings=settings, messenger=post_box, turn=turn, clock=clock
    )

    await courier.deliver(DueNotice(notice_id, 0, Channel.TEAMS))

    assert (claimed, len(post_box.sent)) == ([(1, 0)], 1)


async def test_what_was_sent_while_the_database_went_away_is_not_sent_again(
    database: Database, settings: Settings, clock: SetClock
) -> None:
    notice_id = await owed(database)
    away = FailsAtTimes(database, {1, 3, 4})
    post_box = PostBox()
    courier = HandCourier(
        database=away,  # type: ignore[arg-type] # a database with both its doors
        settings=settings,
        messenger=post_box,
        clock=clock,
        patience=0.01,
    )

    with capture_logs() as events:
        await courier.deliver(DueNotice(notice_id, 0, Channel.TEAMS))

    assert ((await read(database, notice_id)).state, len(post_box.sent)) == (NoticeState.SENT, 1)
    assert [event["event"] for event in events] == [
        "deliveries_wait_for_database",
        "deliveries_wait_for_database",
        "notice_finished",
    ]


async def test_many_that_wait_for_the_database_at_once_say_so_once(
    database: Database, settings: Settings, clock: SetClock
) -> None:
    notice_ids = [await owed(database) for _ in range(5)]
    courier = HandCourier(
        database=FailsAtTimes(database, set(range(1, 8))),  # type: ignore[arg-type] # as above
        settings=settings,
        messenger=PostBox(),
        clock=clock,
        patience=0.01,
    )

    with capture_logs() as events:
        await asyncio.gather(
            *(courier.deliver(DueNotice(one, 0, Channel.TEAMS)) for one in notice_ids)
        )

    assert [event["event"] for event in events] == [
        "deliveries_wait_for_database",
        *("notice_finished" for _ in notice_ids),
    ]


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
    failure = [(await read(database, one)).failure for one in ids]
    clock.advance(A_SECOND)
    second = await courier.deliver_due()

    assert (first, second, len(set(broken.sent))) == (2, 1, 3)
    assert [event["event"] for event in events if event["log_level"] == "error"] == [
        "notice_failed"
    ]
    assert sorted(failure, key=str) == [None, None, "RuntimeError"]
    assert {(await read(database, one)).state for one in ids} == {NoticeState.SENT}


class DrawsNothing(HandCourier):
    """A courier with a fault in the card of every notice."""

    async def _draw(self, db: AsyncSession, notice: Notice, *, now: datetime) -> Message | None:
        raise RuntimeError(f"{notice.id} at {now} in {db}")


async def test_a_notice_whose_card_cannot_be_drawn_is_put_off_and_counted(
    database: Database, settings: Settings, post_box: PostBox, clock: SetClock
) -> None:
    notice_id = await owed(database)
    courier = DrawsNothing(
        database=database,
        settings=settings,
        messenger=post_box,
        clock=clock,
        chance=lambda: 1,
    )

    with capture_logs() as events:
        sent = await courier.deliver_due()

    notice = await read(database, notice_id)
    assert (sent, [event["event"] for event in events]) == (0, ["notice_failed"])
    assert (notice.state, notice.attempts, notice.due_at, notice.queued_at, notice.failure) == (
        NoticeState.OWED,
        1,
        NOW + A_SECOND,
        None,
        "RuntimeError",
    )


async def test_a_notice_about_something_that_is_gone_is_withdrawn(
    database: Database, courier: HandCourier
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


async def test_a_kind_that_is_switched_off_is_withdrawn_when_it_is_about_to_be_sent(
    database: Database, post_box: PostBox, clock: SetClock
) -> None:
    off = Settings(_env_file=None, secret="s" * 40, notices_off="evaluation_invitation")
    courier = HandCourier(database=database, settings=off, messenger=post_box, clock=clock)
    notice_id = await owed(database, kind=NoticeKind.EVALUATION_INVITATION)
    sent_all_the_same = await owed(database)

    sent = await courier.deliver_due()

    notice = await read(database, notice_id)
    assert (notice.state, notice.failure) == (NoticeState.WITHDRAWN, "switched off")
    assert (sent, (await read(database, sent_all_the_same)).state) == (1, NoticeState.SENT)


async def test_in_quiet_hours_what_can_wait_waits_until_the_morning(
    database: Database, courier: HandCourier, post_box: PostBox, clock: SetClock
) -> None:
    notice_id = await owed(database)
    clock.now = NOW.replace(hour=22)

    at_night = await courier.deliver_due()
    clock.now = NOW.replace(hour=8) + timedelta(days=1)
    in_the_morning = await courier.deliver_due()

    assert (at_night, in_the_morning, len(post_box.sent)) == (0, 1, 1)
    assert (await read(database, notice_id)).channel == Channel.TEAMS


class Letters:
    """A post office that keeps to whom it was given letters, or refuses them as a test says."""

    def __init__(self, *refusals: DeliveryError) -> None:
        self.sent: list[str | None] = []
        self._refusals = list(refusals)

    async def post(self, notice: Notice, practitioner: Practitioner, reply: Reply) -> None:
        del notice, reply
        if self._refusals:
            raise self._refusals.pop(0)
        self.sent.append(practitioner.email)


async def test_whoever_blocks_the_bot_reads_it_in_an_e_mail(
    database: Database, settings: Settings, post_box: PostBox, clock: SetClock
) -> None:
    notice_id = await owed(database)
    letters = Letters()
    courier = HandCourier(
        database=database,
        settings=settings,
        messenger=post_box,
        clock=clock,
        post=letters.post,
    )
    post_box.refusals = [RecipientStopped("blocked", status=403)]

    sent = await courier.deliver_due()

    notice = await read(database, notice_id)
    assert (sent, len(letters.sent), post_box.sent) == (1, 1, [])
    assert (notice.state, notice.channel, notice.attempts, notice.failure) == (
        NoticeState.SENT,
        Channel.EMAIL,
        2,
        None,
    )


@pytest.mark.parametrize(
    ("refusal", "state", "failure"),
    [
        (TryLater("greylisted", status=451), NoticeState.OWED, "TryLater 451"),
        (RecipientStopped("no such box", status=550), NoticeState.UNDELIVERABLE, None),
        (DeliveryRefused("too large", status=552), NoticeState.UNDELIVERABLE, None),
        (DeliveryRefused("not understood", status=500), NoticeState.UNDELIVERABLE, None),
    ],
)
async def test_an_e_mail_that_is_refused_is_tried_again_or_given_up(
    *,
    database: Database,
    settings: Settings,
    post_box: PostBox,
    clock: SetClock,
    refusal: DeliveryError,
    state: NoticeState,
    failure: str | None,
) -> None:
    async with database.writing() as db:
        person = await make_practitioner(db)
        booking = await make_booking(db, practitioner_id=person.id)
        notice = await make_notice(db, person, about_id=booking.id)
    courier = HandCourier(
        database=database,
        settings=settings,
        messenger=post_box,
        clock=clock,
        post=Letters(refusal).post,
    )

    sent = await courier.deliver_due()

    ended = await read(database, notice.id)
    expected = failure or f"{type(refusal).__name__} {refusal.status}"
    assert (sent, ended.state, ended.failure) == (0, state, expected)
