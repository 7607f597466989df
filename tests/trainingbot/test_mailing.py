from pathlib import Path

import pytest
from pydantic import SecretStr

from trainingbot.errors import SettingsNotUsable
from trainingbot.mailing import (
    Encryption,
    MailConsole,
    MailFolder,
    MailRoute,
    MailServer,
    mail_route_of,
    usable_address,
)
from trainingbot.settings import Settings


def settings(url: str, *, mail_from: str = "training@fenland.example") -> Settings:
    return Settings(_env_file=None, mail_url=SecretStr(url), mail_from=mail_from)


@pytest.mark.parametrize(
    ("url", "route"),
    [
        ("console:", MailConsole()),
        ("file:letters", MailFolder(Path("letters"))),
        ("file:/var/letters", MailFolder(Path("/var/letters"))),
        ("file:///var/letters", MailFolder(Path("/var/letters"))),
        ("smtp://relay.example", MailServer("relay.example", 25, Encryption.IF_OFFERED)),
        ("smtp://relay.example:2525", MailServer("relay.example", 2525, Encryption.IF_OFFERED)),
        (
            "smtp://training%40fenland.example:a%2Fb%3A%25@smtp.office365.example:587",
            MailServer(
                "smtp.office365.example",
                587,
                Encryption.REQUIRED,
                "training@fenland.example",
                "a/b:%",
            ),
        ),
        (
            "SMTP://name:secret@Relay.Example",
            MailServer("relay.example", 587, Encryption.REQUIRED, "name", "secret"),
        ),
        (
            "smtp://name:secret@127.0.0.1:1025",
            MailServer("127.0.0.1", 1025, Encryption.IF_OFFERED, "name", "secret"),
        ),
        (
            "smtps://name:secret@relay.example",
            MailServer("relay.example", 465, Encryption.FROM_THE_START, "name", "secret"),
        ),
        ("smtp://[::1]:25", MailServer("::1", 25, Encryption.IF_OFFERED)),
    ],
)
def test_a_url_says_where_e_mails_go(url: str, route: MailRoute) -> None:
    assert mail_route_of(settings(url)) == route


def test_no_url_sends_no_e_mails_and_needs_no_sender() -> None:
    assert mail_route_of(settings("  ", mail_from="")) is None


@pytest.mark.parametrize(
    "url",
    [
        "s3cret",
        "smtp:",
        "smtp://",
        "smtp://:25",
        "smtp://name:s3cret@",
        "smtp://name:s3cret@host:port",
        "smtp://name:s3cret@host:99999",
        "smtp://name:s3cret@host:0",
        "smtp://name:s3/cret@host",
        "smtp://name:s3#cret@host",
        "smtp://name:s3?cret@host",
        "smtp://name:s3cret@host/folder",
        "smtp://name:s3cret@host name",
        "smtp://name@host",
        "smtp://:s3cret@host",
        "smtp://name:s3cret@[::1",
        "http://name:s3cret@host",
        "file:",
        "file://",
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(SettingsNotUsable) as refused:
        mail_route_of(settings(url))

    said = refused.value.sentence.partition(". Write ")[0]
    assert said.startswith("TRAININGBOT_MAIL_URL cannot be used: ")
    assert ("s3" in said, "cret" in said) == (False, False)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize(
    "mail_from", ["", "the office", "a@b@c", "training@fenland.example\nBcc: x"]
)
def test_e_mails_come_from_an_address(mail_from: str) -> None:
    with pytest.raises(SettingsNotUsable) as refused:
        mail_route_of(settings("console:", mail_from=mail_from))

    assert refused.value.sentence == (
        "E-mails need an address that they come from: set TRAININGBOT_MAIL_FROM, or "
        "TRAININGBOT_CONTACT_EMAIL, to one such as training@partnership.example."
    )


def test_a_password_is_never_shown() -> None:
    route = mail_route_of(settings("smtp://name:s3cret@relay.example"))

    assert ("s3cret" in repr(route), str(route)) == (False, "relay.example:587")


@pytest.mark.parametrize(
    ("address", "usable"),
    [
        ("amina@trust.example", "amina@trust.example"),
        (" amina.okafor+training@trust.example ", "amina.okafor+training@trust.example"),
        ("o'neill@trust.example", "o'neill@trust.example"),
        ("amina@bücher.example", "amina@xn--bcher-kva.example"),
        ("zoë@trust.example", None),
        ("amina@trust.example\n", "amina@trust.example"),
        ("amina@trust.example\nBcc: x@y.example", None),
        ("amina\x00@trust.example", None),
        ("amina@", None),
        ("@trust.example", None),
        ("amina@trust..example", None),
        (".amina@trust.example", None),
        ("Amina <amina@trust.example>", None),
        ("a" * 65 + "@trust.example", None),
        ("amina@" + "x" * 64 + ".example", None),
        ("", None),
    ],
)
def test_an_address_is_one_that_every_server_takes(address: str, usable: str | None) -> None:
    assert usable_address(address) == usable
