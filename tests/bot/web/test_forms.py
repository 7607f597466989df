"""What a page takes for a form, and everything else that may be sent to it."""

import json
from collections.abc import Mapping
from urllib.parse import quote

import pytest

from bot.web.forms import MOST_BYTES, FormRefused, pressed
from tests.bot.digests import digest
from tests.bot.web.conftest import Site
from tests.factories import make_practitioner

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SOUND = quote('{"verb": "my_training"}')


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (f"press={SOUND}".encode(), {"Content-Type": "text/plain"}, 415),
        (f"press={SOUND}".encode(), {"Content-Type": "application/json"}, 415),
        (b'{"press": 1}', {"Content-Type": "multipart/form-data; boundary=x"}, 415),
        (b"x" * (MOST_BYTES + 1), FORM, 413),
        (b"", FORM, 400),
        (b"press=", FORM, 400),
        (b"press=%7B", FORM, 400),
        (b"press=[]", FORM, 400),
        (b"press=null", FORM, 400),
        (b'press={"verb": 1}', FORM, 400),
        (b'press={"verb": "my_training", "data": []}', FORM, 400),
        (b"press=" + quote('{"verb": "my_training", "data": {"x": "\x00"}}').encode(), FORM, 400),
        (b'press={"verb": "my_training", "data": {"x": "\\u0000"}}', FORM, 400),
        (b'press={"verb": "my_training", "data": {"x": "\\ud800"}}', FORM, 400),
        (b"press=" + b"[" * 30_000, FORM, 400),
        (b"press=" + b"[" * 15_000, FORM, 400),
        (b"press=" + b"9" * 6_000, FORM, 400),
        (b"press=" + SOUND.encode() + b"&x=%ff", FORM, 400),
        (b"press=" + SOUND.encode() + b"&x=%ed%a0%80", FORM, 400),
        (b"\xff\xfe=1", FORM, 400),
        (b"&".join(b"x%d=1" % number for number in range(500)), FORM, 400),
        (f"press={SOUND}".encode(), FORM | {"Content-Encoding": "gzip"}, 400),
    ],
)
async def test_what_is_no_form_of_ours_is_told_in_a_sentence_and_changes_nothing(
    site: Site, body: bytes, headers: Mapping[str, str], status: int
) -> None:
    async with site.database.writing() as db:
        person = await make_practitioner(db)
    notice = await site.notice_to(person, about_id=person.id)
    path = site.url(notice).partition("3978")[2]
    before = await digest(site.database)

    response = await site.client.post(path, data=body, headers=headers)
    page = await response.text()

    assert response.status == status
    assert "<h1>" in page or response.content_type == "text/plain"
    assert "Traceback" not in page
    assert await digest(site.database) == before


def test_a_button_gives_its_verb_and_its_data_with_what_was_filled_in() -> None:
    press = json.dumps({"verb": "cancel_booking", "data": {"session_id": "1"}})

    verb, data = pressed({"press": press, "words": "ill", "late_reason": "illness"})

    assert verb == "cancel_booking"
    assert data == {"session_id": "1", "words": "ill", "late_reason": "illness"}


def test_a_button_without_data_needs_none() -> None:
    assert pressed({"press": '{"verb": "my_training"}'}) == ("my_training", {})


def test_a_form_without_a_button_is_refused() -> None:
    with pytest.raises(FormRefused, match="No button of this page was pressed"):
        pressed({"words": "ill"})
