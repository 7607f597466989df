import asyncio
import ssl
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from bot.deliveries import DeliveryError, DeliveryRefused, RecipientStopped, TryLater
from bot.mail.smtp import SmtpSender
from tests.bot.mail.letters import letter
from tests.bot.mail.mail_server import (
    NAME,
    PASSWORD,
    Inbox,
    mail_server,
    self_made_certificate,
)
from trainingbot.clock import utc_now
from trainingbot.mailing import Encryption, MailServer

AMINA = "amina@trust.example"


def server_at(
    port: int, encryption: Encryption = Encryption.IF_OFFERED, *, name: str = "", password: str = ""
) -> MailServer:
    return MailServer("127.0.0.1", port, encryption, name, password)


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, Path]:
    return self_made_certificate(tmp_path_factory.mktemp("certificate"), now=utc_now())


async def refused(sender: SmtpSender, *, to: str = AMINA) -> DeliveryError:
    with pytest.raises(DeliveryError) as raised:
        await sender.send(letter(to=to))
    return raised.value


async def test_a_letter_arrives_as_it_was_written() -> None:
    inbox = Inbox()
    async with mail_server(inbox) as port:
        sender = SmtpSender(server_at(port))
        await sender.send(letter(name="Zoë Ångström"))
        await sender.close()

    (arrived,) = inbox.letters
    text, html = arrived.iter_parts()
    assert inbox.recipients_of == [[AMINA]]
    assert arrived["To"].addresses[0].display_name == "Zoë Ångström"
    assert arrived["From"].addresses[0].addr_spec == "no-reply@fenland.example"
    assert arrived["Subject"] == "Neglect, Tue 14 Jan 2025"
    assert text.get_content().replace("\r\n", "\n") == letter(name="Zoë Ångström").text
    assert (
        html.get_content().replace("\r\n", "\n") == letter(name="Zoë Ångström").html.rstrip() + "\n"
    )


async def test_letters_go_over_one_connection_while_it_is_fresh() -> None:
    inbox = Inbox()
    async with mail_server(inbox) as port:
        sender = SmtpSender(server_at(port))
        for number in range(3):
            await sender.send(letter(notice_id=UUID(int=number)))
        await sender.close()

    assert (len(inbox.letters), inbox.connections) == (3, 1)


async def test_a_connection_that_was_silent_for_long_is_opened_anew() -> None:
    inbox = Inbox()
    async with mail_server(inbox) as port:
        sender = SmtpSender(server_at(port), idle_seconds=0)
        await sender.send(letter())
        await sender.send(letter())
        await sender.close()

    assert (len(inbox.letters), inbox.connections) == (2, 2)


async def test_letters_handed_over_at_once_all_arrive_over_one_connection() -> None:
    inbox = Inbox()
    async with mail_server(inbox) as port:
        sender = SmtpSender(server_at(port))
        await asyncio.gather(
            *(sender.send(letter(notice_id=UUID(int=number))) for number in range(20))
        )
        await sender.close()

    sent = {arrived["Message-ID"] for arrived in inbox.letters}
    assert sent == {f"<notice-{UUID(int=number).hex}@fenland.example>" for number in range(20)}
    assert (len(inbox.letters), inbox.connections) == (20, 1)


async def test_a_server_that_was_started_again_is_found_again() -> None:
    before, after = Inbox(), Inbox()
    async with mail_server(before) as port:
        sender = SmtpSender(server_at(port))
        await sender.send(letter())
    sender = SmtpSender(server_at(port), pause_seconds=0)
    away = await refused(sender)
    async with mail_server(after) as new_port:
        sender = SmtpSender(server_at(new_port))
        await sender.send(letter())
        await sender.close()

    assert (type(away), away.status) == (TryLater, 0)
    assert (len(before.letters), len(after.letters)) == (1, 1)


async def test_a_name_and_a_password_go_over_tls_only(
    certified: tuple[ssl.SSLContext, Path],
) -> None:
    inbox = Inbox()
    served, certificate = certified
    async with mail_server(inbox, tls=served, signs_in=True) as port:
        sender = SmtpSender(
            server_at(port, encryption=Encryption.REQUIRED, name=NAME, password=PASSWORD),
            context=ssl.create_default_context(cafile=certificate),
        )
        await sender.send(letter())
        await sender.close()

    assert (inbox.were_encrypted, inbox.signed_in_as) == ([True], [NAME])


async def test_tls_from_the_start(certified: tuple[ssl.SSLContext, Path]) -> None:
    inbox = Inbox()
    served, certificate = certified
    async with mail_server(inbox, tls=served, smtps=True) as port:
        sender = SmtpSender(
            server_at(port, encryption=Encryption.FROM_THE_START),
            context=ssl.create_default_context(cafile=certificate),
        )
        await sender.send(letter())
        await sender.close()

    assert (len(inbox.letters), inbox.connections) == (1, 1)


