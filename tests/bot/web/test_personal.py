"""Acting on a page behind a personal link."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
from sqlmodel import col, select
from structlog.testing import capture_logs

from bot import phrases
from bot.verbs import VERBS
from bot.web.allowed import WEB_VERBS
from bot.web.links import personal_url
from bot.web.shown import AT_WORK, DONE_IN_TEAMS, IS_OVER, NAMES_SOMEBODY
from tests.bot.digests import digest
from tests.bot.web.conftest import Site
from tests.factories import (
    make_agency,
    make_coordinator,
    make_course,
    make_practitioner,
    make_session,
)
from tests.invariants import broken_invariants
from tests.moments import NEXT_WEEK, NOW, TERMS
from trainingbot.bookings.operations import book_place, cancel_booking
from trainingbot.bookings.substitution import substitute_booking
from trainingbot.enums import BookingStatus, LateReason, NoticeKind, Role
from trainingbot.models import (
    Booking,
    BookingChange,
    CourseSession,
    Notice,
    Practitioner,
    PractitionerRole,
)

OF_COORDINATORS_AND_TRAINERS = frozenset(
    {
        "add_session",
        "add_to_register",
        "agencies_to_confirm",
        "ask_to_add_session",
        "ask_to_book_for",
        "ask_to_cancel_for",
        "ask_to_cancel_session",
        "ask_to_cancel_session_named",
        "ask_to_change_places",
        "ask_to_change_trainers",
        "ask_to_close_register",
        "ask_to_move_named",
        "ask_to_move_session",
        "ask_to_reopen_register",
        "ask_to_reserve",
        "ask_to_substitute_for",
        "ask_to_waive_charge",
        "attention",
        "book_for",
        "cancel_for",
        "cancel_session",
        "change_places",
        "charges",
        "clashes",
        "close_register",
        "confirm_agency",
        "confirm_session",
        "correct_comment",
        "course_checks",
        "course_notices",
        "decline_agency",
        "find_for_register",
        "find_practitioner",
        "held_comments",
        "manage_booking",
        "manage_named_session",
        "manage_session",
        "mark_everyone",
        "mark_register",
        "move_session",
        "my_sessions",
        "no_shows",
        "preview_booking_for",
        "preview_move",
        "preview_session",
        "preview_substitute_for",
        "register",
        "register_for_named",
        "register_named",
        "register_of_course",
        "registers",
        "release_comment",
        "reopen_register",
        "repeated_no_shows",
        "reserve_places",
        "roster_named",
        "session_history",
        "session_roster",
        "session_waitlist",
        "set_course_checks",
        "set_course_notices",
        "set_trainers",
        "settle_charge",
        "show_request",
        "substitute_for",
        "summary",
        "summary_comments",
        "summary_of_course",
        "summary_of_last_session",
        "summary_of_period",
        "summary_of_session",
        "take_off_register",
        "unreachable_people",
        "waive_charge",
    }
)
ONLY_TYPED = frozenset(
    {
        "ask_for_substitute_course",
        "ask_for_substitute_named",
        "ask_to_cancel_course",
        "ask_to_cancel_named",
        "ask_to_transfer_course",
        "ask_to_transfer_named",
        "book_course",
        "book_named_session",
        "concern",
        "help",
        "say_coming_to",
        "show_named_session",
        "thanks",
        "unclear",
    }
)
"""Verbs for words in a chat, of which a page has none."""


@dataclass
class Scene:
    """A nurse with a place on a session, and the reminder of it."""

    nurse: Practitioner
    session: CourseSession
    booking: Booking
    notice: Notice


@pytest.fixture
async def scene(site: Site) -> Scene:
    async with site.database.writing() as db:
        agency = await make_agency(db, name="Community Services")
        nurse = await make_practitioner(
            db, name="Sarah Okafor", email="sarah@community.example", agency=agency
        )
        course = await make_course(db, title="Neglect Level 2")
        session = await make_session(db, course=course)
        booking = await book_place(
            db, session_id=session.id, practitioner_id=nurse.id, terms=TERMS, now=NOW
        )
    notice = await site.notice_to(nurse, about_id=booking.id)
    return Scene(nurse, session, booking, notice)


async def status_of(site: Site, booking: Booking) -> BookingStatus:
    async with site.database.reading() as db:
        return (await db.get_one(Booking, booking.id)).status


async def owed(site: Site, kind: NoticeKind) -> list[Notice]:
    async with site.database.reading() as db:
        return list(await db.exec(select(Notice).where(Notice.kind == kind)))


def test_of_every_verb_it_is_decided_whether_a_page_does_it() -> None:
    decided = [*WEB_VERBS, *OF_COORDINATORS_AND_TRAINERS, *ONLY_TYPED]

    assert sorted(decided) == sorted(VERBS)


async def test_a_link_opens_the_card_of_its_notice(site: Site, scene: Scene) -> None:
    visitor = site.visitor()

    await visitor.opens(site.url(scene.notice))

    assert visitor.status == 200
    assert visitor.title == "Neglect Level 2"
    assert visitor.buttons == [
        "I’m coming",
        "I can’t come",
        "Send a colleague",
        "My training",
        "Find a course",
    ]


async def test_a_button_does_what_it_does_in_teams(site: Site, scene: Scene) -> None:
    visitor = site.visitor()
    await visitor.opens(site.url(scene.notice))

    await visitor.presses("I’m coming")

    async with site.database.reading() as db:
        booking = await db.get_one(Booking, scene.booking.id)
    assert (visitor.status, booking.coming_at) == (200, NOW)
    assert phrases.SAID_COMING in visitor.text


async def test_a_place_is_given_back_after_the_question(site: Site, scene: Scene) -> None:
    visitor = site.visitor()
    await visitor.opens(site.url(scene.notice))

    await visitor.presses("I can’t come")
    asked = visitor.text
    before = await status_of(site, scene.booking)
    await visitor.presses("Give my place back")

    assert "Give your place back?" in asked
    assert before == BookingStatus.CONFIRMED
    assert await status_of(site, scene.booking) == BookingStatus.CANCELLED
    assert "You have given your place back." in visitor.text


async def test_a_late_reason_goes_with_the_form_and_is_shown_again_when_it_is_missing(
    site: Site, scene: Scene
) -> None:
    site.clock.now = NEXT_WEEK - timedelta(hours=5)
    visitor = site.visitor()
    await visitor.opens(site.url(scene.notice))
    await visitor.presses("I can’t come")

    await visitor.presses("Give my place back", late_reason="other", words=" ")
    [chosen] = [one for one in visitor.page.all("option") if "selected" in one.attributes]
    again = (visitor.text, await status_of(site, scene.booking))
    await visitor.presses("Give my place back", words="The boiler & the <dog>")

    assert chosen.attributes["value"] == "other"
    assert again[1] == BookingStatus.CONFIRMED
    async with site.database.reading() as db:
        last = (await db.exec(select(BookingChange).order_by(col(BookingChange.at)))).all()[-1]
    assert (last.late_reason, last.reason) == (LateReason.OTHER, "The boiler & the <dog>")


async def test_whoever_books_on_a_page_is_sent_a_confirmation(site: Site, scene: Scene) -> None:
    async with site.database.writing() as db:
        other = await make_session(db, starts_at=NEXT_WEEK + timedelta(days=1))
    visitor = site.visitor()
    await visitor.opens(site.url(scene.notice))
    await visitor.presses("Find a course")
    path = visitor.page.all("form")[0].attributes["action"]

    for _ in range(2):
        await visitor.asks(path, "book_place", {"session_id": str(other.id)})

    [confirmation] = await owed(site, NoticeKind.CONFIRMATION)
    async with site.database.reading() as db:
        booking = await db.get_one(Booking, confirmation.about_id)
    assert (booking.session_id, confirmation.practitioner_id) == (other.id, scene.nurse.id)
    assert "You have a place." in visitor.text
    assert site.calls == ["called"]


async def test_pressing_a_hundred_times_at_once_is_one_answer(site: Site, scene: Scene) -> None:
    visitor = site.visitor()
    await visitor.opens(site.url(scene.notice))
    await visitor.presses("My training")
    path = visitor.page.all("form")[0].attributes["action"]
    sent = {"session_id": str(scene.session.id)}
    visitors = [site.visitor() for _ in range(30)]
    for one in visitors:
        one.cookies = dict(visitor.cookies)

    await asyncio.gather(*(one.asks(path, "cancel_booking", sent) for one in visitors))

    assert {one.status for one in visitors} == {200}
    async with site.database.reading() as db:
        booking = await db.get_one(Booking, scene.booking.id)
        assert await broken_invariants(db, now=NOW) == []
    assert (booking.status, booking.change_count) == (BookingStatus.CANCELLED, 2)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "do", ["", "say_coming", "cancel_booking", "manage_session", "<script>", "x" * 2000]
)
async def test_opening_a_link_changes_nothing(
    site: Site, scene: Scene, method: str, do: str
) -> None:
    before = await digest(site.database)
    path = site.url(scene.notice, do).partition("3978")[2]

    response = await site.client.request(method, path)
    page = await response.text()

    assert response.status == 200
    assert "Set-Cookie" not in response.headers
    assert "<script>" not in page
    assert await digest(site.database) == before
    assert site.calls == []


async def test_the_action_of_a_letter_stands_first(site: Site, scene: Scene) -> None:
    visitor = site.visitor()

    await visitor.opens(site.url(scene.notice, "ask_to_cancel"))
    first = visitor.buttons
    await visitor.opens(site.url(scene.notice, "manage_session"))
    unknown = visitor.buttons

    assert first[:3] == ["I can’t come", "I’m coming", "Send a colleague"]
    assert unknown[:3] == ["I’m coming", "I can’t come", "Send a colleague"]


async def test_a_page_is_closed_to_the_outside_and_kept_nowhere(site: Site, scene: Scene) -> None:
    visitor = site.visitor()

    answers = []
    for step in (
        visitor.opens(site.url(scene.notice)),
        visitor.presses("My training"),
        visitor.opens("/n/garbage"),
        visitor.opens("/link"),
    ):
        await step
        answers.append(visitor.headers)

    for headers in answers:
        assert headers is not None
        policy = headers["Content-Security-Policy"].split("; ")
        assert (policy[0], policy[3]) in {
            ("default-src 'none'", "form-action 'self'"),
            ("default-src 'none'", "form-action 'none'"),
        }
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Frame-Options"] == "DENY"


async def test_a_link_that_was_tampered_with_or_is_for_something_else_opens_nothing(
    site: Site, scene: Scene
) -> None:
    visitor = site.visitor()
    sound = site.url(scene.notice).partition("3978")[2]
    middle = len(sound) - 20
    other = "A" if sound[middle] != "A" else "B"
    broken = f"{sound[:middle]}{other}{sound[middle + 1 :]}"
    gone = personal_url(uuid4(), settings=site.settings, now=NOW).partition("3978")[2]

    statuses = []
    for path in (broken, gone, "/n/a.b.c", "/n/%00", f"/n/{'x' * 4000}"):
        await visitor.opens(path)
        statuses.append((visitor.status, visitor.title))
        await visitor.sends(path, {"press": '{"verb": "my_training"}'})
        statuses.append((visitor.status, visitor.title))
        await visitor.sends(f"{path}/again", {})
        statuses.append((visitor.status, visitor.title))

    assert set(statuses) == {(404, "This link does not work")}
    assert "Neglect" not in visitor.text
    assert [link.text for link in visitor.page.all("a")] == ["Get a new link"]


async def test_an_expired_link_opens_nothing_and_says_where_to_get_a_new_one(
    site: Site, scene: Scene
) -> None:
    visitor = site.visitor()
    site.clock.advance(timedelta(days=30))
    path = site.url(scene.notice).partition("3978")[2]

    await visitor.opens(path)
    opened = (visitor.status, visitor.title)
    await visitor.sends(path, {"press": '{"verb": "say_coming", "data": {}}'})
    [link] = visitor.page.all("a")

    assert opened == (410, "This link has expired") == (visitor.status, visitor.title)
    assert (link.text, link.attributes["href"]) == ("Get a new link", "/link")
    assert "Teams" in visitor.text


@pytest.mark.parametrize("verb", sorted(OF_COORDINATORS_AND_TRAINERS))
async def test_a_page_runs_no_programme_even_for_a_coordinator(
    site: Site, scene: Scene, verb: str
) -> None:
    async with site.database.writing() as db:
        db.add(PractitionerRole(practitioner_id=scene.nurse.id, role=Role.COORDINATOR))
    visitor = site.visitor()
    await visitor.opens(site.url(scene.notice))
    await visitor.presses("My training")
    path = visitor.page.all("form")[0].attributes["action"]
    before = await digest(site.database)

    sent = {
        "session_id": str(scene.session.id),
        "practitioner_id": str(scene.nurse.id),
        "reason": "Because",
    }
    await visitor.asks(path, verb, sent)

    assert (visitor.status, visitor.title) == (400, "This card is out of date")
    assert await digest(site.database) == before


async def test_a_coordinator_is_offered_nothing_that_a_page_does_not_do(
    site: Site, scene: Scene
) -> None:
    async with site.database.writing() as db:
        db.add(PractitionerRole(practitioner_id=scene.nurse.id, role=Role.COORDINATOR))
    visitor = site.visitor()
    await visitor.opens(site.url(scene.notice))
    path = visitor.page.all("form")[0].attributes["action"]

    await visitor.asks(path, "show_booking", {"session_id": str(scene.session.id)})

    assert visitor.status == 200
    assert "Manage the session" not in visitor.buttons


async def test_what_is_sent_says_what_and_never_who(site: Site, scene: Scene) -> None:
    async with site.database.writing() as db:
        other = await make_practitioner(db)
        theirs = await book_place(
            db, session_id=scene.session.id, practitioner_id=other.id, terms=TERMS, now=NOW
        )
    visitor = site.visitor()
    await visitor.opens(site.url(scene.notice))
    path = visitor.page.all("form")[0].attributes["action"]

    sent = {"session_id": str(scene.session.id), "practitioner_id": str(other.id)}
    await visitor.asks(path, "cancel_booking", {**sent, "actor_id": str(other.id)})

    assert await status_of(site, theirs) == BookingStatus.CONFIRMED
    assert await status_of(site, scene.booking) == BookingStatus.CANCELLED


async def test_a_refusal_is_a_sentence_on_the_page_and_what_was_typed_stands_there_again(
    site: Site, scene: Scene
) -> None:
    visitor = site.visitor()
    await visitor.opens(site.url(scene.notice))
    path = visitor.page.all("form")[0].attributes["action"]
    words = "I <am> ill & " + "very " * 2000

    await visitor.sends(
        path,
        {"press": '{"verb": "find_substitute", "data": {"session_id": "x"}}', "name": words},
    )
    [kept] = visitor.page.all("textarea")
    await visitor.asks(path, "book_place", {"session_id": str(uuid4())})

    assert (visitor.status, visitor.title) == (409, "That can’t be done")
    assert "".join(kept.texts()).strip() == words.strip()


async def test_a_fault_is_told_with_a_reference_and_nothing_else(site: Site, scene: Scene) -> None:
    visitor = site.visitor()
    await visitor.opens(site.url(scene.notice))
    path = visitor.page.all("form")[0].attributes["action"]
    await visitor.asks(path, "my_training", {})
    async with site.database.engine.begin() as connection:
        await connection.exec_driver_sql("ALTER TABLE booking_change RENAME COLUMN reason TO why")

    with capture_logs() as events:
        await visitor.asks(path, "cancel_booking", {"session_id": str(scene.session.id)})

    assert (visitor.status, visitor.title) == (500, "Something went wrong")
    [event] = events
    assert event["event"] == "page_failed"
    assert event["reference"] in visitor.text
    assert path.rpartition("/")[2] not in str({**event, "exc_info": None})


async def test_a_notice_that_is_over_shows_how_it_stands_now(site: Site, scene: Scene) -> None:
    async with site.database.writing() as db:
        await cancel_booking(
            db, session_id=scene.session.id, practitioner_id=scene.nurse.id, terms=TERMS, now=NOW
        )
    visitor = site.visitor()

    await visitor.opens(site.url(scene.notice))

    assert IS_OVER in visitor.text
    assert (visitor.status, visitor.title) == (200, "Neglect Level 2")
    assert "Cancelled" in visitor.text


@pytest.mark.parametrize("kind", list(NoticeKind))
async def test_whatever_a_link_opens_it_names_nobody_else(
    site: Site, scene: Scene, kind: NoticeKind
) -> None:
    async with site.database.writing() as db:
        agency_id = scene.nurse.agency_id
        coordinator = await make_coordinator(db, name="Morgan Reid")
        colleague = await make_practitioner(db, name="Quentin Zuckerman")
        colleague.agency_id = agency_id
        await substitute_booking(
            db,
            session_id=scene.session.id,
            practitioner_id=scene.nurse.id,
            substitute_id=colleague.id,
            terms=TERMS,
            now=NOW,
        )
        waiting = await make_practitioner(db, name="Zebedee Unconfirmed", confirmed_at=None)
    abouts = (scene.booking.id, scene.session.id, coordinator.id, waiting.id, uuid4())
    visitor = site.visitor()

    said = []
    for about_id in abouts:
        await visitor.opens(
            site.url(await site.notice_to(scene.nurse, about_id=about_id, kind=kind))
        )
        said.append((visitor.status, unescape(visitor.html)))

    assert {status for status, _ in said} == {200}
    for name in ("Morgan", "Quentin", "Zebedee"):
        assert [html for _, html in said if name in html] == []


async def test_what_is_for_trainers_and_coordinators_is_done_in_teams(
    site: Site, scene: Scene
) -> None:
    visitor = site.visitor()

    said = set()
    for kind in AT_WORK:
        notice = await site.notice_to(scene.nurse, about_id=scene.session.id, kind=kind)
        await visitor.opens(site.url(notice))
        said.add((visitor.status, visitor.title, DONE_IN_TEAMS in visitor.text))

    assert said == {(200, "My training", True)}
    assert set() == AT_WORK & NAMES_SOMEBODY


async def test_a_page_is_for_people_on_a_phone_and_for_screen_readers(
    site: Site, scene: Scene
) -> None:
    site.clock.now = NEXT_WEEK - timedelta(hours=5)
    visitor = site.visitor()
    await visitor.opens(site.url(scene.notice))
    await visitor.presses("I can’t come")

    labels = {label.attributes.get("for") for label in visitor.page.all("label")}
    fields = {one.attributes["id"] for one in visitor.page.all("select", "textarea")}
    [html] = visitor.page.all("html")
    names = [tag.name for tag in visitor.page.all("main", "h1", "title", "footer")]

    assert fields <= labels
    assert fields == {"card-late_reason", "card-words"}
    assert html.attributes["lang"] == "en-GB"
    assert sorted(names) == ["footer", "h1", "main", "title"]
    assert "<script" not in visitor.html
    assert "Northshire &lt;Partnership&gt;" in visitor.html
