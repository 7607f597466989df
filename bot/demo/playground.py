"""Microsoft's Agents Playground as a process: one for each person who talks to the bot.

What it does, as seen in version 0.2.28:
- It reads JSON or YAML from `.m365agentsplayground.yml`; the ids of chats, team and channels must
  differ from each other, and there are exactly five other users.
- On every load of its page it sends `installationUpdate` (action `add`) and `conversationUpdate`
  at the same moment, both without `from.name`.
- Every activity carries `from.aadObjectId`, `conversation.tenantId`, `conversationType`
  (`personal`), `channelData.tenant.id`, `channelId` `msteams` and no token.
- `GET …/v3/conversations/{id}/members/{id}` answers with `email`, `userPrincipalName`, `givenName`,
  `surname`, `aadObjectId` and `tenantId`; `pagedmembers` with the same in `members`.
- Its page asks a CDN for fonts and does without them.
"""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from bot.demo.node import (
    NPM_PACKAGE,
    PlaygroundNotAvailable,
    installed_node,
    installed_playground,
)
from bot.demo.processes import LOOPBACK, end_group, free_port, is_free, started

_COLLEAGUES = ("Ash Patel", "Bo Lewis", "Cam Osei", "Dee Novak", "Eli Shaw")
"""The Playground wants exactly five others; they speak in group chats only, which nobody opens."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who sits at a Playground: what their tenant says about them."""

    name: str
    email: str
    object_id: str
    tenant_id: str

    @property
    def teams_user_id(self) -> str:
        """The person's id in the channel, as Teams forms it."""
        return f"29:{self.object_id}"

    @property
    def conversation_id(self) -> str:
        """The id of the person's chat with the bot."""
        return f"a:{self.object_id}"


class Playground:
    """The Playground of one person, reachable from this machine only.

    Use it with `with`: it is started on the way in and ended on the way out. Its files (settings,
    log) are written to `folder`. Port 0 takes a free one.
    """

    def __init__(self, person: Person, *, bot_url: str, folder: Path, port: int = 0) -> None:
        self.person = person
        self.bot_url = bot_url
        self.folder = folder
        self.port = port or free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where the person opens their chat."""
        return f"http://{LOOPBACK}:{self.port}/"

    @property
    def service_url(self) -> str:
        """Where the bot sends its answers: the Playground's own connector."""
        return f"http://{LOOPBACK}:{self.port}/_connector"

    def start(self) -> None:
        """Start the Playground and wait until it answers.

        Raises `PlaygroundNotAvailable` when it is not installed, its port is in use or it fails.
        """
        node, script = installed_node(), installed_playground()
        if node is None or script is None:
            raise PlaygroundNotAvailable(
                "The Agents Playground is not installed: make demo or make test fetches it."
            )
        if not is_free(self.port):
            raise PlaygroundNotAvailable(
                f"Port {self.port} is in use by another program, so {self.person.name}'s "
                "Playground cannot start. End that program, or choose another port."
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "settings.yml").write_text(json.dumps(_settings(self.person), indent=2))
        with (self.folder / "output.log").open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603 - Node and the locked script
                self._command(node.executable, script),
                cwd=self.folder,
                env=_environment(self.folder),
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        if not started(self._process, answers=lambda: _answers(self.port)):
            self.stop()
            raise PlaygroundNotAvailable(
                f"{self.person.name}'s Playground did not start. {_last_error(self.folder)}"
            )

    def stop(self) -> None:
        """End the Playground and everything it started; safe to repeat."""
        process, self._process = self._process, None
        if process:
            end_group(process)

    def __enter__(self) -> Self:
        self.start()
        return self

    @property
    def is_running(self) -> bool:
        """Whether the Playground was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _command(self, node: str, script: Path) -> list[str]:
        options = {
            "--app-endpoint": self.bot_url,
            "--port": str(self.port),
            "--channel-id": "msteams",
            "--service-url": self.service_url,
            "--delivery-mode": "default",
        }
        pairs = (word for option in options.items() for word in option)
        guard = str(NPM_PACKAGE / "guard.cjs")
        return [node, "--require", guard, str(script), "start", "--disable-telemetry", *pairs]


def _answers(port: int) -> bool:
    connection = HTTPConnection(LOOPBACK, port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == 200  # noqa: PLR2004 - HTTP: OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _last_error(folder: Path) -> str:
    log = folder / "playground.log"
    lines = log.read_text(errors="replace").splitlines() if log.is_file() else []
    errors = [line.removeprefix("error ") for line in lines if line.startswith("error ")]
    return " ".join(errors[-3:]) or f"Its log is in {folder}."


def _environment(folder: Path) -> dict[str, str]:
    """Return what the Playground may know of this machine: no proxies, no settings of others."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(folder),
        "TEAMSAPPTESTER_BROWSER": "none",
        "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(folder / "settings.yml"),
        "M365_AGENTS_PLAYGROUND_LOGFILE": str(folder / "playground.log"),
    }


def _settings(person: Person) -> Mapping[str, Any]:
    """Return the Playground's settings, version 0.1.1; JSON is YAML too."""
    return {
        "version": "0.1.1",
        "tenantId": person.tenant_id,
        "bot": {"id": "28:trainingbot", "name": "Training"},
        "currentUser": _account(
            person.teams_user_id, person.name, email=person.email, object_id=person.object_id
        ),
        "users": [
            _account(
                f"29:colleague-{number}",
                name,
                email=f"colleague{number}@example.org",
                object_id=f"00000000-0000-4000-8000-00000000000{number}",
            )
            for number, name in enumerate(_COLLEAGUES, start=1)
        ],
        "personalChat": {"id": person.conversation_id},
        "groupChat": {"id": "19:group@thread.v2", "name": "Group"},
        "team": {
            "id": "19:team@thread.tacv2",
            "name": "Team",
            "aadGroupId": "00000000-0000-4000-8000-0000000000aa",
            "channels": [{"id": "19:general@thread.tacv2", "name": "General"}],
        },
    }


def _account(account_id: str, name: str, *, email: str, object_id: str) -> Mapping[str, str]:
    given_name, _, surname = name.partition(" ")
    return {
        "id": account_id,
        "name": name,
        # Spelt like this by the Playground's own schema.
        "userPrincipleName": email,
        "aadObjectId": object_id,
        "givenName": given_name,
        "surname": surname or given_name,
        "email": email,
    }
