"""Reading what a form of ours sent: bounded in size, and text that can be stored."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import ClientPayloadError, web
from aiohttp.http_exceptions import HttpProcessingError

MOST_BYTES = 256 * 1024
MOST_FIELDS = 100
MOST_LETTERS = 20_000
"""So many letters of a button are read; ours have some hundred."""
PRESS = "press"
"""The field of a button: its verb and its data, as JSON."""


class FormRefused(Exception):
    """What was sent is no form of ours; `sentence` is for the person who sent it."""

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


async def read_form(request: web.Request) -> dict[str, str]:
    """Return the fields of a form; several values of one field are joined with commas.

    Raises `FormRefused` for another type of body, one that is too large or does not arrive, and
    for characters that no text may have.
    """
    if request.content_type != "application/x-www-form-urlencoded":
        raise FormRefused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "This is not what our page sends.")
    body = await _read(request)
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as error:
        raise _not_readable() from error
    fields: dict[str, str] = {}
    for name, value in pairs:
        _refuse_unstorable(name + value)
        fields[name] = f"{fields[name]},{value}" if name in fields else value
    return fields


def pressed(fields: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """Return the verb and the data of the button that was pressed, with what the form took in.

    Raises `FormRefused` where it is no button of ours.
    """
    text = fields.get(PRESS, "")
    try:
        button = json.loads(text) if len(text) <= MOST_LETTERS else None
        again = json.dumps(button, ensure_ascii=False)
    except (ValueError, RecursionError) as error:
        raise _no_button() from error
    if not isinstance(button, dict):
        raise _no_button()
    verb, data = button.get("verb"), button.get("data", {})
    if not isinstance(verb, str) or not isinstance(data, dict):
        raise _no_button()
    _refuse_unstorable(again.replace("\\u0000", "\x00"))
    return verb, {**data, **inputs_of(fields)}


def inputs_of(fields: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed and chosen, without the button."""
    return {name: value for name, value in fields.items() if name != PRESS}


async def _read(request: web.Request) -> bytes:
    too_large = FormRefused(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "That is more text than fits into our form."
    )
    if (request.content_length or 0) > MOST_BYTES:
        raise too_large
    chunks = bytearray()
    try:
        async for chunk in request.content.iter_any():
            chunks += chunk
            if len(chunks) > MOST_BYTES:
                raise too_large
    except (HttpProcessingError, ClientPayloadError, web.RequestPayloadError, OSError) as error:
        raise _not_readable() from error
    return bytes(chunks)


def _refuse_unstorable(text: str) -> None:
    # Half a surrogate pair cannot be written as UTF-8, and PostgreSQL stores no NUL.
    if "\x00" in text:
        raise _not_readable()
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise _not_readable() from error


def _not_readable() -> FormRefused:
    return FormRefused(HTTPStatus.BAD_REQUEST, "What was sent could not be read.")


def _no_button() -> FormRefused:
    return FormRefused(HTTPStatus.BAD_REQUEST, "No button of this page was pressed.")
