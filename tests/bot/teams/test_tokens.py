import base64
import json
from datetime import datetime
from typing import Any

import jwt
import pytest
from aiohttp import ClientSession
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.teams.refusals import RequestRefused
from bot.teams.signing_keys import SigningKeys
from bot.teams.tokens import MOST_CHARACTERS, REMEMBERED, TokenVerifier
from tests.bot_framework import APP_ID, FakeBotFramework, HandClock, SigningPair


@pytest.fixture
def verifier(http: ClientSession, framework: FakeBotFramework) -> TokenVerifier:
    keys = SigningKeys(http, metadata_url=framework.metadata_url)
    return TokenVerifier(keys, app_id=APP_ID)


async def refusal(verifier: TokenVerifier, authorization: str, now: datetime) -> tuple[int, str]:
    with pytest.raises(RequestRefused) as refused:
        await verifier.verify(authorization, now=now)
    return refused.value.status, refused.value.reason


REFUSED = (401, "The token is missing or not valid.")


async def test_a_token_of_the_bot_framework_is_believed(
    verifier: TokenVerifier, framework: FakeBotFramework, clock: HandClock
) -> None:
    token = framework.token(now=clock.moment)

    verified = await verifier.verify(f"Bearer {token}", now=clock.moment)

    assert (verified.service_url, verified.claims["aud"]) == (framework.service_url, APP_ID)


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another-bot"},
        {"aud": None},
        {"aud": 7},
        {"iss": "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"},
        {"iss": None},
        {"exp": None},
        {"exp": "tomorrow"},
        {"exp": True},
        {"nbf": "yesterday"},
        {"serviceurl": None},
        {"serviceurl": ""},
        {"serviceurl": ["https://smba.trafficmanager.net/uk/"]},
    ],
    ids=str,
)
async def test_a_wrong_or_missing_claim_is_refused(
    verifier: TokenVerifier,
    framework: FakeBotFramework,
    clock: HandClock,
    claims: dict[str, Any],
) -> None:
    token = framework.token(now=clock.moment, **claims)

    assert await refusal(verifier, f"Bearer {token}", clock.moment) == REFUSED


@pytest.mark.parametrize(
    ("moved", "believed"),
    [
        ({"minutes": -5}, True),
        ({"minutes": -5, "seconds": -1}, False),
        ({"minutes": 64, "seconds": 59}, True),
        ({"minutes": 65}, False),
    ],
)
async def test_clocks_may_differ_by_five_minutes(
    verifier: TokenVerifier,
    framework: FakeBotFramework,
    clock: HandClock,
    moved: dict[str, float],
    believed: bool,  # noqa: FBT001 - a case
) -> None:
    token = framework.token(now=clock.moment)
    clock.advance(**moved)

    if believed:
        verified = await verifier.verify(f"Bearer {token}", now=clock.moment)
        assert verified.service_url == framework.service_url
    else:
        assert await refusal(verifier, f"Bearer {token}", clock.moment) == REFUSED


async def test_a_remembered_token_still_expires(
    verifier: TokenVerifier, framework: FakeBotFramework, clock: HandClock
) -> None:
    token = framework.token(now=clock.moment)
    await verifier.verify(f"Bearer {token}", now=clock.moment)
    clock.advance(minutes=65)

    assert await refusal(verifier, f"Bearer {token}", clock.moment) == REFUSED


async def test_a_remembered_token_falls_with_its_key(
    verifier: TokenVerifier, framework: FakeBotFramework, clock: HandClock
) -> None:
    old = framework.token(now=clock.moment)
    await verifier.verify(f"Bearer {old}", now=clock.moment)
    framework.pairs = [SigningPair("key-2")]
    clock.advance(minutes=2)

    await verifier.verify(f"Bearer {framework.token(now=clock.moment)}", now=clock.moment)

    assert await refusal(verifier, f"Bearer {old}", clock.moment) == REFUSED


