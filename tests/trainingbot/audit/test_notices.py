from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, update
from sqlmodel import col

from tests.moments import NEXT_WEEK, NOW
from tests.trainingbot.audit.scene import Round, setting
from trainingbot.audit.notices import ABOUT_AGENCIES, CONFIRMS, TELLS_OF, THEIR_OWN
from trainingbot.audit.schedules import IN_TIME
from trainingbot.audit.sessions import TOLD_TO_THE_BOOKED, TOLD_TO_TRAINERS
from trainingbot.enums import Change, NoticeKind, NoticeState
from trainingbot.models import BookingChange, Notice, Practitioner, PractitionerRole

NOBODY = UUID(int=0)
PROMOTION = "promoted Cas on NEXT"
A_DAY = timedelta(days=1)


async def test_a_promotion_of_which_nobody_was_told_is_found(round_: Round) -> None:
    await round_.damage(delete(Notice).where(col(Notice.id) == round_.ids[PROMOTION]))

    assert await round_.findings() == [
        (
            "change_nobody_was_told_of",
            "Cas on NEXT",
            (
                "Booking Cas on NEXT on session NEXT was promoted in change 2 of its history, and "
                "its practitioner was never owed the news."
            ),
        )
    ]


async def test_a_notice_of_a_promotion_that_never_was_is_found(round_: Round) -> None:
    await round_.damage(
        setting(Notice, round_.ids[PROMOTION], about_id=round_.ids["Ben on NEXT"], occurrence=1)
    )

    found = await round_.findings()

    assert [(check, about) for check, about, _ in found] == [
        ("change_nobody_was_told_of", "Cas on NEXT"),
        ("change_that_never_was", PROMOTION),
    ]
    assert found[1][2] == (
        f"Notice {PROMOTION} says promoted of booking Ben on NEXT, change 1 of its history; there "
        f"is no such change of a booking of its recipient."
    )


@pytest.mark.parametrize("column", ["about_id", "practitioner_id", "occurrence"])
async def test_a_notice_that_misses_its_cause_is_found_from_both_sides(
    round_: Round, column: str
) -> None:
    elsewhere = {
        "about_id": NOBODY,
        "practitioner_id": round_.ids["Dan"],
        "occurrence": 1,
    }
    await round_.damage(setting(Notice, round_.ids[PROMOTION], **{column: elsewhere[column]}))

    assert [(check, about) for check, about, _ in await round_.findings()] == [
        ("change_nobody_was_told_of", "Cas on NEXT"),
        ("change_that_never_was", PROMOTION),
    ]


@pytest.mark.parametrize("state", list(NoticeState))
async def test_a_promotion_counts_as_told_whatever_became_of_its_notice(
    round_: Round, state: NoticeState
) -> None:
    await round_.damage(setting(Notice, round_.ids[PROMOTION], state=state))

    assert await round_.findings() == []


@pytest.mark.parametrize(
    "notice",
    ["agency_to_confirm Eve", "agency_to_confirm Fay", "agency_confirmed Fay"],
)
async def test_a_notice_about_nobody_is_found(round_: Round, notice: str) -> None:
    await round_.damage(setting(Notice, round_.ids[notice], about_id=NOBODY))

    kind = notice.partition(" ")[0]
    found = [one for one in await round_.findings() if one[0] == "agency_that_never_was"]
    assert found == [
        (
            "agency_that_never_was",
            notice,
            f"Notice {notice} says {kind} of practitioner {NOBODY}; that cannot be true.",
        )
    ]


@pytest.mark.parametrize("kind", [NoticeKind.AGENCY_CONFIRMED, NoticeKind.AGENCY_DECLINED])
async def test_an_answer_that_goes_to_somebody_else_is_found(
    round_: Round, kind: NoticeKind
) -> None:
    notice = round_.ids["agency_confirmed Fay"]

    await round_.damage(setting(Notice, notice, kind=kind, practitioner_id=round_.ids["Ann"]))

    assert await round_.findings() == [
        (
            "agency_that_never_was",
            "agency_confirmed Fay",
            f"Notice agency_confirmed Fay says {kind} of practitioner Fay; that cannot be true.",
        )
    ]


async def test_a_confirmation_of_what_is_not_confirmed_is_found(round_: Round) -> None:
    await round_.damage(setting(Practitioner, round_.ids["Fay"], agency_confirmed_at=None))

    assert [(check, about) for check, about, _ in await round_.findings()] == [
        ("agency_that_never_was", "agency_confirmed Fay"),
    ]


