"""A letter as tests send it."""

from uuid import UUID

from bot.mail.letters import Letter, letter_of
from bot.turns import Reply
from bot.web.card_html import CardAction
from tests.moments import NOW
from trainingbot.settings import Settings

SETTINGS = Settings(
    _env_file=None,
    partnership="Fenland Safeguarding Partnership",
    contact_email="training@fenland.example",
    mail_from="no-reply@fenland.example",
)
NOTICE = UUID(int=3)
CARD = Reply(
    {
        "type": "AdaptiveCard",
        "body": [{"type": "TextBlock", "text": "Neglect", "style": "heading"}],
        "actions": [{"type": "Action.Execute", "title": "I’m coming", "verb": "say_coming"}],
    },
    "Neglect, Tue 14 Jan 2025",
)


def page_url(action: CardAction) -> str:
    return f"https://training.fenland.example/n/token?do={action.verb}"


def letter(
    reply: Reply = CARD,
    *,
    notice_id: UUID = NOTICE,
    to: str = "amina@trust.example",
    name: str = "Amina Okafor",
    settings: Settings = SETTINGS,
) -> Letter:
    return letter_of(
        reply,
        notice_id=notice_id,
        to=to,
        name=name,
        settings=settings,
        action_url=page_url,
        written_at=NOW,
    )
