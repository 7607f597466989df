from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Executable, delete, update
from sqlmodel import col

from tests.moments import NOW
from tests.trainingbot.audit.scene import Round, marking, setting
from trainingbot.enums import Attendance
from trainingbot.models import Answer, Booking


def setting_answer(question_id: UUID, /, **values: Any) -> Executable:  # noqa: ANN401 - columns have any type
    return update(Answer).where(col(Answer.question_id) == question_id).values(**values)


@pytest.mark.parametrize(
    ("booking", "attendance", "said"),
    [
        ("Ben on PAST", Attendance.NO_SHOW, "confirmed with the attendance no_show"),
        ("Ben on PAST", Attendance.EXCUSED, "confirmed with the attendance excused"),
        ("Ann on NEXT", None, "cancelled with the attendance not known"),
        ("Dan on NEXT", None, "waitlisted with the attendance not known"),
        ("Ben on OFF", None, "session_cancelled with the attendance not known"),
    ],
)
async def test_an_evaluation_by_somebody_who_did_not_attend_is_found(
    round_: Round, booking: str, attendance: Attendance | None, said: str
) -> None:
    await round_.damage(
        setting(Booking, round_.ids[booking], attendance=attendance, evaluated_on=NOW.date()),
        marking(round_.ids[booking], attendance),
    )

    session = booking.rpartition(" ")[2]
    assert await round_.findings() == [
        (
            "answered_without_attending",
            booking,
            f"Booking {booking} on session {session} was evaluated, but is {said}.",
        )
    ]


@pytest.mark.parametrize("attendance", [Attendance.ATTENDED, Attendance.PARTLY_ATTENDED])
async def test_whoever_attended_may_answer(round_: Round, attendance: Attendance) -> None:
    await round_.damage(
        setting(Booking, round_.ids["Ben on PAST"], attendance=attendance, evaluated_on=NOW.date()),
        marking(round_.ids["Ben on PAST"], attendance),
    )

    assert await round_.findings() == []


async def test_whoever_may_have_attended_may_answer(round_: Round) -> None:
    await round_.damage(setting(Booking, round_.ids["Cas on NEXT"], evaluated_on=NOW.date()))

    assert await round_.findings() == []


async def test_a_response_in_which_nothing_is_answered_is_found(round_: Round) -> None:
    await round_.damage(delete(Answer))

    assert await round_.findings() == [
        (
            "response_without_answers",
            "the response",
            "Response the response to session PAST answers nothing.",
        )
    ]


@pytest.mark.parametrize(
    ("question", "values", "key", "kind"),
    [
        ("the rating", {"rating": None, "words": "Four."}, "knowledge_after", "rating"),
        ("the rating", {"rating": None, "words": None}, "knowledge_after", "rating"),
        ("the rating", {"rating": 4, "words": "Four."}, "knowledge_after", "rating"),
        ("the rating", {"rating": 6}, "knowledge_after", "rating"),
        ("the rating", {"rating": 0}, "knowledge_after", "rating"),
        ("the agreement", {"rating": None, "words": "Yes."}, "engaging", "agreement"),
        ("the comment", {"rating": 5, "words": None}, "comment", "comment"),
        ("the comment", {"rating": 5, "words": "Good."}, "comment", "comment"),
        ("the comment", {"rating": None, "words": None}, "comment", "comment"),
    ],
)
async def test_an_answer_of_another_kind_than_the_question_is_found(
    round_: Round, question: str, values: dict[str, Any], key: str, kind: str
) -> None:
    await round_.damage(setting_answer(round_.ids[question], **values))

    assert await round_.findings() == [
        (
            "answer_of_another_kind",
            "the response",
            (
                f"Response the response to session PAST does not answer question {key} as a {kind} "
                f"is answered."
            ),
        )
    ]


async def test_an_answer_to_a_question_of_another_sheet_is_found(round_: Round) -> None:
    await round_.damage(
        setting_answer(round_.ids["the rating"], question_id=round_.ids["the rating before"])
    )

    assert await round_.findings() == [
        (
            "answer_of_another_sheet",
            "the response",
            (
                "Response the response to session PAST answers question knowledge_before, which is "
                "not on its sheet."
            ),
        )
    ]
