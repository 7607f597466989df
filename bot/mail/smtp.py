"""Letters over SMTP; the only module that knows how the library speaks it.

A refusal by the server becomes one of the kinds of `bot.deliveries`. What stands against every
letter (no connection, a wrong password, a sender who may not send) is no fault of the letter
at hand: it waits, and the log says once what to put right.
"""

import asyncio
import re
import ssl
from email.message import EmailMessage

import aiosmtplib
import structlog

from bot.deliveries import DeliveryError, DeliveryRefused, RecipientStopped, TryLater
from bot.mail.letters import Letter, message_of
from trainingbot.mailing import Encryption, MailServer

log = structlog.get_logger()

ANSWER_SECONDS = 20.0
"""How long one answer of the server may take."""
LETTER_SECONDS = 60.0
"""How long a letter may take, with its wait for others: less than its claim lasts."""
IDLE_SECONDS = 10.0
"""A connection that was silent for longer may be half dead; a new one is opened."""
PAUSE_SECONDS = 30.0
"""For how long a server is left alone that takes nothing: many wrong passwords lock an account."""
LETTERS_PER_CONNECTION = 50
"""Servers end a connection after some hundred letters; this side does it first."""

_ENHANCED = re.compile(r"(?:\d{3}[ -])?(?P<code>[245]\.\d{1,3}\.\d{1,3})\b")
_NO_SUCH_MAILBOX = re.compile(r"5\.[12]\.\d+")
"""RFC 3463: x.1 is about the address, x.2 about the mailbox."""
_REFUSES_MAILBOX = frozenset({550, 551, 553})
_SENDER_MAY_NOT = frozenset(
    {"5.1.7", "5.1.8", "5.2.252", "5.7.3", "5.7.54", "5.7.57", "5.7.60", "5.7.64", "5.7.139"}
)
"""What servers say of whoever sends, at whatever step: not signed in, not allowed to relay, or
not allowed to write from this address."""
_SIGN_IN_FIRST = 530
_FOR_GOOD = 500
"""RFC 5321, 4.2.1: 4xx may pass later, 5xx never will."""

NOT_SIGNED_IN = (
    "the server does not accept the name and password in TRAININGBOT_MAIL_URL, "
    "or does not let this account send"
)
NOT_FROM_HERE = (
    "the server takes no letters from here, or none from the address in TRAININGBOT_MAIL_FROM"
)


class SmtpSender:
    """Hands letters to a mail server, one after the other over one connection.

    The connection is opened for the first letter and used again while it is fresh.
    `context` says whose certificates are believed; without it, those that the system believes.
    """

    def __init__(
        self,
        server: MailServer,
        *,
        context: ssl.SSLContext | None = None,
        answer_seconds: float = ANSWER_SECONDS,
        letter_seconds: float = LETTER_SECONDS,
        idle_seconds: float = IDLE_SECONDS,
        pause_seconds: float = PAUSE_SECONDS,
    ) -> None:
        self._server = server
        self._context = context or _context(server)
        self._answer_seconds = answer_seconds
        self._letter_seconds = letter_seconds
        self._idle_seconds = idle_seconds
        self._pause_seconds = pause_seconds
        self._turn = asyncio.Lock()
        self._connection: aiosmtplib.SMTP | None = None
        self._letters = 0
        self._used_at = 0.0
        self._trouble = ""
        self._paused_until = 0.0

    async def send(self, letter: Letter) -> None:
        """Hand a letter over. Raises a `DeliveryError`; after `TryLater` it may have arrived."""
        message = message_of(letter)
        try:
            async with asyncio.timeout(self._letter_seconds), self._turn:
                await self._hand_over(message)
        except TimeoutError as error:
            raise TryLater("The mail server takes too long.") from error

    async def close(self) -> None:
        """Say goodbye to the server; a later letter opens a new connection."""
        async with self._turn:
            await self._part()

    async def _hand_over(self, message: EmailMessage) -> None:
        pause = self._paused_until - asyncio.get_running_loop().time()
        if pause > 0:
            raise TryLater("The mail server is left alone for a moment.", retry_after=pause)
        is_whole = False
        try:
            connection = await self._connected(message)
            await connection.send_message(message)
            is_whole = True
        except (aiosmtplib.SMTPException, OSError) as error:
            # A refusal in words leaves the connection as it was; anything else may have cut it.
            is_whole = isinstance(
                error, aiosmtplib.SMTPResponseException | aiosmtplib.SMTPRecipientsRefused
            )
            refused, trouble = read_refusal(error)
            self._tell(trouble)
            raise refused from error
        finally:
            if not is_whole:
                self._drop()
        self._tell("")
        self._letters += 1
        self._used_at = asyncio.get_running_loop().time()

    async def _connected(self, message: EmailMessage) -> aiosmtplib.SMTP:
        """Return the connection, a new one unless the last one is still fresh."""
        idle = asyncio.get_running_loop().time() - self._used_at
        if idle > self._idle_seconds or self._letters >= LETTERS_PER_CONNECTION:
            await self._part()
        if self._connection is None or not self._connection.is_connected:
            self._drop()
            self._connection = self._line(message)
            await self._connection.connect()
        return self._connection

    def _line(self, message: EmailMessage) -> aiosmtplib.SMTP:
        server = self._server
        starts = {Encryption.REQUIRED: True, Encryption.IF_OFFERED: None}
        sender = message["From"].addresses[0]
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.name or None,
            password=server.password or None,
            use_tls=server.encryption == Encryption.FROM_THE_START,
            start_tls=starts.get(server.encryption, False),
            tls_context=self._context,
            timeout=self._answer_seconds,
            # Left to itself the library would ask the name service who this machine is.
            local_hostname=sender.domain,
        )

    async def _part(self) -> None:
        connection = self._connection
        if connection is not None and connection.is_connected:
            try:
                await connection.quit()
            except (aiosmtplib.SMTPException, OSError):
                log.debug("mail_server_left_first")
        self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection, self._letters = None, 0

    def _tell(self, trouble: str | None) -> None:
        """Say once what keeps all letters back, and once that it is over."""
        if trouble is None:
            return
        if trouble and trouble != self._trouble:
            log.error("mail_held_back", server=str(self._server), why=trouble)
        if trouble:
            self._paused_until = asyncio.get_running_loop().time() + self._pause_seconds
        if not trouble and self._trouble:
            log.info("mail_goes_out_again", server=str(self._server))
        self._trouble = trouble


