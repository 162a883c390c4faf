"""The client that carries every channel's calls: what an answer means, how long it waits, what it never tells."""

from collections.abc import AsyncIterator

import pytest

from channels.errors import ContentRefused, CredentialsRefused, MediaError, ProviderUnavailable, RateLimited, SendError
from channels.http import Answer as Answered
from channels.http import ProviderClient, refusal_of
from channels.media import FileHosts, fetch_file
from tests.support.stub_provider import Answer, StubProvider, stub_provider

SECRET = "123456:bot-token"


@pytest.fixture
async def there() -> AsyncIterator[StubProvider]:
    async with stub_provider() as stub:
        yield stub


@pytest.fixture
async def client() -> AsyncIterator[ProviderClient]:
    client = ProviderClient(timeout=0.4, secrets=(SECRET,))
    yield client
    await client.aclose()


@pytest.mark.parametrize(
    ("answer", "error", "accepted"),
    [
        (Answer(500), ProviderUnavailable, "unlikely"),
        (Answer(429), RateLimited, "no"),
        (Answer(400), ContentRefused, "no"),
        (Answer(401), CredentialsRefused, "no"),
        (Answer(404), CredentialsRefused, "no"),
        (Answer(302, headers={"Location": "/other"}), ProviderUnavailable, "no"),
        (Answer(200, b"<html>"), ProviderUnavailable, "perhaps"),
        (Answer(200, b"[]"), ProviderUnavailable, "perhaps"),
        (Answer(200, b"\xff"), ProviderUnavailable, "perhaps"),
        (Answer(200, delay=2), ProviderUnavailable, "perhaps"),
        (Answer(drop=True), ProviderUnavailable, "perhaps"),
    ],
)
async def test_an_answer_that_accepts_nothing_becomes_the_error_that_says_what_to_do(
    client: ProviderClient, there: StubProvider, answer: Answer, error: type[SendError], accepted: str
) -> None:
    there.answer(answer)
    with pytest.raises(SendError) as caught:
        await client.post_json(there.url, {"text": "Bonjour"})
    assert (type(caught.value), caught.value.accepted) == (error, accepted)
    assert len(there.asked) == 1


async def test_a_provider_that_was_never_reached_has_nothing(client: ProviderClient) -> None:
    for url in ("http://127.0.0.1:9/send", "http://[half/send"):
        with pytest.raises(ProviderUnavailable) as caught:
            await client.post_json(url, {})
        assert caught.value.accepted == "no"


@pytest.mark.parametrize(
    ("asked", "seconds"), [("7", 7.0), ("0.5", 0.5), ("-3", 0.0), ("1e9", 3600.0), ("nan", None), ("tomorrow", None)]
)
@pytest.mark.parametrize("status", [429, 503])
async def test_the_pause_that_a_provider_asks_for_is_passed_on(
    client: ProviderClient, there: StubProvider, status: int, asked: str, seconds: float | None
) -> None:
    there.answer(Answer(status, headers={"retry-after": asked}))
    with pytest.raises(SendError) as caught:
        await client.post_json(there.url, {})
    assert caught.value.retry_after == seconds


async def test_a_provider_may_ask_for_its_pause_in_other_words(there: StubProvider) -> None:
    def find_pause(answer: Answered) -> float | None:
        return float(answer.read_object()["parameters"]["retry_after"])

    there.answer(Answer(429, b'{"ok": false, "parameters": {"retry_after": 12}}'))
    client = ProviderClient(timeout=1, find_pause=find_pause)
    with pytest.raises(RateLimited) as caught:
        await client.post_json(there.url, {})
    await client.aclose()
    assert caught.value.retry_after == 12


@pytest.mark.parametrize(
    "answer", [Answer(400, SECRET.encode()), Answer(500, SECRET.encode()), Answer(drop=True), Answer(200, delay=2)]
)
async def test_a_secret_in_an_address_or_an_answer_stands_in_no_error(
    client: ProviderClient, there: StubProvider, answer: Answer
) -> None:
    there.answer(answer)
    with pytest.raises(SendError) as caught:
        await client.post_json(f"{there.url}/bot{SECRET}/sendMessage", {})
    assert SECRET not in repr([str(caught.value), caught.value.detail, caught.value.__cause__])


async def test_a_secret_stands_in_no_error_of_an_address_that_is_none(client: ProviderClient) -> None:
    with pytest.raises(SendError) as caught:
        await client.post_json(f"http://[half/bot{SECRET}", {})
    assert SECRET not in repr([str(caught.value), caught.value.__cause__])


@pytest.mark.parametrize("before", range(280, 301))
def test_a_secret_is_hidden_before_a_long_error_is_cut(before: int) -> None:
    told = ProviderClient(timeout=1, secrets=(SECRET,)).redact("x" * before + SECRET)
    assert len(told) <= 300
    assert "1" not in told


def test_what_a_provider_explains_at_length_is_cut() -> None:
    assert len(ProviderClient(timeout=1).redact("no " * 10_000)) == 300


def test_a_refusal_that_nobody_explains_is_told_by_its_status() -> None:
    assert isinstance(refusal_of(422, "HTTP 422"), ContentRefused)
    assert refusal_of(403, "HTTP 403").advice == "check_settings"


async def test_a_file_is_fetched_with_the_key_from_the_provider_s_own_host_only(
    client: ProviderClient, there: StubProvider
) -> None:
    there.answer(Answer(302, headers={"Location": "/stored/1"}), Answer(200, b"photo", {"Content-Type": "image/jpeg"}))
    found = await fetch_file(client, f"{there.url}/media/1", FileHosts(there.url, {"Authorization": "key"}))
    assert found == (b"photo", "image/jpeg")
    assert [asked.headers["authorization"] for asked in there.asked] == ["key", "key"]
    there.answer(Answer(302, headers={"Location": "http://169.254.169.254/keys"}))
    for url in (f"{there.url}/media/1", "http://localhost/1", "https://elsewhere.test/1", "http://[half"):
        with pytest.raises(MediaError) as caught:
            await fetch_file(client, url, FileHosts(there.url, {}))
        assert (caught.value.code, caught.value.retryable) == ("forbidden", False)
