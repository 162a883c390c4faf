"""What the README tells a newcomer happens when they do it."""

import re
import subprocess
import sys
import time
from typing import Any

import httpx2
import pytest

from tests.promises.tree import ROOT
from tests.support.product import RunningProduct, free_ports, product_environment, running_product

README = (ROOT / "README.md").read_text()
PATHS = sorted(set(re.findall(r"<http://127\.0\.0\.1:8000(/[^>]*)>", README)) | {"/chat", "/suivi"})
SIGN_INS = re.findall(r"`(\w+@demo\.example)`", README)
PASSWORD = "guichet-demo"
PATIENCE = 30.0


@pytest.fixture
def browser(product: RunningProduct):
    with httpx2.Client(base_url=product.url, follow_redirects=True, timeout=PATIENCE) as client:
        yield client


def sign_in(client: httpx2.Client, email: str, password: str) -> httpx2.Response:
    return client.post("/console/sign-in", data={"email": email, "password": password, "next": "/console"})


def texted(product: RunningProduct, number: str) -> list[str]:
    """What reached a pretend phone."""
    messages = httpx2.get(f"{product.sandbox_url}/api/messages", params={"resident": number}).json()["messages"]
    return [message["body"] for message in messages if message["direction"] == "out"]


def wait_for(look: Any) -> Any:
    deadline = time.monotonic() + PATIENCE
    while not (seen := look()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return seen


def command(product: RunningProduct, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *words],
        env={**product.environment, **settings},
        cwd=product.data_dir,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("path", PATHS)
def test_an_address_of_the_readme_answers(browser: httpx2.Client, path: str) -> None:
    assert browser.get(path).status_code == 200


@pytest.mark.parametrize("email", SIGN_INS)
def test_a_demo_sign_in_opens_the_console(browser: httpx2.Client, email: str) -> None:
    assert str(sign_in(browser, email, PASSWORD).url).startswith(f"{browser.base_url}/console/conversations")


def test_all_four_sign_ins_are_told() -> None:
    assert len(set(SIGN_INS)) == 4


def test_a_wrong_password_opens_nothing(browser: httpx2.Client) -> None:
    answer = sign_in(browser, SIGN_INS[0], "guichet-dem0")
    assert answer.status_code in {401, 403, 422}
    assert "/console/sign-in" in str(answer.url)


def test_the_banner_tells_where_to_go_and_how_to_sign_in(product: RunningProduct) -> None:
    banner = product.log.read_text()
    assert all(word in banner for word in [f"{product.url}/console", *SIGN_INS, PASSWORD])


def test_a_text_message_is_answered_and_leaves_no_trace_in_the_log(product: RunningProduct) -> None:
    number, text = "+33639987301", "Un lampadaire est cassé devant le 7 rue Pasteur"
    sent = httpx2.post(
        f"{product.sandbox_url}/api/resident/send", json={"from": number, "text": text}, timeout=PATIENCE
    )
    assert sent.json()["http_status"] == 200
    assert wait_for(lambda: texted(product, number))
    log = product.log.read_text()
    assert "lampadaire est" not in log
    assert number not in log


def test_a_second_server_on_the_same_data_is_refused(product: RunningProduct) -> None:
    second = command(product, "serve", GUICHET_PORT=str(free_ports()))
    assert second.returncode == 2
    assert len(second.stderr.splitlines()) == 1


@pytest.mark.parametrize(("name", "value"), [("GUICHET_PORT", "eighty"), ("GUICHET_HOST", "192.0.2.1")])
def test_a_wrong_setting_is_one_line_that_names_it(product: RunningProduct, name: str, value: str) -> None:
    refused = command(product, "migrate", **{name: value})
    assert refused.returncode == 2
    assert len(refused.stderr.splitlines()) == 1
    assert name in refused.stderr or "GUICHET_DEMO_PUBLIC" in refused.stderr


def test_production_knows_no_demo(tmp_path) -> None:
    with running_product(tmp_path, command="serve", GUICHET_MODE="production") as product:
        with httpx2.Client(base_url=product.url, follow_redirects=True) as client:
            page = client.get("/console/sign-in")
            answer = sign_in(client, SIGN_INS[0], PASSWORD)
        assert PASSWORD not in page.text
        assert answer.status_code in {401, 403, 422}
        assert command(product, "seed").returncode == 2


def test_the_environment_of_a_test_product_is_its_own(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("GUICHET_REDIS_URL", "redis://elsewhere")
    assert "GUICHET_REDIS_URL" not in product_environment(tmp_path, 1, {})
