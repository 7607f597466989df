"""What Teams would refuse in an app package: Microsoft's schema, and what a schema cannot see."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

Files = Mapping[str, bytes]

COLOUR_SIZE = (192, 192)
OUTLINE_SIZE = (32, 32)
LONGEST_COMMAND = 32
LONGEST_COMMAND_DESCRIPTION = 128
"""What the command menu shows; the schema allows more, which Teams cuts."""

_LEFT_OVER = re.compile(
    r"\$\{\{|\{\{|\bTODO\b|example\.(?:org|com)|\blocalhost\b|0{8}-0{4}-0{4}-0{4}-0{12}"
)
_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)")
_DOMAIN = re.compile(r"(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_STEP = re.compile(r"([A-Za-z$]\w*)|\[(\d+)\]")


def check_files(files: Files, *, schemas: Path) -> list[str]:
    """Return one sentence for every fault in a package's files, given by name."""
    manifest, fault = _json_object(files, "manifest.json")
    if manifest is None:
        return [fault]
    faults = list(_schema_faults(manifest, "manifest.json", schemas=schemas, kind="teams"))
    if faults:
        # The checks below read the manifest as the schema promises it to be.
        return faults
    return [
        *_left_over(manifest, "manifest.json"),
        *_version_faults(manifest),
        *_bot_faults(manifest),
        *_domain_faults(manifest),
        *_icon_faults(manifest, files),
        *_localisation_faults(manifest, files, schemas=schemas),
        *_file_faults(manifest, files),
    ]


