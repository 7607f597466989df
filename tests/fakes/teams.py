"""A stand-in for the Bot Framework: real keys, real tokens, and activities as Teams sends them."""

import json
from dataclasses import dataclass, field
from typing import Any


import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

APP_ID = "7e3b0c52-5d0c-4b8e-9d53-9f6a1c9f1a01"
TENANT = "5f1f7b0a-3a53-4f0e-8e0b-2b6f7c1d9e10"
OTHER_TENANT = "9c0d1e2f-0000-4000-8000-aaaaaaaaaaaa"
OBJECT_ID = "0b9f8a52-84a5-4a52-a6f1-2f7d5e1c1d11"
SERVICE_URL = "https://smba.trafficmanager.net/uk/"
BOT_ID = f"28:{APP_ID}"
PERSON_ID = "29:1ann"
CONVERSATION_ID = "a:1conversation"
ISSUER = "https://api.botframework.com"


@dataclass
class SigningPair:
    """A key of the Bot Framework: the private half signs, the public half is published."""

    key_id: str = "key-1"
    endorsements: tuple[str, ...] = ("msteams",)
    private_key: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )

    def published(self) -> dict[str, Any]:
        """Return the public half as it stands in the key set."""
        jwk = json.loads(RSAAlgorithm.to_jwk(self.private_key.public_key()))
        del jwk["key_ops"]
        return {
            **jwk,
            "kid": self.key_id,
            "use": "sig",
            "endorsements": list(self.endorsements),
        }

    def token(self, *, issued_at: float, **changes: Any) -> str:
        """Return a token valid for an hour; a claim changed to None is left out."""
        claims = {
            "iss": ISSUER,
            "aud": APP_ID,
            "serviceurl": SERVICE_URL,
            "nbf": int(issued_at),
            "exp": int(issued_at) + 3600,
            **changes,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(kept, self.private_key, "RS256", headers={"kid": self.key_id})


def envelope(**changes: Any) -> dict[str, Any]:
    """Return what every activity of Teams has; a field changed to None is left out."""
    activity = {
        "id": "1700000000001",
        "timestamp": "2025-01-14T09:30:00.000Z",
        "channelId": "msteams",
        "serviceUrl": SERVICE_URL,
        "from": {"id": PERSON_ID, "name": "Ann Example", "aadObjectId": OBJECT_ID},
        "conversation": {
            "id": CONVERSATION_ID,
            "conversationType": "personal",
            "tenantId": TENANT,
        },
        "recipient": {"id": BOT_ID, "name": "Training"},
        "channelData": {"tenant": {"id": TENANT}},
        "locale": "en-GB",
        **changes,
    }
    return {key: value for key, value in activity.items() if value is not None}


def typed(text: str = "help", **changes: Any) -> dict[str, Any]:
    """Return a typed message."""
    return envelope(**{"type": "message", "text": text, "textFormat": "plain", **changes})


def executed(verb: str, data: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Return the invoke of Action.Execute."""
    action = {"type": "Action.Execute", "title": "Go", "verb": verb, "data": data or {}}
    value = {"action": action, "trigger": "manual"}
    fields = {
        "type": "invoke",
        "name": "adaptiveCard/action",
        "value": value,
        "replyToId": "1700000000000",
    }
    return envelope(**{**fields, **changes})


def submitted(verb: str, data: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """Return the message of Action.Submit, the fallback of Action.Execute."""
    value = {**(data or {}), "verb": verb}
    return envelope(
        **{"type": "message", "value": value, "replyToId": "1700000000000", **changes}
    )


def installed(**changes: Any) -> dict[str, Any]:
    """Return the update that comes when the app is installed for a person."""
    return envelope(**{"type": "installationUpdate", "action": "add", **changes})


def joined(**changes: Any) -> dict[str, Any]:
    """Return the update that comes beside `installed`, with the members that were added."""
    members = [{"id": PERSON_ID, "aadObjectId": OBJECT_ID}, {"id": BOT_ID}]
    return envelope(**{"type": "conversationUpdate", "membersAdded": members, **changes})