async def test_a_server_of_this_machine_needs_no_certificate_that_anybody_vouches_for(
    certified: tuple[ssl.SSLContext, Path],
) -> None:
    inbox = Inbox()
    async with mail_server(inbox, tls=certified[0]) as port:
        sender = SmtpSender(server_at(port))
        await sender.send(letter())
        await sender.close()

    assert inbox.were_encrypted == [True]


@pytest.mark.parametrize("smtps", [True, False], ids=["smtps", "starttls"])
async def test_a_certificate_that_nobody_vouches_for_holds_letters_back(
    certified: tuple[ssl.SSLContext, Path], *, smtps: bool
) -> None:
    inbox = Inbox()
    encryption = Encryption.FROM_THE_START if smtps else Encryption.IF_OFFERED
    with capture_logs() as logs:
        async with mail_server(inbox, tls=certified[0], smtps=smtps) as port:
            sender = SmtpSender(
                server_at(port, encryption=encryption), context=ssl.create_default_context()
            )
            error = await refused(sender)

    assert (type(error), inbox.letters) == (TryLater, [])
    assert [entry["why"] for entry in logs] == ["the certificate of the server is not believed"]


async def test_no_password_is_said_to_a_server_without_tls() -> None:
    inbox = Inbox()
    with capture_logs() as logs:
        async with mail_server(inbox) as port:
            sender = SmtpSender(
                server_at(port, encryption=Encryption.REQUIRED, name=NAME, password=PASSWORD)
            )
            error = await refused(sender)

    assert (type(error), inbox.letters) == (TryLater, [])
    assert [entry["why"] for entry in logs] == [
        "the server offers no STARTTLS, or no way to sign in that is known here"
    ]


async def test_a_wrong_password_holds_letters_back_and_is_said_once_without_the_password(
    certified: tuple[ssl.SSLContext, Path],
) -> None:
    inbox = Inbox()
    served, certificate = certified
    with capture_logs() as logs:
        async with mail_server(inbox, tls=served, signs_in=True) as port:
            sender = SmtpSender(
                server_at(port, encryption=Encryption.REQUIRED, name=NAME, password="wr0ng"),
                context=ssl.create_default_context(cafile=certificate),
                pause_seconds=0,
            )
            errors = [await refused(sender) for _ in range(3)]

    assert [(type(error), error.status) for error in errors] == [(TryLater, 535)] * 3
    assert logs == [
        {
            "event": "mail_held_back",
            "log_level": "error",
            "server": f"127.0.0.1:{port}",
            "why": (
                "the server does not accept the name and password in TRAININGBOT_MAIL_URL, "
                "or does not let this account send (535 5.7.8)"
            ),
        }
    ]


async def test_a_server_that_takes_nothing_is_left_alone_for_a_while(
    certified: tuple[ssl.SSLContext, Path],
) -> None:
    inbox = Inbox()
    async with mail_server(inbox, tls=certified[0], signs_in=True) as port:
        sender = SmtpSender(server_at(port, name=NAME, password="wr0ng"), pause_seconds=60)
        errors = [await refused(sender) for _ in range(3)]

    assert inbox.connections == 1
    assert [isinstance(error, TryLater) and error.retry_after is not None for error in errors] == [
        False,
        True,
        True,
    ]