def _json_object(files: Files, name: str) -> tuple[dict[str, Any] | None, str]:
    if name not in files:
        return None, f"{name} is missing from the top folder of the package."
    try:
        value = json.loads(files[name].decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return None, f"{name} is not readable as JSON: {error}."
    if not isinstance(value, dict):
        return None, f"{name} holds no JSON object."
    return value, ""


def _schema_faults(
    document: Mapping[str, Any], name: str, *, schemas: Path, kind: str, number: str | None = None
) -> Iterator[str]:
    # Imported here: the service never checks a package while it serves.
    from jsonschema import Draft4Validator  # noqa: PLC0415 - see above

    number = number or str(document.get("manifestVersion"))
    file = schemas / f"{kind}-{number}.json"
    known = sorted(schema.stem.removeprefix("teams-") for schema in schemas.glob("teams-[0-9]*"))
    if number not in known:
        yield f"{name}: manifestVersion {number} is not known here; use {', '.join(known)}."
        return
    validator = Draft4Validator(
        json.loads(file.read_text("utf-8-sig")), format_checker=Draft4Validator.FORMAT_CHECKER
    )
    for error in sorted(validator.iter_errors(document), key=lambda fault: fault.json_path):
        where = error.json_path.removeprefix("$").removeprefix(".")
        yield f"{name}{f', {where}' if where else ''}: {error.message}."


def _left_over(document: Mapping[str, Any], name: str) -> Iterator[str]:
    for where, text in _texts(document):
        left_over = _LEFT_OVER.search(text)
        if left_over:
            yield f"{name}, {where}: {left_over[0]!r} is a placeholder that was not filled in."


def _texts(value: object, where: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield where, value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _texts(part, f"{where}.{key}" if where else str(key))
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _texts(part, f"{where}[{number}]")


def _version_faults(manifest: Mapping[str, Any]) -> Iterator[str]:
    if not _VERSION.fullmatch(manifest["version"]):
        yield f"version: {manifest['version']!r} is not three numbers such as 1.4.0."


def _bot_faults(manifest: Mapping[str, Any]) -> Iterator[str]:
    if not manifest.get("bots"):
        yield "bots: the package has no bot."
    for bot in manifest.get("bots", []):
        if "personal" not in bot["scopes"]:
            yield "bots: people cannot chat with the bot: the scope personal is missing."
        lists = bot.get("commandLists", [])
        for number, commands in enumerate(lists):
            where = f"bots[0].commandLists[{number}]"
            for scope in sorted(set(commands["scopes"]) - set(bot["scopes"])):
                yield f"{where}: its scope {scope} is none of the bot's."
            yield from _command_faults(commands["commands"], where)
        scopes = Counter(scope for commands in lists for scope in commands["scopes"])
        for scope, times in scopes.items():
            if times > 1:
                yield f"bots[0].commandLists: the scope {scope} has {times} lists; Teams shows one."


def _command_faults(commands: list[dict[str, str]], where: str) -> Iterator[str]:
    titles = Counter(command["title"].casefold() for command in commands)
    for title, times in titles.items():
        if times > 1:
            yield f"{where}: the command {title!r} stands there {times} times."
    for number, command in enumerate(commands):
        for name, longest in (
            ("title", LONGEST_COMMAND),
            ("description", LONGEST_COMMAND_DESCRIPTION),
        ):
            length = len(command[name])
            if not command[name].strip():
                yield f"{where}.commands[{number}].{name} is empty."
            if length > longest:
                yield (
                    f"{where}.commands[{number}].{name} has {length} characters; "
                    f"the menu shows {longest}."
                )


def _domain_faults(manifest: Mapping[str, Any]) -> Iterator[str]:
    for number, domain in enumerate(manifest.get("validDomains", [])):
        if not _DOMAIN.fullmatch(domain):
            yield (
                f"validDomains[{number}]: {domain!r} is not a host name "
                "such as training.council.gov.uk."
            )


def _icon_faults(manifest: Mapping[str, Any], files: Files) -> Iterator[str]:
    colour, outline = manifest["icons"]["color"], manifest["icons"]["outline"]
    if colour in files:
        yield from _picture_faults(colour, files[colour], size=COLOUR_SIZE)
    if outline in files:
        faults = list(_picture_faults(outline, files[outline], size=OUTLINE_SIZE))
        yield from faults or _outline_faults(outline, files[outline])


def _picture_faults(name: str, content: bytes, *, size: tuple[int, int]) -> Iterator[str]:
    # Imported here: the service never looks at pictures while it serves.
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - see above

    try:
        with Image.open(BytesIO(content)) as picture:
            picture.load()
            kind, found = picture.format, picture.size
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        yield f"{name} cannot be read as a picture: {error}."
        return
    if kind != "PNG":
        yield f"{name} is a {kind} picture; Teams takes PNG."
    if found != size:
        yield (
            f"{name} is {found[0]} by {found[1]} pixels; "
            f"Teams takes {size[0]} by {size[1]} exactly."
        )


def _outline_faults(name: str, content: bytes) -> Iterator[str]:
    from PIL import Image  # noqa: PLC0415 - as in _picture_faults

    with Image.open(BytesIO(content)) as opened:
        picture = opened.convert("RGBA")
    alpha = picture.getchannel("A")
    visible = alpha.point([0] + [255] * 255)
    white = Image.new("RGB", picture.size, "white")
    seen = Image.composite(picture.convert("RGB"), white, visible)
    if seen.getextrema() != white.getextrema():
        yield f"{name} has a colour; Teams takes white on transparent only."
    if 0 not in alpha.getextrema():
        yield f"{name} has no transparent background."
    if visible.getbbox() is None:
        yield f"{name} is empty."


def _localisation_faults(
    manifest: Mapping[str, Any], files: Files, *, schemas: Path
) -> Iterator[str]:
    information = manifest.get("localizationInfo", {})
    tags = [information["defaultLanguageTag"]] if information else []
    for language in information.get("additionalLanguages", []):
        tags.append(language["languageTag"])
        if language["file"] in files:
            yield from _language_faults(manifest, files, language["file"], schemas=schemas)
    for tag, times in Counter(tag.lower() for tag in tags).items():
        if times > 1:
            yield f"localizationInfo: the language {tag} stands there {times} times."


def _language_faults(
    manifest: Mapping[str, Any], files: Files, name: str, *, schemas: Path
) -> Iterator[str]:
    texts, fault = _json_object(files, name)
    if texts is None:
        yield fault
        return
    number = str(manifest["manifestVersion"])
    yield from _schema_faults(
        texts, name, schemas=schemas, kind="teams-localization", number=number
    )
    yield from _left_over(texts, name)
    for key in texts:
        if (
            not key.startswith("$")
            and key != "localizationKeys"
            and not _leads_to_text(manifest, key)
        ):
            yield f"{name}: the key {key!r} leads to no text of manifest.json."


def _leads_to_text(manifest: Mapping[str, Any], key: str) -> bool:
    """Tell whether a key such as `bots[0].commandLists[0].commands[2].title` names a text."""
    value: Any = manifest
    for name, index in _STEP.findall(key):
        try:
            value = value[name] if name else value[int(index)]
        except (KeyError, IndexError, TypeError):
            return False
    return isinstance(value, str)


def _file_faults(manifest: Mapping[str, Any], files: Files) -> Iterator[str]:
    information = manifest.get("localizationInfo", {})
    named = [
        manifest["icons"]["color"],
        manifest["icons"]["outline"],
        *(language["file"] for language in information.get("additionalLanguages", [])),
    ]
    if "defaultLanguageFile" in information:
        named.append(information["defaultLanguageFile"])
    for name in sorted(set(named) - set(files)):
        yield f"manifest.json names the file {name}, which is not in the package."
    for name in sorted(set(files) - set(named) - {"manifest.json"}):
        yield f"{name} is in the package, and manifest.json does not name it."
