"""What cannot be delivered, in Teams or by e-mail: the kinds that decide what happens next.

DeliveryError                a message that Teams or a mail server did not take
├── TryLater                 busy or out of reach; the same message may pass later
├── RecipientStopped         the person or their administrator wants nothing more from here
├── NotInstalled             the app is not there (any more); wait for a new install
├── ConversationGone         what is addressed is no longer known; forget it
└── DeliveryRefused          a fault at this end: the same message is refused every time
"""


class DeliveryError(Exception):
    """Teams, or a mail server, did not take a message.

    `status` is the status of HTTP or SMTP, or 0 where none came; `code` is the error code that
    came with it, or "". Neither names anybody.
    """

    def __init__(self, reason: str, *, status: int = 0, code: str = "") -> None:
        super().__init__(reason)
        self.status = status
        self.code = code


class TryLater(DeliveryError):
    """It is busy or out of reach; `retry_after` is in seconds, or None where it is not said.

    The message may have arrived all the same (502, 504, a time-out, a connection lost).
    """

    def __init__(
        self,
        reason: str,
        *,
        status: int = 0,
        code: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(reason, status=status, code=code)
        self.retry_after = retry_after


class RecipientStopped(DeliveryError):
    """The person, or their administrator, takes nothing more from here: send nothing more."""


class NotInstalled(DeliveryError):
    """The app is not installed where the message should go: wait for a new install."""


class ConversationGone(DeliveryError):
    """The conversation, message or member is no longer known: forget its id."""


class DeliveryRefused(DeliveryError):
    """A fault at this end: the same message will be refused every time."""
