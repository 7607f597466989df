"""What coordinators type about comments that are held, and what is meant."""

from collections.abc import Mapping
from typing import Any

COMMENT_SENTENCES: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("held comments", "held_comments", {"page": 1}),
    ("Show me the held comments", "held_comments", {"page": 1}),
    ("comments to review", "held_comments", {"page": 1}),
    ("are there any comments on hold", "held_comments", {"page": 1}),
    ("held comemnts", "held_comments", {"page": 1}),
)
