"""The door to the environment: every setting, its default and its reason."""

import os
import secrets
from contextlib import suppress
from datetime import time
from decimal import Decimal
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from trainingbot import policies, timings
from trainingbot.enums import LateReason, Nation, NoticeKind, PolicyPreset
from trainingbot.errors import SettingsNotUsable
from trainingbot.timings import Timing

SECRET_LENGTH = 32
"""RFC 7518, 3.2: a key for HMAC-SHA256 is at least as long as the hash, 32 bytes."""

CommaSeparated = Annotated[tuple[str, ...], NoDecode]


class Settings(BaseSettings):
    """All settings, read from `TRAININGBOT_…` variables or a `.env` file.

    A value that cannot be used is refused when the service starts, with the name of the variable.
    """

    model_config = SettingsConfigDict(
        env_prefix="TRAININGBOT_", env_file=".env", env_file_encoding="utf-8", extra="ignore"
    )

    database_url: str = "sqlite+aiosqlite:///trainingbot.db"
    """A SQLAlchemy URL: `sqlite+aiosqlite:///file.db` or `postgresql+psycopg://…`."""

    partnership: str = "your safeguarding partnership"
    """The name that people read."""
    time_zone: str = "Europe/London"
    """The zone in which times are typed and shown."""
    nation: Nation = Nation.ENGLAND
    """The nation whose bank holidays are no working days."""
    offer_hours: int = Field(default=24, ge=1, le=240)
    """For how many working hours a place is held for the next on the waitlist."""
    broadcast_days: int = Field(default=3, ge=0, le=20)
    """From how many working days before the start a free place goes to the first who asks."""
    reserved_days: int = Field(default=10, ge=0, le=60)
    """How many working days before the start reserved places open to all, unless said otherwise."""
    policy: PolicyPreset = PolicyPreset.NONE
    """The terms of cancelling to begin from; what the next six leave open is the preset's."""
    notice_days: int | None = None
    """Until how many working days before the start a place is given back freely, 0 to 60."""
    late_charge: Decimal | None = None
    """The charge for a late cancellation, in pounds."""
    no_show_charge: Decimal | None = None
    """The charge for a no-show, in pounds."""
    exempt_reasons: Annotated[tuple[LateReason, ...] | None, NoDecode] = None
    """Reasons for a late cancellation that is not charged."""
    exempt_agencies: CommaSeparated = ()
    """Codes of agencies that are never charged."""
    substitutes: bool | None = None
    """Whether a colleague may take a place over."""
    referral_route: str = ""
    """Where to turn with a concern about a child or an adult, with a number or an address.

    Shown to whoever types a concern into the chat.
    """
    contact_email: str = ""
    """The training team's address; it is the organiser of calendar entries."""
    coordinators: CommaSeparated = ()
    """E-mail addresses of the first coordinators, who confirm agencies and appoint others."""

    small_number: int = Field(default=5, ge=3, le=20)
    """Answers of fewer people than this are not shown in summaries."""
    quiet_begins: time = time(18, 0)
    """From when on working days no message goes out that can wait until the morning."""
    quiet_ends: time = time(8, 0)
    """When quiet ends; the same time as `quiet_begins` means quiet weekends and holidays only."""
    quiet: bool = True
    """Whether there are quiet hours and quiet days at all."""
    notices_off: Annotated[frozenset[NoticeKind], NoDecode] = frozenset()
    """Kinds of notices that nobody gets, of those that can be switched off."""
    notice_times: Annotated[dict[NoticeKind, Timing], NoDecode] = Field(default_factory=dict)
    """When kinds of notices are due, where not as they come: `early_reminder=7 working days`."""
    send_rate: int = Field(default=25, ge=1, le=33)
    """How many messages a second go to Teams, first attempts; half as many again may repeat.

    Teams takes 50 a second per app and tenant (Microsoft's rate limits for bots).
    """
    mail_rate: int = Field(default=5, ge=1, le=100)
    """How many e-mails a second are handed to the mail server."""
    mail_url: SecretStr = SecretStr("")
    """Where e-mails go: `smtp://name:password@host:587` (STARTTLS), `smtps://…:465`,
    `file:folder` or `console:`. Empty sends none, and whoever is not in Teams hears nothing.
    """
    mail_from: str = ""
    """The address that e-mails come from; without it they come from `contact_email`."""
    link_days: int = Field(default=30, ge=1, le=400)
    """How long a personal link in an e-mail works."""

    host: str = "127.0.0.1"
    port: int = Field(default=3978, ge=0, le=65535)
    public_url: str = "http://127.0.0.1:3978"
    """How links in cards reach this service from a phone."""
    secret: SecretStr = SecretStr("")
    """Signs links and keys the hash under which evaluations are stored; at least 32 characters.

    Where it is not set, one is made and kept in `trainingbot.secret` beside the database.
    """
    calendar_link_days: int = Field(default=30, ge=1, le=400)
    """How long a signed link to a calendar file works."""

    local: bool = False
    """Without credentials, on loopback, for trying it out: every request is believed."""
    app_id: str = ""
    """The application (client) id of the bot's Entra app registration."""
    app_password: SecretStr = SecretStr("")
    app_type: str = Field(default="SingleTenant", pattern="^(SingleTenant|MultiTenant)$")
    app_tenant_id: str = ""
    """The tenant of the bot resource itself, where it is single-tenant."""
    tenants: CommaSeparated = ()
    """The Microsoft 365 tenants whose people may talk to the bot; nobody else is answered."""
    service_hosts: CommaSeparated = (
        "smba.trafficmanager.net",
        "*.infra.gcc.teams.microsoft.com",
    )
    """Hosts to which the bot sends answers; an activity that names another is refused."""

    @field_validator("coordinators", "tenants", "service_hosts", "exempt_agencies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().lower() for part in value.split(",") if part.strip())
        return value

    @field_validator("notices_off", mode="before")
    @classmethod
    def _optional_kinds(cls, value: object) -> object:
        return timings.kinds_switched_off(value)

    @field_validator("notice_times", mode="before")
    @classmethod
    def _own_times(cls, value: object) -> object:
        return timings.own_times(value)

    @field_validator("policy", mode="before")
    @classmethod
    def _known_policy(cls, value: object) -> object:
        return policies.preset(value)

    @field_validator("notice_days", mode="before")
    @classmethod
    def _days(cls, value: object) -> object:
        return policies.notice_days(value)

    @field_validator("late_charge", "no_show_charge", mode="before")
    @classmethod
    def _pounds(cls, value: object) -> object:
        return policies.pounds(value)

    @field_validator("exempt_reasons", mode="before")
    @classmethod
    def _known_reasons(cls, value: object) -> object:
        return policies.exempt_reasons(value)

    @field_validator("substitutes", mode="before")
    @classmethod
    def _yes_or_no(cls, value: object) -> object:
        return policies.yes_or_no(value)

    @field_validator("nation", mode="before")
    @classmethod
    def _spelt_as_a_name(cls, value: object) -> object:
        if isinstance(value, str):
            return "_".join(value.lower().split())
        return value

    @field_validator("secret")
    @classmethod
    def _long_enough(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < SECRET_LENGTH:
            raise ValueError(f"needs at least {SECRET_LENGTH} characters")
        return value

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as error:
            raise ValueError(f"{value!r} is not a time zone such as Europe/London") from error
        return value

    @field_validator("public_url")
    @classmethod
    def _no_trailing_slash(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("begins with http:// or https://")
        return value.rstrip("/")

    @cached_property
    def zone(self) -> ZoneInfo:
        """The partnership's zone."""
        return ZoneInfo(self.time_zone)

    @cached_property
    def signing_secret(self) -> str:
        """The secret of the settings, or the one kept in a file that is made when it is missing."""
        given = self.secret.get_secret_value()
        if given:
            return given
        folder = self.sqlite_file.parent if self.sqlite_file else Path()
        return kept_secret(folder / "trainingbot.secret")

    @property
    def sends_mail(self) -> bool:
        """Whether e-mails go to people whom Teams does not reach."""
        return bool(self.mail_url.get_secret_value())

    @property
    def sqlite_file(self) -> Path | None:
        """The file of the embedded database, or None on PostgreSQL or in memory."""
        prefix = "sqlite+aiosqlite:///"
        if not self.database_url.startswith(prefix):
            return None
        name = self.database_url.removeprefix(prefix).partition("?")[0]
        return Path(name) if name and name != ":memory:" else None

    def refuse_unsafe_serving(self) -> None:
        """Raise `SettingsNotUsable` unless the service can be opened to callers safely.

        Botbuilder checks no token at all when the app id is empty, so a service without
        credentials may only ever listen to its own machine.
        """
        if self.local:
            if not is_loopback(self.host):
                raise SettingsNotUsable(
                    f"--local believes every request, so it may only listen on this machine, "
                    f"and {self.host} is reachable from others. "
                    f"Use 127.0.0.1, or set the bot's credentials."
                )
            return
        missing = [
            name
            for name, value in (
                ("TRAININGBOT_APP_ID", self.app_id),
                ("TRAININGBOT_APP_PASSWORD", self.app_password.get_secret_value()),
                ("TRAININGBOT_TENANTS", ",".join(self.tenants)),
            )
            if not value
        ]
        if missing:
            raise SettingsNotUsable(
                f"The service cannot start: {', '.join(missing)} not set. "
                f"Set them as docs/running.md describes, "
                f"or try it out on this machine with --local."
            )
        if self.app_type == "SingleTenant" and not self.app_tenant_id:
            raise SettingsNotUsable(
                "The service cannot start: a SingleTenant bot needs TRAININGBOT_APP_TENANT_ID."
            )


def load_settings(**given: Any) -> Settings:  # noqa: ANN401 - the values of any setting
    """Read the settings; what is `given` on the command line wins over the environment.

    Raises `SettingsNotUsable` naming every variable that cannot be used.
    """
    try:
        settings = Settings(**given)
    except ValidationError as error:
        faults = [
            f"TRAININGBOT_{'_'.join(map(str, fault['loc'])).upper()}: "
            + fault["msg"].removeprefix("Value error, ")
            for fault in error.errors(include_input=False)
        ]
        raise SettingsNotUsable("\n".join(["The settings cannot be used.", *faults])) from error
    except (UnicodeDecodeError, OSError) as error:
        raise SettingsNotUsable(
            "The file .env cannot be read. Check that it is yours and saved as UTF-8."
        ) from error
    if "public_url" not in settings.model_fields_set:
        settings.public_url = f"http://{settings.host}:{settings.port}"
    return settings


def is_loopback(host: str) -> bool:
    """Return whether `host` is this machine, to which nobody else can listen in."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def kept_secret(file: Path) -> str:
    """Return the secret kept in `file`; whoever asks first makes it.

    Only the owner of the file can read it.
    Raises `SettingsNotUsable` when the file can be neither read nor made.
    """
    try:
        if not file.exists():
            _make_secret(file)
        kept = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsNotUsable(
            f"No secret: {file} can be neither read nor made. Set TRAININGBOT_SECRET instead."
        ) from error
    if len(kept) < SECRET_LENGTH:
        raise SettingsNotUsable(f"{file} holds no whole secret. Put the old one back there.")
    return kept


def _make_secret(file: Path) -> None:
    # A link appears whole or not at all, so a second process never reads half a secret.
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as opened:
            opened.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink()
