"""Reading the body of a request: bounded in size and depth, and text that can be stored."""

import json
from collections.abc import Iterable
from http import HTTPStatus
from itertools import chain
from typing import Any, NoReturn

from aiohttp import ClientPayloadError, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.teams.refusals import RequestRefused

MOST_BYTES = 256 * 1024
"""Teams keeps an activity under about 100 KB; nothing larger is read."""
MOST_LEVELS = 32
"""A card's input is some four levels deep; nothing deeper is looked at."""

_BAD = HTTPStatus.BAD_REQUEST


async def read_activity(request: web.Request) -> dict[str, Any]:
    """Return the JSON object in the body of `request`.

    Raises `RequestRefused`: 415 for anything but plain JSON, 413 above `MOST_BYTES`, 400 for what
    is not a JSON object, is nested deeper than `MOST_LEVELS`, or holds text that no database takes.
    """
    if request.content_type != "application/json":
        raise RequestRefused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body must be JSON.")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise RequestRefused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The body must not be compressed.")
    return parse_activity(await _read(request))


def parse_activity(body: bytes) -> dict[str, Any]:
    """Return the JSON object in `body`; raise `RequestRefused` (400) as `read_activity` does."""
    try:
        text = body.decode()
        activity = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise RequestRefused(_BAD, "The body is not valid JSON.") from error
    if not isinstance(activity, dict):
        raise RequestRefused(_BAD, "The body is not a JSON object.")
    # Counting brackets costs next to nothing and spares almost every body the walk.
    brackets = text.count("{") + text.count("[")
    if brackets > MOST_LEVELS or "\\u" in text:
        _refuse_deep_or_unstorable(activity)
    return activity


async def _read(request: web.Request) -> bytes:
    if (request.content_length or 0) > MOST_BYTES:
        raise _too_large()
    chunks = bytearray()
    try:
        async for chunk in request.content.iter_any():
            chunks += chunk
            if len(chunks) > MOST_BYTES:
                raise _too_large()
    except (HttpProcessingError, ClientPayloadError, web.RequestPayloadError, OSError) as error:
        raise RequestRefused(_BAD, "The body did not arrive whole.") from error
    return bytes(chunks)


def _too_large() -> RequestRefused:
    return RequestRefused(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body is larger than {MOST_BYTES} bytes."
    )


def _refuse_deep_or_unstorable(activity: dict[str, Any]) -> None:
    """Walk without recursion: the depth is what is being doubted."""
    level: list[Any] = [activity]
    for _ in range(MOST_LEVELS):
        below: list[Any] = []
        for value in (inner for outer in level for inner in _inside(outer)):
            if isinstance(value, str):
                _refuse_unstorable(value)
            elif isinstance(value, dict | list):
                below.append(value)
        level = below
    if level:
        raise RequestRefused(_BAD, f"The body is nested deeper than {MOST_LEVELS} levels.")


def _inside(outer: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return chain(outer, outer.values()) if isinstance(outer, dict) else outer


def _refuse_unstorable(text: str) -> None:
    # Half a surrogate pair cannot be written as UTF-8, and PostgreSQL stores no NUL.
    if "\x00" in text or not _is_encodable(text):
        raise RequestRefused(_BAD, "The body holds a character that no text may have.")


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _finite_float(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("a number is too large")
    return number


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite_float)
