"""Broken requests for /api/messages: bodies and tokens gone wrong, from a seed, without end.

`fuzzed_requests` makes them and `send_all` sends them; whoever owns the application looks at what
came of it. Each request belongs to a family, and every family but the last is to be refused or
ignored, whatever the application is:

- token: a sound activity under a token that proves nothing
- bytes: a sound token over what is no activity
- envelope: a sound token over an activity of which something vital is broken
- payload: a sound token and person, but a verb, data or text from nowhere
"""

import base64
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import jwt
from aiohttp.test_utils import TestClient

from tests.bot_framework import FakeBotFramework, HandClock, SigningPair, executed, submitted, typed

FAMILIES = ("token", "bytes", "envelope", "payload")

STRANGE: tuple[object, ...] = (
    None,
    True,
    0,
    -1,
    2**63,
    1e308,
    "",
    " ",
    ".",
    "..",
    "../../admin",
    "x" * 5000,
    "\u202egnp.exe",
    "\u0000",
    "\ud800",
    "'; DROP TABLE booking; --",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "%00%0d%0a",
    "ünïcödé 😀",
    [],
    [[]],
    {},
    {"id": {}},
    {"$ref": "#"},
    ["x"] * 50,
)

VITAL = (
    ("type",),
    ("channelId",),
    ("serviceUrl",),
    ("channelData",),
    ("channelData", "tenant"),
    ("channelData", "tenant", "id"),
    ("from",),
    ("from", "id"),
    ("from", "aadObjectId"),
    ("conversation",),
    ("conversation", "id"),
    ("recipient",),
    ("recipient", "id"),
)
NAMES = (
    "session_id",
    "course_id",
    "booking_id",
    "practitioner_id",
    "agency_id",
    "agency_name",
    "session_code",
    "words",
    "theme",
    "level",
    "month",
    "day",
    "view",
    "page",
    "text",
    "__class__",
)
BREAKING: tuple[object, ...] = (None, True, 0, -1, "", [], [[]], {}, {"id": {}}, "x" * 5000, "..")
"""What is never right in the place of a vital text or object."""


