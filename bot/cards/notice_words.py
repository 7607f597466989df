"""The kinds of notices in plain words: what each is called, and when it is sent."""

from collections.abc import Mapping
from datetime import time

from bot import phrases
from trainingbot.enums import NoticeKind
from trainingbot.timings import Anchor, Timing

NAMES: Mapping[NoticeKind, str] = {
    NoticeKind.AGENCY_TO_CONFIRM: "Agency to confirm",
    NoticeKind.AGENCY_CONFIRMED: "Agency confirmed",
    NoticeKind.AGENCY_DECLINED: "Agency declined",
    NoticeKind.CONFIRMATION: "Confirmation",
    NoticeKind.PROMOTED: "Booked from the waitlist",
    NoticeKind.OFFER: "Offer of a place",
    NoticeKind.OFFER_ENDED: "Offer ended",
    NoticeKind.BROADCAST: "Place free near the day",
    NoticeKind.BOOKED_FOR_YOU: "Booked by a coordinator",
    NoticeKind.CANCELLED_FOR_YOU: "Cancelled by a coordinator",
    NoticeKind.SUBSTITUTED: "Place taken over by a colleague",
    NoticeKind.STEPPED_IN: "Sent in place of a colleague",
    NoticeKind.SESSION_CANCELLED: "Session cancelled",
    NoticeKind.SESSION_MOVED: "Session moved",
    NoticeKind.SESSION_CONFIRMED: "Session takes place",
    NoticeKind.SESSION_UNDECIDED: "Session to decide on",
    NoticeKind.TRAINER_NAMED: "Trainer named",
    NoticeKind.TRAINER_RELEASED: "Trainer released",
    NoticeKind.EARLY_REMINDER: "Early reminder",
    NoticeKind.JOINING_INSTRUCTIONS: "Joining instructions",
    NoticeKind.LATE_REMINDER: "Late reminder",
    NoticeKind.STARTING_SOON: "Starting soon",
    NoticeKind.EVALUATION_INVITATION: "Invitation to evaluate",
    NoticeKind.TRAINERS_DIGEST: "Who is coming, for trainers",
    NoticeKind.COORDINATORS_DIGEST: "What needs attention, for coordinators",
    NoticeKind.PERSONAL_LINK: "Personal link",
}
"""What each kind is called, on cards and on the command line."""

_AT_ONCE = "At once"
_OTHER_MOMENTS: Mapping[NoticeKind, str] = {
    NoticeKind.COORDINATORS_DIGEST: "On working days at 08:30",
    NoticeKind.CONFIRMATION: "At once, to people booked outside a chat with the bot",
}
"""When kinds are sent that no session times, where that is not simply at once."""


def when_sent(kind: NoticeKind, times: Mapping[NoticeKind, Timing]) -> str:
    """Return when a kind is sent, as `5 working days before the start`.

    `times` are those of the partnership's terms.
    """
    timing = times.get(kind)
    if timing is None:
        return _OTHER_MOMENTS.get(kind, _AT_ONCE)
    return timing_in_words(timing)


def timing_in_words(timing: Timing) -> str:
    """Return `1 working day before the start, at 14:00`, `When the session ends`."""
    anchor = "the start" if timing.anchor == Anchor.START else "the end"
    spans = [
        *([phrases.counted(timing.working_days, "working day")] if timing.working_days else []),
        *([phrases.counted(timing.hours, "hour")] if timing.hours else []),
    ]
    if not spans and timing.at is None:
        return f"When the session {'begins' if timing.anchor == Anchor.START else 'ends'}"
    day = f"{phrases.listed(spans)} before {anchor}" if spans else f"On the day of {anchor}"
    return day if timing.at is None else f"{day}, at {_clock(timing.at)}"


def _clock(at: time) -> str:
    return f"{at:%H:%M}"
