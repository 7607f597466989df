"""Who is on a session, for its trainers and for coordinators, and the sessions of a trainer.

A trainer sees name, agency and state of each person, and nothing else of them.
"""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from microsoft_teams.cards.core import TextBlock

from bot import phrases
from bot.cards.pieces import (
    Button,
    Element,
    button,
    buttons,
    card,
    heading,
    line,
    link,
    row,
    state,
    subtle,
    tentative_part,
)
from bot.payloads import PersonOnSession, RosterChoice, SessionChoice, SessionsPage
from bot.register_payloads import RegisterChoice
from bot.turns import Reply
from trainingbot.enums import ACTIVE_BOOKINGS, SessionStatus
from trainingbot.models import Agency, CourseSession, Practitioner
from trainingbot.scheduling.roster_views import (
    RosterPage,
    RosterRow,
    TaughtSession,
    TaughtSessions,
)

NO_LINKS: Mapping[UUID, str] = {}
ROWS = 10
SESSION_ROWS = 5
MOST_OF_A_NAME = 60
"""Letters of a name or an agency in a row of a list: ten rows of the longest fit into a card."""


def roster(
    page: RosterPage,
    choice: RosterChoice,
    *,
    mix: Sequence[Element],
    to_come: bool,
    join_url: str | None = None,
    has_register: bool = False,
    zone: ZoneInfo,
) -> Reply:
    """Show a page of the roster of a session; `mix` stands on the first, above the people.

    `to_come`: whether the session has not begun, so that people can still be booked. `join_url`
    leads its own trainers into the session, where they are the ones who read. `has_register`:
    whether its register can be kept now.
    """
    title = phrases.plain(page.course.title)
    counted = roster_sentence(page)
    first = choice.page == 1 and not choice.given_back
    return card(
        heading(f"Roster: {title}"),
        line(phrases.when(page.session, zone)),
        subtle(phrases.where(page.session)),
        subtle(f"Session {phrases.plain(page.session.code)}. {_taught_by(page.trainers)}"),
        *tentative_part(page.session, zone),
        *_doors(page.session, join_url, has_register=has_register),
        line(counted),
        *_said_coming(page),
        *(_given_back(page, choice) if page.for_coordinators else []),
        *(mix if first else []),
        *(_row(one, page, zone) for one in page.rows),
        *([] if page.rows else [line(_nobody(choice))]),
        *_which_page(page, choice),
        actions=_actions(page, choice, to_come=to_come),
        summary=f"Roster of {title}, {phrases.day_and_time(page.session.starts_at, zone)}: "
        f"{phrases.inside(counted)}",
    )


def _doors(session: CourseSession, join_url: str | None, *, has_register: bool) -> list[Element]:
    """Lead into the session, and to its register while that is open."""
    opens = RegisterChoice(session_id=session.id)
    doors: list[Button] = [link("Join", join_url)] if join_url else []
    if has_register:
        doors.append(button("Register", "register", opens))
    return [buttons(*doors)] if doors else []


def roster_sentence(page: RosterPage) -> str:
    """Return `18 of 20 places taken, 2 of them offered, 5 waiting.`, without what is nought."""
    if page.session.status == SessionStatus.CANCELLED:
        return f"The session was cancelled. {phrases.people(page.total)} stood on it."
    places = phrases.counted(page.session.capacity, "place")
    parts = [f"{page.confirmed + page.offered} of {places} taken"]
    if page.offered:
        parts.append(f"{page.offered} of them offered")
    if page.waiting:
        parts.append(f"{page.waiting} waiting")
    return f"{', '.join(parts)}."


def _said_coming(page: RosterPage) -> list[Element]:
    """Say how many of those with a place have answered a reminder; nothing where nobody has."""
    if not page.said_coming:
        return []
    return [line(f"{page.said_coming} of {page.confirmed} said they are coming.")]


def _taught_by(trainers: Sequence[Practitioner]) -> str:
    if not trainers:
        return "No trainer is named yet."
    names = phrases.listed([short_name(one.name) for one in trainers])
    return f"{'Trainer' if len(trainers) == 1 else 'Trainers'}: {names}."


def _given_back(page: RosterPage, choice: RosterChoice) -> list[Element]:
    if choice.given_back or not page.given_back:
        return []
    late = f", {page.cancelled_late} of them late" if page.cancelled_late else ""
    listed = RosterChoice(session_id=choice.session_id, given_back=True)
    return [
        subtle(f"{phrases.people(page.given_back)} gave back{late}."),
        buttons(button("Who gave back", "session_roster", listed)),
    ]


