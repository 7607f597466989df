"""The stock CloudAdapter as botbuilder documents it, echoing what is typed.

`python -m tests.benchmarks.serve_stock SCENE_FILE`
"""

import sys
from http import HTTPStatus

from aiohttp import web
from botbuilder.core import ActivityHandler, MessageFactory, TurnContext
from botbuilder.integration.aiohttp import (
    CloudAdapter,
    ConfigurationBotFrameworkAuthentication,
)
from botframework.connector.auth import (
    ChannelValidation,
    MicrosoftAppCredentials,
    PasswordServiceClientCredentialFactory,
)

from tests.benchmarks.scene import Scene


class FixedCredentials(MicrosoftAppCredentials):
    """A token from nowhere: Microsoft Entra is no part of the measurement."""

    def get_access_token(self, force_refresh: bool = False) -> str:  # noqa: ARG002, FBT001, FBT002 - botbuilder's signature
        return "outbound"


class FixedCredentialsFactory(PasswordServiceClientCredentialFactory):
    """Gives `FixedCredentials`; the app id and with it authentication stay as they are."""

    async def create_credentials(
        self,
        app_id: str,
        oauth_scope: str,  # noqa: ARG002 - botbuilder's signature
        login_endpoint: str,  # noqa: ARG002 - botbuilder's signature
        validate_authority: bool,  # noqa: ARG002, FBT001 - botbuilder's signature
    ) -> FixedCredentials:
        return FixedCredentials(app_id, "secret")


class EchoBot(ActivityHandler):
    """Says what was said."""

    async def on_message_activity(self, turn_context: TurnContext) -> None:
        await turn_context.send_activity(MessageFactory.text(turn_context.activity.text))


def serve(scene: Scene) -> None:
    ChannelValidation.open_id_metadata_endpoint = scene.metadata_url
    factory = FixedCredentialsFactory(scene.app_id, "secret")
    adapter = CloudAdapter(
        ConfigurationBotFrameworkAuthentication(object(), credentials_factory=factory)
    )
    bot = EchoBot()

    async def messages(request: web.Request) -> web.Response:
        return await adapter.process(request, bot) or web.Response(status=HTTPStatus.OK)

    application = web.Application()
    application.router.add_post("/api/messages", messages)
    web.run_app(application, host="127.0.0.1", port=scene.port, print=None, access_log=None)


if __name__ == "__main__":
    serve(Scene.read(sys.argv[1]))
