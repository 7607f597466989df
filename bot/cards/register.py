"""The register of a session: who came, page by page, and what closing it comes to.

A trainer sees name, agency and mark of each person, and nothing else of them.
"""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from microsoft_teams.cards.core import Choice, ChoiceSetInput, TextInput

from bot import phrases
from bot.cards.for_others import MOST_OF_A_REASON, beside
from bot.cards.pieces import (
    Button,
    Element,
    button,
    buttons,
    card,
    heading,
    line,
    message,
    row,
    state,
    subtle,
)
from bot.cards.roster import agency_name, short_name
from bot.payloads import PersonOnSession, PersonSought, SessionChoice
from bot.register_payloads import (
    NOT_MARKED,
    ClosingRegister,
    RegisterChoice,
    RegisterMarks,
    ReopeningRegister,
    mark_id,
)
from bot.turns import Reply
from trainingbot.attendance.rules import CAME, look_of
from trainingbot.attendance.views import Register, RegisterNumbers, RegisterRow, Unmarked
from trainingbot.enums import Attendance, BookingStatus
from trainingbot.models import Course, CourseSession

ROWS = 8
MOST_NAMED = 15
"""So many of those who are not marked are named before a register is closed."""
UNBOOKED = "came without a booking"
_NOT_MARKED = Choice(title="Not marked", value=NOT_MARKED)


def register_card(
    register: Register, page: int, *said: str, can_be_closed: bool, zone: ZoneInfo
) -> Reply:
    """Show a page of an open register, with a choice for each person and one button to save.

    `said` is what has just happened. The button for everybody saves what is chosen on the page
    before, so that exceptions that are chosen first are not lost.
    """
    session = register.session
    title = phrases.plain(register.course.title)
    marks = RegisterMarks(session_id=session.id, page=page)
    return card(
        heading(f"Register: {title}"),
        *_about(register, zone),
        *([message(*said)] if said else []),
        line(numbers_sentence(register.numbers)),
        buttons(
            button("Everyone attended", "mark_everyone", marks, with_inputs=True),
            button("Add somebody", "find_for_register", PersonSought(session_id=session.id)),
        ),
        *(part for one in register.rows for part in _choices(one)),
        *([] if register.rows else [line("Nobody has a place. Add those who came.")]),
        *_which_page(register, page),
        *([] if can_be_closed else [subtle(_closes(session, zone))]),
        actions=_to_save(register, page, can_be_closed=can_be_closed),
        summary=f"Register of {title}: {said[0] if said else register.numbers.in_words}",
    )


def _closes(session: CourseSession, zone: ZoneInfo) -> str:
    over = phrases.clock_time(session.ends_at, zone)
    return f"It can be closed when the session is over, at {over}."


def _to_save(register: Register, page: int, *, can_be_closed: bool) -> list[Button]:
    session_id = register.session.id

    def saving(title: str, verb: str, then: int = 0, style: str = "default") -> Button:
        marks = RegisterMarks(session_id=session_id, page=page, then=then)
        return button(title, verb, marks, style=style, with_inputs=True)

    actions = [saving("Save", "mark_register", style="positive")] if register.rows else []
    if page * ROWS < register.numbers.total:
        actions.append(saving("Save, next page", "mark_register", page + 1))
    if page > 1:
        actions.append(saving("Save, page before", "mark_register", page - 1))
    if can_be_closed:
        actions.append(saving("Close register", "ask_to_close_register"))
    return actions or [button("My sessions", "my_sessions")]


def _choices(one: RegisterRow) -> list[Element]:
    booking = one.booking
    unbooked = booking.status == BookingStatus.UNBOOKED
    who = f"{short_name(one.practitioner.name)}, {agency_name(one.agency)}"
    offered = CAME if unbooked else tuple(Attendance)
    field = ChoiceSetInput(
        id=mark_id(booking.id, booking.attendance),
        label=f"{who} ({UNBOOKED})" if unbooked else who,
        value=booking.attendance or NOT_MARKED,
        choices=[
            *([] if unbooked else [_NOT_MARKED]),
            *(Choice(title=phrases.ATTENDANCES[mark], value=mark.value) for mark in offered),
        ],
        style="compact",
    )
    if not unbooked:
        return [field]
    them = PersonOnSession(session_id=booking.session_id, practitioner_id=booking.practitioner_id)
    return [field, buttons(button("Take off", "take_off_register", them))]


def closed_register(register: Register, page: int, *said: str, zone: ZoneInfo) -> Reply:
    """Show a page of a register that was closed; only coordinators can reopen it."""
    session = register.session
    title = phrases.plain(register.course.title)
    actions: list[Button] = []
    if page * ROWS < register.numbers.total:
        following = RegisterChoice(session_id=session.id, page=page + 1)
        actions.append(button("More", "register", following))
    if page > 1:
        actions.append(
            button("Back", "register", RegisterChoice(session_id=session.id, page=page - 1))
        )
    if register.for_coordinators:
        reopened = SessionChoice(session_id=session.id)
        actions.append(button("Reopen", "ask_to_reopen_register", reopened))
    closed = ""
    if session.register_closed_at is not None:
        closed = f"Closed on {phrases.day_and_time(session.register_closed_at, zone)}."
    return card(
        heading(f"Register: {title}"),
        *_about(register, zone),
        *([message(*said)] if said else []),
        line(numbers_sentence(register.numbers)),
        subtle(closed),
        *(_marked(one) for one in register.rows),
        *_which_page(register, page),
        actions=[*actions, button("My sessions", "my_sessions")],
        summary=f"Register of {title}: {said[0] if said else register.numbers.in_words}",
    )


