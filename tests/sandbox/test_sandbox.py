import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import httpx2
import pytest

from sandbox.options import read_options
from sandbox.page import HERE, read_texts
from sandbox.segments import count_segments
from tests.sandbox.serving import ACCOUNT, TOKEN, TOWN_NUMBER, options, sandbox_at
from tests.support.processes import free_port

ROOT = Path(__file__).parents[2]
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
NOBODY = "http://127.0.0.1:9"
FORM = {"To": "+33639980001", "From": TOWN_NUMBER, "Body": "Bonjour"}


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with sandbox_at(options(NOBODY, tmp_path / "journal.jsonl")) as client:
        yield client


async def ask(client: httpx2.AsyncClient, **fields: str | None) -> Any:
    form = {name: value for name, value in {**FORM, **fields}.items() if value is not None}
    return await client.post(MESSAGES, data=form, auth=(ACCOUNT, TOKEN))


async def test_a_message_is_answered_with_the_provider_s_resource(sandbox: httpx2.AsyncClient) -> None:
    answer = await ask(sandbox)
    assert answer.status_code == 201
    made = answer.json()
    assert (made["status"], made["direction"], made["num_segments"]) == ("queued", "outbound-api", "1")
    again = await sandbox.get(MESSAGES.replace(".json", f"/{made['sid']}.json"), auth=(ACCOUNT, TOKEN))
    assert again.json()["body"] == "Bonjour"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"To": None}, 21604),
        ({"From": None}, 21603),
        ({"Body": None}, 21602),
        ({"From": "+33199980199"}, 21606),
        ({"To": "06 39"}, 21211),
        ({"To": "+15005550001"}, 21211),
        ({"To": "+15005550009"}, 21614),
        ({"Body": "x" * 1601}, 21617),
    ],
)
async def test_a_wrong_message_is_refused_in_the_provider_s_words(
    sandbox: httpx2.AsyncClient, fields: dict[str, str | None], code: int
) -> None:
    answer = await ask(sandbox, **fields)
    assert answer.status_code == 400
    assert answer.json()["code"] == code
    assert set(answer.json()) == {"code", "message", "more_info", "status"}


async def test_a_town_with_two_numbers_is_written_to_and_writes_by_either(tmp_path: Path) -> None:
    other = "+33199980177"
    chosen = replace(options(NOBODY, tmp_path / "journal.jsonl"), others={other: "/channels/sms-sport/inbound"})
    async with sandbox_at(chosen) as sandbox:
        assert (await ask(sandbox, From=other)).status_code == 201
        assert (await ask(sandbox)).status_code == 201
        typed = {"from": FORM["To"], "text": "Bonjour", "wait": False}
        wanted: tuple[dict[str, str], ...] = ({}, {"to": other}, {"to": "+33199980199"})
        sent = [await sandbox.post("/api/resident/send", json=typed | to) for to in wanted]
        assert [answer.status_code for answer in sent] == [200, 200, 422]
        thread = (await sandbox.get("/api/messages", params={"resident": FORM["To"]})).json()["messages"]
    assert [message["from"] for message in thread[:2]] == [other, TOWN_NUMBER]
    assert [message["to"] for message in thread[2:]] == [TOWN_NUMBER, other]


def test_a_town_with_several_numbers_names_the_address_of_each() -> None:
    given = ["--account-sid", "AC1", "--auth-token", "t", "--number", "+331"]
    assert read_options(given, {}).lines == {"+331": "/channels/sms/inbound"}
    given += ["--line", "+332=/channels/a/inbound", "--line", "+333=/channels/b/inbound"]
    assert read_options(given, {}).lines == {"+332": "/channels/a/inbound", "+333": "/channels/b/inbound"}
    with pytest.raises(SystemExit):
        read_options([*given, "--line", "+333"], {})


async def test_wrong_credentials_and_unknown_addresses_are_told(sandbox: httpx2.AsyncClient) -> None:
    stranger = await sandbox.post(MESSAGES, data=FORM, auth=(ACCOUNT, "wrong"))
    assert (stranger.status_code, stranger.json()["code"]) == (401, 20003)
    for path in ("/2010-04-01/Accounts/AC2/Messages.json", MESSAGES.replace(".json", "/SM1.json")):
        assert (await sandbox.get(path, auth=(ACCOUNT, TOKEN))).status_code == 404


