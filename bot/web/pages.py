"""The frame of every page: readable on a phone, without JavaScript, and closed to the outside."""

from base64 import b64encode
from hashlib import sha256
from html import escape

from aiohttp import web

STYLE = """
body { font: 1.125rem/1.5 system-ui, sans-serif; color: #1b1b1b; background: #fff;
  max-width: 36rem; margin: 0 auto; padding: 2rem 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; }
footer { margin-top: 3rem; color: #555; font-size: 1rem; }
"""
_STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()

HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

_PAGE = """<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p>{text}</p>
</main>
<footer>{partnership}</footer>
</body>
</html>
"""


def plain_page(title: str, text: str, *, partnership: str, status: int) -> web.Response:
    """Return a page of one heading and one paragraph; everything in it is escaped."""
    return web.Response(
        text=_PAGE.format(
            title=escape(title), text=escape(text), partnership=escape(partnership), style=STYLE
        ),
        content_type="text/html",
        status=status,
        headers=HEADERS,
    )
