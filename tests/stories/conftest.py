"""The whole bot without Teams: a real database, a set clock, and people who chat."""

from collections.abc import Callable

import pytest

from bot.dispatch import Dispatcher
from tests.chat import Chat
from tests.fakes import HandCourier, KnownMembers, PostBox, SetClock
from trainingbot.db import Database
from trainingbot.settings import Settings


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def members() -> KnownMembers:
    return KnownMembers()


@pytest.fixture
def post_box() -> PostBox:
    return PostBox()


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(
        database_url=database_url,
        partnership="Fenland Safeguarding Partnership",
        secret="a secret that only the tests know, 32 characters",
        local=True,
        # Stories are told at any hour.
        quiet=False,
        _env_file=None,
    )


@pytest.fixture
def dispatcher(
    database: Database, settings: Settings, members: KnownMembers, clock: SetClock
) -> Dispatcher:
    return Dispatcher(
        database=database,
        settings=settings,
        roster=members,
        clock=clock,
        after_change=lambda: None,
    )


@pytest.fixture
def courier(
    database: Database, settings: Settings, post_box: PostBox, clock: SetClock
) -> HandCourier:
    return HandCourier(database=database, settings=settings, messenger=post_box, clock=clock)


@pytest.fixture
def chat_with(dispatcher: Dispatcher, members: KnownMembers) -> Callable[..., Chat]:
    def make(name: str, email: str | None) -> Chat:
        return Chat(dispatcher, members, name=name, email=email)

    return make
