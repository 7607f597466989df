"""Held comments for coordinators: to look at, to release with a reason, to correct."""

from bot.cards import comments as cards
from bot.comment_payloads import CommentCorrection, CommentRelease, HeldPlace
from bot.turns import Reply
from bot.visits import Visit
from trainingbot.errors import ReasonNeeded
from trainingbot.evaluations.comments import review
from trainingbot.evaluations.comments.queries import accuracy_by_corrections
from trainingbot.evaluations.comments.views import HeldPage


async def held_comments(visit: Visit, place: HeldPlace) -> Reply:
    """Show one of the comments that wait; the last one where there are not so many."""
    return await _shown(visit, place)


async def release_comment(visit: Visit, given: CommentRelease) -> Reply:
    """Let the trainers see a comment; without a reason, ask for it again."""
    try:
        await review.release_comment(
            visit.db,
            response_id=given.response_id,
            question_id=given.question_id,
            reason=given.reason,
            actor_id=visit.practitioner.id,
        )
    except ReasonNeeded as refused:
        return await _shown(visit, given, missing=refused.sentence)
    await visit.db.flush()
    return await _shown(visit, given, done="Released: the trainers of its session may see it.")


async def correct_comment(visit: Visit, given: CommentCorrection) -> Reply:
    """Settle what a comment says."""
    await review.correct_reading(
        visit.db,
        response_id=given.response_id,
        question_id=given.question_id,
        sentiment=given.sentiment,
        actor_id=visit.practitioner.id,
    )
    await visit.db.flush()
    return await _shown(visit, given, done=f"Noted as {given.sentiment}.")


async def _shown(visit: Visit, place: HeldPlace, *, done: str = "", missing: str = "") -> Reply:
    page = await _page(visit, place.page)
    number = min(place.page, max(page.total, 1))
    if page.total and not page.rows:
        page = await _page(visit, number)
    return cards.held_comment(
        page,
        HeldPlace(page=number),
        referral_route=visit.settings.referral_route,
        corrections=await accuracy_by_corrections(visit.db),
        done=done,
        missing=missing,
        zone=visit.zone,
    )


async def _page(visit: Visit, number: int) -> HeldPage:
    return await review.held_comments(
        visit.db, actor_id=visit.practitioner.id, limit=1, offset=number - 1
    )
