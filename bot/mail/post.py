"""The way of a notice by e-mail: its card as a letter, whose buttons open the person's own page."""

from collections.abc import Callable
from datetime import datetime

from bot.courier import Post
from bot.mail.letters import letter_of
from bot.mail.senders import MailSender
from bot.turns import Reply
from bot.web.allowed import WEB_VERBS
from bot.web.card_html import CardAction
from bot.web.links import personal_url
from trainingbot.models import Notice, Practitioner
from trainingbot.settings import Settings


def post_of(sender: MailSender, *, settings: Settings, clock: Callable[[], datetime]) -> Post:
    """Return what sends the card of a notice as a letter through `sender`."""

    async def post(notice: Notice, practitioner: Practitioner, reply: Reply) -> None:
        now = clock()

        def action_url(action: CardAction) -> str | None:
            if action.verb not in WEB_VERBS:
                return None
            return personal_url(notice.id, settings=settings, now=now, do=action.verb)

        letter = letter_of(
            reply,
            notice_id=notice.id,
            to=practitioner.email or "",
            name=practitioner.name,
            settings=settings,
            action_url=action_url,
            written_at=now,
        )
        await sender.send(letter)

    return post
