from __future__ import annotations

from pathlib import Path

import pytest

from runtime.settings import Settings, SettingsError, load_settings, settings_page

ROOT = Path(__file__).parents[2]


def test_without_anything_said_it_listens_on_this_machine(tmp_path: Path) -> None:
    settings = load_settings({"data_dir": tmp_path / "data"}, {})

    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.is_embedded
    assert not settings.is_https
    assert settings.key_file == tmp_path / "data.key"


def test_arguments_win_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    write_file(tmp_path, 'port = 1\nthreads = 2\nmail_from = "a@x.org"\n')
    environment = {"DOUGONG_PORT": "3", "DOUGONG_THREADS": "4", "OTHER": "5"}

    settings = load_settings({"data_dir": tmp_path, "port": 6, "host": None}, environment)

    assert (settings.port, settings.threads, settings.mail_from) == (6, 4, "a@x.org")


def test_lists_are_written_with_commas_or_as_lists(tmp_path: Path) -> None:
    write_file(tmp_path, 'trusted_proxies = ["10.0.0.1", "fd00::/8"]\n')

    from_file = load_settings({"data_dir": tmp_path}, {})
    from_text = load_settings(
        {"data_dir": tmp_path}, {"DOUGONG_TRUSTED_PROXIES": "10.0.0.1, 10.1.0.0/16"}
    )

    assert from_file.trusted_proxies == ("10.0.0.1", "fd00::/8")
    assert from_text.trusted_proxies == ("10.0.0.1", "10.1.0.0/16")


def test_secrets_have_names_in_file_and_environment(tmp_path: Path) -> None:
    write_file(tmp_path, '[secrets]\n"erp_token@erp.example.com" = "a=b,c"\n')

    from_file = load_settings({"data_dir": tmp_path}, {})
    from_environment = load_settings(
        {"data_dir": tmp_path}, {"DOUGONG_SECRETS": "erp_token@erp.example.com=a=b, crm@crm=c"}
    )

    assert from_file.secrets == {"erp_token@erp.example.com": "a=b,c"}
    assert from_environment.secrets == {"erp_token@erp.example.com": "a=b", "crm@crm": "c"}


def test_a_secret_without_a_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="is no table of texts"):
        load_settings({"data_dir": tmp_path}, {"DOUGONG_SECRETS": "told to nobody"})


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"host": "0.0.0.0"}, "set --base-url https://"),  # noqa: S104
        ({"host": "192.168.1.2", "base_url": "http://desk.example.org"}, "set --base-url https"),
        ({"base_url": "http://desk.example.org"}, "set --base-url https"),
        ({"base_url": "desk.example.org"}, "is no address"),
        ({"port": "many"}, "is no whole number"),
        ({"port": 70_000}, "Write 0 to 65535"),
        ({"threads": 0}, "Write 1 to 256"),
        ({"trusted_proxies": ("proxy",)}, "is no address and no network"),
        ({"database_url": "mysql://x"}, "postgresql://"),
    ],
)
def test_unusable_settings_say_what_to_write(
    tmp_path: Path, arguments: dict[str, object], words: str
) -> None:
    with pytest.raises(SettingsError, match=words):
        load_settings({"data_dir": tmp_path, **arguments}, {})


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as refusal:
        load_settings({"data_dir": tmp_path, "host": "0.0.0.0", "threads": 0}, {})  # noqa: S104

    assert len(refusal.value.problems) == 2


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_plain_http_is_fine_on_this_machine(tmp_path: Path, host: str) -> None:
    assert load_settings({"data_dir": tmp_path, "host": host}, {}).host == host


def test_a_proxy_with_https_may_stand_before_any_host(tmp_path: Path) -> None:
    arguments = {"data_dir": tmp_path, "host": "0.0.0.0", "base_url": "https://desk.example.org/"}  # noqa: S104

    settings = load_settings(arguments, {})

    assert settings.base_url == "https://desk.example.org"
    assert settings.sender == "no-reply@desk.example.org"


def test_a_key_inside_the_data_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="hold its own key"):
        load_settings({"data_dir": tmp_path, "master_key_file": tmp_path / "sub" / "k"}, {})


@pytest.mark.parametrize(
    ("text", "mode", "words"),
    [
        ("port = 1\n", 0o644, "chmod 600"),
        ("prot = 1\n", 0o600, "there is no setting 'prot'"),
        ("port = \n", 0o600, "cannot be read"),
    ],
    ids=["readable", "unknown", "broken"],
)
def test_a_settings_file_must_be_private_and_right(
    tmp_path: Path, text: str, mode: int, words: str
) -> None:
    write_file(tmp_path, text, mode)

    with pytest.raises(SettingsError, match=words):
        load_settings({"data_dir": tmp_path}, {})


def test_the_page_of_settings_is_up_to_date() -> None:
    assert (ROOT / "docs" / "settings.md").read_text("utf-8") == settings_page()


def test_defaults_alone_are_usable() -> None:
    assert Settings().port == 8000


def write_file(directory: Path, text: str, mode: int = 0o600) -> None:
    file = directory / "dougong.toml"
    file.write_text(text)
    file.chmod(mode)