def _marked(one: RegisterRow) -> Element:
    attendance = one.booking.attendance
    stands = phrases.ATTENDANCES[attendance] if attendance else "Not marked"
    unbooked = one.booking.status == BookingStatus.UNBOOKED
    return row(
        short_name(one.practitioner.name),
        [
            subtle(agency_name(one.agency)),
            state(f"{stands}, {UNBOOKED}" if unbooked else stands, active=attendance in CAME),
        ],
        None,
    )


def close_question(
    register: Register,
    unmarked: Unmarked,
    *said: str,
    no_show_charge: int,
    zone: ZoneInfo,
) -> Reply:
    """Give a last look at the list before a register is closed: who becomes a no-show.

    `no_show_charge` is what the terms ask of each, in pence; 0 for nothing.
    """
    session = register.session
    title = phrases.plain(register.course.title)
    asked = said[0] if said else "Close the register?"
    choice = RegisterChoice(session_id=session.id)
    seen = ClosingRegister(session_id=session.id, seen=look_of(one.id for one in unmarked.bookings))
    charged = bool(no_show_charge and (unmarked.bookings or register.numbers.no_shows))
    return card(
        heading(f"Register: {title}"),
        *_about(register, zone),
        message(asked, *said[1:]),
        line(numbers_sentence(register.numbers)),
        line(_become_no_shows(unmarked.names)),
        *(
            [line(f"The terms charge {phrases.pounds(no_show_charge)} for a no-show.")]
            if charged
            else []
        ),
        subtle("After that, only a coordinator can reopen it."),
        actions=[
            button("Back to the list", "register", choice),
            button("Close register", "close_register", seen, style="positive"),
        ],
        summary=f"{title}: {asked}",
    )


def _become_no_shows(names: Sequence[str]) -> str:
    if not names:
        return "Everybody is marked."
    named = [short_name(name) for name in names[:MOST_NAMED]]
    left_out = len(names) - len(named)
    more = [f"{left_out} more"] if left_out else []
    people = phrases.counted(
        len(names),
        "person is not marked and becomes a no-show",
        "people are not marked and become no-shows",
    )
    return f"{people}: {phrases.listed([*named, *more])}."


def reopen_question(
    register: Register, form: ReopeningRegister, *, problem: str = "", zone: ZoneInfo
) -> Reply:
    """Ask a coordinator why a closed register is opened again."""
    title = phrases.plain(register.course.title)
    choice = RegisterChoice(session_id=register.session.id)
    return card(
        heading(f"Register: {title}"),
        *_about(register, zone),
        message("Reopen the register?", "All marks stay until somebody changes them."),
        *beside(problem),
        TextInput(
            id="reason",
            label="Why? It stands in the history of the session.",
            value=form.reason,
            max_length=MOST_OF_A_REASON,
            is_required=True,
            error_message="Say why, in a short sentence.",
        ),
        actions=[
            button("Leave it closed", "register", choice),
            button(
                "Reopen",
                "reopen_register",
                ReopeningRegister(session_id=register.session.id),
                with_inputs=True,
            ),
        ],
        summary=f"{title}: Reopen the register?",
    )


def open_registers(found: Sequence[tuple[CourseSession, Course]], *, zone: ZoneInfo) -> Reply:
    """List the sessions whose register can be kept now."""
    if not found:
        said = "You have no register to keep at the moment."
        return card(
            heading("Registers"),
            line(said),
            subtle("A register opens 15 minutes before the start of your session."),
            actions=[button("My sessions", "my_sessions")],
            summary=said,
        )
    return card(
        heading("Registers"),
        *(
            row(
                phrases.plain(course.title),
                [
                    line(phrases.day_and_time(session.starts_at, zone)),
                    subtle(f"Session {phrases.plain(session.code)}"),
                ],
                button("Register", "register", RegisterChoice(session_id=session.id)),
            )
            for session, course in found
        ),
        actions=[button("My sessions", "my_sessions")],
        summary=f"{phrases.counted(len(found), 'register')} to keep",
    )


def numbers_sentence(numbers: RegisterNumbers) -> str:
    """Return how many people there are, and how many are marked as what."""
    return f"{phrases.people(numbers.total)}: {numbers.in_words}."


def _about(register: Register, zone: ZoneInfo) -> list[Element]:
    session = register.session
    return [
        line(phrases.when(session, zone)),
        subtle(f"Session {phrases.plain(session.code)}. {phrases.where(session)}"),
    ]


def _which_page(register: Register, page: int) -> list[Element]:
    pages = -(-register.numbers.total // ROWS)
    return [line(f"Page {page} of {pages}")] if pages > 1 else []
