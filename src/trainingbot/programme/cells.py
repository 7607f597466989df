"""What a cell of a programme's files can hold, and what is expected where it holds else.

A value is never made from text that merely resembles it. Times stay as the file has them, local
and without a zone, so that a programme can be moved by whole weeks.
"""

import re
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from trainingbot.enums import BookingStatus
from trainingbot.programme.times import is_shown_by_clocks

EARLIEST_YEAR, LATEST_YEAR = 1990, 2100
LONGEST_LINE = 200
LONGEST_COMMENT = 10_000
LOCAL_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?", re.ASCII)
EMAIL = re.compile(r"[^@\s\"(),:;<>\[\]]{1,64}@[^@\s\"(),:;<>\[\]]{1,189}")
TENANT_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII | re.IGNORECASE)
DOMAIN = re.compile(r"[^@\s.,;:/]+(\.[^@\s.,;:/]+)+")


def expected(sentence: str) -> PydanticCustomError:
    """Return the error of a cell whose fault deserves more than its column's usual sentence."""
    return PydanticCustomError("expected", "{sentence}", {"sentence": sentence})


def digits_only(cell: object) -> object:
    """Let only the digits 0 to 9 through to a whole number."""
    # Pydantic also takes "1_000", "35.0" and digits of other scripts.
    if isinstance(cell, str) and not re.fullmatch(r"\d{1,10}", cell, re.ASCII):
        raise ValueError("no whole number")
    return cell


def yes_or_no(cell: object) -> object:
    """Turn yes and no into a truth value."""
    if isinstance(cell, str):
        answers: dict[str, bool] = {"yes": True, "no": False}
        return answers.get(cell.casefold(), "neither")
    return cell


NOT_IMPORTED = (BookingStatus.OFFERED, BookingStatus.UNBOOKED)
"""An offer is made and taken, and a register kept, only while the service runs."""


def of_a_file(status: BookingStatus) -> BookingStatus:
    """Refuse a status that only the service itself gives."""
    if status in NOT_IMPORTED:
        raise ValueError("no status of a file")
    return status


def _is_email(address: str) -> str:
    if not EMAIL.fullmatch(address):
        raise ValueError("no e-mail address")
    return address.casefold()


def _emails(cell: object) -> object:
    if isinstance(cell, str):
        return tuple(part.strip() for part in cell.split(";") if part.strip())
    return cell


def _each_once(addresses: tuple[str, ...]) -> tuple[str, ...]:
    for address in addresses:
        if addresses.count(address) > 1:
            raise expected(f"{address} stands here twice; expected each trainer once")
    return addresses


def _is_domain(cell: str) -> str:
    if not DOMAIN.fullmatch(cell):
        raise ValueError("no domain")
    return cell.casefold()


def _is_tenant_id(cell: str) -> str:
    if not TENANT_ID.fullmatch(cell):
        raise ValueError("no tenant id")
    return cell.casefold()


def _read_local_time(cell: object) -> object:
    if not isinstance(cell, str):
        return cell
    if not LOCAL_TIME.fullmatch(cell):
        raise ValueError("no local time")
    local = datetime.fromisoformat(cell)
    if not EARLIEST_YEAR <= local.year <= LATEST_YEAR:
        raise expected(
            f"“{cell}” lies too far away; expected a year from {EARLIEST_YEAR} to {LATEST_YEAR}"
        )
    return local


def _is_shown_by_clocks(local: datetime, info: ValidationInfo) -> datetime:
    if info.context is None:
        return local
    zone: ZoneInfo = info.context["zone"]
    if not is_shown_by_clocks(local, zone=zone):
        raise expected(
            f"“{local.isoformat(timespec='minutes')}” does not exist in {zone.key}, because the "
            f"clocks go forward over it; expected a time before or after that hour"
        )
    return local


Code = Annotated[str, Field(pattern=r"^\S{1,40}$", description="a code without spaces")]
Words = Annotated[
    str, Field(max_length=LONGEST_LINE, description=f"words, at most {LONGEST_LINE} characters")
]
Email = Annotated[
    str,
    AfterValidator(_is_email),
    Field(description="an e-mail address such as rosa.mills@county.example"),
]
Emails = Annotated[
    tuple[Annotated[str, AfterValidator(_is_email)], ...],
    BeforeValidator(_emails),
    AfterValidator(_each_once),
    Field(description="e-mail addresses with a semicolon between them, or nothing"),
]
TenantId = Annotated[str, AfterValidator(_is_tenant_id)]
Domain = Annotated[
    str,
    AfterValidator(_is_domain),
    Field(description="the part of an e-mail address after the @, such as county.example"),
]
RecordedTime = Annotated[
    datetime,
    BeforeValidator(_read_local_time),
    Field(description="a local time such as 2025-01-14T09:30"),
]
"""A local time that a computer wrote down, perhaps one whose clock was not yet put forward."""
AppointedTime = Annotated[
    RecordedTime,
    AfterValidator(_is_shown_by_clocks),
    Field(description="a local time such as 2025-01-14T09:30"),
]
"""A local time at which people meet, so there has to be one."""
Rating = Annotated[
    int,
    BeforeValidator(digits_only),
    Field(ge=1, le=5, description="a whole number from 1 to 5, or nothing"),
]
Places = Annotated[
    int,
    BeforeValidator(digits_only),
    Field(ge=0, le=100_000, description="a number of places from 0 to 100,000"),
]
