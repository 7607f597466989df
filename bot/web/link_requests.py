"""The page on which people without Teams ask for a link to their own page.

Nobody is told whether an address is known, neither in words nor by how long the answer takes:
the page answers at once, and the address is looked up afterwards.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from http import HTTPStatus

import structlog
from aiohttp import web

from bot.web.allowance import Allowance
from bot.web.forms import read_form
from bot.web.guard import Door, guarded
from bot.web.links import path_of
from bot.web.pages import page
from trainingbot.db import Database
from trainingbot.notices.personal_links import owe_personal_link
from trainingbot.people.queries import practitioner_by_email
from trainingbot.settings import Settings

log = structlog.get_logger()

AT_ONCE = 60
"""So many people ask at once, after a letter to all of them; then there is time between them."""
EVERY = timedelta(seconds=1)
LONGEST_ADDRESS = 254
"""RFC 5321: no mail server takes a longer one."""
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class LinkRequests:
    """Takes addresses at once, and looks them up one after the other.

    `after_change` is called when a link is owed to somebody.
    """

    def __init__(
        self,
        *,
        database: Database,
        settings: Settings,
        clock: Callable[[], datetime],
        after_change: Callable[[], None],
    ) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._after_change = after_change
        self._asked: asyncio.Queue[str] = asyncio.Queue(maxsize=AT_ONCE)
        self._allowance = Allowance(at_once=AT_ONCE, every=EVERY, clock=clock)

    def routes(self) -> Sequence[web.RouteDef]:
        """Return the routes of the page."""
        door = Door(self._settings)
        return [
            web.get("/link", guarded(self._show, door)),
            web.post("/link", guarded(self._ask, door)),
        ]

    async def running(self, app: web.Application) -> AsyncIterator[None]:
        """Look addresses up for as long as the application runs."""
        del app
        looking = asyncio.create_task(self._look_up_all())
        yield
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking

    async def settled(self) -> None:
        """Wait until every address that was taken has been looked up."""
        await self._asked.join()

    async def _show(self, request: web.Request) -> web.Response:
        del request
        if not self._settings.sends_mail:
            return page(
                "page.html",
                title="No links by e-mail",
                text=(
                    "This service sends no e-mails. Type “my training” to the training bot in "
                    f"Teams, or ask {self._settings.contact_email or 'the training team'}."
                ),
                partnership=self._settings.partnership,
                status=HTTPStatus.NOT_FOUND,
            )
        return self._form()

    async def _ask(self, request: web.Request) -> web.Response:
        if not self._settings.sends_mail:
            return await self._show(request)
        address = (await read_form(request)).get("email", "").strip()
        if len(address) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
            problem = "That is no e-mail address. It looks like name@agency.org.uk."
            return self._form(address, problem, status=HTTPStatus.BAD_REQUEST)
        if self._asked.full() or not self._allowance.take():
            problem = "Many people are asking at the moment. Try again in a few minutes."
            return self._form(address, problem, status=HTTPStatus.TOO_MANY_REQUESTS)
        self._asked.put_nowait(address)
        return page(
            "page.html",
            title="Look into your mailbox",
            text=(
                "If we know this address, a link to your page is on its way to it. We send one "
                "at most once an hour. If none comes, ask the training team whether they have "
                "another address of yours."
            ),
            partnership=self._settings.partnership,
            status=HTTPStatus.OK,
        )

    def _form(
        self, email: str = "", problem: str = "", *, status: HTTPStatus = HTTPStatus.OK
    ) -> web.Response:
        return page(
            "link.html",
            title="Your training without Teams",
            text=(
                "Type your work e-mail address, and we send you a link to your own page. "
                "There you see your training, find courses and book places."
            ),
            email=email,
            problem=problem,
            action=path_of(self._settings, "/link"),
            partnership=self._settings.partnership,
            status=status,
            forms=True,
        )

    async def _look_up_all(self) -> None:
        while True:
            address = await self._asked.get()
            try:
                await self._look_up(address)
            except Exception:
                log.exception("link_request_failed")
            finally:
                self._asked.task_done()

    async def _look_up(self, address: str) -> None:
        async with self._database.reading() as db:
            person = await practitioner_by_email(db, address)
        if person is None:
            return
        async with self._database.writing() as db:
            owed = await owe_personal_link(db, person.id, now=self._clock())
        if owed:
            self._after_change()