async def test_the_list_is_filtered_and_paged_newest_first(sandbox: httpx2.AsyncClient) -> None:
    for number in range(5):
        await ask(sandbox, Body=f"m{number}")
    await ask(sandbox, To="+33639980002")
    page = (await sandbox.get(f"{MESSAGES}?To=%2B33639980001&PageSize=2", auth=(ACCOUNT, TOKEN))).json()
    bodies = [message["body"] for message in page["messages"]]
    while page["next_page_uri"]:
        page = (await sandbox.get(page["next_page_uri"], auth=(ACCOUNT, TOKEN))).json()
        bodies += [message["body"] for message in page["messages"]]
    assert bodies == ["m4", "m3", "m2", "m1", "m0"]
    old = await sandbox.get(f"{MESSAGES}?DateSent%3C=2020-01-01", auth=(ACCOUNT, TOKEN))
    assert old.json()["messages"] == []
    today = await sandbox.get(f"{MESSAGES}?DateSent%3E=2020-01-01", auth=(ACCOUNT, TOKEN))
    assert len(today.json()["messages"]) == 6


async def test_every_accepted_message_is_in_the_journal_at_once(sandbox: httpx2.AsyncClient, tmp_path: Path) -> None:
    made = (await ask(sandbox, Body="Été")).json()
    await ask(sandbox, Body=None)
    lines = [json.loads(line) for line in (tmp_path / "journal.jsonl").read_text("utf-8").splitlines()]
    assert [(line["sid"], line["to"], line["body"]) for line in lines] == [(made["sid"], "+33639980001", "Été")]


async def test_only_the_newest_messages_are_kept(sandbox: httpx2.AsyncClient) -> None:
    for number in range(60):
        await ask(sandbox, Body=str(number), To=f"+3363998{number:04d}")
    kept = (await sandbox.get("/api/messages")).json()
    assert kept["held"] == 50
    assert [message["body"] for message in kept["messages"]] == [str(number) for number in range(10, 60)]
    assert (await sandbox.get("/api/messages", params={"to": "+33639980000"})).json()["messages"] == []
    assert (await sandbox.get("/api/stats")).json()["accepted"] == 60


async def test_emptying_the_phones_forgets_messages_and_mail(sandbox: httpx2.AsyncClient) -> None:
    await ask(sandbox)
    await sandbox.delete("/api/messages")
    assert (await sandbox.get("/api/messages")).json() == {"messages": [], "held": 0}


@pytest.mark.parametrize("wrong", [{"slow_ms": -1}, {"failure": "sometimes"}, {"no_such": True}, {"callbacks": ["x"]}])
async def test_a_mode_that_does_not_exist_changes_nothing(sandbox: httpx2.AsyncClient, wrong: dict[str, Any]) -> None:
    before = (await sandbox.get("/api/modes")).json()
    answer = await sandbox.post("/api/modes", json={"drop_callbacks": True, **wrong})
    assert answer.status_code == 422
    assert (await sandbox.get("/api/modes")).json() == before


async def test_a_slow_provider_takes_its_time(sandbox: httpx2.AsyncClient) -> None:
    await sandbox.post("/api/modes", json={"slow_ms": 150})
    started = time.monotonic()
    assert (await ask(sandbox)).status_code == 201
    assert time.monotonic() - started >= 0.15


async def test_an_open_page_hears_of_its_own_residents_only(sandbox: httpx2.AsyncClient) -> None:
    async with sandbox.stream("GET", "/api/events?residents=%2B33639980001") as stream:
        lines = stream.aiter_lines()
        await asyncio.sleep(0.05)
        await ask(sandbox, To="+33639980002", Body="not yours")
        await ask(sandbox, Body="yours")
        heard = []
        async with asyncio.timeout(5):
            async for line in lines:
                heard.append(line)
                if line.startswith("data:"):
                    break
    assert "event: message" in heard
    assert json.loads(heard[-1].removeprefix("data:"))["body"] == "yours"


