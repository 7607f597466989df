"""Who cannot be reached in Teams, for coordinators."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from bot import phrases
from bot.cards.attention import unreached_sentence
from bot.cards.pieces import Button, Element, button, card, heading, line, row, subtle
from bot.cards.roster import agency_name, short_name
from bot.notice_payloads import UnreachedChoice
from bot.payloads import PersonOnSession
from bot.turns import Reply
from trainingbot.enums import Unreachable
from trainingbot.scheduling.attention_views import UnreachedPage, UnreachedPerson

ROWS = 5
REASONS: Mapping[Unreachable | None, str] = {
    None: "Has never opened the bot",
    Unreachable.REMOVED: "Has removed the app",
    Unreachable.BLOCKED: "Has blocked the bot, or their administrator has",
    Unreachable.GONE: "The chat with the bot is gone",
}


def unreached_list(
    page: UnreachedPage, choice: UnreachedChoice, *, mails: bool, zone: ZoneInfo
) -> Reply:
    """List the people with a booking to come whom Teams does not reach, and what can be done.

    `mails`: whether e-mails go to those whom Teams does not reach.
    """
    total = page.numbers.total
    if not total:
        said = "Everybody with a booking to come can be reached in Teams."
        return card(
            heading("People not reached in Teams"),
            line(said),
            actions=[button("What needs attention", "attention")],
            summary=said,
        )
    pages = -(-total // ROWS)
    counted = unreached_sentence(page.numbers, mails=mails)
    return card(
        heading("People not reached in Teams"),
        line(counted),
        subtle(
            "Ask them to open the app in Teams and say hello. "
            "From then on they get what is still owed to them."
        ),
        *_about_mail(page, mails=mails),
        *(_row(one, mails=mails, zone=zone) for one in page.rows),
        *([subtle(f"Page {choice.page} of {pages}")] if pages > 1 else []),
        actions=[*_paging(choice, pages), button("What needs attention", "attention")],
        summary=counted,
    )


def _about_mail(page: UnreachedPage, *, mails: bool) -> list[Element]:
    if not mails:
        return [subtle("E-mails are not set up. Whoever runs the service can set them up.")]
    if page.numbers.with_email < page.numbers.total:
        return [subtle("Tell those without an e-mail address yourself.")]
    return []


def _row(one: UnreachedPerson, *, mails: bool, zone: ZoneInfo) -> Element:
    by_email = mails and one.practitioner.email is not None
    session, course = one.next_session.session, one.next_session.course
    them = PersonOnSession(session_id=session.id, practitioner_id=one.practitioner.id)
    return row(
        short_name(one.practitioner.name),
        [
            subtle(agency_name(one.agency)),
            line(f"{REASONS[one.why]}. {'Gets e-mails' if by_email else 'Hears nothing'}."),
            subtle(
                f"{phrases.plain(course.title)}, {phrases.day_and_time(session.starts_at, zone)}"
            ),
        ],
        button("Open", "manage_booking", them),
    )


def _paging(choice: UnreachedChoice, pages: int) -> list[Button]:
    actions: list[Button] = []
    if choice.page < pages:
        following = UnreachedChoice(page=choice.page + 1)
        actions.append(button("More", "unreachable_people", following))
    if choice.page > 1:
        actions.append(button("Back", "unreachable_people", UnreachedChoice(page=choice.page - 1)))
    return actions
