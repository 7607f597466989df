"""The checks of registers, each a line of one table; `checks` has the others."""

from trainingbot.audit import histories, registers
from trainingbot.audit.subjects import Check

CHECKS_OF_REGISTERS = (
    Check(
        "mark_disagrees",
        "booking",
        histories.mark_disagrees,
        "Booking {id} on session {code} has the attendance {attendance}; what was marked last: "
        "{mark}.",
    ),
    Check(
        "register_closed_with_unmarked",
        "session",
        registers.closed_with_unmarked,
        "The register of session {code} is closed; people with a place who are not marked: "
        "{unmarked}.",
    ),
    Check(
        "register_closed_undelivered",
        "session",
        registers.closed_undelivered,
        "The register of session {code} is closed, but the session is {status}.",
    ),
    Check(
        "unbooked_did_not_come",
        "booking",
        registers.came_and_did_not,
        "Booking {id} on session {code} is of somebody who came without one, with the attendance "
        "{attendance}.",
    ),
)
