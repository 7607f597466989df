"""The card on which coordinators look at held comments."""

from uuid import UUID

from bot.cards import comments
from bot.comment_payloads import HeldPlace
from bot.turns import Reply
from tests.bot.cards import gallery
from trainingbot.enums import Sentiment
from trainingbot.evaluations.comments.views import Corrections, HeldComment, HeldPage
from trainingbot.models import CommentReading

ROUTE = "Call the front door on 0300 000 0000, at any hour; *do not* wait for an answer."
CORRECTIONS = Corrections(corrected=12, confirmed=30, read=1_234)


def held(*, corrected: Sentiment | None = None) -> HeldComment:
    session = gallery.session()
    session.course = gallery.course()
    reading = CommentReading(
        response_id=UUID(int=5),
        question_id=UUID(int=6),
        analyzer_version="1",
        sentiment=Sentiment.NEGATIVE,
        score=-0.4,
        suggestion=True,
        held=True,
        corrected=corrected,
    )
    words = "I am worried about a boy in my class, [Jayden T](https://film.example). " * 25
    return HeldComment(reading, words, "What else would you like to tell us?", session)


def cards() -> dict[str, Reply]:
    """Return each card of held comments by a name."""
    zone = gallery.LONDON
    first = HeldPage([held()], 3)
    last = HeldPage([held(corrected=Sentiment.MIXED)], 2)
    return {
        "held comment": comments.held_comment(
            first, HeldPlace(page=2), referral_route=ROUTE, corrections=CORRECTIONS, zone=zone
        ),
        "held comment corrected": comments.held_comment(
            last,
            HeldPlace(page=2),
            referral_route="",
            corrections=CORRECTIONS,
            done="Noted as mixed.",
            zone=zone,
        ),
        "release without a reason": comments.held_comment(
            first,
            HeldPlace(),
            referral_route=ROUTE,
            corrections=CORRECTIONS,
            missing="Say in a few words why the trainers may see it.",
            zone=zone,
        ),
        "no held comments": comments.held_comment(
            HeldPage([], 0), HeldPlace(), referral_route="", corrections=CORRECTIONS, zone=zone
        ),
    }
