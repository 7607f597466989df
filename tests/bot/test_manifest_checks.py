import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from bot.manifest import SOURCE
from bot.manifest_checks import check_files

Manifest = dict[str, Any]


def manifest() -> Manifest:
    template = (SOURCE / "manifest.json").read_text().replace("example.org", "borough.gov.uk")
    guid = "3f2b8c1e-5d47-4a6b-9c0d-7e8f9a0b1c2d"
    filled_in: Manifest = json.loads(template.replace("00000000-0000-0000-0000-000000000000", guid))
    return filled_in


def package(document: Manifest, **others: bytes) -> dict[str, bytes]:
    icons = {name: (SOURCE / name).read_bytes() for name in ("color.png", "outline.png")}
    return {"manifest.json": json.dumps(document).encode(), **icons, **others}


def faults_of(files: dict[str, bytes]) -> list[str]:
    return check_files(files, schemas=SOURCE / "schema")


def png(size: tuple[int, int], colour: tuple[int, ...], *, kind: str = "PNG") -> bytes:
    file = BytesIO()
    Image.new("RGBA" if len(colour) == 4 else "RGB", size, colour).save(file, kind)
    return file.getvalue()


def commands(document: Manifest) -> list[dict[str, str]]:
    listed: list[dict[str, str]] = document["bots"][0]["commandLists"][0]["commands"]
    return listed


def test_the_projects_own_manifest_has_no_fault() -> None:
    assert faults_of(package(manifest())) == []


def change_version(document: Manifest) -> None:
    document["version"] = "1.0"


def repeat_a_command(document: Manifest) -> None:
    commands(document).append(commands(document)[0] | {"title": "Courses"})


def lengthen_a_command(document: Manifest) -> None:
    commands(document)[0]["title"] = "c" * 33


def add_a_second_list(document: Manifest) -> None:
    document["bots"][0]["commandLists"] *= 2


def add_a_scope_the_bot_has_not(document: Manifest) -> None:
    document["bots"][0]["commandLists"][0]["scopes"].append("team")


def leave_a_placeholder(document: Manifest) -> None:
    document["developer"]["name"] = "${{PARTNERSHIP}}"


def name_a_domain_with_its_scheme(document: Manifest) -> None:
    document["validDomains"] = ["https://x"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (change_version, "version: '1.0' is not three numbers such as 1.4.0."),
        (
            repeat_a_command,
            "bots[0].commandLists[0]: the command 'courses' stands there 2 times.",
        ),
        (
            lengthen_a_command,
            "bots[0].commandLists[0].commands[0].title has 33 characters; the menu shows 32.",
        ),
        (
            add_a_second_list,
            "bots[0].commandLists: the scope personal has 2 lists; Teams shows one.",
        ),
        (
            add_a_scope_the_bot_has_not,
            "bots[0].commandLists[0]: its scope team is none of the bot's.",
        ),
        (
            leave_a_placeholder,
            "manifest.json, developer.name: '${{' is a placeholder that was not filled in.",
        ),
        (
            name_a_domain_with_its_scheme,
            "validDomains[0]: 'https://x' is not a host name such as training.council.gov.uk.",
        ),
    ],
)
def test_what_the_schema_cannot_see_is_told(change: Callable[[Manifest], None], fault: str) -> None:
    document = manifest()
    change(document)

    assert faults_of(package(document)) == [fault]


def test_every_breach_of_microsofts_schema_is_told_with_its_place() -> None:
    document = manifest()
    document["id"] = "not-a-guid"
    document["name"]["short"] = "n" * 31
    document["colour"] = "teal"

    faults = faults_of(package(document))

    assert [fault.partition(": ")[0] for fault in faults] == [
        "manifest.json",
        "manifest.json, id",
        "manifest.json, name.short",
    ]


def test_more_commands_than_the_menu_holds_are_told() -> None:
    document = manifest()
    commands(document).extend(
        {"title": f"command {number}", "description": "Does something"} for number in range(7)
    )

    (fault,) = faults_of(package(document))

    assert fault.startswith("manifest.json, bots[0].commandLists[0].commands: ")


