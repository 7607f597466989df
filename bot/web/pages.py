"""The frame of every page: readable on a phone, without JavaScript, and closed to the outside."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from aiohttp import web
from markupsafe import Markup

from bot.web.card_html import TEMPLATES

STYLE = (Path(__file__).parent / "templates" / "page.css").read_text(encoding="utf-8")
_STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()


def headers(*, forms: str) -> dict[str, str]:
    """Return the headers of a page; `forms` says where its forms may be sent, as a policy does."""
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; "
            f"base-uri 'none'; form-action {forms}; frame-ancestors 'none'"
        ),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }


HEADERS = headers(forms="'none'")
FORM_HEADERS = headers(forms="'self'")


def plain_page(title: str, text: str, *, partnership: str, status: int) -> web.Response:
    """Return a page of one heading and one paragraph; everything in it is escaped."""
    return page("page.html", title=title, text=text, partnership=partnership, status=status)


def page(template: str, *, status: int, forms: bool = False, **values: object) -> web.Response:
    """Return a page made from a template; whatever is put into it is escaped."""
    style = Markup(STYLE)  # noqa: S704 - our own file, and the policy knows its hash
    return web.Response(
        text=TEMPLATES.get_template(template).render(style=style, **values),
        content_type="text/html",
        status=status,
        headers=FORM_HEADERS if forms else HEADERS,
    )
