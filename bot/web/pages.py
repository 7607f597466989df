"""The frame of every page: readable on a phone, without JavaScript, and closed to the outside."""

from html import escape

from aiohttp import web

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
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
<style>
body {{ font: 1.125rem/1.5 system-ui, sans-serif; color: #1b1b1b; background: #fff;
  max-width: 36rem; margin: 0 auto; padding: 2rem 1rem; }}
h1 {{ font-size: 1.5rem; line-height: 1.25; }}
footer {{ margin-top: 3rem; color: #555; font-size: 1rem; }}
</style>
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
        text=_PAGE.format(title=escape(title), text=escape(text), partnership=escape(partnership)),
        content_type="text/html",
        status=status,
        headers=HEADERS,
    )
