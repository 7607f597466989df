"""What a person did in Teams, and what the bot answers: plain values, without botbuilder."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol


class TurnKind(StrEnum):
    """The kinds of things that can happen in a chat."""

    MESSAGE = "message"
    """The person typed something."""
    ACTION = "action"
    """The person pressed a button of a card; `verb` and `data` are set."""
    INSTALLED = "installed"
    """The app was installed for the person, or they were added to the chat."""
    UNINSTALLED = "uninstalled"
    """The app was removed: nothing more can be sent to this conversation."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message to a person goes: everything the connector needs."""

    service_url: str
    conversation_id: str
    tenant_id: str
    teams_user_id: str
    bot_id: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing one person did, as Teams vouches for it.

    Identity (`tenant_id`, `object_id`) comes from the authenticated activity and never from
    `data`, which is what a card sent back and is trusted in nothing.
    """

    kind: TurnKind
    address: Address
    object_id: str
    name: str
    personal: bool = True
    """False in a group chat or a team's channel, where answers would be seen by others."""
    text: str = ""
    verb: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    activity_id: str | None = None
    card_activity_id: str | None = None
    """The message whose card was pressed, where the button could not replace the card itself."""

    @property
    def tenant_id(self) -> str:
        """The Microsoft 365 tenant that vouches for the person."""
        return self.address.tenant_id


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: an Adaptive Card as a dict, with the sentence that a notification shows."""

    card: dict[str, Any]
    summary: str


@dataclass(frozen=True, slots=True)
class Member:
    """What the tenant says about a person: the verified e-mail address is in it."""

    name: str
    email: str | None


class Roster(Protocol):
    """Looks people up in the tenant they come from."""

    async def member(self, address: Address) -> Member | None:
        """Return what the tenant says of the person at `address`, or None if it knows nobody."""


class Messenger(Protocol):
    """Speaks first: sends a card to somebody who has not asked."""

    async def send(self, address: Address, reply: Reply) -> str:
        """Send a card and return the id of the message. Raises a `DeliveryError`."""


OnTurn = Callable[[Turn], Awaitable[Reply | None]]
"""Answers a turn. It never raises: its own last handler turns a fault into a card."""
