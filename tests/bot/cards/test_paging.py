import pytest

from bot.cards import bookings, charges, courses, training
from bot.payloads import ChargesPage, CourseSearch, MyTraining, TrainingView
from tests.bot.cards import gallery
from tests.bot.cards.gallery import LONDON
from tests.chat import buttons, texts
from trainingbot.bookings.views import ChargePage, TrainingPage
from trainingbot.courses.views import CoursePage
from trainingbot.enums import BookingStatus
from trainingbot.policies import Policy


@pytest.mark.parametrize(
    ("page", "total", "turns"),
    [
        (1, 5, {}),
        (1, 6, {"More courses": 2}),
        (2, 12, {"More courses": 3, "Back": 1}),
        (3, 12, {"Back": 2}),
    ],
)
def test_a_list_of_courses_is_turned_to_the_pages_there_are(
    page: int, total: int, turns: dict[str, int]
) -> None:
    wanted = CourseSearch(words="neglect", level=2, page=page)

    card = courses.course_list(
        CoursePage(gallery.found(5).found, total), wanted, themes=[], months=[], zone=LONDON
    )

    pressed = {
        title: CourseSearch.model_validate(button["data"])
        for title, button in buttons(card.card).items()
        if title in {"More courses", "Back"}
    }
    assert pressed == {
        title: wanted.model_copy(update={"page": other}) for title, other in turns.items()
    }


@pytest.mark.parametrize(
    ("page", "turns"), [(1, {"More": 2}), (2, {"More": 3, "Back": 1}), (3, {"Back": 2})]
)
def test_a_list_of_ones_own_is_turned_within_itself(page: int, turns: dict[str, int]) -> None:
    rows = TrainingPage([gallery.training(BookingStatus.CONFIRMED)] * 5, 12)

    card = training.training_list(rows, MyTraining(view=TrainingView.PAST, page=page), zone=LONDON)

    pressed = {
        title: MyTraining.model_validate(button["data"])
        for title, button in buttons(card.card).items()
        if title in {"More", "Back"}
    }
    assert pressed == {
        title: MyTraining(view=TrainingView.PAST, page=other) for title, other in turns.items()
    }


@pytest.mark.parametrize(
    ("page", "turns"), [(1, {"More": 2}), (2, {"More": 3, "Back": 1}), (3, {"Back": 2})]
)
def test_a_list_of_charges_is_turned_to_the_pages_there_are(
    page: int, turns: dict[str, int]
) -> None:
    rows = ChargePage([gallery.charge()] * 5, 12)

    card = charges.charge_list(rows, ChargesPage(page=page), policy=Policy(), zone=LONDON)

    pressed = {
        title: ChargesPage.model_validate(button["data"]).page
        for title, button in buttons(card.card).items()
        if title in {"More", "Back"}
    }
    assert pressed == turns


@pytest.mark.parametrize(
    ("status", "queue_place", "stands"),
    [
        (BookingStatus.CONFIRMED, None, "Booked"),
        (BookingStatus.WAITLISTED, 3, "Waitlist: 3rd"),
        (BookingStatus.CANCELLED, None, "Cancelled"),
        (BookingStatus.SESSION_CANCELLED, None, "Session cancelled"),
    ],
)
def test_one_state_has_one_name_on_every_card(
    status: BookingStatus, queue_place: int | None, stands: str
) -> None:
    row = gallery.training(status, queue_place=queue_place)

    opened = bookings.booking_card(row, begun=False, calendar_url=None, zone=LONDON)
    listed = training.training_list(TrainingPage([row], 1), MyTraining(), zone=LONDON)

    assert [stands in texts(card.card) for card in (opened, listed)] == [True, True]
    assert opened.summary.endswith(f": {stands}")
