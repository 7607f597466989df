"""What the processes of a measurement share: addresses, the app, a real token."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Scene:
    """One measurement: every server process gets this as a file, whose path is its argument."""

    port: int
    """Where the server under measurement listens, on 127.0.0.1, at /api/messages."""
    sink_url: str
    """The connector: it takes and counts replies, and serves the signing keys."""
    app_id: str
    tenant: str
    token: str
    """A real RS256 token, valid for an hour, for the service URL `sink_url`."""

    @property
    def metadata_url(self) -> str:
        """The OpenID metadata document through which the signing keys are found."""
        return f"{self.sink_url}metadata"

    def write(self, path: Path) -> None:
        """Write the scene to a file."""
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def read(cls, path: str) -> "Scene":
        """Read a scene from a file."""
        return cls(**json.loads(Path(path).read_text()))
