"""Signed links that expire: they open one thing, for one purpose, without signing in."""

from datetime import UTC, datetime
from uuid import UUID

import jwt

from trainingbot.errors import LinkExpired, LinkNotValid

ALGORITHM = "HS256"
LONGEST_TOKEN = 1000
"""Our own tokens have some 200 characters; nothing longer is looked at."""

LAST_MOMENT = 2**33
"""In the year 2242, well before the last one that a datetime can hold."""


def sign_link(purpose: str, subject: UUID, *, secret: str, expires_at: datetime) -> str:
    """Return a token for a link that opens `subject` for `purpose` until `expires_at`."""
    claims = {"aud": purpose, "sub": subject.hex, "exp": int(expires_at.timestamp())}
    return jwt.encode(claims, secret, algorithm=ALGORITHM)


def read_link(token: str, purpose: str, *, secret: str, now: datetime) -> UUID:
    """Return what the token of a link opens.

    Raises `LinkExpired`, or `LinkNotValid` when it was not signed here for this purpose.
    """
    if len(token) > LONGEST_TOKEN:
        raise LinkNotValid
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=[ALGORITHM],
            audience=purpose,
            # PyJWT would read the clock itself; the time is compared below, against `now`.
            options={"require": ["exp", "sub", "aud"], "verify_exp": False},
        )
        subject = UUID(hex=str(claims["sub"]))
        expires = datetime.fromtimestamp(min(int(claims["exp"]), LAST_MOMENT), UTC)
    except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError, OSError) as error:
        raise LinkNotValid from error
    if now >= expires:
        raise LinkExpired
    return subject
