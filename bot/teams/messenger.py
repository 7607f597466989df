"""Speaking first, and looking people up: the two things that are not answers to a turn."""

from bot.teams.connector import Connectors
from bot.teams.refusals import ConversationGone
from bot.teams.replies import card_message
from bot.turns import Address, Member, Reply

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
        name = entry.get("name")
        return Member(name=name.strip() if isinstance(name, str) else "", email=_email(entry))


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
        if local and at and "." in domain and not any(mark in address for mark in " \t\r\n"):
            return address
    return None
