"""What trainers and coordinators type about what people answered, and what is meant."""

from collections.abc import Mapping
from typing import Any

SUMMARY_SENTENCES: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("summary", "summary", {}),
    ("Summaries please", "summary", {}),
    ("summary of S26-014", "summary_of_session", {"session_code": "S26-014"}),
    ("summary for s24-003", "summary_of_session", {"session_code": "s24-003"}),
    ("summary of my last session", "summary_of_last_session", {}),
    ("sumary of my last session", "summary_of_last_session", {}),
    ("Summary of neglect level 2", "summary_of_course", {"course": "C02", "year": None}),
    ("summary of C02 2024", "summary_of_course", {"course": "C02", "year": 2024}),
    ("summary of 2024", "summary_of_period", {"year": 2024}),
    ("show me the evaluation summary for 2025", "summary_of_period", {"year": 2025}),
)
