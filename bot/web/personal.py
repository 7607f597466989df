"""The pages behind personal links: the same cards and verbs, for people without Teams.

Whoever opens a page changes nothing by it, so that mail scanners, previews and forwarded letters
do no harm. The first button that is pressed binds the link to that browser.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from http import HTTPStatus
from secrets import token_hex
from urllib.parse import quote
from uuid import UUID

import structlog
from aiohttp import web
from markupsafe import Markup
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cards.refusals import fault, outdated_card
from bot.turns import Reply
from bot.visits import Visit
from bot.wanted import Wanted, carry_out, refused
from bot.web.allowed import WEB_VERBS, wanted_on_a_page
from bot.web.browsers import (
    browser_of,
    comes_from_another_site,
    fingerprint,
    new_browser,
    remember,
)
from bot.web.card_html import CardAction, action_of, card_html, elements_of
from bot.web.forms import PRESS, inputs_of, pressed, read_form
from bot.web.guard import Door, guarded
from bot.web.links import NOTICE, path_of
from bot.web.pages import page
from bot.web.shown import Shown, shown_of
from trainingbot.db import Database
from trainingbot.errors import LinkNotValid, TrainingBotError
from trainingbot.links import read_link
from trainingbot.models import Notice, Practitioner
from trainingbot.notices.personal_links import bind_to_browser, owe_personal_link
from trainingbot.settings import Settings

log = structlog.get_logger()

FURTHER = (CardAction("My training", "my_training"), CardAction("Find a course", "search_courses"))
"""What every page offers, unless its card does."""
LONG = 40
"""From so many letters on, what was typed is worth showing again."""
ASKED = "If we have an e-mail address of yours, a new link is on its way to it."


class PersonalPages:
    """Answers the requests for personal pages.

    `after_change` is called when a transaction that owes notices has been committed.
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

    def routes(self) -> Sequence[web.RouteDef]:
        """Return the routes of the pages."""
        door = Door(self._settings)
        return [
            web.get("/n/{token}", guarded(self._show, door)),
            web.post("/n/{token}", guarded(self._act, door)),
            web.post("/n/{token}/again", guarded(self._send_again, door)),
        ]

    async def _show(self, request: web.Request) -> web.Response:
        notice_id, browser = self._opened(request)
        async with self._database.reading() as db:
            notice = await self._notice(db, notice_id)
            if notice.browser is not None and notice.browser != _fingerprint(browser):
                return self._elsewhere(request, browser)
            visit = Visit(
                db=db,
                practitioner=await db.get_one(Practitioner, notice.practitioner_id),
                settings=self._settings,
                now=self._clock(),
            )
            try:
                shown = await shown_of(visit, notice)
            except TrainingBotError as error:
                shown = Shown(refused(error))
        do = request.query.get("do", "")
        return self._page(request, shown.reply, said=shown.said, do=do)

    async def _act(self, request: web.Request) -> web.Response:
        notice_id, held = self._opened(request)
        fields = await read_form(request)
        verb, data = pressed(fields)
        typed = [text for text in inputs_of(fields).values() if _is_worth_showing(text)]
        wanted = wanted_on_a_page(verb, data)
        browser = held or new_browser()
        if not await self._is_bound(notice_id, fingerprint(browser)):
            return self._elsewhere(request, held)
        if wanted is None:
            reply, status = outdated_card(), HTTPStatus.BAD_REQUEST
        else:
            reply, status = await self._answer(notice_id, fingerprint(browser), wanted)
        response = self._page(
            request, reply, status=status, typed=typed if status != HTTPStatus.OK else ()
        )
        remember(response, browser, settings=self._settings)
        return response

    async def _answer(
        self, notice_id: UUID, browser: str, wanted: Wanted
    ) -> tuple[Reply, HTTPStatus]:
        try:
            reply = await carry_out(
                wanted,
                speaker=partial(_owner, notice_id=notice_id, browser=browser),
                database=self._database,
                settings=self._settings,
                clock=self._clock,
                after_change=self._after_change,
            )
        except TrainingBotError as error:
            return refused(error), HTTPStatus.CONFLICT
        except Exception:
            reference = token_hex(4)
            log.exception("page_failed", reference=reference, notice=str(notice_id))
            return fault(reference), HTTPStatus.INTERNAL_SERVER_ERROR
        if reply is None:
            raise LinkNotValid
        return reply, HTTPStatus.OK

    async def _is_bound(self, notice_id: UUID, browser: str) -> bool:
        """Tell whether a link is bound to this browser; the first one that acts binds it."""
        async with self._database.reading() as db:
            bound = (await self._notice(db, notice_id)).browser
        if bound is not None:
            return bound == browser
        async with self._database.writing() as db:
            return await bind_to_browser(db, notice_id, browser)

    async def _send_again(self, request: web.Request) -> web.Response:
        """Owe the owner of a link a new one; whoever presses is told the same."""
        notice_id, _ = self._opened(request)
        if self._settings.sends_mail:
            async with self._database.writing() as db:
                notice = await self._notice(db, notice_id)
                owed = await owe_personal_link(db, notice.practitioner_id, now=self._clock())
            if owed:
                self._after_change()
        return page(
            "page.html",
            title="Look into your mailbox",
            text=f"{ASKED} It works in the browser in which you use it first.",
            partnership=self._settings.partnership,
            status=HTTPStatus.OK,
        )

    def _opened(self, request: web.Request) -> tuple[UUID, str | None]:
        """Return which notice a link opens, and the secret of the browser, if it has one.

        Raises `LinkNotValid` or `LinkExpired`.
        """
        notice_id = read_link(
            request.match_info["token"],
            NOTICE,
            secret=self._settings.signing_secret,
            now=self._clock(),
        )
        return notice_id, browser_of(request, settings=self._settings)

    async def _notice(self, db: AsyncSession, notice_id: UUID) -> Notice:
        notice = await db.get(Notice, notice_id)
        if notice is None:
            raise LinkNotValid
        return notice

    def _elsewhere(self, request: web.Request, browser: str | None) -> web.Response:
        """Say that a link belongs to another browser, and nothing of what it opens."""
        if browser is None and comes_from_another_site(request) and "here" not in request.query:
            return self._one_moment(request)
        return page(
            "elsewhere.html",
            title="This link was used in another browser",
            text=(
                "For your safety a link works only where it was used first. "
                "Open it there, or ask for a new one."
            ),
            action=self._path(request, "/again") if self._settings.sends_mail else "",
            partnership=self._settings.partnership,
            status=HTTPStatus.FORBIDDEN,
            forms=True,
        )

    def _one_moment(self, request: web.Request) -> web.Response:
        """Let the browser ask again by itself.

        A strict cookie is not sent along when a page of another site, such as a mailbox, leads
        here; it is when our own page does.
        """
        do = request.query.get("do", "")
        return page(
            "one_moment.html",
            title="One moment",
            text="Your page opens.",
            href=f"{self._path(request)}?here=1{f'&do={quote(do)}' if do else ''}",
            partnership=self._settings.partnership,
            status=HTTPStatus.OK,
        )

    def _page(
        self,
        request: web.Request,
        reply: Reply,
        *,
        status: HTTPStatus = HTTPStatus.OK,
        said: str = "",
        do: str = "",
        typed: Sequence[str] = (),
    ) -> web.Response:
        there = [
            action_of(one) for one in elements_of(reply.card) if one["type"] == "Action.Execute"
        ]
        first = [one for one in there if one.verb == do and not one.takes_inputs]
        chosen = first[0] if len(first) == 1 else None
        named = {one.verb for one in there if not one.data}
        return page(
            "personal.html",
            title=reply.summary,
            action=self._path(request),
            said=said,
            first=_draw(chosen) if chosen else "",
            card=card_html(
                reply.card, action=lambda one: Markup("") if one == chosen else _draw(one)
            ),
            typed=typed,
            further=Markup("").join(_draw(one) for one in FURTHER if one.verb not in named),
            partnership=self._settings.partnership,
            status=status,
            forms=True,
        )

    def _path(self, request: web.Request, then: str = "") -> str:
        return path_of(self._settings, f"/n/{request.match_info['token']}{then}")


def _draw(action: CardAction) -> Markup:
    """Draw a button that sends its verb and data; what a page does not do has none."""
    if action.verb not in WEB_VERBS:
        return Markup("")
    press = json.dumps({"verb": action.verb, "data": dict(action.data)}, separators=(",", ":"))
    return Markup('<button form="{}" name="{}" value="{}" class="{}">{}</button>').format(
        "card" if action.takes_inputs else "press", PRESS, press, action.style, action.title
    )


async def _owner(db: AsyncSession, *, notice_id: UUID, browser: str) -> Practitioner | None:
    """Return whose link it is, as long as it is bound to this browser."""
    notice = await db.get(Notice, notice_id)
    if notice is None or notice.browser != browser:
        return None
    return await db.get(Practitioner, notice.practitioner_id)


def _fingerprint(browser: str | None) -> str | None:
    return None if browser is None else fingerprint(browser)


def _is_worth_showing(text: str) -> bool:
    return len(text) > LONG or " " in text.strip()
