"""The closed lists of the domain; each value is stored as the text it reads as."""

from enum import StrEnum


class CourseKind(StrEnum):
    """The formats in which a partnership teaches."""

    COURSE = "course"
    CONFERENCE = "conference"
    WORKSHOP = "workshop"
    PRACTICE_GROUP = "practice_group"
    BESPOKE = "bespoke"


class Delivery(StrEnum):
    """Where a session takes place."""

    TEAMS = "teams"
    IN_PERSON = "in_person"


class Strictness(StrEnum):
    """What becomes of a booking that a check of its course finds fault with."""

    ALLOW = "allow"
    """Nothing is checked."""
    WARN = "warn"
    """The person is told, and may book all the same."""
    REFUSE = "refuse"


class SessionStatus(StrEnum):
    """What became of a session: scheduled, then delivered, or cancelled."""

    SCHEDULED = "scheduled"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class BookingStatus(StrEnum):
    """What a booking is before the day; what happened on the day is `Attendance`."""

    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    OFFERED = "offered"
    """A place is held for somebody who waited, until they take it or the time is over."""
    CANCELLED = "cancelled"
    SESSION_CANCELLED = "session_cancelled"
    UNBOOKED = "unbooked"
    """Came without a booking: written down on the day by whoever kept the register."""


HOLDS_A_PLACE = (BookingStatus.CONFIRMED, BookingStatus.OFFERED)
"""A booking that is counted among the places taken."""
MAY_HAVE_COME = (BookingStatus.CONFIRMED, BookingStatus.UNBOOKED)
"""A booking that a register marks."""
ACTIVE_BOOKINGS = (*HOLDS_A_PLACE, BookingStatus.WAITLISTED)
"""A booking that is a claim on the session: it holds a place or waits for one."""


class Attendance(StrEnum):
    """What happened on the day, as a person recorded it; no value means not yet known."""

    ATTENDED = "attended"
    PARTLY_ATTENDED = "partly_attended"
    EXCUSED = "excused"
    NO_SHOW = "no_show"


class Change(StrEnum):
    """What a row of a booking's history records."""

    BOOKED = "booked"
    WAITLISTED = "waitlisted"
    PROMOTED = "promoted"
    """A free place went at once to somebody who had chosen to be booked automatically."""
    OFFERED = "offered"
    OFFER_ACCEPTED = "offer_accepted"
    OFFER_DECLINED = "offer_declined"
    OFFER_EXPIRED = "offer_expired"
    """Nobody answered in time: the place went on, and the wait is over."""
    OFFER_WITHDRAWN = "offer_withdrawn"
    """The session has fewer places now: the person waits again where they waited before."""
    CANCELLED = "cancelled"
    SUBSTITUTED = "substituted"
    """A colleague of the same agency took the place over."""
    STEPPED_IN = "stepped_in"
    """The place of a colleague of the same agency was taken over."""
    TRANSFERRED_AWAY = "transferred_away"
    """The person changed to another date of the course, and this place became free."""
    TRANSFERRED_HERE = "transferred_here"
    KEPT = "kept"
    """The session was moved, and the person keeps the place."""
    SAID_COMING = "said_coming"
    """Asked by a reminder, the person said that they are coming."""
    SESSION_CANCELLED = "session_cancelled"
    ATTENDANCE_MARKED = "attendance_marked"
    CAME_UNBOOKED = "came_unbooked"
    """Somebody without a place was there, and was put on the register."""


class LateReason(StrEnum):
    """Why somebody gives a place back after it was free to do so."""

    ILLNESS = "illness"
    CARING = "caring"
    """Somebody at home needs care, or a family emergency."""
    URGENT_WORK = "urgent_work"
    """A case, a court date or cover that cannot wait."""
    NOT_RELEASED = "not_released"
    """The manager could not spare the person."""
    TRAVEL = "travel"
    """Travel, or the connection."""
    OTHER = "other"


class SessionStep(StrEnum):
    """What a row of a session's history records."""

    ADDED = "added"
    MOVED = "moved"
    CANCELLED = "cancelled"
    CAPACITY_CHANGED = "capacity_changed"
    PLACES_RESERVED = "places_reserved"
    TRAINERS_CHANGED = "trainers_changed"
    CONFIRMED = "confirmed"
    """It was tentative, and takes place."""
    REGISTER_CLOSED = "register_closed"
    REGISTER_REOPENED = "register_reopened"


class ChargeKind(StrEnum):
    """What a charge is for."""

    LATE_CANCELLATION = "late_cancellation"
    NO_SHOW = "no_show"


