"""What the doctor found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    is_well: bool
    subject: str
    sentence: str

    def __str__(self) -> str:
        """Return the finding as one line."""
        return f"{'ok    ' if self.is_well else 'WRONG '} {self.subject}: {self.sentence}"
