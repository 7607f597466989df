"""The environment's door: what is refused, and one secret however many processes ask for it."""

import multiprocessing
import stat
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from trainingbot.enums import Nation
from trainingbot.errors import SettingsNotUsable
from trainingbot.settings import Settings, kept_secret, load_settings

EVERYWHERE = "0.0.0.0"  # noqa: S104 - nothing listens there in these tests
SECRET = "a secret of at least thirty-two characters"


def settings_of(**values: Any) -> Settings:  # noqa: ANN401 - a setting has the type of its field
    """Return settings that no `.env` file of this machine has a part in."""
    return Settings(_env_file=None, **values)


def with_credentials(**values: Any) -> Settings:  # noqa: ANN401 - a setting has the type of its field
    given = {
        "app_id": "app",
        "app_password": "password",
        "app_tenant_id": "tenant",
        "tenants": "tenant",
    }
    return settings_of(**given | values)


def secrets_of(files: list[Path]) -> list[str]:
    """Run in a process of its own."""
    return [kept_secret(file) for file in files]


def test_many_processes_that_ask_at_once_get_one_secret(tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.secret" for number in range(200)]
    processes = 4
    spawn = multiprocessing.get_context("spawn")

    with ProcessPoolExecutor(processes, mp_context=spawn) as pool:
        answers = list(pool.map(secrets_of, [files] * processes))

    assert answers == [answers[0]] * processes
    assert len(set(answers[0])) == len(files)
    assert sorted(tmp_path.iterdir()) == sorted(files)


def test_a_secret_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "trainingbot.secret"

    first, second = kept_secret(file), kept_secret(file)

    assert first == second == file.read_text()
    assert len(first) >= 32


def test_only_its_owner_can_read_the_secret(tmp_path: Path) -> None:
    file = tmp_path / "trainingbot.secret"

    kept_secret(file)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_secret_that_was_cut_off_is_not_replaced_by_another(tmp_path: Path) -> None:
    """A new one would make every link that was ever sent useless, without a word."""
    file = tmp_path / "trainingbot.secret"
    file.write_text("half a sec")

    with pytest.raises(SettingsNotUsable) as refusal:
        kept_secret(file)

    assert refusal.value.sentence == f"{file} holds no whole secret. Put the old one back there."


def test_a_secret_that_is_no_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "trainingbot.secret"
    file.write_bytes(b"\xff" * 64)

    with pytest.raises(SettingsNotUsable) as refusal:
        kept_secret(file)

    assert refusal.value.sentence == (
        f"No secret: {file} can be neither read nor made. Set TRAININGBOT_SECRET instead."
    )


def test_a_secret_that_cannot_be_made_is_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "no such folder" / "trainingbot.secret"

    with pytest.raises(SettingsNotUsable) as refusal:
        kept_secret(file)

    assert refusal.value.sentence == (
        f"No secret: {file} can be neither read nor made. Set TRAININGBOT_SECRET instead."
    )


def test_the_secret_of_the_settings_comes_first(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'trainingbot.db'}"

    given = settings_of(database_url=url, secret=SECRET).signing_secret

    assert given == SECRET
    assert list(tmp_path.iterdir()) == []


def test_the_secret_is_kept_beside_the_embedded_database(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'trainingbot.db'}"

    made = settings_of(database_url=url).signing_secret

    assert (tmp_path / "trainingbot.secret").read_text() == made


def test_a_setting_does_not_show_its_secrets() -> None:
    shown = repr(with_credentials(secret=SECRET, app_password="correct-horse"))

    assert SECRET not in shown
    assert "correct-horse" not in shown


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("secret", "short"),
        ("time_zone", "Europe/Londinium"),
        ("time_zone", "../etc/passwd"),
        ("time_zone", ""),
        ("nation", "Ireland"),
        ("nation", ""),
        ("public_url", "bot.example"),
        ("public_url", "javascript:alert(1)"),
        ("port", 65536),
        ("port", "many"),
        ("calendar_link_days", 0),
        ("app_type", "UserAssigned"),
        ("local", "perhaps"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(ValidationError) as refusal:
        settings_of(**{name: value})

    assert [error["loc"] for error in refusal.value.errors()] == [(name,)]


def test_lists_are_separated_by_commas_and_in_lower_case() -> None:
    settings = settings_of(coordinators=" Morgan@County.example, ,sam@county.example,")

    assert settings.coordinators == ("morgan@county.example", "sam@county.example")


@pytest.mark.parametrize(
    ("written", "nation"),
    [
        ("england", Nation.ENGLAND),
        ("Scotland", Nation.SCOTLAND),
        (" wales ", Nation.WALES),
        ("northern_ireland", Nation.NORTHERN_IRELAND),
        ("Northern Ireland", Nation.NORTHERN_IRELAND),
    ],
)
def test_a_nation_may_be_written_as_its_name(written: str, nation: Nation) -> None:
    assert settings_of(nation=written).nation == nation


def test_the_nation_is_england_unless_another_is_named() -> None:
    assert settings_of().nation == Nation.ENGLAND


def test_a_nation_that_is_none_is_answered_with_the_four() -> None:
    with pytest.raises(SettingsNotUsable) as refusal:
        load_settings(nation="France")

    assert refusal.value.sentence == (
        "The settings cannot be used.\nTRAININGBOT_NATION: "
        "Input should be 'england', 'scotland', 'wales' or 'northern_ireland'"
    )


def test_the_public_address_has_no_slash_at_its_end() -> None:
    assert settings_of(public_url="https://bot.example/").public_url == "https://bot.example"


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite+aiosqlite:///trainingbot.db", Path("trainingbot.db")),
        ("sqlite+aiosqlite:////var/lib/trainingbot.db", Path("/var/lib/trainingbot.db")),
        ("postgresql+psycopg://name@host/database", None),
    ],
)
def test_the_file_of_the_embedded_database_is_known(url: str, file: Path | None) -> None:
    assert settings_of(database_url=url).sqlite_file == file


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_a_service_without_credentials_may_listen_to_its_own_machine(host: str) -> None:
    settings_of(local=True, host=host).refuse_unsafe_serving()


