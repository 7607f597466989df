"""The lists of one's own training: coming, past, and where one waits."""

from collections.abc import Mapping, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from microsoft_teams.cards.core import Container

from bot import phrases
from bot.cards.pieces import (
    Button,
    Element,
    button,
    buttons,
    card,
    heading,
    line,
    row,
    said_coming_part,
    state,
    subtle,
    tentative_part,
)
from bot.payloads import MyTraining, SessionChoice, TrainingView
from bot.turns import Reply
from trainingbot.bookings.views import TrainingPage, TrainingRow
from trainingbot.enums import ACTIVE_BOOKINGS

ROWS = 5
NOTHING_TO_SAY: Mapping[UUID, str] = {}
MINE = {
    TrainingView.COMING: "Coming",
    TrainingView.PAST: "Past",
    TrainingView.WAITLIST: "Waitlist",
}


def training_list(
    page: TrainingPage,
    view: MyTraining,
    *,
    leaving: Mapping[UUID, str] = NOTHING_TO_SAY,
    below: Sequence[Element] = (),
    zone: ZoneInfo,
) -> Reply:
    """Show one of a person's own lists: coming, past, or waitlist.

    `leaving` says for sessions, by their ids, until when the place is free to give back.
    `below`: what stands under the list, as the courses of which a date is wished for.
    """
    views: list[Button] = [
        button(name, "my_training", MyTraining(view=other))
        for other, name in MINE.items()
        if other != view.view
    ]
    pages = -(-page.total // ROWS)
    if view.page > 1:
        newer = view.model_copy(update={"page": view.page - 1})
        views.insert(0, button("Back", "my_training", newer))
    if view.page < pages:
        later = view.model_copy(update={"page": view.page + 1})
        views.insert(0, button("More", "my_training", later))
    if not page.rows:
        return _empty_list(view, views, below)
    shown = f", page {view.page} of {pages}" if pages > 1 else ""
    return card(
        heading("My training"),
        subtle(f"{MINE[view.view]}: {phrases.counted(page.total, 'session')}{shown}"),
        *(
            _training_row(training, view.view, leaving.get(training.session.id), zone)
            for training in page.rows
        ),
        *below,
        actions=views,
        summary=f"My training, {MINE[view.view].lower()}: {page.total}",
    )


def _empty_list(view: MyTraining, views: list[Button], below: Sequence[Element]) -> Reply:
    said = {
        TrainingView.COMING: "You have nothing booked at the moment.",
        TrainingView.PAST: "There is no past training under your name yet.",
        TrainingView.WAITLIST: "You are on no waitlist.",
    }[view.view]
    return card(
        heading("My training"),
        line(said),
        *below,
        actions=[button("Find a course", "search_courses", style="positive"), *views],
        summary=f"My training: {said}",
    )


def _training_row(
    training: TrainingRow, view: TrainingView, leaving: str | None, zone: ZoneInfo
) -> Container:
    stands = phrases.standing(training.booking, training.session, training.queue_place, zone)
    details = [
        line(phrases.day_and_time(training.session.starts_at, zone)),
        subtle(phrases.where(training.session)),
        *tentative_part(training.session, zone),
        state(stands, active=training.booking.status in ACTIVE_BOOKINGS),
        *(said_coming_part(training.booking) if view == TrainingView.COMING else []),
        *([subtle(leaving)] if leaving else []),
    ]
    choice = SessionChoice(session_id=training.session.id)
    action = None if view == TrainingView.PAST else button("Open", "show_booking", choice)
    return row(phrases.plain(training.course.title), details, action)


def which_to_cancel(rows: TrainingPage, *, zone: ZoneInfo) -> Reply:
    """Ask which of several bookings on a course is meant."""
    return card(
        heading("Which date can you not come to?"),
        *(
            row(
                phrases.plain(training.course.title),
                [
                    line(phrases.when(training.session, zone)),
                    *tentative_part(training.session, zone),
                ],
                button("This one", "ask_to_cancel", SessionChoice(session_id=training.session.id)),
            )
            for training in rows.rows
        ),
        buttons(button("My training", "my_training")),
        summary="Which date can you not come to?",
    )
