"""What cards about held comments send back: parsed here, and never trusted."""

from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field

from bot.payloads import Payload, none_is_blank
from trainingbot.enums import Sentiment

LONGEST_TYPED_REASON = 2_000
"""Characters that a form takes."""


class HeldPlace(Payload):
    """One of the comments that wait, counted from the first."""

    page: Annotated[int, Field(ge=1, le=100_000)] = 1


class CommentChoice(HeldPlace):
    """A comment, by the response it stands in and the question it answers."""

    response_id: UUID
    question_id: UUID


class CommentRelease(CommentChoice):
    """A held comment that trainers may see, and why."""

    reason: Annotated[
        str, Field(max_length=LONGEST_TYPED_REASON), BeforeValidator(none_is_blank)
    ] = ""


class CommentCorrection(CommentChoice):
    """What a comment says, as a coordinator reads it."""

    sentiment: Sentiment
