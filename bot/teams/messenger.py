"""Speaking first, and looking people up: the two things that are not answers to a turn."""

from bot.deliveries import ConversationGone
from bot.teams.connector import Connectors
from bot.teams.replies import card_message
from bot.teams.turns import MOST_NAME_CHARACTERS
from bot.turns import Address, Member, Reply

MOST_ADDRESS_CHARACTERS = 320
"""RFC 5321, 4.5.3.1: 64 before the @ and 255 after it."""

_GUEST_MARK = "#ext#"


class TeamsMessenger:
    """Sends to people without having been spoken to.

    It goes through the connector directly: botbuilder's `continue_conversation` would return
    normally after a 403. Every method raises a `DeliveryError`.
    """

    def __init__(self, connectors: Connectors) -> None:
        self._connectors = connectors

    async def send(self, address: Address, reply: Reply) -> str:
        """Send a card to `address`; return the id of the message, for a later `update`."""
        conversations = self._connectors.to(address.service_url).conversations
        sent = await conversations.send_to_conversation(
            address.conversation_id, card_message(address, reply)
        )
        return str(sent.id)

    async def update(self, address: Address, activity_id: str, reply: Reply) -> None:
        """Replace the message `activity_id` by a card."""
        conversations = self._connectors.to(address.service_url).conversations
        await conversations.update_activity(
            address.conversation_id, activity_id, card_message(address, reply)
        )


class TeamsRoster:
    """Looks people up in the tenant they come from."""

    def __init__(self, connectors: Connectors) -> None:
        self._connectors = connectors

    async def member(self, address: Address) -> Member | None:
        """Return what the tenant says of the person at `address`, or None if it knows nobody.

        Raises a `DeliveryError` where Teams does not answer: not to know is no reason to treat
        a person as unknown.
        """
        conversations = self._connectors.to(address.service_url).conversations
        try:
            entry = await conversations.get_conversation_member(
                address.conversation_id, address.teams_user_id
            )
        except ConversationGone:
            return None
        tenant = entry.get("tenantId")
        if isinstance(tenant, str) and tenant.lower() != address.tenant_id.lower():
            return None
        return Member(name=_name(entry), email=_email(entry))


def _name(entry: dict[str, object]) -> str:
    """Return the member's name, without the signs that nobody can see and no database takes."""
    value = entry.get("name")
    if not isinstance(value, str):
        return ""
    seen = "".join(
        sign if sign.isprintable() else " " for sign in value[: 2 * MOST_NAME_CHARACTERS]
    )
    return " ".join(seen.split())[:MOST_NAME_CHARACTERS].strip()


def _email(entry: dict[str, object]) -> str | None:
    """Return the member's address: `email`, else the user principal name if it is one.

    A guest's user principal name (`ann_agency.org#EXT#@host.onmicrosoft.com`) is no address.
    """
    for key in ("email", "userPrincipalName"):
        value = entry.get(key)
        if not isinstance(value, str) or _GUEST_MARK in value.lower():
            continue
        address = value.strip().lower()
        local, at, domain = address.rpartition("@")
        if not (local and at and "." in domain) or len(address) > MOST_ADDRESS_CHARACTERS:
            continue
        if address.isprintable() and " " not in address:
            return address
    return None