@dataclass(frozen=True)
class FuzzedRequest:
    """One request; `family` says what was broken."""

    family: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def fuzzed_requests(
    seed: int,
    *,
    count: int,
    framework: FakeBotFramework,
    clock: HandClock,
    verbs: Sequence[str] = ("book_place",),
    families: Sequence[str] = FAMILIES,
    things: Mapping[str, Sequence[str]] = MappingProxyType({}),
    fields: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> Iterator[FuzzedRequest]:
    """Make `count` requests, the same ones for the same seed; `verbs` are those to misuse.

    `things` are ids and codes that are really there, by the field of a payload that takes them:
    about half of the values of such a field are sound. `fields` are those of each verb's payload:
    about half of the payloads consist of them, or of those among them that name a thing.
    """
    source = Source(random.Random(seed), framework, clock, verbs, things=things, fields=fields)  # noqa: S311 - to be repeatable
    makers: dict[str, Callable[[], FuzzedRequest]] = {
        "token": source.with_broken_token,
        "bytes": source.with_broken_bytes,
        "envelope": source.with_broken_envelope,
        "payload": source.with_broken_payload,
    }
    for _ in range(count):
        yield makers[source.random.choice(families)]()


async def send_all(
    client: TestClient[Any, Any], requests: Iterator[FuzzedRequest]
) -> dict[str, Counter[int]]:
    """Send the requests one after the other; return the statuses by family.

    Raises `AssertionError`, with the request, at the first 5xx.
    """
    statuses: dict[str, Counter[int]] = {family: Counter() for family in FAMILIES}
    for request in requests:
        response = await client.post("/api/messages", data=request.body, headers=request.headers)
        await response.read()
        assert response.status < 500, f"{response.status} to {request}"
        statuses[request.family][response.status] += 1
    return statuses


class Source:
    """Draws broken requests."""

    def __init__(
        self,
        source: random.Random,
        framework: FakeBotFramework,
        clock: HandClock,
        verbs: Sequence[str],
        *,
        things: Mapping[str, Sequence[str]],
        fields: Mapping[str, Sequence[str]],
    ) -> None:
        self.random = source
        self._things, self._fields = things, fields
        self._framework = framework
        self._clock = clock
        self._verbs = verbs
        self._token = framework.token(now=clock.moment)
        self._impostor = SigningPair(drawn="by an impostor")

    def with_broken_token(self) -> FuzzedRequest:
        token = self.random.choice(
            (self._garbage, self._damaged, self._wrong_claims, self._forged, self._odd_header)
        )()
        scheme = self.random.choice(("Bearer", "Bearer", "Bearer", "bearer", "Basic", ""))
        headers = {"Authorization": f"{scheme} {token}"} if self.random.random() > 0.05 else {}
        return self._request("token", self._sound(), headers)

    def _garbage(self) -> str:
        letters = "abcXYZ019-_.=+/ \u00e9"
        return "".join(self.random.choices(letters, k=self.random.randrange(200)))

    def _damaged(self) -> str:
        """A sound token of which one character is another, or from which a part is missing."""
        place = self.random.randrange(len(self._token) - 3)
        if self.random.random() < 0.2:
            return self._token[:place]
        other = "A" if self._token[place] != "A" else "B"
        return f"{self._token[:place]}{other}{self._token[place + 1 :]}"

    def _wrong_claims(self) -> str:
        name = self.random.choice(("iss", "aud", "exp", "serviceurl"))
        value: Any = self.random.choice((None, 0, -1, "", "x", [], {}, True, 1e300))
        if name == "exp" and value == 1e300:
            value = None
        return self._framework.token(now=self._clock.moment, **{name: value})

    def _forged(self) -> str:
        issued_at = self._clock.moment.timestamp()
        claims = jwt.decode(self._token, options={"verify_signature": False})
        return self.random.choice(
            (
                self._impostor.token(issued_at=issued_at, **claims),
                SigningPair(f"key-{self.random.randrange(9, 99)}", drawn="by an impostor").token(
                    issued_at=issued_at, **claims
                )
                if self.random.random() < 0.01
                else self._impostor.token(issued_at=issued_at, **claims),
                jwt.encode(claims, "", "none", headers={"kid": "key-1"}),
                jwt.encode(claims, "s" * 64, "HS256", headers={"kid": "key-1"}),
            )
        )

    def _odd_header(self) -> str:
        header = self.random.choice(
            (
                {"alg": "RS256", "kid": self.random.choice(STRANGE)},
                {"alg": self.random.choice(STRANGE), "kid": "key-1"},
                {"alg": "RS256", "kid": "key-1", "crit": self.random.choice(STRANGE)},
                {"alg": "RS256", "kid": "key-1", "b64": False},
                self.random.choice(STRANGE),
            )
        )
        _, payload, signature = self._token.split(".")
        return f"{_segment(json.dumps(header).encode())}.{payload}.{signature}"

    def with_broken_bytes(self) -> FuzzedRequest:
        sound = self._sound()
        place = self.random.randrange(len(sound))
        body = self.random.choice(
            (
                b"",
                sound[:place],
                sound[:place] + b"\x00" + sound[place:],
                sound[:place] + b"\xff" + sound[place:],
                bytes(self.random.randrange(256) for _ in range(place)) + b"\xff",
                b"[" * self.random.randrange(1, 3000),
                b'{"a":' * 2000 + b"1" + b"}" * 2000,
                b"[" + sound + b"]",
                json.dumps(self.random.choice(STRANGE[:20])).encode(),
                b'{"type":"message","value":' + b"9" * 5000 + b"}",
                b'{"type":"message","value":NaN}',
                sound.decode().encode("utf-16"),
                b"\xef\xbb\xbf" + sound,
            )
        )
        headers = self._authorized()
        if self.random.random() < 0.1:
            kinds = ("text/plain", "application/xml", "application/json/x", "", "json")
            headers["Content-Type"] = self.random.choice(kinds)
        return self._request("bytes", body, headers)

    def with_broken_envelope(self) -> FuzzedRequest:
        activity = json.loads(self._sound())
        path = self.random.choice(VITAL)
        inner: Any = activity
        for key in path[:-1]:
            inner = inner[key]
        if self.random.random() < 0.2:
            del inner[path[-1]]
        else:
            inner[path[-1]] = self.random.choice(BREAKING)
        return self._request("envelope", json.dumps(activity).encode(), self._authorized())

    def with_broken_payload(self) -> FuzzedRequest:
        """A person whom the bot believes sends what no card of it would."""
        verb = self.random.choice((*self._verbs, "no_such_verb", *STRANGE))
        if self._things and self.random.random() < 0.5:
            verb = self.random.choice(self._verbs)
        names: Sequence[str] = self.random.choices(
            (*NAMES, *self._things), k=self.random.randrange(4)
        )
        if isinstance(verb, str) and verb in self._fields and self.random.random() < 0.5:
            whole = self.random.random() < 0.5
            names = [one for one in self._fields[verb] if whole or one in self._things]
        data = {name: self._value_of(name) for name in names}
        activity = self.random.choice((self._pressed, self._pressed, self._fallback, self._said))(
            verb, data
        )
        if self.random.random() < 0.3:
            activity[self.random.choice(("locale", "entities", "replyToId", "id", "value"))] = (
                self.random.choice(STRANGE)
            )
        return self._request("payload", json.dumps(activity).encode(), self._authorized())

    def _value_of(self, name: str) -> object:
        sound = self._things.get(name, ())
        if sound and self.random.random() < 0.5:
            return self.random.choice(sound)
        return self.random.choice(STRANGE)

    def _pressed(self, verb: object, data: object) -> dict[str, Any]:
        odd = self.random.choice((data, data, data, self.random.choice(STRANGE)))
        action = {"type": "Action.Execute", "verb": verb, "data": odd}
        return executed("x", value={"action": action}, serviceUrl=self._framework.service_url)

    def _fallback(self, verb: object, data: dict[str, object]) -> dict[str, Any]:
        value = {**data, "verb": verb}
        return submitted("x", value=value, serviceUrl=self._framework.service_url)

    def _said(self, text: object, _: object) -> dict[str, Any]:
        return typed(text, serviceUrl=self._framework.service_url)

    def _sound(self) -> bytes:
        service_url = self._framework.service_url
        verb = self.random.choice(self._verbs)
        activity = self.random.choice(
            (
                typed("help", serviceUrl=service_url),
                executed(verb, serviceUrl=service_url),
                submitted(verb, serviceUrl=service_url),
            )
        )
        return json.dumps(activity).encode()

    def _authorized(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    def _request(self, family: str, body: bytes, headers: dict[str, str]) -> FuzzedRequest:
        return FuzzedRequest(family, body, {"Content-Type": "application/json", **headers})


def _segment(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
