"""Where e-mails go and from which address they come, as the settings say."""

import re
from dataclasses import dataclass, field
from email.headerregistry import Address
from enum import StrEnum
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from trainingbot.errors import SettingsNotUsable
from trainingbot.settings import Settings, is_loopback

SUBMISSION_PORT = 587
RELAY_PORT = 25
TLS_PORT = 465

_ADDRESS = re.compile(r"(?P<local>[^\s<>()\[\]\\,;:@\"]{1,64})@(?P<domain>[^\s<>()\[\]\\,;:@\"]+)")
_URL = "TRAININGBOT_MAIL_URL cannot be used"
_FORMS = (
    "Write smtp://name:password@host:587, smtps://name:password@host:465, file:folder or console:, "
    "with signs such as @, /, # or % in a name or password as %40, %2F, %23 or %25."
)


class Encryption(StrEnum):
    """How the way to a mail server is closed to others."""

    FROM_THE_START = "from the start"
    """TLS before the first word: smtps."""
    REQUIRED = "required"
    """STARTTLS, and no letter without it."""
    IF_OFFERED = "if offered"
    """STARTTLS where the server knows it."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """A server that takes letters over SMTP."""

    host: str
    port: int
    encryption: Encryption
    name: str = ""
    """The name to sign in with; empty where the server asks for none."""
    password: str = field(default="", repr=False)

    @property
    def is_here(self) -> bool:
        """Whether it is a program on this machine, whose certificate nobody vouches for."""
        return is_loopback(self.host)

    def __str__(self) -> str:
        """Return where it is, without name and password."""
        return f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class MailFolder:
    """A folder in which each letter becomes a file."""

    folder: Path

    def __str__(self) -> str:
        """Return where it is."""
        return f"the folder {self.folder}"


@dataclass(frozen=True, slots=True)
class MailConsole:
    """The standard output of the process that sends."""

    def __str__(self) -> str:
        """Return where it is."""
        return "the standard output"


MailRoute = MailServer | MailFolder | MailConsole


def mail_route_of(settings: Settings) -> MailRoute | None:
    """Return where e-mails go, or None where none are sent.

    Raises `SettingsNotUsable` for a URL that cannot be used, or where no sender is named. The
    sentence repeats nothing of the URL, for a password is in it.
    """
    url = settings.mail_url.get_secret_value().strip()
    if not url:
        return None
    if usable_address(sender_address(settings)) is None:
        raise SettingsNotUsable(
            "E-mails need an address that they come from: set TRAININGBOT_MAIL_FROM, or "
            "TRAININGBOT_CONTACT_EMAIL, to one such as training@partnership.example."
        )
    scheme, colon, rest = url.partition(":")
    match scheme.lower() if colon else "":
        case "console":
            return MailConsole()
        case "file":
            return _folder(rest)
        case "smtp" | "smtps" as known:
            return _server(url, with_tls=known == "smtps")
        case _:
            raise SettingsNotUsable(f"{_URL}: it begins with none of the known ways. {_FORMS}")


def sender_address(settings: Settings) -> str:
    """Return the address from which e-mails come; empty where the settings name none."""
    return (settings.mail_from or settings.contact_email).strip()


def usable_address(address: str) -> str | None:
    """Return an address as every mail server takes it, or None where it is no such address.

    A domain in letters beyond a to z is written as the internet does. What stands before the @
    may have none: it would need a way of sending that most servers do not have.
    """
    found = _ADDRESS.fullmatch(address.strip())
    if found is None or not found["local"].isascii() or not found["local"].isprintable():
        return None
    try:
        domain = found["domain"].encode("idna").decode("ascii")
        return Address(addr_spec=f"{found['local']}@{domain}").addr_spec
    except (ValueError, IndexError):
        return None


def _folder(rest: str) -> MailFolder:
    path = rest.removeprefix("//")
    if not path.strip():
        raise SettingsNotUsable(f"{_URL}: it names no folder. {_FORMS}")
    return MailFolder(Path(path))


def _server(url: str, *, with_tls: bool) -> MailServer:
    parts = _split(url)
    host = parts.hostname or ""
    name, password = unquote(parts.username or ""), unquote(parts.password or "")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise SettingsNotUsable(f"{_URL}: something stands after host and port. {_FORMS}")
    if bool(name) != bool(password):
        raise SettingsNotUsable(f"{_URL}: a name and a password go together. {_FORMS}")
    if with_tls:
        return MailServer(host, parts.port or TLS_PORT, Encryption.FROM_THE_START, name, password)
    closed = bool(password) and not is_loopback(host)
    return MailServer(
        host,
        parts.port or (SUBMISSION_PORT if password else RELAY_PORT),
        Encryption.REQUIRED if closed else Encryption.IF_OFFERED,
        name,
        password,
    )


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        has_port = parts.port != 0
    except ValueError:
        # The text of this error holds a part of the URL, and that may be one of the password.
        raise SettingsNotUsable(f"{_URL}: its host or port cannot be read. {_FORMS}") from None
    if not has_port or not re.fullmatch(r"[A-Za-z0-9._:-]+", parts.hostname or ""):
        raise SettingsNotUsable(f"{_URL}: it names no host, or no port. {_FORMS}")
    return parts