@pytest.mark.parametrize(
    "host",
    [EVERYWHERE, "::", "10.0.0.1", "bot.example", "", "localhost.example", "127.0.0.1.example"],
)
def test_a_service_without_credentials_never_listens_to_others(host: str) -> None:
    settings = with_credentials(local=True, host=host)

    with pytest.raises(SettingsNotUsable) as refusal:
        settings.refuse_unsafe_serving()

    assert refusal.value.sentence == (
        f"--local believes every request, so it may only listen on this machine, and {host} is "
        "reachable from others. Use 127.0.0.1, or set the bot's credentials."
    )


@pytest.mark.parametrize(
    ("missing", "names"),
    [
        (("app_id",), "TRAININGBOT_APP_ID"),
        (("app_password",), "TRAININGBOT_APP_PASSWORD"),
        (("tenants",), "TRAININGBOT_TENANTS"),
        (
            ("app_id", "app_password", "tenants"),
            "TRAININGBOT_APP_ID, TRAININGBOT_APP_PASSWORD, TRAININGBOT_TENANTS",
        ),
    ],
)
def test_a_service_that_lacks_credentials_does_not_start(
    missing: tuple[str, ...], names: str
) -> None:
    settings = with_credentials(**dict.fromkeys(missing, ""))

    with pytest.raises(SettingsNotUsable) as refusal:
        settings.refuse_unsafe_serving()

    assert refusal.value.sentence == (
        f"The service cannot start: {names} not set. Set them as docs/running.md describes, "
        "or try it out on this machine with --local."
    )


def test_a_bot_of_one_tenant_names_it() -> None:
    settings = with_credentials(app_tenant_id="")

    with pytest.raises(SettingsNotUsable) as refusal:
        settings.refuse_unsafe_serving()

    assert refusal.value.sentence == (
        "The service cannot start: a SingleTenant bot needs TRAININGBOT_APP_TENANT_ID."
    )


@pytest.mark.parametrize(
    "values", [{}, {"host": EVERYWHERE}, {"app_type": "MultiTenant", "app_tenant_id": ""}]
)
def test_a_service_with_credentials_starts(values: dict[str, str]) -> None:
    with_credentials(**values).refuse_unsafe_serving()
