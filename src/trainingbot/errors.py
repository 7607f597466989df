"""Refusals: facts with the sentence that the person reads.

TrainingBotError
├── SettingsNotUsable        the service cannot start as it is set up
├── DatabaseNotUpToDate      the database was made by another version
├── DatabaseUnreachable      the database is not there, or fails
├── ImportRefused            a programme folder has lines that cannot be read
├── CommentsNotReadable      a file of comments has lines that cannot be read
├── NotFound                 what was asked for is not there (any more)
├── LinkNotValid             a link that was not signed here, or for something else
│   └── LinkExpired
├── NotRecognisedYet         Teams does not say at the moment who somebody is
├── NotAllowed               the person may not do this
│   ├── AgencyNotConfirmed   a coordinator has not yet confirmed the person's agency
│   ├── NotACoordinator
│   └── NotYourSession       only its trainers and coordinators see it
├── BookingRefused           the first rule that blocks a booking or a cancellation
│   ├── SessionStarted
│   ├── SessionCancelled
│   ├── SessionFull          no place to change to
│   ├── CapacityTooSmall
│   ├── NoBooking
│   ├── ReasonNeeded         nobody said why, and a reason goes with it
│   ├── CheckRefuses         a check of the course stands against it
│   ├── CheckWarns           a check of the course warns; the person may book all the same
│   ├── NotAColleague        a substitute comes from the same agency
│   ├── AlreadyBooked        the substitute has a place already
│   ├── SubstitutesNotTaken  the terms allow none
│   ├── AnotherCourse        a place is changed between dates of one course
│   └── TooManyReserved
├── SessionRefused           a session cannot be what a coordinator asked for
│   ├── DatesImpossible
│   ├── PlacesImpossible
│   ├── LinkNotUsable
│   ├── NotATrainer
│   └── NotTentative
├── RegisterRefused          the register of a session cannot be kept like this
│   ├── RegisterNotOpen      it is too early, or there is nothing to keep one of
│   ├── RegisterClosed
│   ├── RegisterChanged      somebody else has marked people meanwhile
│   └── MarkNotUsable
├── InstructionsTooLong      joining instructions that no card has room for
├── ChargeFinished           a charge was waived or settled before
├── EvaluationClosed         somebody cannot answer, not yet or no longer
└── AnswerNotUsable          what was sent is no answer to the question
"""


class TrainingBotError(Exception):
    """A refusal: its text is the sentence that the person reads, caught once at each edge."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class SettingsNotUsable(TrainingBotError):
    """The service cannot start as it is set up."""


class DatabaseNotUpToDate(TrainingBotError):
    """The database was made by another version of the service."""


class DatabaseUnreachable(TrainingBotError):
    """The database is not there, does not let the service in, or fails meanwhile."""


class ImportRefused(TrainingBotError):
    """A programme folder has lines that cannot be read; nothing of it was taken."""


class CommentsNotReadable(TrainingBotError):
    """A file of comments has lines that cannot be read; nothing of it was."""


class NotFound(TrainingBotError):
    """What was asked for is not there, or not there any more."""


class NotAllowed(TrainingBotError):
    """The person may not do this."""


class AgencyNotConfirmed(NotAllowed):
    """A coordinator has not yet confirmed which agency the person belongs to."""


class NotACoordinator(NotAllowed):
    """Only coordinators do this."""


class NotYourSession(NotAllowed):
    """Only the session's trainers and coordinators see who is coming."""


class BookingRefused(TrainingBotError):
    """The first rule that blocks a booking or a cancellation."""


class SessionStarted(BookingRefused):
    """The session has begun, so its bookings stay as they are."""


class SessionCancelled(BookingRefused):
    """The session will not take place."""


class SessionFull(BookingRefused):
    """No place is free for the person on the date they want to change to."""


class ReasonNeeded(BookingRefused):
    """A reason goes with what was asked for, such as giving a place back late."""


class CheckRefuses(BookingRefused):
    """A check of the course stands against the booking, whatever the person says."""


class CheckWarns(BookingRefused):
    """A check of the course warns; the person may book all the same.

    `sentences` are all the warnings, in the order in which they are said.
    """

    def __init__(self, sentences: tuple[str, ...]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class NotAColleague(BookingRefused):
    """A place stays with its agency: only a colleague can take it over."""


class AlreadyBooked(BookingRefused):
    """The colleague has a place on the session already."""


class SubstitutesNotTaken(BookingRefused):
    """The partnership's terms allow no substitutes."""


class AnotherCourse(BookingRefused):
    """A place is changed to another date of the same course, and to nothing else."""


class TooManyReserved(BookingRefused):
    """More places were to be reserved than are free."""


class NoBooking(BookingRefused):
    """There is no booking to give back."""


class CapacityTooSmall(BookingRefused):
    """More places are taken than the session would have."""


class SessionRefused(TrainingBotError):
    """A session cannot be what a coordinator asked for."""


class DatesImpossible(SessionRefused):
    """A session would end before it begins, or begin in the past."""


class PlacesImpossible(SessionRefused):
    """A session would have no places, too many, or fewer than it needs."""


class LinkNotUsable(SessionRefused):
    """A link for joining online that cannot be put on people's cards."""


class NotATrainer(SessionRefused):
    """Only people who have the role of a trainer are named for a session."""


class NotTentative(SessionRefused):
    """Only a tentative session is confirmed."""


class RegisterRefused(TrainingBotError):
    """The register of a session cannot be kept as somebody asked."""


class RegisterNotOpen(RegisterRefused):
    """It is too early, or the session does not take place."""


class RegisterClosed(RegisterRefused):
    """The register was closed, and stands until a coordinator reopens it."""


class RegisterChanged(RegisterRefused):
    """Who is not marked has changed since somebody looked at the list."""


class MarkNotUsable(RegisterRefused):
    """A mark that a booking cannot have."""


class InstructionsTooLong(TrainingBotError):
    """The joining instructions of a course are longer than a card has room for."""


class ChargeFinished(TrainingBotError):
    """A charge was waived or settled before."""


class EvaluationClosed(TrainingBotError):
    """Somebody cannot answer an evaluation: not yet, no longer, or not this one."""


class AnswerNotUsable(TrainingBotError):
    """What was sent is no answer to the question."""


class LinkNotValid(TrainingBotError):
    """A link that was not signed here, or was signed for something else."""

    def __init__(
        self,
        sentence: str = (
            "This link does not work. It may have been cut off on its way: "
            "open it again from the card in Teams, or from our e-mail."
        ),
    ) -> None:
        super().__init__(sentence)


class LinkExpired(LinkNotValid):
    """A link whose time is over."""

    def __init__(self) -> None:
        super().__init__(
            "This link has expired. Type “my training” in Teams to get a new one. "
            "Without Teams, open the newest e-mail from us."
        )


class NotRecognisedYet(TrainingBotError):
    """Teams does not say at the moment who somebody is."""
