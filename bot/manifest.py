"""The Teams app package: built from the settings, and checked as Microsoft would check it."""

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from bot.manifest_checks import check_files
from trainingbot.errors import SettingsNotUsable, TrainingBotError
from trainingbot.settings import Settings

_INSTALLED = Path(__file__).with_name("package")
SOURCE = _INSTALLED if _INSTALLED.is_dir() else Path(__file__).parents[1] / "manifest"
"""The manifest, its icons and Microsoft's schemas: in the checkout, or beside this module."""

_ICONS = ("color.png", "outline.png")
_LARGEST_FILE = 5 * 1024 * 1024
"""No file of a real package comes near; a larger one is not unpacked."""
_LONGEST_DEVELOPER_NAME = 32
_LONGEST_FULL_NAME = 100


class PackageNotValid(TrainingBotError):
    """Teams would refuse the package; the sentence lists every reason."""


def build_package(settings: Settings, out: Path) -> Path:
    """Write the app package to `out`, checked; the same settings give the same bytes.

    Raises `SettingsNotUsable` when the app id or the public address cannot stand in a package,
    and `PackageNotValid` when Teams would refuse what came of them.
    """
    manifest = _filled_in(_template(), settings)
    files = {"manifest.json": json.dumps(manifest, indent=2, ensure_ascii=False).encode()}
    for name in _ICONS:
        files[name] = (SOURCE / name).read_bytes()
    faults = check_files(files, schemas=SOURCE / "schema")
    if faults:
        raise PackageNotValid("\n".join(["Teams would refuse the package:", *faults]))
    out.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(out, "w") as package:
        for name, content in sorted(files.items()):
            # A date of its own would make two packages of one version differ.
            entry = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            package.writestr(entry, content)
    return out


def check_package(path: Path) -> list[str]:
    """Return one sentence for every reason why Teams would refuse the package; none is good.

    Nothing is fetched: Microsoft's schemas are part of this project.
    """
    try:
        with ZipFile(path) as package:
            entries = [entry for entry in package.infolist() if not entry.is_dir()]
            large = [entry.filename for entry in entries if entry.file_size > _LARGEST_FILE]
            if large:
                return [f"{name} is larger than 5 MB." for name in large]
            files = {entry.filename: package.read(entry) for entry in entries}
    except FileNotFoundError:
        return [f"There is no file {path}."]
    except (BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        return [f"{path} cannot be opened as a zip file: {error}."]
    return check_files(files, schemas=SOURCE / "schema")


def _template() -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((SOURCE / "manifest.json").read_text("utf-8"))
    return manifest


def _filled_in(template: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    app_id = _app_id(settings)
    host = _public_host(settings)
    (bot,) = template["bots"]
    full_name = f"{template['name']['short']}, {settings.partnership}"
    return {
        **template,
        "version": version("trainingbot"),
        "id": app_id,
        "bots": [{**bot, "botId": app_id}],
        "validDomains": [host],
        "name": {**template["name"], "full": full_name[:_LONGEST_FULL_NAME]},
        "developer": {
            "name": settings.partnership[:_LONGEST_DEVELOPER_NAME].strip(),
            "websiteUrl": settings.public_url,
            "privacyUrl": f"{settings.public_url}/privacy",
            "termsOfUseUrl": f"{settings.public_url}/terms",
        },
    }


def _app_id(settings: Settings) -> str:
    try:
        return str(UUID(settings.app_id))
    except ValueError as error:
        raise SettingsNotUsable(
            "The package carries the id of the bot's app registration: set TRAININGBOT_APP_ID "
            "to its application (client) id, such as 3f2b8c1e-5d47-4a6b-9c0d-7e8f9a0b1c2d."
        ) from error


def _public_host(settings: Settings) -> str:
    address = urlsplit(settings.public_url)
    if address.scheme != "https" or not address.hostname:
        raise SettingsNotUsable(
            "Teams opens links of the bot over https only: set TRAININGBOT_PUBLIC_URL to the "
            f"address under which phones reach this service; {settings.public_url} is not one."
        )
    return address.hostname
