"""The browser of somebody without Teams: known by a cookie, and by nothing about the person."""

import re
import secrets
from hashlib import sha256

from aiohttp import web

from trainingbot.settings import Settings

DAY_S = 24 * 60 * 60
LONGEST_COOKIE_S = 400 * DAY_S
"""Browsers keep no cookie for longer."""
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


def browser_of(request: web.Request, *, settings: Settings) -> str | None:
    """Return the secret that the browser holds, or None where it holds none that we made."""
    held = request.cookies.get(_name(settings), "")
    return held if _SECRET.fullmatch(held) else None


def new_browser() -> str:
    """Return a secret for a browser that has none."""
    return secrets.token_urlsafe(32)


def fingerprint(browser: str) -> str:
    """Return what the database keeps of a browser: from it the secret cannot be found again."""
    return sha256(browser.encode()).hexdigest()


def remember(response: web.Response, browser: str, *, settings: Settings) -> None:
    """Hand the secret to the browser: for this service alone, and for no script.

    It outlives every link that can be bound to it.
    """
    response.set_cookie(
        _name(settings),
        browser,
        max_age=min(2 * settings.link_days * DAY_S, LONGEST_COOKIE_S),
        path="/",
        secure=_is_secure(settings),
        httponly=True,
        samesite="Strict",
    )


def comes_from_another_site(request: web.Request) -> bool:
    """Tell whether another site's page makes the browser ask; older browsers do not say."""
    return request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}


def _name(settings: Settings) -> str:
    # A browser takes a cookie called __Host- over TLS only, from this host and no neighbour of it.
    return "__Host-browser" if _is_secure(settings) else "browser"


def _is_secure(settings: Settings) -> bool:
    return settings.public_url.startswith("https://")
