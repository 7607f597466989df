"""The keys with which the Bot Framework signs its tokens: fetched without blocking, and cached."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import InvalidKeyError
from jwt.algorithms import RSAAlgorithm

PUBLIC_METADATA_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"

FRESH_FOR = timedelta(hours=24)
"""After this the keys are fetched again before they are used."""
USABLE_FOR = timedelta(hours=72)
"""So long, known keys still serve while the metadata cannot be reached."""
UNKNOWN_KEY_PAUSE = timedelta(minutes=1)
"""An unknown key id asks for new keys at most this often: anybody can write one into a token."""
FAILURE_PAUSE = timedelta(seconds=5)
"""After a failed fetch the next is tried no sooner, so that an outage is not made worse."""

_FETCH_TIMEOUT = ClientTimeout(total=5)
_MOST_BYTES = 1024 * 1024

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class SigningKey:
    """One public key, and the channels whose tokens it may sign."""

    key_id: str
    public_key: RSAPublicKey
    endorsements: frozenset[str]


class SigningKeys:
    """The current keys of the Bot Framework.

    Many callers at once wait for one and the same fetch.
    """

    def __init__(self, http: ClientSession, *, metadata_url: str) -> None:
        self._http = http
        self._metadata_url = metadata_url
        self._keys: Mapping[str, SigningKey] = {}
        self._fetched_at: datetime | None = None
        self._tried_at: datetime | None = None
        self._fetching: asyncio.Task[bool] | None = None

    async def find(self, key_id: str, *, now: datetime) -> SigningKey | None:
        """Return the key called `key_id`, or None if there is none or no key can be fetched."""
        if not self._is_younger_than(FRESH_FOR, now=now) or key_id not in self._keys:
            await self._refresh(now=now)
        if not self._is_younger_than(USABLE_FOR, now=now):
            return None
        return self._keys.get(key_id)

    def is_current(self, key: SigningKey, *, now: datetime) -> bool:
        """Whether `key` is still one of the keys and needs no fetch to say so."""
        return self._keys.get(key.key_id) is key and self._is_younger_than(FRESH_FOR, now=now)

    def _is_younger_than(self, age: timedelta, *, now: datetime) -> bool:
        return self._fetched_at is not None and now - self._fetched_at < age

    async def _refresh(self, *, now: datetime) -> None:
        if self._fetching is None:
            if self._is_pausing(now=now):
                return
            self._tried_at = now
            self._fetching = asyncio.create_task(self._fetch(now=now))
        # Shielded, because a caller who hangs up must not take the fetch from the others.
        await asyncio.shield(self._fetching)

    def _is_pausing(self, *, now: datetime) -> bool:
        if self._tried_at is None:
            return False
        succeeded = self._tried_at == self._fetched_at
        return now - self._tried_at < (UNKNOWN_KEY_PAUSE if succeeded else FAILURE_PAUSE)

    async def _fetch(self, *, now: datetime) -> bool:
        try:
            metadata = await self._get_json(self._metadata_url)
            self._keys = parse_keys(await self._get_json(str(metadata["jwks_uri"])))
        except (ClientError, TimeoutError, ValueError, LookupError, TypeError) as error:
            log.warning("signing_keys_unavailable", error=type(error).__name__)
            return False
        else:
            self._fetched_at = now
            log.info("signing_keys_fetched", keys=len(self._keys))
            return True
        finally:
            self._fetching = None

    async def _get_json(self, url: str) -> dict[str, Any]:
        async with self._http.get(url, timeout=_FETCH_TIMEOUT) as response:
            response.raise_for_status()
            if (response.content_length or 0) > _MOST_BYTES:
                raise ValueError("the answer is too large")
            answer: dict[str, Any] = await response.json(content_type=None)
            return answer


def parse_keys(key_set: Mapping[str, Any]) -> dict[str, SigningKey]:
    """Return the RSA signing keys of a JSON Web Key Set (RFC 7517) by their ids.

    A key of another kind is left out; a set without any key raises `ValueError`.
    """
    keys: dict[str, SigningKey] = {}
    for entry in key_set["keys"]:
        if (
            not isinstance(entry, dict)
            or entry.get("kty") != "RSA"
            or entry.get("use", "sig") != "sig"
        ):
            continue
        try:
            public_key = RSAAlgorithm.from_jwk(entry)
        except (InvalidKeyError, LookupError, TypeError, ValueError):
            continue
        key_id = entry.get("kid")
        if isinstance(public_key, RSAPublicKey) and isinstance(key_id, str):
            endorsements = frozenset(entry.get("endorsements") or ())
            keys[key_id] = SigningKey(key_id, public_key, endorsements)
    if not keys:
        raise ValueError("the key set has no signing key")
    return keys
