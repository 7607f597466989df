"""The checks of who is told what, a part of the one table of checks."""

from trainingbot.audit import notices, schedules, sessions
from trainingbot.audit.subjects import Check

CHECKS_OF_NOTICES = (
    Check(
        "change_nobody_was_told_of",
        "booking",
        notices.change_nobody_was_told_of,
        "Booking {id} on session {code} was {change} in change {position} of its history, and its "
        "practitioner was never owed the news.",
    ),
    Check(
        "change_that_never_was",
        "notice",
        notices.change_that_never_was,
        "Notice {id} says {kind} of booking {booking_id}, change {position} of its history; there "
        "is no such change of a booking of its recipient.",
    ),
    Check(
        "broadcast_that_never_was",
        "notice",
        notices.broadcast_that_never_was,
        "Notice {id} ({kind}) tells booking {booking_id} of free place number {count} of its "
        "session, which told of fewer.",
    ),
    Check(
        "step_that_never_was",
        "notice",
        sessions.step_that_never_was,
        "Notice {id} says {kind} of {about_id}; there is no such step of a session, or of the "
        "session of a booking of its recipient.",
    ),
    Check(
        "step_nobody_was_told_of",
        "session",
        sessions.step_nobody_was_told_of,
        "Session {code} has the step {step}, number {position} of its history, and no trainer "
        "was ever owed the news.",
    ),
    Check(
        "schedule_missing",
        "booking",
        schedules.schedule_missing,
        "Booking {id} on session {code} is confirmed, and nothing that comes with a place is "
        "owed. A running service owes it within minutes.",
    ),
    Check(
        "digest_missing",
        "session",
        schedules.digest_missing,
        "Session {code} has trainer {trainer_id}, who was never owed the news of who is coming. "
        "A running service owes it within minutes.",
    ),
    Check(
        "schedule_without_a_place",
        "notice",
        schedules.schedule_without_a_place,
        "Notice {id}, {kind}, is owed about {about_id}, where its recipient has no confirmed "
        "place and is no trainer.",
    ),
    Check(
        "schedule_at_other_times",
        "notice",
        schedules.schedule_at_other_times,
        "Notice {id}, {kind}, is owed at times that are not those of session {code}.",
    ),
    Check(
        "owed_twice",
        "notice",
        schedules.owed_twice,
        "Notice {id}, {kind}, is owed about {about_id} although a later one is owed too.",
    ),
    Check(
        "agency_that_never_was",
        "notice",
        notices.agency_that_never_was,
        "Notice {id} says {kind} of practitioner {practitioner_id}; that cannot be true.",
    ),
    Check(
        "meant_for_somebody_else",
        "notice",
        notices.meant_for_somebody_else,
        "Notice {id}, {kind}, is for practitioner {practitioner_id} alone, and goes to somebody "
        "else.",
    ),
    Check(
        "notice_left_owed",
        "notice",
        notices.left_owed,
        "Notice {id}, {kind}, expired more than a day ago and still stands as owed; "
        "attempts: {attempts}.",
    ),
    Check(
        "request_nobody_was_told_of",
        "practitioner",
        notices.request_nobody_was_told_of,
        "Practitioner {id} waits for an agency to be confirmed, and no coordinator was asked.",
    ),
    Check(
        "confirmed_without_agency",
        "practitioner",
        notices.confirmed_without_agency,
        "Practitioner {id} has a confirmed agency, and no agency.",
    ),
    Check(
        "no_coordinator",
        "service",
        notices.no_coordinator,
        "Nobody is a coordinator, so nobody is asked about a newcomer’s agency. "
        "Name one in TRAININGBOT_COORDINATORS and start the service.",
    ),
)
"""They stand in the table behind the checks of places and histories."""
