"""What every page for people has in common: refusals as sentences, faults with a reference."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from secrets import token_hex

import structlog
from aiohttp import web

from bot.web.browsers import comes_from_another_site
from bot.web.forms import FormRefused
from bot.web.links import path_of
from bot.web.pages import page
from trainingbot.errors import LinkExpired, LinkNotValid
from trainingbot.settings import Settings

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.Response]]


class Door:
    """Tells in a page why a request was turned away, and where to go instead."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def sorry(self, title: str, text: str, status: HTTPStatus) -> web.Response:
        """Return a page that says what is wrong; where e-mails are sent, with a way to a link."""
        offers_a_link = self._settings.sends_mail
        return page(
            "way_on.html" if offers_a_link else "page.html",
            title=title,
            text=text,
            way_on="Get a new link",
            href=path_of(self._settings, "/link"),
            partnership=self._settings.partnership,
            status=status,
        )


def guarded(handler: Handler, door: Door) -> Handler:
    """Return a handler that raises nothing, and takes no form that another site's page sends."""

    async def answer(request: web.Request) -> web.Response:
        if request.method == "POST" and comes_from_another_site(request):
            return door.sorry(
                "This came from another page",
                "Nothing was changed. Open the link in our e-mail, and press the button there.",
                HTTPStatus.FORBIDDEN,
            )
        try:
            return await handler(request)
        except LinkExpired as refused:
            return door.sorry("This link has expired", refused.sentence, HTTPStatus.GONE)
        except LinkNotValid as refused:
            return door.sorry("This link does not work", refused.sentence, HTTPStatus.NOT_FOUND)
        except FormRefused as refused:
            text = f"{refused.sentence} Nothing was changed. Go back, and try again."
            return door.sorry("That did not work", text, refused.status)
        except Exception:
            reference = token_hex(4)
            log.exception("page_failed", reference=reference)
            return door.sorry(
                "Something went wrong on our side",
                "Open the link again in a few minutes. If it still does not work, tell the "
                f"training team this reference: {reference}",
                HTTPStatus.INTERNAL_SERVER_ERROR,
            )

    return answer
