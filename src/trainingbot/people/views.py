"""What queries about people hand out."""

from dataclasses import dataclass

from trainingbot.models import Agency, Practitioner


@dataclass(frozen=True, slots=True)
class AgencyRequest:
    """A practitioner who says they belong to an agency, not yet confirmed."""

    practitioner: Practitioner
    agency: Agency
