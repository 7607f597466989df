"""A stand-in for the Bot Framework: real keys, real tokens, and activities as Teams sends them."""

import json
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Self
from urllib.parse import unquote

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

APP_ID = "7e3b0c52-5d0c-4b8e-9d53-9f6a1c9f1a01"
TENANT = "5f1f7b0a-3a53-4f0e-8e0b-2b6f7c1d9e10"
OTHER_TENANT = "9c0d1e2f-0000-4000-8000-aaaaaaaaaaaa"
OBJECT_ID = "0b9f8a52-84a5-4a52-a6f1-2f7d5e1c1d11"
SERVICE_URL = "https://smba.trafficmanager.net/uk/"
BOT_ID = f"28:{APP_ID}"
PERSON_ID = "29:1ann"
CONVERSATION_ID = "a:1conversation"
ISSUER = "https://api.botframework.com"


@cache
def _drawn_key(key_id: str, drawn: str) -> rsa.RSAPrivateKey:  # noqa: ARG001 - what the cache goes by
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True)
class SigningPair:
    """A key of the Bot Framework: the private half signs, the public half is published."""

    key_id: str = "key-1"
    endorsements: tuple[str, ...] = ("msteams",)
    drawn: str = "honestly"
    """Pairs of one id that are drawn differently have different keys."""

    @property
    def private_key(self) -> rsa.RSAPrivateKey:
        """The half that signs."""
        return _drawn_key(self.key_id, self.drawn)

    def published(self) -> dict[str, Any]:
        """Return the public half as it stands in the key set."""
        jwk = json.loads(RSAAlgorithm.to_jwk(self.private_key.public_key()))
        del jwk["key_ops"]
        return {
            **jwk,
            "kid": self.key_id,
            "use": "sig",
            "endorsements": list(self.endorsements),
        }

    def token(self, *, issued_at: float, **changes: object) -> str:
        """Return a token valid for an hour; a claim changed to None is left out."""
        claims = {
            "iss": ISSUER,
            "aud": APP_ID,
            "serviceurl": SERVICE_URL,
            "nbf": int(issued_at),
            "exp": int(issued_at) + 3600,
            **changes,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        # Signed as bytes, because PyJWT would not make some of the claims that tests ask for.
        payload = json.dumps(kept).encode()
        return jwt.api_jws.encode(payload, self.private_key, "RS256", headers={"kid": self.key_id})


def envelope(**changes: object) -> dict[str, Any]:
    """Return what every activity of Teams has; a field changed to None is left out."""
    activity = {
        "id": "1700000000001",
        "timestamp": "2025-01-14T09:30:00.000Z",
        "channelId": "msteams",
        "serviceUrl": SERVICE_URL,
        "from": {"id": PERSON_ID, "name": "Ann Example", "aadObjectId": OBJECT_ID},
        "conversation": {
            "id": CONVERSATION_ID,
            "conversationType": "personal",
            "tenantId": TENANT,
        },
        "recipient": {"id": BOT_ID, "name": "Training"},
        "channelData": {"tenant": {"id": TENANT}},
        "locale": "en-GB",
        **changes,
    }
    return {key: value for key, value in activity.items() if value is not None}


def typed(text: object = "help", **changes: object) -> dict[str, Any]:
    """Return a typed message."""
    return envelope(**{"type": "message", "text": text, "textFormat": "plain", **changes})


def executed(verb: str, data: dict[str, Any] | None = None, **changes: object) -> dict[str, Any]:
    """Return the invoke of Action.Execute."""
    action = {"type": "Action.Execute", "title": "Go", "verb": verb, "data": data or {}}
    value = {"action": action, "trigger": "manual"}
    fields = {
        "type": "invoke",
        "name": "adaptiveCard/action",
        "value": value,
        "replyToId": "1700000000000",
    }
    return envelope(**{**fields, **changes})


def submitted(verb: str, data: dict[str, Any] | None = None, **changes: object) -> dict[str, Any]:
    """Return the message of Action.Submit, the fallback of Action.Execute."""
    value = {**(data or {}), "verb": verb}
    return envelope(**{"type": "message", "value": value, "replyToId": "1700000000000", **changes})


def installed(**changes: object) -> dict[str, Any]:
    """Return the update that comes when the app is installed for a person."""
    return envelope(**{"type": "installationUpdate", "action": "add", **changes})


def joined(**changes: object) -> dict[str, Any]:
    """Return the update that comes beside `installed`, with the members that were added."""
    members = [{"id": PERSON_ID, "aadObjectId": OBJECT_ID}, {"id": BOT_ID}]
    return envelope(**{"type": "conversationUpdate", "membersAdded": members, **changes})


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self, moment: datetime | None = None) -> None:
        self.moment = moment or datetime(2025, 1, 14, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **duration: float) -> None:
        """Move the clock forward."""
        self.moment += timedelta(**duration)