class ChargeState(StrEnum):
    """Where a charge stands: a record, never a payment."""

    RAISED = "raised"
    WAIVED = "waived"
    SETTLED = "settled"


class PolicyPreset(StrEnum):
    """Terms of cancelling as partnerships publish them, to begin from."""

    NONE = "none"
    """Two working days' notice, and nothing is charged."""
    TWO_DAYS = "two_days"
    ONE_WEEK = "one_week"
    TWO_WEEKS = "two_weeks"


class Role(StrEnum):
    """What a practitioner may do beyond booking."""

    TRAINER = "trainer"
    COORDINATOR = "coordinator"


class NoticeKind(StrEnum):
    """The messages the service owes people."""

    AGENCY_TO_CONFIRM = "agency_to_confirm"
    AGENCY_CONFIRMED = "agency_confirmed"
    AGENCY_DECLINED = "agency_declined"
    PROMOTED = "promoted"
    OFFER = "offer"
    OFFER_ENDED = "offer_ended"
    BROADCAST = "broadcast"
    BOOKED_FOR_YOU = "booked_for_you"
    """A coordinator booked a place, or a place on the waitlist."""
    CANCELLED_FOR_YOU = "cancelled_for_you"
    """A coordinator gave the place back, or ended the wait."""
    SUBSTITUTED = "substituted"
    STEPPED_IN = "stepped_in"
    SESSION_CANCELLED = "session_cancelled"
    SESSION_MOVED = "session_moved"
    SESSION_CONFIRMED = "session_confirmed"
    """A tentative session takes place."""
    SESSION_UNDECIDED = "session_undecided"
    """To coordinators: a tentative session has too few people on the day to decide."""
    TRAINER_NAMED = "trainer_named"
    TRAINER_RELEASED = "trainer_released"
    CONFIRMATION = "confirmation"
    """The place is booked, to somebody who did not see it happen in a chat with the bot."""
    EARLY_REMINDER = "early_reminder"
    """Days before a session, while the place is still of use to somebody else."""
    JOINING_INSTRUCTIONS = "joining_instructions"
    LATE_REMINDER = "late_reminder"
    """The working day before a session."""
    STARTING_SOON = "starting_soon"
    """The hour before a session: the way in and nothing else."""
    EVALUATION_INVITATION = "evaluation_invitation"
    TRAINERS_DIGEST = "trainers_digest"
    """To its trainers, the working day before a session: who is coming."""
    COORDINATORS_DIGEST = "coordinators_digest"
    """To coordinators, on working days: what needs attention."""
    PERSONAL_LINK = "personal_link"
    """A new link to somebody's own page, because they asked for one."""


class NoticeState(StrEnum):
    """Where a notice stands on its way to the person."""

    OWED = "owed"
    SENT = "sent"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    UNDELIVERABLE = "undeliverable"


class Channel(StrEnum):
    """How a notice reaches a person."""

    TEAMS = "teams"
    EMAIL = "email"


class Unreachable(StrEnum):
    """Why Teams no longer takes messages for an account."""

    REMOVED = "removed"
    """The app was taken out of the person's Teams."""
    BLOCKED = "blocked"
    """The person, or their administrator, blocked the bot."""
    GONE = "gone"
    """Teams no longer knows the conversation."""


class EvaluationMoment(StrEnum):
    """When a sheet is asked."""

    BEFORE = "before"
    AFTER = "after"


class QuestionKind(StrEnum):
    """How a question is answered."""

    RATING = "rating"
    """A whole number from 1 to 5."""
    AGREEMENT = "agreement"
    """A whole number from 1 (strongly disagree) to 5 (strongly agree)."""
    COMMENT = "comment"
    """The person's own words."""


class Sentiment(StrEnum):
    """What a comment says of the course; a wish is a suggestion apart from it."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    MIXED = "mixed"
    NEUTRAL = "neutral"
    """Nothing to say, or a statement of fact."""


class Theme(StrEnum):
    """What a comment is about; it may be about several things."""

    TRAINER = "trainer"
    CONTENT = "content"
    RELEVANCE = "relevance"
    """How it bears on the person's own work."""
    PACE = "pace"
    """Pace and length."""
    INTERACTION = "interaction"
    MATERIALS = "materials"
    TECHNICAL = "technical"
    VENUE = "venue"


class Nation(StrEnum):
    """The nations of the United Kingdom, each with bank holidays of its own."""

    ENGLAND = "england"
    SCOTLAND = "scotland"
    WALES = "wales"
    NORTHERN_IRELAND = "northern_ireland"
