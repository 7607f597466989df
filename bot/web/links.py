"""Addresses of the pages that are somebody's own, as they stand in letters."""

from datetime import datetime, timedelta
from urllib.parse import quote, urlsplit
from uuid import UUID

from trainingbot.links import sign_link
from trainingbot.settings import Settings

NOTICE = "notice"
"""The purpose of personal links: such a link opens the page of one notice and nothing else."""


def personal_url(notice_id: UUID, *, settings: Settings, now: datetime, do: str = "") -> str:
    """Return the signed link to the page of a notice, good for `link_days` from now on.

    `do` is a verb of the notice's card: the page opens with that action first. To open it does
    nothing; a person has to press there.
    """
    token = sign_link(
        NOTICE,
        notice_id,
        secret=settings.signing_secret,
        expires_at=now + timedelta(days=settings.link_days),
    )
    return f"{settings.public_url}/n/{token}{f'?do={quote(do)}' if do else ''}"


def path_of(settings: Settings, path: str) -> str:
    """Return a path of this service as a browser has to ask for it, behind whatever proxy."""
    return f"{urlsplit(settings.public_url).path}{path}"
