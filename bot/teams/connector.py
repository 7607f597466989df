"""Sending to Teams: one pooled HTTP session, one connector per service URL, retries by the book."""

import asyncio
import json
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import quote

import structlog
from aiohttp import (
    ClientConnectionError,
    ClientError,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)
from botbuilder.schema import ConversationResourceResponse, ResourceResponse
from botframework.connector.auth import ConnectorFactory
from yarl import URL

from bot.deliveries import DeliveryRefused, TryLater
from bot.teams.credentials import Credentials
from bot.teams.replies import encoded
from bot.teams.retries import (
    RetryPolicy,
    delivery_error,
    retry_after_seconds,
    wait_before_retry,
)
from bot.teams.service_urls import ServiceUrls
from trainingbot.clock import utc_now


class Serializable(Protocol):
    """One of botbuilder's models."""

    def serialize(self) -> dict[str, Any]:
        """Return the model as Teams takes it."""


Payload = Mapping[str, Any] | Serializable
"""An activity or parameters: a plain dict, or one of botbuilder's models."""

_REMEMBERED = 256
_TIMEOUT = ClientTimeout(total=10, connect=5)
_MOST_OPEN = 100
_KEEP_ALIVE = 60.0
_UTF_8 = "utf-8"

log = structlog.get_logger(__name__)


def open_http_session() -> ClientSession:
    """Return the pooled session that the whole service shares; whoever opens it closes it."""
    return ClientSession(
        connector=TCPConnector(limit=_MOST_OPEN, keepalive_timeout=_KEEP_ALIVE),
        cookie_jar=DummyCookieJar(),
        timeout=_TIMEOUT,
        headers={"User-Agent": "trainingbot"},
    )


