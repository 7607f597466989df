"""What cannot be answered, and what cannot be delivered.

RequestRefused               a request to the bot that is turned away, with its HTTP status
DeliveryError                a message that Teams did not take
├── TryLater                 Teams is busy or out of reach; the same message may pass later
│   └── CredentialsUnavailable   Microsoft Entra gave the bot no token
├── RecipientStopped         the person or their administrator wants nothing more from the bot
├── NotInstalled             the app is not there (any more); wait for a new install
├── ConversationGone         what is addressed is no longer known; forget it
└── DeliveryRefused          a fault at this end: Teams will refuse the same request every time
"""

from http import HTTPStatus


class RequestRefused(Exception):
    """A request that is turned away; `status` is 4xx and the text names the reason."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class DeliveryError(Exception):
    """Teams did not take a message.

    `status` is the HTTP status, or 0 where none came; `code` is the error code of Teams, or "".
    """

    def __init__(self, reason: str, *, status: int = 0, code: str = "") -> None:
        super().__init__(reason)
        self.status = status
        self.code = code


class TryLater(DeliveryError):
    """Teams is busy or out of reach; `retry_after` is in seconds, or None where it is not said.

    The message may have arrived all the same (502, 504, a time-out).
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


class CredentialsUnavailable(TryLater):
    """Microsoft Entra gave the bot no token."""


class RecipientStopped(DeliveryError):
    """The person, or their administrator, has blocked the bot: send nothing more."""


class NotInstalled(DeliveryError):
    """The app is not installed where the message should go: wait for a new install."""


class ConversationGone(DeliveryError):
    """The conversation, message or member is no longer known: forget its id."""


class DeliveryRefused(DeliveryError):
    """A fault at this end: Teams will refuse the same request every time."""
