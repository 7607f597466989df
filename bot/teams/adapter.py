"""botbuilder's CloudAdapter made fit for use: every request gets a right answer, and quickly."""

import traceback
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import structlog
from aiohttp import web
from botbuilder.core import TurnContext
from botbuilder.integration.aiohttp import CloudAdapter
from botbuilder.schema import ActivityTypes, DeliveryModes

from bot.deliveries import DeliveryError, RecipientStopped
from bot.teams import replies
from bot.teams.authentication import TeamsAuthentication, tenant_of
from bot.teams.bodies import read_activity
from bot.teams.connector import Conversations
from bot.teams.refusals import RequestRefused
from bot.teams.turns import CARD_ACTION, botbuilder_activity, turn_of
from bot.turns import OnTurn, Reply, Turn, TurnKind

UNKNOWN_PERSON = (
    "We cannot tell who you are here. Open the bot in Teams with your own work account."
)
UNKNOWN_INVOKE = "The bot does not know this. Type help to see what it can do."
NO_ANSWER = "Nothing to show."

_ANSWER = "trainingbot.answer"
_JSON = "application/json"

log = structlog.get_logger(__name__)


class TeamsAdapter(CloudAdapter):
    """Turns requests of Teams into turns and replies into what Teams takes.

    A turn runs in botbuilder's pipeline, so middleware (`use`), `on_turn_error` and the
    proactive calls of CloudAdapter work; reading, checking and writing are this class's own.
    """

    def __init__(
        self,
        authentication: TeamsAuthentication,
        *,
        on_turn: OnTurn,
        clock: Callable[[], datetime],
    ) -> None:
        super().__init__(authentication)
        self._authentication = authentication
        self._on_turn = on_turn
        self._clock = clock
        self.on_turn_error = self._answer_fault

    async def process(self, request: web.Request) -> web.Response:
        """Answer one POST of Teams: 200, or 4xx with the reason; never 5xx.

        A reply to a message is delivered before the answer, so that whoever stops the service
        waits for it; the answer to a button is in the body.
        """
        try:
            return await self._process(request)
        except RequestRefused as refusal:
            log.info("request_refused", status=int(refusal.status), reason=refusal.reason)
            return _json_response({"error": {"message": refusal.reason}}, refusal.status)

    async def _process(self, request: web.Request) -> web.Response:
        if request.method != "POST":
            raise RequestRefused(HTTPStatus.METHOD_NOT_ALLOWED, "Activities come by POST.")
        token = await self._authentication.verify_token(
            request.headers.get("Authorization"), now=self._clock()
        )
        activity = await read_activity(request)
        kind = activity.get("type")
        if not isinstance(kind, str) or not kind:
            raise RequestRefused(HTTPStatus.BAD_REQUEST, "The activity has no type.")
        admission = self._authentication.admit(
            token,
            channel_id=activity.get("channelId"),
            service_url=activity.get("serviceUrl"),
            tenant=tenant_of(activity.get("channelData")),
        )
        turn = turn_of(activity)
        if turn is None:
            return _unanswered(activity)
        answer = await self.process_activity(
            admission, botbuilder_activity(activity), self._callback(turn)
        )
        return web.Response() if answer is None else _json_response(answer)

    def _callback(self, turn: Turn) -> Callable[[TurnContext], Awaitable[None]]:
        async def run(context: TurnContext) -> None:
            context.turn_state[Turn.__name__] = turn
            reply = await self._on_turn(turn)
            await self._answer(context, turn, reply)

        return run

    async def _answer(self, context: TurnContext, turn: Turn, reply: Reply | None) -> None:
        activity = context.activity
        in_body = activity.delivery_mode == DeliveryModes.expect_replies
        if activity.type == ActivityTypes.invoke:
            answer = replies.card_answer(reply) if reply else replies.message_answer(NO_ANSWER)
            self._put(context, replies.expected_invoke_answer(answer) if in_body else answer)
            return
        if reply is None or turn.kind is TurnKind.UNINSTALLED:
            return
        message = replies.card_message(turn.address, reply)
        if in_body:
            self._put(context, replies.expected_replies(message))
            return
        await _deliver(context, turn, message)

    async def _answer_fault(self, context: TurnContext, error: Exception) -> None:
        """Log a fault under a short reference, and show the person that reference alone."""
        reference = uuid4().hex[:8]
        # The text of an exception may hold a name or a comment, so only its place is logged.
        frames = traceback.extract_tb(error.__traceback__)[-5:]
        where = [f"{frame.filename}:{frame.lineno}" for frame in frames]
        log.error("turn_failed", reference=reference, error=type(error).__name__, where=where)
        sentence = (
            f"Something went wrong at our end. Try again in a moment; "
            f"if it stays, tell the training team the reference {reference}."
        )
        turn: Turn | None = context.turn_state.get(Turn.__name__)
        in_body = context.activity.delivery_mode == DeliveryModes.expect_replies
        if context.activity.type == ActivityTypes.invoke:
            answer = replies.message_answer(sentence)
            self._put(context, replies.expected_invoke_answer(answer) if in_body else answer)
            return
        if turn is None or turn.kind is TurnKind.UNINSTALLED:
            return
        message = replies.text_message(turn.address, sentence)
        if in_body:
            self._put(context, replies.expected_replies(message))
            return
        await _deliver(context, turn, message)

    @staticmethod
    def _put(context: TurnContext, answer: Mapping[str, Any]) -> None:
        context.turn_state[_ANSWER] = answer

    def _process_turn_results(self, context: TurnContext) -> Mapping[str, Any] | None:
        """Return the body for the answer, where botbuilder would serialise it a second time."""
        answer: Mapping[str, Any] | None = context.turn_state.get(_ANSWER)
        return answer


async def _deliver(context: TurnContext, turn: Turn, message: Mapping[str, Any]) -> None:
    """Send `message` as the answer to `turn`; log it where Teams does not take it."""
    conversations: Conversations = context.turn_state[
        CloudAdapter.BOT_CONNECTOR_CLIENT_KEY
    ].conversations
    try:
        if turn.card_activity_id and await _replaced(conversations, turn, message):
            return
        if turn.kind is TurnKind.MESSAGE and turn.activity_id:
            await conversations.reply_to_activity(
                turn.address.conversation_id, turn.activity_id, message
            )
            return
        await conversations.send_to_conversation(turn.address.conversation_id, message)
    except DeliveryError as error:
        log.warning(
            "reply_not_delivered",
            activity_id=turn.activity_id,
            error=type(error).__name__,
            status=error.status,
            code=error.code,
        )


async def _replaced(conversations: Conversations, turn: Turn, message: Mapping[str, Any]) -> bool:
    """Replace the card that was pressed; False where that card cannot be replaced any more."""
    try:
        await conversations.update_activity(
            turn.address.conversation_id, turn.card_activity_id or "", message
        )
    except RecipientStopped:
        raise
    except DeliveryError as error:
        log.info("card_not_replaced", activity_id=turn.card_activity_id, status=error.status)
        return False
    return True


def _unanswered(activity: Mapping[str, Any]) -> web.Response:
    if activity["type"] != ActivityTypes.invoke:
        return web.Response()
    if activity.get("name") == CARD_ACTION:
        return _json_response(replies.error_answer("UnknownPerson", UNKNOWN_PERSON))
    return _json_response(replies.error_answer("NotSupported", UNKNOWN_INVOKE))


def _json_response(body: Mapping[str, Any], status: HTTPStatus = HTTPStatus.OK) -> web.Response:
    return web.Response(body=replies.encoded(body), status=status, content_type=_JSON)
