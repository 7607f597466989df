from typing import Any

import pytest

from bot.deliveries import NotInstalled, TryLater
from bot.teams.service import Teams
from bot.turns import Address, Member, Reply
from tests.bot_framework import (
    BOT_ID,
    CONVERSATION_ID,
    PERSON_ID,
    TENANT,
    Answer,
    FakeBotFramework,
)

CARD = {"type": "AdaptiveCard", "version": "1.5"}
REMINDER = Reply(card=CARD, summary="Your session is on Tuesday")
CONVERSATION = "/v3/conversations/a%3A1conversation"


@pytest.fixture
def address(framework: FakeBotFramework) -> Address:
    return Address(
        service_url=framework.service_url,
        conversation_id=CONVERSATION_ID,
        tenant_id=TENANT,
        teams_user_id=PERSON_ID,
        bot_id=BOT_ID,
    )


async def test_a_card_is_sent_without_having_been_asked_for(
    teams: Teams, framework: FakeBotFramework, address: Address
) -> None:
    sent = await teams.messenger.send(address, REMINDER)

    [call] = framework.calls
    assert sent == "sent-1"
    assert (call.method, call.path) == ("POST", f"{CONVERSATION}/activities")
    assert call.body == {
        "type": "message",
        "from": {"id": BOT_ID},
        "recipient": {"id": PERSON_ID},
        "conversation": {"id": CONVERSATION_ID},
        "summary": "Your session is on Tuesday",
        "attachments": [
            {"contentType": "application/vnd.microsoft.card.adaptive", "content": CARD}
        ],
    }


async def test_a_card_is_replaced(
    teams: Teams, framework: FakeBotFramework, address: Address
) -> None:
    await teams.messenger.update(address, "sent-1", REMINDER)

    [call] = framework.calls
    assert (call.method, call.path) == ("PUT", f"{CONVERSATION}/activities/sent-1")


async def test_the_sender_hears_of_a_failure(
    teams: Teams, framework: FakeBotFramework, address: Address
) -> None:
    framework.answers.append(Answer(403, body={"error": {"code": "BotNotInConversationRoster"}}))

    with pytest.raises(NotInstalled):
        await teams.messenger.send(address, REMINDER)


@pytest.mark.parametrize(
    ("entry", "member"),
    [
        (
            {"name": "Ann", "email": "Ann@Agency.org", "userPrincipalName": "x1@agency.org"},
            Member("Ann", "ann@agency.org"),
        ),
        ({"name": " Ann ", "userPrincipalName": "a@b.org"}, Member("Ann", "a@b.org")),
        (
            {"name": "Guest", "userPrincipalName": "g_a.org#EXT#@host.onmicrosoft.com"},
            Member("Guest", None),
        ),
        (
            {"email": "g@a.org", "userPrincipalName": "g_a.org#EXT#@h.onmicrosoft.com"},
            Member("", "g@a.org"),
        ),
        ({"name": "Ann", "email": "no address"}, Member("Ann", None)),
        ({"name": "Ann", "email": "@agency.org"}, Member("Ann", None)),
        ({"name": "Ann", "email": "a\x00@agency.org"}, Member("Ann", None)),
        ({"name": "Ann", "email": f"{'a' * 320}@agency.org"}, Member("Ann", None)),
        ({"name": "\u202eAnn\x00\n \ud800Lee", "email": None}, Member("Ann Lee", None)),
        ({"name": "x" * 300, "email": "a@b.org"}, Member("x" * 256, "a@b.org")),
        ({"name": 7, "email": None}, Member("", None)),
        ({"name": "Ann", "email": "a@b.org", "tenantId": TENANT.upper()}, Member("Ann", "a@b.org")),
        ({"name": "Ann", "email": "a@b.org", "tenantId": "another"}, None),
    ],
)
async def test_the_roster_says_what_the_tenant_vouches_for(
    teams: Teams,
    framework: FakeBotFramework,
    address: Address,
    entry: dict[str, Any],
    member: Member | None,
) -> None:
    framework.answers.append(Answer(200, body=entry))

    assert await teams.roster.member(address) == member
    assert framework.calls[0].path == f"{CONVERSATION}/members/29%3A1ann"


async def test_somebody_unknown_to_the_roster_is_nobody(
    teams: Teams, framework: FakeBotFramework, address: Address
) -> None:
    framework.answers.append(Answer(404, body={"error": {"code": "MemberNotFoundInConversation"}}))

    assert await teams.roster.member(address) is None


async def test_a_roster_that_does_not_answer_makes_nobody_unknown(
    teams: Teams, framework: FakeBotFramework, address: Address
) -> None:
    framework.answers.append(Answer(429, headers={"Retry-After": "60"}))

    with pytest.raises(TryLater):
        await teams.roster.member(address)
