"""How somebody hears: in Teams where they can be reached, else by e-mail, else not from us."""

import pytest
from pydantic import SecretStr

from bot.flows.reaching import channel_to
from bot.visits import Visit
from tests.factories import make_account, make_practitioner
from tests.moments import NOW
from trainingbot.db import Database
from trainingbot.enums import Channel
from trainingbot.settings import Settings


@pytest.mark.parametrize(
    ("in_teams", "email", "mail_url", "channel"),
    [
        (True, "ben@county.example", "console:", Channel.TEAMS),
        (True, None, "", Channel.TEAMS),
        (False, "ben@county.example", "console:", Channel.EMAIL),
        (False, "ben@county.example", "", None),
        (False, None, "console:", None),
    ],
)
async def test_the_channel_to_somebody(
    database: Database,
    in_teams: bool,  # noqa: FBT001 - a column of the table above
    email: str | None,
    mail_url: str,
    channel: Channel | None,
) -> None:
    settings = Settings(database_url=database.url, mail_url=SecretStr(mail_url), _env_file=None)
    async with database.writing() as db:
        person = await make_practitioner(db, name="Ben Fox")
        person.email = email
        if in_teams:
            await make_account(db, person)
        await db.flush()

        found = await channel_to(
            Visit(db=db, practitioner=person, settings=settings, now=NOW), person
        )

    assert found == channel
