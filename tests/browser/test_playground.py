from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer
from PIL import Image

from bot.demo.playground import Person
from tests.browser.chat import PHONE, PIXEL_RATIO
from tests.browser.conftest import OpenChat

pytestmark = pytest.mark.browser

NURSE = Person(
    name="Robin Okafor",
    email="robin.okafor@health.example",
    object_id="22222222-0000-4000-8000-000000000001",
    tenant_id="11111111-0000-4000-8000-000000000001",
)
OFFICER = Person(
    name="Sam Hill",
    email="sam.hill@police.example",
    object_id="22222222-0000-4000-8000-000000000002",
    tenant_id="11111111-0000-4000-8000-000000000002",
)
ADAPTIVE = "application/vnd.microsoft.card.adaptive"


def card(text: str, *, wrap: bool = True) -> dict[str, Any]:
    return {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [
            {"type": "TextBlock", "text": text, "style": "heading", "wrap": wrap},
            {"type": "Input.Text", "id": "words", "label": "What are you looking for?"},
        ],
        "actions": [{"type": "Action.Execute", "title": "Book a place", "verb": "book"}],
    }


def width_of(picture: Path) -> float:
    with Image.open(picture) as image:
        return image.width / PIXEL_RATIO


class EchoBot:
    """Repeats what it is told; remembers every activity and what the roster said."""

    def __init__(self) -> None:
        self.activities: list[dict[str, Any]] = []
        self.members: list[dict[str, Any]] = []
        self.wrap = True

    async def answer(self, request: web.Request) -> web.Response:
        activity = await request.json()
        self.activities.append(activity)
        if activity["type"] == "message":
            await self._reply(activity)
        if activity["type"] == "invoke":
            words = activity["value"]["action"]["data"]["words"]
            answer = {"statusCode": 200, "type": ADAPTIVE, "value": card(f"Booked: {words}")}
            return web.json_response(answer)
        return web.Response()

    async def _reply(self, activity: dict[str, Any]) -> None:
        conversation = f"{activity['serviceUrl']}/v3/conversations/{activity['conversation']['id']}"
        reply = {
            "type": "message",
            "from": activity["recipient"],
            "conversation": activity["conversation"],
            "attachments": [
                {"contentType": ADAPTIVE, "content": card(activity["text"], wrap=self.wrap)}
            ],
        }
        async with ClientSession() as client:
            member = f"{conversation}/members/{activity['from']['id']}"
            self.members.append(await (await client.get(member)).json())
            await client.post(f"{conversation}/activities", json=reply)


@pytest.fixture
async def echo_bot() -> AsyncIterator[tuple[EchoBot, str]]:
    bot = EchoBot()
    app = web.Application()
    app.router.add_post("/api/messages", bot.answer)
    async with TestServer(app) as server:
        yield bot, str(server.make_url("/api/messages"))


async def test_a_card_is_shown_and_its_button_replaces_it(
    echo_bot: tuple[EchoBot, str], open_chat: OpenChat
) -> None:
    bot, url = echo_bot
    chat = await open_chat(NURSE, url)

    await chat.say("neglect level 2")
    shown = await chat.last_card_text()
    await chat.fill("What are you looking for?", "Neglect")
    await chat.press("Book a place")

    assert shown == "neglect level 2\nWhat are you looking for?\nBook a place"
    assert (await chat.last_card_text()).splitlines()[0] == "Booked: Neglect"
    assert await chat.cards.count() == 1
    assert await chat.buttons() == ["Book a place"]
    assert [activity["type"] for activity in bot.activities] == [
        "installationUpdate",
        "conversationUpdate",
        "message",
        "invoke",
    ]


async def test_the_playground_vouches_for_the_person_as_teams_does(
    echo_bot: tuple[EchoBot, str], open_chat: OpenChat
) -> None:
    bot, url = echo_bot
    chat = await open_chat(NURSE, url)

    await chat.say("hello")

    message = bot.activities[-1]
    assert message["from"]["aadObjectId"] == NURSE.object_id
    assert message["channelData"]["tenant"]["id"] == NURSE.tenant_id
    assert message["conversation"]["conversationType"] == "personal"
    assert message["channelId"] == "msteams"
    assert bot.members[-1]["email"] == NURSE.email


async def test_two_people_of_two_tenants_talk_to_one_bot(
    echo_bot: tuple[EchoBot, str], open_chat: OpenChat
) -> None:
    bot, url = echo_bot
    nurse, officer = await open_chat(NURSE, url), await open_chat(OFFICER, url)

    await nurse.say("from the nurse")
    await officer.say("from the officer")

    messages = [activity for activity in bot.activities if activity["type"] == "message"]
    assert [
        (message["from"]["aadObjectId"], message["channelData"]["tenant"]["id"], message["text"])
        for message in messages
    ] == [
        (NURSE.object_id, NURSE.tenant_id, "from the nurse"),
        (OFFICER.object_id, OFFICER.tenant_id, "from the officer"),
    ]


async def test_text_that_does_not_fit_a_phone_is_noticed(
    echo_bot: tuple[EchoBot, str], open_chat: OpenChat
) -> None:
    bot, url = echo_bot
    chat = await open_chat(NURSE, url)
    title = "Working together to safeguard children, level 2"

    await chat.say(title)
    wrapped = await chat.cut_off(width=PHONE)
    bot.wrap = False
    await chat.say(title)
    cut = await chat.cut_off(width=PHONE)

    assert wrapped == []
    assert cut == [title]


async def test_pictures_of_a_card_are_as_wide_as_asked(
    echo_bot: tuple[EchoBot, str], open_chat: OpenChat
) -> None:
    chat = await open_chat(NURSE, echo_bot[1])
    await chat.say("hello")

    narrow = await chat.screenshot("playground-card", width=PHONE)
    whole = await chat.picture("playground-chat")

    assert [width_of(file) for file in (narrow, whole)] == [PHONE, 1280]
