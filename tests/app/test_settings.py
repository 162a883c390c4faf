"""Settings: safe by default, and a useful sentence when one is wrong."""

from pathlib import Path

import pytest

from app.settings import SettingsInvalid, load_settings, unknown_settings


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("MODE", "HOST", "PORT", "NOW", "DATA_DIR", "DATABASE_URL", "PUBLIC_URL", "DEMO_PUBLIC", "SECRET_KEY"):
        monkeypatch.delenv(f"GUICHET_{name}", raising=False)


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
        ("PUBLIC_URL", "montlieu.example", "http://"),
        ("MODE", "staging", "production"),
        ("DATABASE_URL", "mysql://town:secret@db/guichet", "postgresql://"),
        ("DATABASE_URL", "postgresql://town:sec/ret@db/guichet", "%2F"),
        ("REDIS_URL", "cache.internal:6379", "redis://"),
        ("SMTP_URL", "mail.internal", "smtp://"),
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


def test_the_signing_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = load_settings().key()
    assert first == load_settings().key()
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
