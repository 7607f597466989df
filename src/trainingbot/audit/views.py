"""What an audit hands out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that must not be there. It names ids and codes of sessions, never people."""

    check: str
    about: str
    """What kind of thing `id` is the id of, such as `booking`."""
    id: UUID | None
    """None where the finding is about the whole database."""
    sentence: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What the checks of a whole database found."""

    checked_at: datetime
    findings: tuple[Finding, ...]
    """In the order of the checks; those of one check in the order of their sentences."""
    counts: dict[str, int]
    """How many findings each check has, with nought for those that found nothing."""

    def as_json(self) -> dict[str, Any]:
        """Return the audit as JSON has it: moments as ISO 8601 in UTC, ids as text."""
        return {
            "checked_at": self.checked_at.isoformat(),
            "findings": [
                {
                    "check": finding.check,
                    "about": finding.about,
                    "id": str(finding.id) if finding.id else None,
                    "sentence": finding.sentence,
                }
                for finding in self.findings
            ],
            "counts": self.counts,
        }

    def lines(self) -> list[str]:
        """Return the audit in plain sentences, a line each; the last one sums up."""
        if not self.findings:
            return [f"Nothing is wrong: none of {len(self.counts)} checks found anything."]
        found_by = sum(1 for number in self.counts.values() if number)
        number = len(self.findings)
        findings = "1 finding" if number == 1 else f"{number:,} findings"
        return [
            *(f"{finding.check}: {finding.sentence}" for finding in self.findings),
            f"{findings}, by {found_by} of {len(self.counts)} checks. Nothing was changed.",
        ]
