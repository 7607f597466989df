"""What tests say of notices: news of a change, apart from what comes as time passes."""

from sqlmodel import col

from trainingbot.bookings.schedule_rules import SCHEDULED
from trainingbot.enums import NoticeKind
from trainingbot.models import Notice

IN_TIME = (*SCHEDULED, NoticeKind.TRAINERS_DIGEST)
"""Kinds that are owed with a place, or to a trainer, and due as the session comes near."""
IS_NEWS = col(Notice.kind).not_in(IN_TIME)
"""Whether a notice tells of a change at once: a condition for statements."""