async def test_what_is_remembered_is_bounded(
    verifier: TokenVerifier, framework: FakeBotFramework, clock: HandClock
) -> None:
    for number in range(REMEMBERED + 3):
        token = framework.token(now=clock.moment, jti=str(number))
        await verifier.verify(f"Bearer {token}", now=clock.moment)

    assert len(verifier._verified) == REMEMBERED  # noqa: SLF001 - the bound has no other face


async def test_a_key_that_is_not_endorsed_for_teams_signs_nothing_here(
    verifier: TokenVerifier, framework: FakeBotFramework, clock: HandClock
) -> None:
    for endorsements in ((), ("webchat",)):
        framework.pairs = [SigningPair(endorsements=endorsements)]
        clock.advance(days=2)
        token = framework.token(now=clock.moment)

        assert await refusal(verifier, f"Bearer {token}", clock.moment) == REFUSED


async def test_a_token_signed_with_another_key_under_a_known_id_is_refused(
    verifier: TokenVerifier, framework: FakeBotFramework, clock: HandClock
) -> None:
    token = SigningPair("key-1", drawn="by an impostor").token(
        issued_at=clock.moment.timestamp(), serviceurl=framework.service_url
    )

    assert await refusal(verifier, f"Bearer {token}", clock.moment) == REFUSED


async def test_a_token_is_refused_where_no_key_can_be_fetched(
    verifier: TokenVerifier, framework: FakeBotFramework, clock: HandClock
) -> None:
    framework.keys_status = 503
    token = framework.token(now=clock.moment)

    assert await refusal(verifier, f"Bearer {token}", clock.moment) == REFUSED


async def test_other_algorithms_are_refused(
    verifier: TokenVerifier, framework: FakeBotFramework, clock: HandClock
) -> None:
    pair = framework.pairs[0]
    claims = jwt.decode(framework.token(now=clock.moment), options={"verify_signature": False})
    public = pair.private_key.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    header = {"kid": "key-1"}
    unsigned = jwt.encode(claims, "", "none", headers=header)
    stronger = jwt.encode(claims, pair.private_key, "RS512", headers=header)
    confused = _signed_with_the_public_key(claims, public)

    for token in (unsigned, stronger, confused):
        assert await refusal(verifier, f"Bearer {token}", clock.moment) == REFUSED


def _signed_with_the_public_key(claims: dict[str, Any], public: bytes) -> str:
    """The public key taken for the secret of HS256: PyJWT itself refuses to make such a token."""
    signer = jwt.get_algorithm_by_name("HS256")
    parts = ({"alg": "HS256", "typ": "JWT", "kid": "key-1"}, claims)
    signed = b".".join(_segment(json.dumps(part).encode()) for part in parts)
    return (signed + b"." + _segment(signer.sign(signed, public))).decode()


def _segment(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        "Bearer garbage",
        "Bearer a.b.c",
        "Bearer ...",
        "Bearer \udcff\udcfe",
        "Bearer " + "a" * (MOST_CHARACTERS + 1),
        "Bearer " + _segment(b'{"alg":"RS256","kid":7}').decode() + ".e30.e30",
        "Bearer " + _segment(b'{"alg":"RS256","kid":["key-1"]}').decode() + ".e30.e30",
        "Bearer " + _segment(b'["alg"]').decode() + ".e30.e30",
        "Bearer " + _segment(b"[" * 5000).decode() + ".e30.e30",
        "Bearer " + _segment(b'{"alg":"RS256","kid":"key-1","crit":["x"]}').decode() + ".e30.e30",
    ],
    ids=lambda authorization: authorization[:30].encode("ascii", "replace").decode(),
)
async def test_garbage_is_refused(
    verifier: TokenVerifier, clock: HandClock, authorization: str
) -> None:
    assert await refusal(verifier, authorization, clock.moment) == REFUSED


async def test_a_payload_that_is_no_object_is_refused(
    verifier: TokenVerifier, framework: FakeBotFramework, clock: HandClock
) -> None:
    pair = framework.pairs[0]
    for payload in (b"[]", b"7", b"{", b"[" * 3000):
        token = jwt.api_jws.encode(payload, pair.private_key, "RS256", headers={"kid": "key-1"})

        assert await refusal(verifier, f"Bearer {token}", clock.moment) == REFUSED
