"""Signed links: what opens, what has expired, and everything that must not open."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.moments import NOW
from trainingbot.errors import LinkExpired, LinkNotValid
from trainingbot.links import read_link, sign_link

SECRET = "a secret of at least thirty-two characters"
SUBJECT = UUID("0d4b5c1e-9c5a-4b57-8d0e-1f3a53f7a001")
EXPIRES = NOW + timedelta(days=120)


def token_of(purpose: str = "calendar") -> str:
    return sign_link(purpose, SUBJECT, secret=SECRET, expires_at=EXPIRES)


def claims_of(**changed: object) -> dict[str, object]:
    return {"aud": "calendar", "sub": SUBJECT.hex, "exp": int(EXPIRES.timestamp())} | changed


def test_a_link_opens_what_it_was_signed_for() -> None:
    assert read_link(token_of(), "calendar", secret=SECRET, now=NOW) == SUBJECT


def test_a_link_opens_until_its_last_second() -> None:
    token = token_of()

    opened = read_link(token, "calendar", secret=SECRET, now=EXPIRES - timedelta(seconds=1))

    assert opened == SUBJECT


@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=1000)])
def test_a_link_has_expired_from_then_on(late: timedelta) -> None:
    with pytest.raises(LinkExpired) as refusal:
        read_link(token_of(), "calendar", secret=SECRET, now=EXPIRES + late)

    assert refusal.value.sentence == (
        "This link has expired. Type “my training” in Teams to get a new one. "
        "Without Teams, open the newest e-mail from us."
    )


def test_the_time_is_the_one_handed_in_and_not_the_machines() -> None:
    long_ago = datetime(1999, 1, 1, tzinfo=UTC)
    token = sign_link("calendar", SUBJECT, secret=SECRET, expires_at=long_ago)

    opened = read_link(token, "calendar", secret=SECRET, now=long_ago - timedelta(days=1))

    assert opened == SUBJECT


def test_a_link_for_one_purpose_is_useless_for_another() -> None:
    with pytest.raises(LinkNotValid):
        read_link(token_of("calendar"), "register", secret=SECRET, now=NOW)


def test_a_link_signed_elsewhere_does_not_open() -> None:
    with pytest.raises(LinkNotValid):
        read_link(token_of(), "calendar", secret=SECRET[::-1], now=NOW)


def test_every_changed_character_closes_the_link() -> None:
    """The last one is left out: base64 does not use all of its bits."""
    token = token_of()

    for position, character in enumerate(token[:-1]):
        changed = token[:position] + ("A" if character != "A" else "B") + token[position + 1 :]
        with pytest.raises(LinkNotValid):
            read_link(changed, "calendar", secret=SECRET, now=NOW)


def test_a_link_that_names_no_algorithm_does_not_open() -> None:
    token = jwt.encode(claims_of(), key="", algorithm="none")

    with pytest.raises(LinkNotValid):
        read_link(token, "calendar", secret=SECRET, now=NOW)


def test_a_link_signed_by_another_algorithm_does_not_open() -> None:
    token = jwt.encode(claims_of(), SECRET * 2, algorithm="HS512")

    with pytest.raises(LinkNotValid):
        read_link(token, "calendar", secret=SECRET * 2, now=NOW)


@pytest.mark.parametrize("claim", ["aud", "sub", "exp"])
def test_a_link_that_leaves_something_out_does_not_open(claim: str) -> None:
    claims = {name: value for name, value in claims_of().items() if name != claim}
    token = jwt.encode(claims, SECRET, algorithm="HS256")

    with pytest.raises(LinkNotValid):
        read_link(token, "calendar", secret=SECRET, now=NOW)


@pytest.mark.parametrize(
    "changed",
    [{"sub": "nobody"}, {"sub": ""}, {"exp": "soon"}, {"exp": -(10**30)}, {"exp": 10**30}],
)
def test_a_link_that_says_nonsense_is_refused_even_when_it_is_signed(
    changed: dict[str, object],
) -> None:
    token = jwt.encode(claims_of(**changed), SECRET, algorithm="HS256")
    after_every_time = datetime(9999, 1, 1, tzinfo=UTC)

    with pytest.raises(LinkNotValid):
        read_link(token, "calendar", secret=SECRET, now=after_every_time)


@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "a.b.c", "x" * 10_000, "Ünïcode", "\x00", "a" * 500 + "." + "b" * 400 + ".c"],
)
def test_garbage_is_refused_in_a_sentence(token: str) -> None:
    with pytest.raises(LinkNotValid) as refusal:
        read_link(token, "calendar", secret=SECRET, now=NOW)

    assert refusal.value.sentence == (
        "This link does not work. It may have been cut off on its way: "
        "open it again from the card in Teams, or from our e-mail."
    )


@given(st.text(max_size=400))
def test_no_text_at_all_gives_anything_but_a_refusal(token: str) -> None:
    with pytest.raises(LinkNotValid):
        read_link(token, "calendar", secret=SECRET, now=NOW)


def test_a_link_is_short_enough_for_a_url_and_needs_no_quoting() -> None:
    token = sign_link("calendar", uuid4(), secret=SECRET, expires_at=EXPIRES)

    assert len(token) < 250
    assert token.replace(".", "").replace("-", "").replace("_", "").isalnum()
