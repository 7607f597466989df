import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from bot.manifest import SOURCE, PackageNotValid, build_package, check_package
from trainingbot.errors import SettingsNotUsable
from trainingbot.settings import Settings

APP_ID = "3f2b8c1e-5d47-4a6b-9c0d-7e8f9a0b1c2d"


def settings(**changes: str) -> Settings:
    values = {
        "app_id": APP_ID,
        "public_url": "https://training.borough.gov.uk",
        "partnership": "Borough Safeguarding Partnership",
    }
    return Settings.model_validate(values | changes)


def test_the_package_carries_what_the_settings_say(tmp_path: Path) -> None:
    package = build_package(settings(), tmp_path / "app.zip")

    with ZipFile(package) as opened:
        names = opened.namelist()
        manifest = json.loads(opened.read("manifest.json"))
    assert names == ["color.png", "manifest.json", "outline.png"]
    assert manifest["id"] == APP_ID
    assert [bot["botId"] for bot in manifest["bots"]] == [APP_ID]
    assert manifest["validDomains"] == ["training.borough.gov.uk"]
    assert manifest["developer"]["name"] == "Borough Safeguarding Partnership"
    assert manifest["developer"]["websiteUrl"] == "https://training.borough.gov.uk"
    assert manifest["name"]["full"] == "Safeguarding training, Borough Safeguarding Partnership"


def test_teams_would_take_the_package(tmp_path: Path) -> None:
    package = build_package(settings(), tmp_path / "app.zip")

    assert check_package(package) == []


def test_the_same_settings_give_the_same_bytes(tmp_path: Path) -> None:
    first = build_package(settings(), tmp_path / "first.zip")
    second = build_package(settings(), tmp_path / "deeper" / "second.zip")

    assert first.read_bytes() == second.read_bytes()


def test_a_long_partnership_name_is_cut_to_what_teams_takes(tmp_path: Path) -> None:
    package = build_package(settings(partnership="Partnership " * 20), tmp_path / "app.zip")

    assert check_package(package) == []


@pytest.mark.parametrize("app_id", ["", "not-a-guid", "3f2b8c1e"])
def test_without_an_app_id_no_package_is_written(tmp_path: Path, app_id: str) -> None:
    with pytest.raises(SettingsNotUsable, match="TRAININGBOT_APP_ID"):
        build_package(settings(app_id=app_id), tmp_path / "app.zip")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["http://training.borough.gov.uk", "http://127.0.0.1:3978"])
def test_an_address_without_https_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsNotUsable, match="TRAININGBOT_PUBLIC_URL"):
        build_package(settings(public_url=url), tmp_path / "app.zip")


@pytest.mark.parametrize("url", ["https://localhost:3978", "https://192.168.1.4"])
def test_an_address_that_phones_cannot_reach_is_refused(tmp_path: Path, url: str) -> None:
    with pytest.raises(PackageNotValid, match="Teams would refuse the package"):
        build_package(settings(public_url=url), tmp_path / "app.zip")

    assert list(tmp_path.iterdir()) == []


def test_the_template_itself_is_no_package(tmp_path: Path) -> None:
    package = tmp_path / "template.zip"
    with ZipFile(package, "w") as opened:
        for name in ("manifest.json", "color.png", "outline.png"):
            opened.write(SOURCE / name, name)

    faults = check_package(package)

    assert {fault.partition(":")[0] for fault in faults} == {
        "manifest.json, id",
        "manifest.json, bots[0].botId",
        "manifest.json, developer.websiteUrl",
        "manifest.json, developer.privacyUrl",
        "manifest.json, developer.termsOfUseUrl",
        "manifest.json, validDomains[0]",
    }


def test_what_is_no_package_is_told_in_a_sentence(tmp_path: Path) -> None:
    text, huge = tmp_path / "text.zip", tmp_path / "huge.zip"
    text.write_text("no zip file")
    with ZipFile(huge, "w") as opened:
        opened.writestr("manifest.json", bytes(6 * 1024 * 1024))

    assert check_package(tmp_path / "none.zip") == [f"There is no file {tmp_path / 'none.zip'}."]
    assert check_package(text) == [
        f"{text} cannot be opened as a zip file: File is not a zip file."
    ]
    assert check_package(huge) == ["manifest.json is larger than 5 MB."]