def read_refusal(error: Exception) -> tuple[DeliveryError, str | None]:
    """Return what a failure means for the letter at hand, and what stands against every letter.

    The second is empty where the server works, and None where that is not known. Neither repeats
    what the server said, for it may have written the address into it.
    """
    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            refused = error.recipients[0]
            return _refused(refused.code, refused.message, is_recipient=True)
        case aiosmtplib.SMTPAuthenticationError():
            return _held_back(NOT_SIGNED_IN, error.code, error.message)
        case (
            aiosmtplib.SMTPSenderRefused()
            | aiosmtplib.SMTPConnectResponseError()
            | aiosmtplib.SMTPHeloError()
        ):
            return _held_back(NOT_FROM_HERE, error.code, error.message)
        case aiosmtplib.SMTPResponseException():
            return _refused(error.code, error.message, is_recipient=False)
    trouble = _trouble_of_connection(error)
    return TryLater(_sentence(trouble or "the server ended the connection")), trouble


def words_of_server(error: BaseException | None) -> str:
    """Return what a mail server said itself when it refused: for whoever runs the service.

    It may repeat the address, so it goes into no log.
    """
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        error = error.recipients[0]
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return " ".join(f"{error.code} {error.message}".split())
    return " ".join(str(error or "").split())


def _refused(status: int, said: str, *, is_recipient: bool) -> tuple[DeliveryError, str | None]:
    code = _enhanced(said)
    if code in _SENDER_MAY_NOT or status == _SIGN_IN_FIRST:
        return _held_back(NOT_FROM_HERE, status, said)
    if status < _FOR_GOOD:
        return TryLater("The mail server is busy.", status=status, code=code), ""
    of_mailbox = _NO_SUCH_MAILBOX.fullmatch(code) if code else status in _REFUSES_MAILBOX
    if is_recipient and of_mailbox:
        return RecipientStopped("There is no such mailbox.", status=status, code=code), ""
    return DeliveryRefused("The mail server refuses the letter.", status=status, code=code), ""


def _held_back(why: str, status: int, said: str) -> tuple[DeliveryError, str | None]:
    code = _enhanced(said)
    if status < _FOR_GOOD:
        return TryLater("The mail server is busy.", status=status, code=code), None
    number = f"{status} {code}".strip()
    return TryLater(_sentence(why), status=status, code=code), f"{why} ({number})"


def _trouble_of_connection(error: Exception) -> str | None:
    cause = error.__cause__ if isinstance(error.__cause__, Exception) else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return "the certificate of the server is not believed"
    if isinstance(cause, ssl.SSLError):
        return "the server speaks no TLS here: smtp:// and smtps:// have ports of their own"
    if isinstance(error, aiosmtplib.SMTPServerDisconnected):
        return None
    if isinstance(error, aiosmtplib.SMTPTimeoutError):
        return "the server does not answer"
    if isinstance(error, OSError):
        return "the server cannot be reached"
    return "the server offers no STARTTLS, or no way to sign in that is known here"


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."


def _enhanced(said: str) -> str:
    found = _ENHANCED.match(said.strip())
    return found["code"] if found else ""


def _context(server: MailServer) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if server.is_here:
        # Nobody can stand between two programs of one machine, and mail servers come with a
        # certificate that they made themselves.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
