"""Whether e-mails go out: one letter to one address, by whoever runs the service."""

from datetime import datetime
from uuid import uuid4

from bot.cards.pieces import card, heading, line
from bot.deliveries import DeliveryError, DeliveryRefused, RecipientStopped
from bot.mail.letters import letter_of
from bot.mail.senders import mail_sender_of
from bot.mail.smtp import words_of_server
from trainingbot.errors import SettingsNotUsable, TrainingBotError
from trainingbot.mailing import MailConsole, MailFolder, mail_route_of, usable_address
from trainingbot.settings import Settings


class LetterNotTaken(TrainingBotError):
    """A letter to try it out was not taken."""


async def send_test_letter(settings: Settings, *, to: str, now: datetime) -> str:
    """Send one letter to `to` and return a sentence on where it is now.

    Raises `SettingsNotUsable`, or `LetterNotTaken` with what the server said.
    """
    route = mail_route_of(settings)
    sender = mail_sender_of(settings)
    if route is None or sender is None:
        raise SettingsNotUsable(
            "TRAININGBOT_MAIL_URL is not set, so this service sends no e-mails. "
            "Set it as docs/running.md describes."
        )
    if usable_address(to) is None:
        raise LetterNotTaken(f"{to} is no address to which mail can go.")
    reply = card(
        heading("E-mails go out"),
        line(f"This is a test of the e-mails of {settings.partnership}. There is nothing to do."),
        summary="A test: e-mails go out",
    )
    letter = letter_of(
        reply,
        notice_id=uuid4(),
        to=to,
        name="",
        settings=settings,
        action_url=lambda _: None,
        written_at=now,
    )
    try:
        await sender.send(letter)
    except DeliveryError as error:
        raise LetterNotTaken(_why_not(error, to=to, where=str(route))) from error
    finally:
        await sender.close()
    if isinstance(route, MailFolder | MailConsole):
        return f"The letter to {to} went to {route}."
    return f"{route} took the letter to {to}. Look for it there, also among unwanted mail."


def _why_not(error: DeliveryError, *, to: str, where: str) -> str:
    if isinstance(error, RecipientStopped):
        what = f"{where} says that there is no mailbox {to}."
    elif isinstance(error, DeliveryRefused):
        what = f"{where} refuses the letter to {to}."
    else:
        what = f"The letter to {to} could not be sent through {where}. {error}"
    words = words_of_server(error.__cause__)
    return f"{what} Its answer: {words}" if words else what