def _row(one: RosterRow, page: RosterPage, zone: ZoneInfo) -> Element:
    stands = phrases.standing(one.booking, page.session, one.queue_place, zone)
    said = ", said they are coming" if one.booking.coming_at is not None else ""
    details: list[TextBlock] = [
        subtle(agency_name(one.agency)),
        state(f"{stands}{said}", active=one.booking.status in ACTIVE_BOOKINGS),
    ]
    if one.booking.cancelled_at is not None:
        details.append(subtle(phrases.day_and_time(one.booking.cancelled_at, zone)))
    them = PersonOnSession(session_id=page.session.id, practitioner_id=one.practitioner.id)
    opens = button("Open", "manage_booking", them) if page.for_coordinators else None
    return row(short_name(one.practitioner.name), details, opens)


def agency_name(agency: Agency | None) -> str:
    """Return the name of an agency as a row of a list shows it."""
    return short_name(agency.name) if agency else "Agency not known"


def short_name(name: str) -> str:
    """Return the name of a person or an agency as a row of a list shows it."""
    return phrases.plain(name if len(name) <= MOST_OF_A_NAME else f"{name[:MOST_OF_A_NAME]}…")


def _nobody(choice: RosterChoice) -> str:
    return "Nobody gave back." if choice.given_back else "Nobody is booked yet."


def _which_page(page: RosterPage, choice: RosterChoice) -> list[Element]:
    pages = -(-page.total // ROWS)
    return [subtle(f"Page {choice.page} of {pages}")] if pages > 1 else []


def _actions(page: RosterPage, choice: RosterChoice, *, to_come: bool) -> list[Button]:
    session = SessionChoice(session_id=choice.session_id)
    actions: list[Button] = []
    if choice.page * ROWS < page.total:
        following = choice.model_copy(update={"page": choice.page + 1})
        actions.append(button("More", "session_roster", following))
    if choice.page > 1:
        earlier = choice.model_copy(update={"page": choice.page - 1})
        actions.append(button("Back", "session_roster", earlier))
    if not page.for_coordinators:
        return [*actions, button("My sessions", "my_sessions")]
    if choice.given_back:
        return [*actions, button("Roster", "session_roster", session)]
    if to_come:
        actions.append(button("Book somebody", "ask_to_book_for", session))
    return [*actions, button("The session", "manage_session", session)]


def my_sessions(
    page: TaughtSessions,
    view: SessionsPage,
    *,
    links: Mapping[UUID, str] = NO_LINKS,
    registers: Collection[UUID] = (),
    zone: ZoneInfo,
) -> Reply:
    """Show a trainer the sessions they teach: those to come, then the recent ones.

    `links` lead into sessions to come, by the id of the session; `registers` are the ids of those
    whose register can be kept now.
    """
    if not page.rows:
        said = "You teach no session at the moment."
        return card(
            heading("My sessions"),
            line(said),
            subtle("The training team names trainers, and we tell you here when you are one."),
            actions=[button("My training", "my_training")],
            summary=said,
        )
    pages = -(-page.total // SESSION_ROWS)
    shown = f", page {view.page} of {pages}" if pages > 1 else ""
    actions: list[Button] = []
    if view.page < pages:
        actions.append(button("More", "my_sessions", SessionsPage(page=view.page + 1)))
    if view.page > 1:
        actions.append(button("Back", "my_sessions", SessionsPage(page=view.page - 1)))
    counted = phrases.counted(page.total, "session")
    return card(
        heading("My sessions"),
        subtle(f"{counted} that you teach, those to come first{shown}"),
        *(part for one in page.rows for part in _session_row(one, links, registers, zone)),
        actions=[*actions, button("My training", "my_training")],
        summary=f"My sessions: {page.total}",
    )


def _session_row(
    taught: TaughtSession, links: Mapping[UUID, str], registers: Collection[UUID], zone: ZoneInfo
) -> list[Element]:
    details: list[TextBlock] = [
        line(phrases.day_and_time(taught.session.starts_at, zone)),
        subtle(phrases.where(taught.session)),
        *tentative_part(taught.session, zone),
        _numbers(taught),
    ]
    roster_of = RosterChoice(session_id=taught.session.id)
    opens = button("Roster", "session_roster", roster_of)
    join_url = links.get(taught.session.id)
    joins = f"Join {phrases.short_day(taught.session.starts_at, zone)}"
    doors: list[Button] = [link(joins, join_url)] if join_url else []
    if taught.session.id in registers:
        kept = RegisterChoice(session_id=taught.session.id)
        doors.append(button("Register", "register", kept))
    return [
        row(phrases.plain(taught.course.title), details, opens),
        *([buttons(*doors)] if doors else []),
    ]


def _numbers(taught: TaughtSession) -> TextBlock:
    session: CourseSession = taught.session
    if session.status == SessionStatus.CANCELLED:
        return state("Session cancelled", active=False)
    waiting = f", {taught.waiting} waiting" if taught.waiting else ""
    places = phrases.counted(session.capacity, "place")
    return line(f"{session.places_taken} of {places} taken{waiting}")
