"""Checking the token that the Bot Framework sends with every activity."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Any

import jwt
import structlog
from botframework.connector import Channels
from botframework.connector.auth import AuthenticationConstants

from bot.teams.refusals import RequestRefused
from bot.teams.signing_keys import SigningKey, SigningKeys

ALGORITHM = "RS256"
LEEWAY = 300
"""Seconds by which the clocks of the two ends may differ, as botbuilder allows."""
MOST_CHARACTERS = 8192
REMEMBERED = 1024
"""Verified tokens that are remembered; Teams sends one token for about an hour."""

_ISSUER: str = AuthenticationConstants.TO_BOT_FROM_CHANNEL_TOKEN_ISSUER
_SERVICE_URL: str = AuthenticationConstants.SERVICE_URL_CLAIM
_CHANNEL: str = Channels.ms_teams
_UNREADABLE = (jwt.PyJWTError, ValueError, TypeError, RecursionError)
"""What PyJWT raises; the last three came out of its earlier versions for odd JSON."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """What a token vouches for, and until when (seconds since 1970)."""

    claims: Mapping[str, Any]
    service_url: str
    not_before: float
    expires: float
    key: SigningKey

    def is_valid_at(self, now: datetime) -> bool:
        """Whether the token's time has come and has not passed, give or take `LEEWAY`."""
        moment = now.timestamp()
        return self.not_before - LEEWAY <= moment < self.expires + LEEWAY


class TokenVerifier:
    """Verifies tokens of the Bot Framework that are meant for the bot `app_id`.

    Teams sends the same token with many activities. Its signature is verified once and then
    remembered by the token's digest, for as long as the token is valid and its key is current.
    """

    def __init__(self, keys: SigningKeys, *, app_id: str) -> None:
        self._keys = keys
        self._app_id = app_id
        self._verified: dict[bytes, VerifiedToken] = {}

    async def verify(self, authorization: str, *, now: datetime) -> VerifiedToken:
        """Return what the `Authorization` header vouches for; raise `RequestRefused` (401).

        The signature (RS256, by a key endorsed for Teams), issuer, audience, times and the
        presence of the service URL are checked. Where no key can be fetched nobody can be
        believed, so that too is a 401, with `signing_keys_unavailable` in the log.
        """
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.isascii() or len(token) > MOST_CHARACTERS:
            raise _not_authenticated("no bearer token")
        digest = sha256(token.encode()).digest()
        known = self._verified.get(digest)
        if known and known.is_valid_at(now) and self._keys.is_current(known.key, now=now):
            return known
        verified = await self._verify(token, now=now)
        while len(self._verified) >= REMEMBERED:
            del self._verified[next(iter(self._verified))]
        self._verified[digest] = verified
        return verified

    async def _verify(self, token: str, *, now: datetime) -> VerifiedToken:
        key = await self._keys.find(_key_id(token), now=now)
        if key is None:
            raise _not_authenticated("unknown key")
        if _CHANNEL not in key.endorsements:
            raise _not_authenticated("key not endorsed for Teams")
        claims = self._claims(token, key)
        service_url = claims[_SERVICE_URL]
        if not isinstance(service_url, str) or not service_url:
            raise _not_authenticated("no service URL")
        verified = VerifiedToken(
            claims=claims,
            service_url=service_url,
            not_before=_seconds(claims.get("nbf", 0)),
            expires=_seconds(claims["exp"]),
            key=key,
        )
        if not verified.is_valid_at(now):
            raise _not_authenticated("expired or not yet valid")
        return verified

    def _claims(self, token: str, key: SigningKey) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                key.public_key,
                algorithms=[ALGORITHM],
                audience=self._app_id,
                issuer=_ISSUER,
                options={
                    "require": ["exp", "iss", "aud", _SERVICE_URL],
                    # The times are checked against the caller's `now`, not against a clock here.
                    "verify_exp": False,
                    "verify_nbf": False,
                    "verify_iat": False,
                },
            )
        except _UNREADABLE as error:
            raise _not_authenticated(type(error).__name__) from error


def _key_id(token: str) -> str:
    try:
        header = jwt.get_unverified_header(token)
    except _UNREADABLE as error:
        raise _not_authenticated(type(error).__name__) from error
    key_id = header.get("kid")
    if header.get("alg") != ALGORITHM or not isinstance(key_id, str):
        raise _not_authenticated("wrong algorithm or no key id")
    return key_id


def _seconds(claim: object) -> float:
    if isinstance(claim, bool) or not isinstance(claim, int | float):
        raise _not_authenticated("a time is no number")
    return float(claim)


def _not_authenticated(cause: str) -> RequestRefused:
    log.info("token_refused", cause=cause)
    return RequestRefused(HTTPStatus.UNAUTHORIZED, "The token is missing or not valid.")
