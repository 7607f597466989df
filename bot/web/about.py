"""The pages that the Teams package points to: what this is, what it keeps, how it is used."""

from collections.abc import Sequence
from http import HTTPStatus

from aiohttp import web

from bot.web.pages import plain_page
from trainingbot.settings import Settings


def about_routes(settings: Settings) -> Sequence[web.RouteDef]:
    """Return the routes of the three pages; Teams shows links to them beside the app."""
    contact = settings.contact_email or "the training team"
    purpose = (
        f"Practitioners find the courses of {settings.partnership} and book their places in "
        "Microsoft Teams: add the app there and type courses. "
        f"For anything it cannot answer, ask {contact}."
    )
    privacy = (
        "Your name, work e-mail address, agency, job title and line manager's address, the ids "
        "under which Microsoft Teams knows you, and your bookings with their changes. They come "
        "from the partnership's programme and from your agency's Microsoft 365. We use them to "
        "run the training; the training team sees them. Your answers to evaluations are kept "
        "apart from your name, and nobody sees them as yours. Our logs hold ids only. "
        f"To see, correct or remove what is kept about you, ask {contact}."
    )
    terms = (
        f"It is for people who work or volunteer for an agency of {settings.partnership}. "
        "Book the places that you mean to take, and give a place back as soon as you know "
        "that you cannot come, so that a colleague can have it."
    )
    texts = {
        "/": ("Safeguarding training", purpose),
        "/privacy": ("What we keep about you", privacy),
        "/terms": ("How to use this service", terms),
    }

    async def about(request: web.Request) -> web.Response:
        title, text = texts[request.path]
        return plain_page(title, text, partnership=settings.partnership, status=HTTPStatus.OK)

    return [web.get(path, about) for path in texts]
