"""This project's adapter, echoing what is typed on a card, with authentication on.

`python -m tests.benchmarks.serve_echo SCENE_FILE`
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import datetime

import uvloop
from aiohttp import web

from bot.teams.connector import open_http_session
from bot.teams.service import Teams
from bot.teams.service_urls import ServiceUrls
from bot.turns import Reply, Turn
from tests.benchmarks.scene import Scene
from trainingbot.settings import Settings


class FixedCredentials:
    """A token from nowhere: Microsoft Entra is no part of the measurement."""

    async def authorization(self, *, now: datetime) -> str:  # noqa: ARG002 - the Protocol's signature
        return "Bearer outbound"

    def forget(self) -> None:
        """There is nothing to drop."""


async def echo(turn: Turn) -> Reply:
    block = {"type": "TextBlock", "text": turn.text, "wrap": True}
    return Reply({"type": "AdaptiveCard", "version": "1.5", "body": [block]}, summary=turn.text)


async def application(scene: Scene) -> web.Application:
    http = open_http_session()
    settings = Settings(app_id=scene.app_id, tenants=(scene.tenant,))
    teams = Teams(
        settings,
        http,
        metadata_url=scene.metadata_url,
        credentials=FixedCredentials(),
        service_urls=ServiceUrls((), loopback=True),
    )

    async def close(_: web.Application) -> AsyncIterator[None]:
        yield
        await http.close()

    made = web.Application()
    made.router.add_post("/api/messages", teams.messages(echo))
    made.cleanup_ctx.append(close)
    return made


def serve(scene: Scene) -> None:
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    web.run_app(application(scene), host="127.0.0.1", port=scene.port, print=None, access_log=None)


if __name__ == "__main__":
    serve(Scene.read(sys.argv[1]))
