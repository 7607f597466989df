from html import unescape

import pytest
from aiohttp import web
from pytest_aiohttp import AiohttpClient

from bot.web.about import about_routes
from trainingbot.settings import Settings


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/", "Safeguarding training"),
        ("/privacy", "What we keep about you"),
        ("/terms", "How to use this service"),
    ],
)
async def test_the_pages_that_teams_links_to_are_there(
    aiohttp_client: AiohttpClient, path: str, title: str
) -> None:
    settings = Settings(partnership="Northshire & Borough", contact_email="team@borough.example")
    app = web.Application()
    app.router.add_routes(about_routes(settings))
    client = await aiohttp_client(app)

    response = await client.get(path)
    page = await response.text()

    assert response.status == 200
    assert f"<h1>{title}</h1>" in page
    assert "<footer>Northshire & Borough</footer>" in unescape(page)
