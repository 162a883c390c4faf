"""What `guichet doctor` says of each channel."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from anyio import to_thread

from app.checking.doctor import CHECKS, channel_checks
from app.wiring import Product
from services.files.product import DEMO_TOWN
from tests.portal.site import make_product
from tests.support.processes import free_port
from tests.support.stub_provider import stub_provider

SPORT = """
sms-sport:
  kind: sms
  account_sid: AC2
  auth_token: ${SPORT_TOKEN}
  api_base: ${SPORT_URL}
"""


def town_with_sport(folder: Path, **settings: Any) -> Product:
    town = folder / "town"
    shutil.copytree(DEMO_TOWN, town)
    (town / "channels.yaml").write_text(SPORT, encoding="utf-8")
    return make_product(folder / "store", city_dir=town, **settings)


def examine(product: Product) -> dict[str, str]:
    """What is said of each channel, "BAD: " before what is wrong."""
    said = {}
    wanted = [(name, check) for name, check in CHECKS if name in {"channels", "webhooks"}]
    for name, check in (*wanted, *channel_checks(product)):
        try:
            said[name] = check(product)
        except (RuntimeError, OSError) as error:
            said[name] = f"BAD: {error}"
    product.store.close()
    return said


async def test_a_channel_whose_provider_answers_is_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stub_provider() as twilio:
        monkeypatch.setenv("SPORT_TOKEN", "token")
        monkeypatch.setenv("SPORT_URL", twilio.url)
        said = await to_thread.run_sync(examine, town_with_sport(tmp_path))
    assert said["channel sms-sport"] == f"sms, {twilio.url.removeprefix('http://')} answers"
    assert said["channel sms"] == "sms, played by the sandbox"
    assert said["channel webchat"] == "webchat, asks nobody"
    assert said["channels"] == "email, sms, sms-sport, webchat"
    assert "sms-sport messages: http://127.0.0.1:8000/channels/sms-sport/inbound" in said["webhooks"]


def test_a_channel_whose_provider_is_away_is_bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv("SPORT_TOKEN", "token")
    monkeypatch.setenv("SPORT_URL", f"http://127.0.0.1:{port}")
    said = examine(town_with_sport(tmp_path))
    assert said["channel sms-sport"].startswith(f"BAD: 127.0.0.1:{port} cannot be reached: ")


def test_a_channel_without_its_secret_is_off_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPORT_TOKEN", raising=False)
    said = examine(town_with_sport(tmp_path))
    assert "channel sms-sport" not in said
    assert said["channels"].startswith("BAD: SPORT_TOKEN: needed by the channel sms-sport (")