async def test_that_letters_go_out_again_is_said_once() -> None:
    inbox = Inbox(senders={"no-reply@fenland.example": "550 5.7.60 may not send as this sender"})
    with capture_logs() as logs:
        async with mail_server(inbox) as port:
            sender = SmtpSender(server_at(port), pause_seconds=0)
            error = await refused(sender)
            inbox.senders.clear()
            await sender.send(letter())
            await sender.send(letter())
            await sender.close()

    assert (type(error), error.status, error.code) == (TryLater, 550, "5.7.60")
    assert [entry["event"] for entry in logs] == ["mail_held_back", "mail_goes_out_again"]


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        ("421 4.3.2 Closing", TryLater, "4.3.2"),
        ("450 4.2.1 Busy mailbox", TryLater, "4.2.1"),
        ("451 greylisted, come back later", TryLater, ""),
        ("452 4.2.2 Mailbox full", TryLater, "4.2.2"),
        ("550 5.1.1 <amina@trust.example> unknown", RecipientStopped, "5.1.1"),
        ("550 5.1.10 RecipientNotFound", RecipientStopped, "5.1.10"),
        ("550 5.2.1 Mailbox disabled", RecipientStopped, "5.2.1"),
        ("550 No such user here", RecipientStopped, ""),
        ("553 Mailbox name not allowed", RecipientStopped, ""),
        ("550 5.7.1 Blocked by policy", DeliveryRefused, "5.7.1"),
        ("554 No thanks", DeliveryRefused, ""),
        ("530 5.7.0 Sign in first", TryLater, "5.7.0"),
        ("550 5.7.54 Unable to relay", TryLater, "5.7.54"),
    ],
)
async def test_what_a_server_says_of_a_recipient_decides_what_happens_next(
    answer: str, kind: type[DeliveryError], code: str
) -> None:
    inbox = Inbox(recipients={AMINA: [answer]})
    async with mail_server(inbox) as port:
        sender = SmtpSender(server_at(port), pause_seconds=0)
        error = await refused(sender)
        await sender.send(letter())
        await sender.close()

    assert (type(error), error.status, error.code) == (kind, int(answer[:3]), code)
    assert AMINA not in str(error)
    assert len(inbox.letters) == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("451 4.3.0 Try again", TryLater),
        ("552 5.3.4 Too large", DeliveryRefused),
        ("554 5.6.0 Not a letter", DeliveryRefused),
        ("550 5.1.1 said late", DeliveryRefused),
        ("554 5.2.252 SendAsDenied", TryLater),
    ],
)
async def test_what_a_server_says_of_a_letter_decides_what_happens_next(
    answer: str, kind: type[DeliveryError]
) -> None:
    inbox = Inbox(data=[answer])
    async with mail_server(inbox) as port:
        sender = SmtpSender(server_at(port), pause_seconds=0)
        error = await refused(sender)
        await sender.send(letter())
        await sender.close()

    assert (type(error), error.status) == (kind, int(answer[:3]))
    assert len(inbox.letters) == 1


async def test_a_connection_lost_in_the_middle_is_tried_later_and_opened_anew() -> None:
    inbox = Inbox(data=["hang up"])
    with capture_logs() as logs:
        async with mail_server(inbox) as port:
            sender = SmtpSender(server_at(port))
            error = await refused(sender)
            await sender.send(letter())
            await sender.close()

    assert (type(error), error.status) == (TryLater, 0)
    assert (len(inbox.letters), inbox.connections, logs) == (1, 2, [])


@pytest.mark.parametrize("limit", ["answer_seconds", "letter_seconds"])
async def test_a_server_that_falls_silent_holds_nobody_up_for_long(limit: str) -> None:
    inbox = Inbox(data=["say nothing"])
    async with mail_server(inbox) as port:
        limits: dict[str, Any] = {limit: 0.2}
        sender = SmtpSender(server_at(port), pause_seconds=0, **limits)
        error = await refused(sender)
        await sender.send(letter())
        await sender.close()

    assert (type(error), len(inbox.letters), inbox.connections) == (TryLater, 1, 2)


async def test_whoever_waits_behind_a_silent_server_is_told_in_time() -> None:
    inbox = Inbox(data=["say nothing"] * 5)
    async with mail_server(inbox) as port:
        sender = SmtpSender(server_at(port), letter_seconds=0.3)
        ends = await asyncio.gather(*(refused(sender) for _ in range(5)))
        await sender.close()

    assert [type(end) for end in ends] == [TryLater] * 5


async def test_a_letter_to_no_address_is_refused_before_anything_is_sent() -> None:
    inbox = Inbox()
    async with mail_server(inbox) as port:
        sender = SmtpSender(server_at(port))
        errors = [
            await refused(sender, to=to)
            for to in (
                "amina",
                "amina@trust.example> RCPT TO:<other@elsewhere.example",
                "amina@trust.example\r\nRCPT TO:<other@elsewhere.example>",
                "amina@trust.example,other@elsewhere.example",
                "zoë@trust.example",
                "",
            )
        ]

    assert [type(error) for error in errors] == [DeliveryRefused] * 6
    assert inbox.connections == 0


async def test_a_domain_in_other_letters_is_written_as_the_internet_does() -> None:
    inbox = Inbox()
    async with mail_server(inbox) as port:
        sender = SmtpSender(server_at(port))
        await sender.send(letter(to="amina@bücher.example"))
        await sender.close()

    assert inbox.recipients_of == [["amina@xn--bcher-kva.example"]]


async def test_a_letter_given_up_in_the_middle_leaves_no_half_connection_behind() -> None:
    inbox = Inbox(data=["say nothing"])
    async with mail_server(inbox) as port:
        sender = SmtpSender(server_at(port))
        sending = asyncio.create_task(sender.send(letter()))
        await inbox.fell_silent.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        await sender.send(letter())
        await sender.close()

    assert (len(inbox.letters), inbox.connections) == (1, 2)
