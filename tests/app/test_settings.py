"""Settings: safe by default, and a useful sentence when one is wrong."""

from pathlib import Path

import pytest

from app.configuration.configured_channels import read_channels
from app.configuration.settings import Settings, SettingsInvalid, load_settings, unknown_settings

KEY = "0123456789abcdefghijklmnopqrstuvwxyz"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"GUICHET_{name.upper()}", raising=False)


def test_defaults_serve_the_demo_city_on_this_machine_only() -> None:
    settings = load_settings()
    assert (settings.mode, settings.host, settings.port) == ("demo", "127.0.0.1", 8000)
    assert settings.store_url.startswith("sqlite:///")
    assert settings.sandbox_at == 8001


def test_demo_mode_refuses_other_machines_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUICHET_HOST", "0.0.0.0")
    with pytest.raises(SettingsInvalid, match="GUICHET_DEMO_PUBLIC=1"):
        load_settings()
    monkeypatch.setenv("GUICHET_DEMO_PUBLIC", "1")
    assert load_settings().host == "0.0.0.0"


def test_production_refuses_a_fixed_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUICHET_MODE", "production")
    monkeypatch.setenv("GUICHET_NOW", "2026-11-24T10:00:00+01:00")
    with pytest.raises(SettingsInvalid, match="refused in production"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("NOW", "2026-11-24T10:00:00", "needs a zone"),
        ("PORT", "80000", "65535"),
        ("PORT", "http", "needs a whole number"),
        ("DEMO", "maybe", "needs 1 or 0"),
        ("NOW", "tomorrow", "needs a moment"),
        ("PUBLIC_URL", "montlieu.example", "http://"),
        ("MODE", "staging", "production"),
        ("DATABASE_URL", "mysql://town:secret@db/guichet", "postgresql://"),
        ("DATABASE_URL", "postgresql://town:sec/ret@db/guichet", "%2F"),
        ("REDIS_URL", "cache.internal:6379", "redis://"),
        ("EMBED_ORIGINS", "www.montlieu.example", "https://www"),
        ("SMTP_URL", "mail.internal", "smtp://"),
        ("SECRET_KEY", "secret", "openssl rand"),
        ("SECRET_KEY_PREVIOUS", "é" * 15, "32 bytes at least, and has 30"),
    ],
)
def test_a_wrong_setting_is_named_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, remedy: str
) -> None:
    monkeypatch.setenv(f"GUICHET_{name}", value)
    with pytest.raises(SettingsInvalid) as refusal:
        load_settings()
    assert f"GUICHET_{name}: " in str(refusal.value)
    assert remedy in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("mode", [None, "demo"])
def test_a_demo_behind_an_https_address_is_refused_unless_told(
    monkeypatch: pytest.MonkeyPatch, mode: str | None
) -> None:
    monkeypatch.setenv("GUICHET_PUBLIC_URL", "https://guichet.montlieu.example")
    if mode:
        monkeypatch.setenv("GUICHET_MODE", mode)
    with pytest.raises(SettingsInvalid, match="set GUICHET_MODE=production"):
        load_settings()
    monkeypatch.setenv("GUICHET_DEMO_PUBLIC", "1")
    assert load_settings().base_url == "https://guichet.montlieu.example"


@pytest.mark.parametrize(
    "line",
    ["GUICHET_MODE production", "GUICHET_MODE: production", "GUICHET_MODE", "GUICHET_MODE='production", "-MODE-=x"],
)
def test_a_broken_line_of_the_env_file_is_refused_with_its_number(tmp_path: Path, line: str) -> None:
    (tmp_path / ".env").write_text(f"# the town\n\nGUICHET_PORT=8000\n\n{line}\n")
    with pytest.raises(SettingsInvalid, match=r"^\.env line 5: cannot be read; write it as GUICHET_MODE=value$"):
        load_settings()


def test_a_broken_line_never_shows_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("GUICHET_TWILIO_AUTH_TOKEN swordfish\n")
    with pytest.raises(SettingsInvalid) as refusal:
        load_settings()
    assert "GUICHET_TWILIO_AUTH_TOKEN" in str(refusal.value)
    assert "swordfish" not in str(refusal.value)


def test_an_env_file_of_a_windows_editor_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfGUICHET_MODE=production\r\nGUICHET_PORT=8123\r\n")
    settings = load_settings()
    assert (settings.mode, settings.port) == ("production", 8123)


def test_an_env_file_that_is_not_utf8_is_one_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes("GUICHET_MAIL_FROM=vie-associative@société.example\n".encode("latin-1"))
    with pytest.raises(SettingsInvalid, match="not UTF-8"):
        load_settings()


def test_production_on_postgresql_needs_a_key_that_every_host_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUICHET_MODE", "production")
    monkeypatch.setenv("GUICHET_DATABASE_URL", "postgresql://db/guichet")
    with pytest.raises(SettingsInvalid, match=r"^GUICHET_SECRET_KEY: needed"):
        load_settings().signing_keys()
    monkeypatch.setenv("GUICHET_SECRET_KEY", KEY)
    assert load_settings().signing_keys() == (KEY.encode(),)


def test_a_key_file_that_is_too_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    for content in ("secret\n", ""):
        (tmp_path / "var" / "secret.key").write_text(content)
        with pytest.raises(SettingsInvalid, match=r"secret\.key: needs 32 bytes"):
            load_settings().signing_keys()


def test_the_first_key_signs_and_the_previous_one_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUICHET_SECRET_KEY", KEY)
    monkeypatch.setenv("GUICHET_SECRET_KEY_PREVIOUS", KEY[::-1])
    assert load_settings().signing_keys() == (KEY.encode(), KEY[::-1].encode())


def half_set() -> list[str]:
    return [sentence for channel in read_channels(load_settings()) for sentence in channel.half_set()]


@pytest.mark.parametrize(
    ("given", "missing"),
    [("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN"), ("TWILIO_AUTH_TOKEN", "TWILIO_ACCOUNT_SID")],
)
def test_a_half_set_channel_is_told(monkeypatch: pytest.MonkeyPatch, given: str, missing: str) -> None:
    monkeypatch.setenv("GUICHET_MODE", "production")
    assert half_set() == []
    monkeypatch.setenv(f"GUICHET_{given}", "something")
    [sentence] = half_set()
    assert sentence.startswith(f"GUICHET_{missing}: needed by GUICHET_{given}")
    monkeypatch.setenv(f"GUICHET_{missing}", "something")
    assert half_set() == []


def test_the_signing_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    [first] = load_settings().signing_keys()
    assert (first,) == load_settings().signing_keys()
    assert len(first) > 40
    assert (tmp_path / "var" / "secret.key").stat().st_mode & 0o077 == 0


def test_a_variable_that_is_no_setting_is_named_with_what_was_meant(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GUICHET_DATABSE_URL", "postgresql://db/guichet")
    (tmp_path / ".env").write_text("GUICHET_PORT=8000\nexport GUICHET_COLOUR=blue\n# GUICHET_OLD=1\n")
    told = unknown_settings()
    assert [sentence.partition(":")[0] for sentence in told] == ["GUICHET_COLOUR", "GUICHET_DATABSE_URL"]
    assert told[1].endswith("did you mean GUICHET_DATABASE_URL?")


def test_known_variables_are_no_news(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUICHET_PORT", "8000")
    monkeypatch.setenv("GUICHET_TEST_DATA", "/data")
    monkeypatch.setenv("GUICHET_TEST_REQUIRE", "all")
    assert unknown_settings() == []
