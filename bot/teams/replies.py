"""From a reply to what Teams takes: messages, answers to invokes, expected replies."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from bot.turns import Address, Reply

CARD = "application/vnd.microsoft.card.adaptive"
MESSAGE = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"

Activity = dict[str, Any]

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def encoded(body: Mapping[str, Any]) -> bytes:
    """Return `body` as compact JSON in UTF-8, which is how Teams counts the size of a card."""
    return _ENCODER.encode(body).encode()


def card_message(address: Address, reply: Reply) -> Activity:
    """Return the message activity that shows the card of `reply`."""
    return {
        **_envelope(address),
        "summary": reply.summary,
        "attachments": [{"contentType": CARD, "content": reply.card}],
    }


def text_message(address: Address, sentence: str) -> Activity:
    """Return the message activity that says one sentence."""
    return {**_envelope(address), "text": sentence}


def card_answer(reply: Reply) -> dict[str, Any]:
    """Return the answer to Action.Execute that replaces the card for whoever pressed."""
    return {"statusCode": HTTPStatus.OK, "type": CARD, "value": reply.card}


def message_answer(sentence: str) -> dict[str, Any]:
    """Return the answer to Action.Execute that shows a sentence and leaves the card."""
    return {"statusCode": HTTPStatus.OK, "type": MESSAGE, "value": sentence}


def error_answer(code: str, sentence: str) -> dict[str, Any]:
    """Return the answer to an invoke that cannot be served.

    The protocol has 501 for an unknown invoke; 400 says the same without being a fault.
    """
    return {
        "statusCode": HTTPStatus.BAD_REQUEST,
        "type": ERROR,
        "value": {"code": code, "message": sentence},
    }


def expected_replies(*activities: Activity) -> dict[str, Any]:
    """Return the body in which `deliveryMode: expectReplies` wants its answers."""
    return {"activities": list(activities)}


def expected_invoke_answer(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the body for an invoke with `deliveryMode: expectReplies`."""
    value = {"status": HTTPStatus.OK, "body": answer}
    return expected_replies({"type": "invokeResponse", "value": value})


def _envelope(address: Address) -> Activity:
    return {
        "type": "message",
        "from": {"id": address.bot_id},
        "recipient": {"id": address.teams_user_id},
        "conversation": {"id": address.conversation_id},
    }
