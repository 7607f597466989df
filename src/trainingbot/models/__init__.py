"""Every table. A row is data: rules read it, operations change it.

SQLModel table classes validate nothing, so everything from outside is parsed by a pydantic
model first, and what must never be false stands here as a constraint of the database.
"""

from trainingbot.models.bookings import Booking, BookingChange, Charge
from trainingbot.models.courses import (
    BriefingViews,
    Course,
    CourseSession,
    CourseWithoutNotice,
    Interest,
    ReservedPlaces,
    SessionChange,
    SessionTrainer,
)
from trainingbot.models.evaluations import (
    Answer,
    CommentReading,
    Evaluation,
    EvaluationResponse,
    Question,
)
from trainingbot.models.notices import Notice, Replica
from trainingbot.models.people import Agency, Practitioner, PractitionerRole, TeamsAccount

__all__ = [
    "Agency",
    "Answer",
    "Booking",
    "BookingChange",
    "BriefingViews",
    "Charge",
    "CommentReading",
    "Course",
    "CourseSession",
    "CourseWithoutNotice",
    "Evaluation",
    "EvaluationResponse",
    "Interest",
    "Notice",
    "Practitioner",
    "PractitionerRole",
    "Question",
    "Replica",
    "ReservedPlaces",
    "SessionChange",
    "SessionTrainer",
    "TeamsAccount",
]
