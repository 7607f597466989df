"""Under what name a response is kept."""

import hmac
from uuid import UUID

PURPOSE = b"trainingbot evaluation respondent\0"
"""Keeps these hashes apart from everything else that is signed with the same secret."""


def respondent_hash(secret: str, practitioner_id: UUID) -> str:
    """Return the name under which a practitioner's responses are kept: HMAC-SHA256, 64 hex digits.

    It is the same for all responses of one person, so that before and after can be paired.
    Nobody without the secret can tell whose it is, not even with the whole database.
    """
    return hmac.digest(secret.encode(), PURPOSE + practitioner_id.bytes, "sha256").hex()