@pytest.mark.parametrize("kind", THEIR_OWN)
async def test_a_notice_for_one_person_that_goes_to_another_is_found(
    round_: Round, kind: NoticeKind
) -> None:
    notice, ann, ben = (round_.ids[name] for name in ("agency_confirmed Fay", "Ann", "Ben"))
    await round_.damage(setting(Notice, notice, kind=kind, about_id=ann, practitioner_id=ann))
    at_first = await round_.findings()

    await round_.damage(setting(Notice, notice, practitioner_id=ben))

    assert at_first == []
    assert await round_.findings() == [
        (
            "meant_for_somebody_else",
            "agency_confirmed Fay",
            (
                f"Notice agency_confirmed Fay, {kind}, is for practitioner Ann alone, and goes to "
                "somebody else."
            ),
        )
    ]


async def test_a_confirmation_of_what_somebody_booked_is_sound(round_: Round) -> None:
    notice, booking = round_.ids["agency_confirmed Fay"], round_.ids["Ben on NEXT"]
    confirmation = {
        "kind": NoticeKind.CONFIRMATION,
        "about_id": booking,
        "practitioner_id": round_.ids["Ben"],
    }
    await round_.damage(setting(Notice, notice, **confirmation, occurrence=1))
    sound = await round_.findings()

    await round_.damage(setting(Notice, notice, occurrence=2))

    assert sound == []
    assert [check for check, _, _ in await round_.findings()] == ["change_that_never_was"]


async def test_a_notice_that_expired_and_was_not_marked_is_found(round_: Round) -> None:
    await round_.deliver_in_time()

    at_first = await round_.findings(now=NEXT_WEEK + A_DAY)
    a_second_later = await round_.findings(now=NEXT_WEEK + A_DAY + timedelta(seconds=1))

    assert at_first == []
    assert a_second_later == [
        (
            "notice_left_owed",
            PROMOTION,
            (
                f"Notice {PROMOTION}, promoted, expired more than a day ago and still stands as "
                f"owed; attempts: 0."
            ),
        )
    ]


@pytest.mark.parametrize("state", [state for state in NoticeState if state != NoticeState.OWED])
async def test_a_notice_that_has_ended_may_be_old(round_: Round, state: NoticeState) -> None:
    await round_.damage(update(Notice).values(state=state, finished_at=NOW))

    assert await round_.findings(now=NOW + 100 * A_DAY) == []


async def test_a_request_of_which_no_coordinator_was_told_is_found(round_: Round) -> None:
    await round_.damage(delete(Notice).where(col(Notice.id) == round_.ids["agency_to_confirm Eve"]))

    assert await round_.findings() == [
        (
            "request_nobody_was_told_of",
            "Eve",
            "Practitioner Eve waits for an agency to be confirmed, and no coordinator was asked.",
        )
    ]


async def test_an_agency_that_is_confirmed_and_not_there_is_found(round_: Round) -> None:
    await round_.damage(setting(Practitioner, round_.ids["Ann"], agency_id=None))

    assert await round_.findings() == [
        (
            "confirmed_without_agency",
            "Ann",
            "Practitioner Ann has a confirmed agency, and no agency.",
        )
    ]


async def test_a_service_without_coordinators_is_found(round_: Round) -> None:
    await round_.damage(delete(PractitionerRole))

    assert await round_.findings() == [
        (
            "no_coordinator",
            "",
            (
                "Nobody is a coordinator, so nobody is asked about a newcomer’s agency. "
                "Name one in TRAININGBOT_COORDINATORS and start the service."
            ),
        )
    ]


async def test_other_changes_need_no_notice(round_: Round) -> None:
    await round_.damage(
        delete(Notice).where(col(Notice.id) == round_.ids[PROMOTION]),
        update(BookingChange)
        .where(col(BookingChange.change) == Change.PROMOTED)
        .values(change=Change.BOOKED),
    )

    assert await round_.findings() == []


def test_the_cause_of_every_kind_of_notice_is_known() -> None:
    told = {kind for kind, _ in (*TELLS_OF, *CONFIRMS)}

    of_sessions = {*TOLD_TO_THE_BOOKED, *TOLD_TO_TRAINERS, NoticeKind.SESSION_UNDECIDED}
    of_people = {*ABOUT_AGENCIES, *THEIR_OWN}
    assert {*told, *of_sessions, NoticeKind.BROADCAST, *of_people, *IN_TIME} == set(NoticeKind)
