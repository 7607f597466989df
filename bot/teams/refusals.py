"""What is turned away, and what Microsoft Entra withholds.

RequestRefused               a request to the bot that is turned away, with its HTTP status
CredentialsUnavailable       Microsoft Entra gave the bot no token

What Teams does not take is a `DeliveryError` of `bot.deliveries`.
"""

from http import HTTPStatus

from bot.deliveries import TryLater


class RequestRefused(Exception):
    """A request that is turned away; `status` is 4xx and the text names the reason."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class CredentialsUnavailable(TryLater):
    """Microsoft Entra gave the bot no token."""