class Connectors(ConnectorFactory):
    """The connectors of all service URLs, over one session and with one identity.

    A service URL that is not on the allow-list gets no connector, because with a message goes
    the bot's token. `sleep`, `chance` and `clock` are doors for tests.
    """

    def __init__(
        self,
        http: ClientSession,
        *,
        credentials: Credentials,
        service_urls: ServiceUrls,
        policy: RetryPolicy = RetryPolicy(),  # noqa: B008 - frozen, so it may be shared
        clock: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self.http = http
        self.credentials = credentials
        self.policy = policy
        self.clock = clock
        self.sleep = sleep
        self.chance = chance
        self._service_urls = service_urls
        self._connectors: dict[str, Connector] = {}

    def to(self, service_url: str) -> "Connector":
        """Return the connector of `service_url`; raise `DeliveryRefused` if it is not allowed."""
        connector = self._connectors.get(service_url)
        if connector is not None:
            return connector
        if not self._service_urls.allows(service_url):
            raise DeliveryRefused("The bot sends nothing to that host.")
        if len(self._connectors) >= _REMEMBERED:
            self._connectors.clear()
        connector = self._connectors[service_url] = Connector(self, service_url)
        return connector

    async def create(self, service_url: str, audience: str | None = None) -> "Connector":  # noqa: ARG002 - botbuilder's signature
        """Return the connector of `service_url`, as botbuilder asks for it."""
        return self.to(service_url)


class Connector:
    """The connector of one service URL, in the shape that botbuilder expects."""

    def __init__(self, pool: Connectors, service_url: str) -> None:
        self.conversations = Conversations(pool, service_url)


class Conversations:
    """The conversations of one service URL.

    Everything raises a `DeliveryError` that says whether to try later, to stop or to forget.
    Statuses 412, 429, 502, 503, 504 and broken connections are tried again; since Teams may
    have taken the message before it failed, a message arrives at least once, rarely twice.
    """

    def __init__(self, pool: Connectors, service_url: str) -> None:
        self._pool = pool
        self._root = f"{service_url.rstrip('/')}/v3/conversations"

    async def send_to_conversation(
        self, conversation_id: str, activity: Payload
    ) -> ResourceResponse:
        """Send an activity to the end of a conversation; return the id it was given."""
        url = f"{self._root}/{_quoted(conversation_id)}/activities"
        return _resource(await self._request("POST", url, activity))

    async def reply_to_activity(
        self, conversation_id: str, activity_id: str, activity: Payload
    ) -> ResourceResponse:
        """Send an activity as an answer to another one; return the id it was given."""
        url = f"{self._root}/{_quoted(conversation_id)}/activities/{_quoted(activity_id)}"
        return _resource(await self._request("POST", url, activity))

    async def update_activity(
        self, conversation_id: str, activity_id: str, activity: Payload
    ) -> ResourceResponse:
        """Replace an activity that the bot sent before."""
        url = f"{self._root}/{_quoted(conversation_id)}/activities/{_quoted(activity_id)}"
        return _resource(await self._request("PUT", url, activity))

    async def delete_activity(self, conversation_id: str, activity_id: str) -> None:
        """Remove an activity that the bot sent before."""
        url = f"{self._root}/{_quoted(conversation_id)}/activities/{_quoted(activity_id)}"
        await self._request("DELETE", url)

    async def create_conversation(self, parameters: Payload) -> ConversationResourceResponse:
        """Open a conversation, or find the one there is; return its id."""
        answer = await self._request("POST", self._root, parameters)
        return ConversationResourceResponse(
            id=_text(answer, "id"),
            activity_id=_text(answer, "activityId"),
            service_url=_text(answer, "serviceUrl"),
        )

    async def get_conversation_member(self, conversation_id: str, member_id: str) -> dict[str, Any]:
        """Return what the tenant says of one member: `name`, `email`, `userPrincipalName`."""
        url = f"{self._root}/{_quoted(conversation_id)}/members/{_quoted(member_id)}"
        return await self._request("GET", url)

    async def get_teams_conversation_paged_members(
        self, conversation_id: str, page_size: int = 200, continuation_token: str | None = None
    ) -> dict[str, Any]:
        """Return a page of `members`, with a `continuationToken` where there are more."""
        url = f"{self._root}/{_quoted(conversation_id)}/pagedmembers?pageSize={page_size}"
        if continuation_token:
            url += f"&continuationToken={_quoted(continuation_token)}"
        return await self._request("GET", url)

    async def _request(
        self, method: str, url: str, payload: Payload | None = None
    ) -> dict[str, Any]:
        body = None if payload is None else _encoded(payload)
        attempt = 0
        while True:
            attempt += 1
            try:
                return await self._exchange(method, URL(url, encoded=True), body)
            except TryLater as failure:
                wait = wait_before_retry(
                    failure, attempt=attempt, policy=self._pool.policy, chance=self._pool.chance()
                )
                if wait is None or not _is_worth_repeating(failure):
                    raise
                log.info("send_retried", status=failure.status, attempt=attempt, wait=wait)
            await self._pool.sleep(wait)

    async def _exchange(self, method: str, url: URL, body: bytes | None) -> dict[str, Any]:
        pool = self._pool
        headers = {} if body is None else {"Content-Type": "application/json; charset=utf-8"}
        authorization = await pool.credentials.authorization(now=pool.clock())
        if authorization is not None:
            headers["Authorization"] = authorization
        try:
            # A redirect is not followed: it would carry the token to a host of its choosing.
            async with pool.http.request(
                method, url, data=body, headers=headers, allow_redirects=False, timeout=_TIMEOUT
            ) as response:
                answer = await response.read()
        except ClientConnectionError as error:
            raise TryLater("The connection to Teams broke.", status=_BROKEN) from error
        except (ClientError, TimeoutError) as error:
            raise TryLater("Teams did not answer in time.") from error
        if HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES:
            return _decoded(answer)
        if response.status == HTTPStatus.UNAUTHORIZED:
            pool.credentials.forget()
        retry_after = retry_after_seconds(response.headers.get("Retry-After"), now=pool.clock())
        text = answer.decode(_UTF_8, "replace")
        raise delivery_error(response.status, text, retry_after=retry_after)


_BROKEN = 502
"""A broken connection is to the sender what 502 is: the message may or may not have arrived."""


def _is_worth_repeating(failure: TryLater) -> bool:
    """Whether an attempt at once makes sense: not after a time-out, nor without a token."""
    return failure.status != 0


def _quoted(identifier: str) -> str:
    # Dots alone would climb out of the path, so that an id could choose another address.
    if identifier in {"", ".", ".."}:
        raise DeliveryRefused("That is no id of Teams.")
    return quote(identifier, safe="")


def _encoded(payload: Payload) -> bytes:
    return encoded(payload if isinstance(payload, Mapping) else payload.serialize())


def _decoded(answer: bytes) -> dict[str, Any]:
    try:
        decoded = json.loads(answer) if answer else {}
    except (ValueError, RecursionError):
        return {}
    return decoded if isinstance(decoded, dict) else {}


def _resource(answer: Mapping[str, Any]) -> ResourceResponse:
    return ResourceResponse(id=_text(answer, "id"))


def _text(answer: Mapping[str, Any], key: str) -> str:
    value = answer.get(key)
    return value if isinstance(value, str) else ""
