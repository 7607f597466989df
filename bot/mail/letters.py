"""A notice as a letter: the card of the bot, for somebody whom Teams does not reach."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

from jinja2 import FileSystemLoader
from markupsafe import Markup

from bot import phrases
from bot.deliveries import DeliveryRefused
from bot.mail.card_text import WIDTH, ActionUrl, card_text
from bot.turns import Reply
from bot.web.card_html import TEMPLATES, CardAction, card_html
from trainingbot.mailing import sender_address, usable_address
from trainingbot.settings import Settings

LONGEST_SUBJECT = 160
LONGEST_NAME = 100
_LETTERS = TEMPLATES.overlay(loader=FileSystemLoader(Path(__file__).parent / "templates"))

BUTTON = (
    "display:inline-block;margin:0 8px 8px 0;padding:10px 16px;border:2px solid #7476ba;"
    "border-radius:4px;font-weight:bold;text-decoration:none;"
)
STYLES: Mapping[str, str] = {
    "heading": "font-size:22px;line-height:1.25;margin:0 0 12px",
    "subheading": "font-size:16px;line-height:1.4;margin:0 0 4px",
    "text": "margin:0 0 8px",
    "strong": "margin:0 0 8px;font-weight:bold",
    "state": "margin:0 0 8px;font-weight:bold",
    "subtle": "margin:0 0 8px;font-size:15px;opacity:.8",
    "attention": "margin:0 0 8px;padding-left:12px;border-left:4px solid #c4314b;font-weight:bold",
    "message": "margin:16px 0;padding:4px 0 4px 12px;border-left:4px solid #6264a7",
    "part": "margin:16px 0",
    "more": "margin:16px 0",
    "more-title": "font-weight:bold;margin:0 0 8px",
    "row": "margin:16px 0 0;padding:16px 0 0;border-top:1px solid #8a8a8a",
    "narrow": "margin:8px 0 0",
    "list": "margin:0 0 8px;padding-left:24px",
    "facts": "margin:0 0 8px",
    "term": "font-weight:bold",
    "fact": "margin:0 0 8px",
    "actions": "margin:16px 0 0",
    "link": "display:inline-block;margin:0 16px 8px 0;padding:10px 0;font-weight:bold",
    "first": f"{BUTTON}background:#464775;color:#ffffff",
    "next": f"{BUTTON}color:inherit",
}
"""How the parts of a letter look. Mail programs keep styles of an element and drop style sheets.

Text has no colour of its own, so that a program that shows letters dark can choose one.
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """One e-mail to one person, in full."""

    to: str
    """The address, as the practitioner's row has it."""
    name: str
    subject: str
    text: str
    html: str
    sender: str
    sender_name: str
    reply_to: str
    message_id: str
    written_at: datetime


def letter_of(
    reply: Reply,
    *,
    notice_id: UUID,
    to: str,
    name: str,
    settings: Settings,
    action_url: ActionUrl,
    written_at: datetime,
) -> Letter:
    """Write the card of a notice as a letter to a practitioner.

    `action_url` says which page an action of the card opens, or None for one that is done in
    Teams only; such a one is left out, and the letter says so.
    Every attempt gives the same Message-ID, by which mail programs show repeats once.
    """
    led: list[str | None] = []

    def drawn(action: CardAction) -> Markup:
        url = action_url(action)
        led.append(url)
        if url is None:
            return Markup()
        look = by_style("first" if action.style == "positive" else "next")
        return Markup('<a href="{}"{}>{}</a>').format(url, look, action.title)

    card = card_html(reply.card, action=drawn, look=by_style, inputs=False)
    sender = sender_address(settings)
    greeting = f"Hello {phrases.unmarked(phrases.first_name(name))},"
    footer = _footer(settings, has_links=any(led), has_more=None in led)
    html = _LETTERS.get_template("letter.html").render(
        subject=one_line(reply.summary), greeting=greeting, card=card, footer=footer
    )
    return Letter(
        to=to,
        name=one_line(name)[:LONGEST_NAME],
        subject=_shortened(one_line(reply.summary)),
        text=_as_text(greeting, card_text(reply.card, action_url=action_url), footer),
        html=html,
        sender=sender,
        sender_name=one_line(settings.partnership)[:LONGEST_NAME],
        reply_to=usable_address(settings.contact_email) or sender,
        message_id=f"<notice-{notice_id.hex}@{sender.rpartition('@')[2]}>",
        written_at=written_at,
    )


def message_of(letter: Letter) -> EmailMessage:
    """Return a letter as it goes over the wire: headers, a text and the same as HTML.

    Raises `DeliveryRefused` where no mail can go to such an address.
    """
    message = EmailMessage()
    message["From"] = _mailbox(letter.sender, letter.sender_name)
    message["To"] = _mailbox(letter.to, letter.name)
    if letter.reply_to != letter.sender:
        message["Reply-To"] = _mailbox(letter.reply_to, letter.sender_name)
    message["Subject"] = letter.subject
    message["Date"] = letter.written_at
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = "en-GB"
    return message


def by_style(part: str) -> Markup:
    """Return how a part looks, on the element itself."""
    style = STYLES.get(part)
    return Markup(' style="{}"').format(style) if style else Markup()


def one_line(text: str) -> str:
    """Return text as it may stand in a header: one line, and no sign that cannot be seen."""
    return phrases.unmarked(phrases.plain("".join(_seen(sign) for sign in text)))


def _seen(sign: str) -> str:
    return sign if sign.isprintable() else " "


def _shortened(subject: str) -> str:
    if len(subject) <= LONGEST_SUBJECT:
        return subject
    return f"{subject[: LONGEST_SUBJECT - 1].rstrip()}…"


def _mailbox(address: str, name: str) -> Address:
    usable = usable_address(address)
    if usable is None:
        raise DeliveryRefused("No mail can go to or from this address.")
    return Address(display_name=name, addr_spec=usable)


def _footer(settings: Settings, *, has_links: bool, has_more: bool) -> list[str]:
    contact = settings.contact_email or "the training team"
    more = "The rest of what can be done about this is done in Microsoft Teams."
    personal = (
        "Its links are yours alone: whoever opens them may see and change your bookings, "
        "so please do not forward it. "
        f"They work for {phrases.counted(settings.link_days, 'day')}."
    )
    return [
        *([more] if has_more else []),
        f"You get this e-mail because it is about your training with {settings.partnership}.",
        *([personal] if has_links else []),
        f"Questions? Ask {contact}.",
    ]


def _as_text(greeting: str, card: str, footer: list[str]) -> str:
    below = "\n\n".join(textwrap.fill(one, WIDTH, break_long_words=False) for one in footer)
    return f"{greeting}\n\n{card}\n\n-- \n{below}\n"
