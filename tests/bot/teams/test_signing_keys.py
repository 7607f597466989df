import asyncio

import pytest
from aiohttp import ClientSession

from bot.teams.signing_keys import SigningKeys, parse_keys
from tests.bot_framework import FakeBotFramework, HandClock, SigningPair


@pytest.fixture
def keys(http: ClientSession, framework: FakeBotFramework) -> SigningKeys:
    return SigningKeys(http, metadata_url=framework.metadata_url)


async def test_keys_are_fetched_once_a_day(
    keys: SigningKeys, framework: FakeBotFramework, clock: HandClock
) -> None:
    await keys.find("key-1", now=clock.moment)
    clock.advance(hours=23, minutes=59)
    await keys.find("key-1", now=clock.moment)
    fetched_within_a_day = framework.key_fetches
    clock.advance(minutes=1)
    found = await keys.find("key-1", now=clock.moment)

    assert found is not None
    assert (fetched_within_a_day, framework.key_fetches) == (1, 2)


async def test_callers_at_the_same_time_wait_for_one_fetch(
    keys: SigningKeys, framework: FakeBotFramework, clock: HandClock
) -> None:
    found = await asyncio.gather(*(keys.find("key-1", now=clock.moment) for _ in range(20)))

    assert {key.key_id if key else None for key in found} == {"key-1"}
    assert framework.key_fetches == 1


async def test_a_caller_who_hangs_up_leaves_the_fetch_to_the_others(
    keys: SigningKeys, framework: FakeBotFramework, clock: HandClock
) -> None:
    impatient = asyncio.create_task(keys.find("key-1", now=clock.moment))
    patient = asyncio.create_task(keys.find("key-1", now=clock.moment))
    await asyncio.sleep(0)
    impatient.cancel()

    found = await patient

    assert found is not None
    assert framework.key_fetches == 1


async def test_an_unknown_key_is_looked_for_at_most_once_a_minute(
    keys: SigningKeys, framework: FakeBotFramework, clock: HandClock
) -> None:
    await keys.find("key-1", now=clock.moment)
    clock.advance(seconds=59)
    for number in range(10):
        await keys.find(f"unknown-{number}", now=clock.moment)
    fetched_within_a_minute = framework.key_fetches
    clock.advance(seconds=1)
    for number in range(10):
        await keys.find(f"unknown-{number}", now=clock.moment)

    assert (fetched_within_a_minute, framework.key_fetches) == (1, 2)


async def test_a_new_key_is_found_when_it_is_first_used(
    keys: SigningKeys, framework: FakeBotFramework, clock: HandClock
) -> None:
    await keys.find("key-1", now=clock.moment)
    framework.pairs = [SigningPair("key-2")]
    clock.advance(minutes=2)

    new = await keys.find("key-2", now=clock.moment)
    old = await keys.find("key-1", now=clock.moment)

    assert (new is not None, old) == (True, None)


async def test_a_key_that_was_withdrawn_is_no_longer_current(
    keys: SigningKeys, framework: FakeBotFramework, clock: HandClock
) -> None:
    old = await keys.find("key-1", now=clock.moment)
    assert old is not None
    was_current = keys.is_current(old, now=clock.moment)
    framework.pairs = [SigningPair("key-2")]
    clock.advance(minutes=2)

    await keys.find("key-2", now=clock.moment)

    assert (was_current, keys.is_current(old, now=clock.moment)) == (True, False)


async def test_known_keys_serve_while_the_metadata_cannot_be_reached_but_not_for_ever(
    keys: SigningKeys, framework: FakeBotFramework, clock: HandClock
) -> None:
    await keys.find("key-1", now=clock.moment)
    framework.keys_status = 503
    clock.advance(hours=71)
    within = await keys.find("key-1", now=clock.moment)
    clock.advance(hours=1)
    beyond = await keys.find("key-1", now=clock.moment)

    assert (within is not None, beyond) == (True, None)


async def test_a_failed_fetch_is_tried_again_after_five_seconds(
    keys: SigningKeys, framework: FakeBotFramework, clock: HandClock
) -> None:
    framework.keys_status = 503
    first = await keys.find("key-1", now=clock.moment)
    framework.keys_status = 200
    clock.advance(seconds=4)
    too_soon = await keys.find("key-1", now=clock.moment)
    clock.advance(seconds=1)
    later = await keys.find("key-1", now=clock.moment)

    assert (first, too_soon, later is not None) == (None, None, True)
    assert framework.key_fetches == 2


async def test_metadata_that_nobody_serves_gives_no_key(
    http: ClientSession, framework: FakeBotFramework, clock: HandClock
) -> None:
    keys = SigningKeys(http, metadata_url=f"{framework.service_url}metadata")

    assert await keys.find("key-1", now=clock.moment) is None


def test_only_rsa_signing_keys_with_an_id_are_taken() -> None:
    good = SigningPair("good").published()
    others = [
        {**good, "kid": "encryption", "use": "enc"},
        {**good, "kid": "elliptic", "kty": "EC"},
        {**good, "kid": 7},
        {**good, "kid": "broken", "n": None},
        {"kty": "RSA", "kid": "empty"},
        "no key at all",
    ]

    keys = parse_keys({"keys": [*others, good]})

    assert list(keys) == ["good"]


def test_a_set_without_a_key_is_no_set() -> None:
    with pytest.raises(ValueError, match="no signing key"):
        parse_keys({"keys": []})
