"""Stand-ins for the world outside: a clock that is set, a tenant's directory, a post box."""

from datetime import datetime, timedelta

from bot.deliveries import DeliveryError
from bot.turns import Address, Member, Reply
from tests.moments import NOW


class SetClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


class KnownMembers:
    """A tenant's directory: what it says of each Teams user id."""

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        self.asked: list[str] = []

    async def member(self, address: Address) -> Member | None:
        self.asked.append(address.teams_user_id)
        return self.members.get(address.teams_user_id)


class PostBox:
    """A messenger that keeps what it was given, or refuses it as a test says."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Reply]] = []
        self.refusals: list[DeliveryError] = []

    async def send(self, address: Address, reply: Reply) -> str:
        if self.refusals:
            raise self.refusals.pop(0)
        self.sent.append((address.conversation_id, reply))
        return f"message-{len(self.sent)}"
