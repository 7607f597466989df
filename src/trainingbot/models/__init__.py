"""Every table. A row is data: rules read it, operations change it.

SQLModel table classes validate nothing, so everything from outside is parsed by a pydantic
model first, and what must never be false stands here as a constraint of the database.
"""

from trainingbot.models.bookings import Booking, BookingChange, Charge
from trainingbot.models.courses import (
    BriefingViews,
    Course,
    CourseSession,
    Interest,
    ReservedPlaces,
    SessionChange,
    SessionTrainer,
)
from trainingbot.models.evaluations import Answer, Evaluation, EvaluationResponse, Question
from trainingbot.models.notices import Notice
from trainingbot.models.people import Agency, Practitioner, PractitionerRole, TeamsAccount

__all__ = [
    "Agency",
    "Answer",
    "Booking",
    "BookingChange",
    "BriefingViews",
    "Charge",
    "Course",
    "CourseSession",
    "Evaluation",
    "EvaluationResponse",
    "Interest",
    "Notice",
    "Practitioner",
    "PractitionerRole",
    "Question",
    "ReservedPlaces",
    "SessionChange",
    "SessionTrainer",
    "TeamsAccount",
]
