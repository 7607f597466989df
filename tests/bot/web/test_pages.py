"""The frame of a page: its style is the one that its policy allows."""

from base64 import b64encode
from hashlib import sha256

from bot.web.pages import HEADERS, plain_page


def test_the_policy_allows_the_style_of_the_page_and_no_other() -> None:
    page = plain_page("Title", "Text", partnership="Northshire", status=404).text or ""

    style = page.partition("<style>")[2].partition("</style>")[0]
    policy = HEADERS["Content-Security-Policy"].split("; ")

    assert policy[1] == f"style-src 'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'"


def test_every_text_is_escaped() -> None:
    page = plain_page("<b>", "a & b", partnership='"quoted"', status=404).text or ""

    assert "<b>" not in page
    assert "<h1>&lt;b&gt;</h1>" in page
    assert "<p>a &amp; b</p>" in page
    assert "&#34;quoted&#34;" in page
