"""The checks of an audit, each a line of one table."""

from trainingbot.audit import (
    charges,
    evaluations,
    histories,
    places,
    reserved,
    sessions,
)
from trainingbot.audit.checks_of_notices import CHECKS_OF_NOTICES
from trainingbot.audit.checks_of_registers import CHECKS_OF_REGISTERS
from trainingbot.audit.subjects import Check

__all__ = ["CHECKS", "Check"]


CHECKS = (
    Check(
        "places_miscounted",
        "session",
        places.miscounted,
        "Session {code} counts {counted} places as taken; bookings that take one: {taking}.",
    ),
    Check(
        "overbooked",
        "session",
        places.overbooked,
        "Session {code} has {capacity} places; counted as taken: {counted}, "
        "bookings that take one: {taking}.",
    ),
    Check(
        "waiting_beside_a_free_place",
        "session",
        places.waiting_beside_a_free_place,
        "Session {code} has {capacity} places, of which {taking} are taken, and yet people wait "
        "for one: {waiting}.",
    ),
    Check(
        "reserved_until_disagrees",
        "session",
        reserved.reserved_until_disagrees,
        "Session {code} says that reserved places open to all at {until}; the first of those that "
        "are reserved open at {first}.",
    ),
    Check(
        "reserved_places_overdue",
        "session",
        reserved.reserved_places_overdue,
        "Session {code} still keeps places for agency {agency_id} that were to open to all at "
        "{opens_at}; number of them: {places}.",
    ),
    Check(
        "offer_overdue",
        "booking",
        places.offer_overdue,
        "Booking {id} on session {code} holds a place for an offer that ended at {ended}.",
    ),
    Check(
        "offer_without_an_end",
        "booking",
        places.offer_without_an_end,
        "Booking {id} on session {code} is {status}; its offer ends: {ends}.",
    ),
    Check(
        "queue_number_not_issued",
        "booking",
        places.queue_number_not_issued,
        "Booking {id} has queue number {number} of session {code}, whose next number is {next}.",
    ),
    Check(
        "queue_number_doubled",
        "session",
        places.queue_number_doubled,
        "Session {code} gave queue number {number} to {bookings} bookings.",
    ),
    Check(
        "queue_number_misplaced",
        "booking",
        places.queue_number_misplaced,
        "Booking {id} on session {code} is {status}; its queue number: {number}.",
    ),
    Check(
        "booked_twice",
        "session",
        places.booked_twice,
        "Session {code} has {bookings} bookings of practitioner {practitioner_id}.",
    ),
    Check(
        "active_on_a_cancelled_session",
        "booking",
        places.active_on_a_cancelled_session,
        "Booking {id} is {status}, but session {code} was cancelled.",
    ),
    Check(
        "attendance_without_a_place",
        "booking",
        places.attendance_without_a_place,
        "Booking {id} on session {code} has an attendance, but is {status}.",
    ),
    Check(
        "ends_before_it_starts",
        "session",
        places.ends_before_it_starts,
        "Session {code} ends before it starts.",
    ),
    Check(
        "delivered_in_the_future",
        "session",
        places.delivered_in_the_future,
        "Session {code} counts as delivered, but has not begun.",
    ),
    Check(
        "begun_undecided",
        "session",
        sessions.begun_undecided,
        "Session {code} has begun and is tentative: nobody had said whether it takes place.",
    ),
    Check(
        "cancelled_undecided",
        "session",
        sessions.cancelled_undecided,
        "Session {code} is cancelled and still counts as tentative.",
    ),
    Check(
        "offered_after_the_session",
        "booking",
        sessions.offered_after_the_session,
        "Booking {id} is offered a place on session {code}, which was delivered.",
    ),
    Check(
        "session_history_misnumbered",
        "session",
        sessions.history_misnumbered,
        "Session {code} has a history of {changes} rows that is numbered from {first} to {last}, "
        "with a gap or a number twice.",
    ),
    Check(
        "history_missing",
        "booking",
        histories.missing,
        "Booking {id} on session {code} has no history.",
    ),
    Check(
        "history_miscounted",
        "booking",
        histories.miscounted,
        "Booking {id} on session {code} counts {counted} changes; rows of its history: {changes}.",
    ),
    Check(
        "history_misnumbered",
        "booking",
        histories.misnumbered,
        "Booking {id} on session {code} has a history of {changes} rows that is numbered "
        "from {first} to {last}, with a gap or a number twice.",
    ),
    Check(
        "history_begins_otherwise",
        "booking",
        histories.begins_otherwise,
        "Booking {id} on session {code} has a history that begins with {change}.",
    ),
    Check(
        "history_leads_elsewhere",
        "booking",
        histories.leads_elsewhere,
        "Booking {id} on session {code} is {status}; the last change of its history: {change}.",
    ),
    Check(
        "attendance_disagrees",
        "booking",
        histories.attendance_disagrees,
        "Booking {id} on session {code} has the attendance {attendance}; the last change of its "
        "history: {change}.",
    ),
    Check(
        "history_out_of_order",
        "booking",
        histories.out_of_order,
        "Booking {id} on session {code} has a change, number {position} of its history, that is "
        "dated before the one it follows.",
    ),
    Check(
        "other_end_missing",
        "booking",
        histories.other_end_missing,
        "Booking {id} on session {code} has the change {change}, number {position} of its "
        "history; the booking at the other end does not tell the same.",
    ),
    Check(
        "late_without_a_place",
        "booking",
        charges.late_without_a_place,
        "Booking {id} on session {code} has a reason for being late in change {position} of its "
        "history, {change}, which gives no confirmed place back.",
    ),
    Check(
        "charge_without_cause",
        "charge",
        charges.charge_without_cause,
        "Charge {id} on session {code} is for a {kind} in change {position} of a history in which "
        "there is none.",
    ),
    Check(
        "charged_twice",
        "booking",
        charges.charged_twice,
        "Booking {id} on session {code} was charged {charges} times for change {position} of its "
        "history.",
    ),
    Check(
        "charge_half_finished",
        "charge",
        charges.charge_half_finished,
        "Charge {id} on session {code} is {state}, and its end or its reason says otherwise.",
    ),
    Check(
        "charge_of_nothing",
        "charge",
        charges.charge_of_nothing,
        "Charge {id} on session {code} is of {pence} pence.",
    ),
    *CHECKS_OF_REGISTERS,
    *CHECKS_OF_NOTICES,
    Check(
        "answered_without_attending",
        "booking",
        evaluations.answered_without_attending,
        "Booking {id} on session {code} was evaluated, but is {status} with the attendance "
        "{attendance}.",
    ),
    Check(
        "response_without_answers",
        "response",
        evaluations.without_answers,
        "Response {id} to session {code} answers nothing.",
    ),
    Check(
        "answer_of_another_kind",
        "response",
        evaluations.answer_of_another_kind,
        "Response {id} to session {code} does not answer question {key} as a {kind} is answered.",
    ),
    Check(
        "answer_of_another_sheet",
        "response",
        evaluations.answer_of_another_sheet,
        "Response {id} to session {code} answers question {key}, which is not on its sheet.",
    ),
)
"""Every check, in the order in which findings are told.

To add one: a function that returns a statement, and a line here.
"""
