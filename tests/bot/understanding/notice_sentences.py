"""What coordinators type about what needs attention and what people are sent, and what is meant."""

from collections.abc import Mapping
from typing import Any

NOTICE_SENTENCES: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("what needs attention", "attention", {}),
    ("What needs my attention today?", "attention", {}),
    ("needs attention", "attention", {}),
    ("anything that needs attention", "attention", {}),
    ("show me the digest", "attention", {}),
    ("what needs atention", "attention", {}),
    ("a child needs attention", "unclear", {"near": ()}),
    ("who can't we reach", "unreachable_people", {}),
    ("Who can’t we reach in Teams?", "unreachable_people", {}),
    ("who cannot be reached", "unreachable_people", {}),
    ("who can we not contact", "unreachable_people", {}),
    ("people without Teams", "unreachable_people", {}),
    ("unreachable people", "unreachable_people", {}),
    ("who is not on teams", "unreachable_people", {}),
    ("who gets nothing", "unreachable_people", {}),
    ("how many people cannot be reached", "unreachable_people", {}),
    ("people without teams please", "unreachable_people", {}),
    ("contact", "help", {}),
    ("reminders of neglect level 2", "course_notices", {"course": "C02"}),
    ("notices of C02", "course_notices", {"course": "C02"}),
    ("joining instructions for C12", "course_notices", {"course": "C12"}),
    ("edit the joining instructions of FGM", "course_notices", {"course": "C12"}),
    ("switch off reminders for fgm", "course_notices", {"course": "C12"}),
    ("stop the remnders for graded care profile", "course_notices", {"course": "C03"}),
    ("joining instructions", "my_training", {"view": "coming"}),
    ("my joining instructions for C12", "my_training", {"view": "coming"}),
    ("send me the joining instructions", "my_training", {"view": "coming"}),
)