@dataclass(frozen=True)
class Call:
    """One request that arrived at the connector."""

    method: str
    path: str
    body: Any
    authorization: str | None


@dataclass(frozen=True)
class Answer:
    """What the connector answers."""

    status: int = 201
    body: Any = field(default_factory=lambda: {"id": "sent-1"})
    headers: dict[str, str] = field(default_factory=dict)


class FakeBotFramework:
    """The Bot Framework on loopback: signing keys, and a connector that answers as it is told.

    The connector takes `answers` in order and then the default; a POST that sends an activity
    gives the id `sent-1`. Who is in `members`, by the id that Teams gives a person, is known.
    """

    def __init__(self) -> None:
        self.pairs = [SigningPair()]
        self.key_fetches = 0
        self.keys_status = 200
        self.calls: list[Call] = []
        self.answers: deque[Answer] = deque()
        self.members: dict[str, dict[str, Any]] = {}
        application = web.Application()
        application.router.add_get("/metadata", self._metadata)
        application.router.add_get("/keys", self._keys)
        application.router.add_route("*", "/connector/{path:.*}", self._connector)
        self._server = TestServer(application, host="127.0.0.1")

    async def __aenter__(self) -> Self:
        await self._server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._server.close()

    @property
    def metadata_url(self) -> str:
        """Where the keys are found."""
        return str(self._server.make_url("/metadata"))

    @property
    def service_url(self) -> str:
        """Where the connector is."""
        return str(self._server.make_url("/connector/"))

    def token(self, *, now: datetime, **changes: object) -> str:
        """Return a token for this connector, signed with the newest key."""
        claims = {"serviceurl": self.service_url, **changes}
        return self.pairs[-1].token(issued_at=now.timestamp(), **claims)

    async def _metadata(self, _: web.Request) -> web.Response:
        return web.json_response({"jwks_uri": str(self._server.make_url("/keys"))})

    async def _keys(self, _: web.Request) -> web.Response:
        self.key_fetches += 1
        key_set = {"keys": [pair.published() for pair in self.pairs]}
        return web.json_response(key_set, status=self.keys_status)

    async def _connector(self, request: web.Request) -> web.Response:
        text = await request.text()
        self.calls.append(
            Call(
                method=request.method,
                path=request.raw_path.removeprefix("/connector"),
                body=json.loads(text) if text else None,
                authorization=request.headers.get("Authorization"),
            )
        )
        person = unquote(request.raw_path.rpartition("/members/")[2])
        if request.method == "GET" and person in self.members:
            return web.json_response(self.members[person])
        answer = self.answers.popleft() if self.answers else Answer()
        body = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
        return web.Response(
            text=body,
            status=answer.status,
            headers=answer.headers,
            content_type="application/json",
        )


class FixedCredentials:
    """The bot's own token, without Microsoft Entra; counts how often it was refused."""

    def __init__(self) -> None:
        self.forgotten = 0

    async def authorization(self, *, now: datetime) -> str:  # noqa: ARG002 - the Protocol's signature
        return "Bearer outbound"

    def forget(self) -> None:
        self.forgotten += 1
