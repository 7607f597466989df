"""A held comment as a coordinator looks at it, one at a time."""

from zoneinfo import ZoneInfo

from microsoft_teams.cards.core import Choice, ChoiceSetInput, TextInput

from bot import phrases
from bot.cards.pieces import (
    Button,
    Element,
    button,
    card,
    heading,
    line,
    message,
    subheading,
    subtle,
)
from bot.comment_payloads import CommentChoice, HeldPlace
from bot.turns import Reply
from trainingbot.enums import Sentiment
from trainingbot.evaluations.comments.rules import sentiment_of
from trainingbot.evaluations.comments.views import Corrections, HeldComment, HeldPage

MOST_WORDS = 300
"""How many letters the reason of a release has."""
SENTIMENTS = {
    Sentiment.POSITIVE: "Positive",
    Sentiment.NEGATIVE: "Negative",
    Sentiment.MIXED: "Mixed",
    Sentiment.NEUTRAL: "Neutral",
}
WHY = (
    "It may point at a child, a family or a colleague, or raises a concern. "
    "Nobody but coordinators sees it until one of them releases it."
)
NO_ROUTE = "If somebody may be at risk, follow your agency’s safeguarding procedure now."


def held_comment(
    page: HeldPage,
    place: HeldPlace,
    *,
    referral_route: str,
    corrections: Corrections,
    done: str = "",
    missing: str = "",
    zone: ZoneInfo,
) -> Reply:
    """Show the comment of a page, what the service makes of it, and where a concern goes.

    `done` says what has just happened, `missing` what is wrong with what was typed.
    """
    news = [message(said) for said in (done, missing) if said]
    if not page.rows:
        said = "No comment is held."
        return card(
            heading("Held comments"),
            *news,
            line(said),
            subtle(_corrected(corrections)),
            actions=[button("Help", "help")],
            summary=f"{done} {said}".strip(),
        )
    counted = f"{place.page:,} of {phrases.counted(page.total, 'held comment')}"
    return card(
        heading("Held comments"),
        subtle(counted),
        *news,
        *_comment(page.rows[0], zone),
        subheading("If there is a concern"),
        line(phrases.plain(referral_route) if referral_route else NO_ROUTE),
        *_questions(page.rows[0]),
        subtle(_corrected(corrections)),
        actions=[*_deeds(page.rows[0], place), *_paging(page, place)],
        summary=done or missing or counted,
    )


def _comment(row: HeldComment, zone: ZoneInfo) -> list[Element]:
    course = row.session.course
    title = phrases.plain(course.title) if course else row.session.code
    return [
        subheading(f"{title}, {phrases.day(row.session.starts_at, zone)}"),
        subtle(phrases.plain(row.question)),
        line(f"“{phrases.plain(row.words)}”"),
        subtle(WHY),
        line(f"Read as {_read_as(row)}."),
    ]


def _read_as(row: HeldComment) -> str:
    reading = row.reading
    suggestion = ", with a suggestion" if reading.suggestion else ""
    if reading.corrected is not None:
        return f"{reading.corrected}{suggestion}, as a coordinator settled it"
    return f"{reading.sentiment}{suggestion}"


def _questions(row: HeldComment) -> list[Element]:
    return [
        TextInput(
            id="reason",
            label="Why may its trainers see it? Only for a release.",
            max_length=MOST_WORDS,
            is_multiline=True,
        ),
        ChoiceSetInput(
            id="sentiment",
            label="What does it say of the course?",
            choices=[Choice(title=title, value=one.value) for one, title in SENTIMENTS.items()],
            value=sentiment_of(row.reading).value,
        ),
    ]


def _deeds(row: HeldComment, place: HeldPlace) -> list[Button]:
    choice = CommentChoice(
        response_id=row.reading.response_id, question_id=row.reading.question_id, page=place.page
    )
    return [
        button("Release", "release_comment", choice, with_inputs=True),
        button("Correct", "correct_comment", choice, with_inputs=True),
    ]


def _paging(page: HeldPage, place: HeldPlace) -> list[Button]:
    actions: list[Button] = []
    if place.page < page.total:
        actions.append(button("Next", "held_comments", HeldPlace(page=place.page + 1)))
    if place.page > 1:
        actions.append(button("Back", "held_comments", HeldPlace(page=place.page - 1)))
    return actions


def _corrected(corrections: Corrections) -> str:
    return (
        f"Coordinators have corrected {corrections.corrected:,} of "
        f"{phrases.counted(corrections.read, 'comment')} read so far."
    )