async def test_a_photo_is_shown_to_the_page_as_nothing_but_a_picture(sandbox: httpx2.AsyncClient) -> None:
    page = {"content_type": "text/html", "content_base64": "PHNjcmlwdD4="}
    sent = {"from": "+33639980001", "text": "x", "media": [page], "wait": False}
    await sandbox.post("/api/resident/send", json=sent)
    [message] = (await sandbox.get("/api/messages")).json()["messages"]
    shown = await sandbox.get(f"/api/media/{message['media'][0]['url'].rsplit('/', 1)[1]}")
    assert shown.headers["content-type"] == "application/octet-stream"
    wrong = {"from": "+33639980001", "media": [{"content_base64": "é"}]}
    assert (await sandbox.post("/api/resident/send", json=wrong)).status_code == 422


@pytest.mark.parametrize(("accepted", "language"), [("fr-FR,fr", "fr"), ("en-GB,en;q=0.8", "en"), ("", "fr")])
async def test_the_page_speaks_the_reader_s_language(sandbox: httpx2.AsyncClient, accepted: str, language: str) -> None:
    answer = await sandbox.get("/", headers={"accept-language": accepted})
    assert f'<html lang="{language}">' in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    other = "en" if language == "fr" else "fr"
    assert f'<html lang="{other}">' in (await sandbox.get(f"/?lang={other}")).text


def test_both_languages_say_the_same_things() -> None:
    words = read_texts().words

    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: shape(inner) for name, inner in value.items()}
        return len(value) if isinstance(value, list) else "text"

    assert shape(words["fr"]) == shape(words["en"])


def test_french_signs_are_kept_with_their_words() -> None:
    def said(value: Any) -> list[str]:
        if isinstance(value, str):
            return [value]
        return [text for inner in (value.values() if isinstance(value, dict) else value) for text in said(inner)]

    texts = said(read_texts().words["fr"])
    assert any("\u00a0?" in text for text in texts)
    assert not [text for text in texts if any(sign in text for sign in (" ?", " !", " ;", " :"))]


def test_the_page_takes_nothing_from_elsewhere() -> None:
    for path in [*HERE.glob("static/*"), *HERE.glob("templates/*")]:
        text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text, path
        assert "https://" not in text, path


@pytest.mark.parametrize(
    ("text", "count"), [("", 1), ("é" * 160, 1), ("é" * 161, 2), ("€" * 81, 2), ("ê" * 71, 2), ("👍" * 35, 1)]
)
def test_segments_are_billed_as_providers_do(text: str, count: int) -> None:
    assert count_segments(text) == count


def test_options_come_from_the_product_s_environment_too() -> None:
    environment = {
        "GUICHET_PORT": "9000",
        "GUICHET_PUBLIC_URL": "https://guichet.test/",
        "GUICHET_TWILIO_ACCOUNT_SID": "AC1",
        "GUICHET_TWILIO_AUTH_TOKEN": "secret",
    }
    chosen = read_options([], environment)
    assert (chosen.port, chosen.smtp_port, chosen.target) == (9001, 9002, "http://127.0.0.1:9000")
    assert (chosen.public_url, chosen.account_sid) == ("https://guichet.test", "AC1")
    assert "secret" not in repr(chosen)


def test_missing_credentials_are_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read_options([], {})
    assert "--account-sid" in capsys.readouterr().err


def test_the_sandbox_ends_with_the_process_it_serves() -> None:
    port = free_port()
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    arguments = ["--port", str(port), "--smtp-port", str(free_port()), "--target", NOBODY, "--auth-token", "t"]
    sandbox = subprocess.Popen(
        [sys.executable, "-m", "sandbox", *arguments, "--account-sid", "AC1", "--parent-pid", str(parent.pid)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        wait_for(port)
        assert sandbox.poll() is None
        parent.communicate(b"\n")
        assert sandbox.wait(10) == 0
    finally:
        parent.kill()
        parent.wait()
        sandbox.kill()
        sandbox.wait()


def wait_for(port: int) -> None:
    for _ in range(200):
        try:
            with urlopen(f"http://127.0.0.1:{port}/api/stats", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("the sandbox did not start")
