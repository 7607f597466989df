"""A person in a chat with the bot: says things, presses buttons of the last card, reads it."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

from bot.dispatch import Dispatcher
from bot.turns import Address, Member, Reply, Turn, TurnKind
from tests.fakes import KnownMembers

TENANT = "11111111-1111-4111-8111-111111111111"


def elements(card: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - whatever a card is made of
    """Yield every element of a card that has a type, in the order in which it is read."""
    if isinstance(card, list):
        for one in card:
            yield from elements(one)
    elif isinstance(card, dict):
        if "type" in card:
            yield card
        for key, value in card.items():
            if key != "fallback":
                yield from elements(value)


def texts(card: Mapping[str, Any]) -> list[str]:
    """Return what a card says, line by line."""
    said: list[str] = []
    for element in elements(dict(card)):
        if element["type"] == "TextBlock":
            said.append(element["text"])
        if element["type"] == "FactSet":
            said += [f"{fact['title']}: {fact['value']}" for fact in element["facts"]]
    return said


def buttons(card: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return a card's buttons by their titles."""
    return {
        element["title"]: element
        for element in elements(dict(card))
        if element["type"].startswith("Action.")
    }


class Chat:
    """One person's personal chat."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        members: KnownMembers,
        *,
        name: str,
        email: str | None,
        tenant_id: str = TENANT,
    ) -> None:
        self._dispatcher = dispatcher
        self._object_id = str(uuid5(NAMESPACE_DNS, email or name))
        self._name = name
        self.address = Address(
            service_url="https://smba.trafficmanager.net/uk/",
            conversation_id=f"a:{self._object_id}",
            tenant_id=tenant_id,
            teams_user_id=f"29:{self._object_id}",
            bot_id="28:bot",
        )
        members.members[self.address.teams_user_id] = Member(name=name, email=email)
        self.reply: Reply | None = None

    async def installs(self) -> None:
        await self._turn(TurnKind.INSTALLED)

    async def uninstalls(self) -> None:
        await self._turn(TurnKind.UNINSTALLED)

    async def says(self, text: str) -> None:
        await self._turn(TurnKind.MESSAGE, text=text)

    async def says_in_a_group(self, text: str) -> None:
        await self._turn(TurnKind.MESSAGE, text=text, personal=False)

    async def presses(self, title: str, **inputs: str) -> None:
        """Press a button of the last card, as Teams would send it with the card's inputs."""
        action = buttons(self.card)[title]
        assert action["type"] == "Action.Execute", f"{title} opens a page"
        shown = {
            element["id"]: element.get("value", "")
            for element in elements(self.card)
            if element["type"].startswith("Input.")
        }
        sent = shown | inputs if action["associatedInputs"] == "auto" else inputs
        await self.sends(action["verb"], {**action["data"], **sent})

    async def sends(self, verb: str, data: Mapping[str, Any]) -> None:
        """Send a verb as somebody could who writes their own cards."""
        await self._turn(TurnKind.ACTION, verb=verb, data=data)

    @property
    def card(self) -> dict[str, Any]:
        """The last card."""
        assert self.reply is not None, "the bot has not answered"
        return self.reply.card

    @property
    def lines(self) -> list[str]:
        """What the last card says, line by line."""
        return texts(self.card)

    @property
    def buttons(self) -> list[str]:
        """The titles of the last card's buttons."""
        return list(buttons(self.card))

    async def _turn(self, kind: TurnKind, **fields: Any) -> None:  # noqa: ANN401 - the fields of a turn
        self.reply = await self._dispatcher.on_turn(
            Turn(
                kind=kind,
                address=self.address,
                object_id=self._object_id,
                name=self._name,
                **fields,
            )
        )
