"""How somebody hears of what is done here."""

from bot.visits import Visit
from trainingbot.enums import Channel
from trainingbot.models import Practitioner
from trainingbot.people.queries import reachable_account


async def channel_to(visit: Visit, person: Practitioner) -> Channel | None:
    """Return how notices reach somebody now, or None where nothing does."""
    if await reachable_account(visit.db, person.id) is not None:
        return Channel.TEAMS
    return Channel.EMAIL if visit.settings.sends_mail and person.email else None