def test_a_schema_version_that_is_not_at_hand_is_told() -> None:
    document = manifest() | {"manifestVersion": "../1.25"}

    assert faults_of(package(document)) == [
        "manifest.json: manifestVersion ../1.25 is not known here; use 1.25."
    ]


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        (
            "color.png",
            png((191, 192), (0, 90, 100)),
            "color.png is 191 by 192 pixels; Teams takes 192 by 192 exactly.",
        ),
        (
            "color.png",
            png((192, 192), (0, 90, 100), kind="JPEG"),
            "color.png is a JPEG picture; Teams takes PNG.",
        ),
        (
            "outline.png",
            png((32, 32), (255, 255, 255, 255)),
            "outline.png has no transparent background.",
        ),
        ("outline.png", png((32, 32), (255, 255, 255, 0)), "outline.png is empty."),
    ],
)
def test_an_icon_that_teams_would_refuse_is_told(name: str, content: bytes, fault: str) -> None:
    files = package(manifest()) | {name: content}

    assert faults_of(files) == [fault]


def test_an_outline_with_one_coloured_pixel_is_told() -> None:
    with Image.open(SOURCE / "outline.png") as opened:
        picture = opened.convert("RGBA")
    picture.putpixel((16, 16), (255, 254, 255, 1))
    file = BytesIO()
    picture.save(file, "PNG")

    assert faults_of(package(manifest()) | {"outline.png": file.getvalue()}) == [
        "outline.png has a colour; Teams takes white on transparent only."
    ]


def test_an_icon_that_is_no_picture_is_told() -> None:
    (fault,) = faults_of(package(manifest()) | {"color.png": b"no picture"})

    assert fault.startswith("color.png cannot be read as a picture: ")


def test_files_that_are_missing_or_unknown_are_told() -> None:
    files = package(manifest())
    del files["color.png"]
    files["notes.txt"] = b"left behind"

    assert faults_of(files) == [
        "manifest.json names the file color.png, which is not in the package.",
        "notes.txt is in the package, and manifest.json does not name it.",
    ]


def test_a_translation_of_what_is_not_there_is_told() -> None:
    document = manifest()
    document["localizationInfo"]["additionalLanguages"] = [
        {"languageTag": "cy-gb", "file": "cy-gb.json"}
    ]
    welsh = {
        "name.short": "Hyfforddiant diogelu",
        "description.short": "Dod o hyd i gwrs a chadw lle.",
        "description.full": "Cyrsiau diogelu eich partneriaeth.",
        "bots[0].commandLists[0].commands[0].title": "cyrsiau",
        "bots[0].commandLists[0].commands[11].title": "dim byd",
    }
    files = package(document) | {"cy-gb.json": json.dumps(welsh).encode()}

    key = "bots[0].commandLists[0].commands[11].title"
    assert faults_of(files) == [f"cy-gb.json: the key {key!r} leads to no text of manifest.json."]


def test_a_language_that_stands_there_twice_is_told() -> None:
    document = manifest()
    document["localizationInfo"]["additionalLanguages"] = [
        {"languageTag": "en-GB", "file": "en.json"}
    ]

    assert faults_of(package(document)) == [
        "localizationInfo: the language en-gb stands there 2 times.",
        "manifest.json names the file en.json, which is not in the package.",
    ]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"{", "manifest.json is not readable as JSON: "),
        (b"\xff\xfe", "manifest.json is not readable as JSON: "),
        (b"[]", "manifest.json holds no JSON object."),
        (b"[" * 100_000, "manifest.json is not readable as JSON: "),
    ],
)
def test_a_manifest_that_cannot_be_read_is_told(content: bytes, fault: str) -> None:
    (told,) = faults_of(package(manifest()) | {"manifest.json": content})

    assert told.startswith(fault)


def test_a_package_without_a_manifest_is_told() -> None:
    assert faults_of({"folder/manifest.json": b"{}"}) == [
        "manifest.json is missing from the top folder of the package."
    ]
