"""The ground the tests stand on holds."""

import socket
from urllib.request import urlopen

import psycopg
import pytest
import redis
from playwright.sync_api import Page

from tests.support.network import OutsideConnection, is_loopback, loopback_only
from tests.support.postgres import PostgresServer
from tests.support.processes import free_port
from tests.support.requirements import is_required


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", b"127.0.0.1", None])
def test_this_machine_may_be_reached(host: object) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["192.0.2.1", "10.0.0.1", "2001:db8::1", "montlieu.example", "0.0.0.0"])
def test_other_machines_may_not_be_reached(host: object) -> None:
    assert not is_loopback(host)


def test_a_connection_to_another_machine_is_refused_and_remembered() -> None:
    with loopback_only() as refused, socket.socket() as probe, pytest.raises(OutsideConnection):
        probe.connect(("192.0.2.1", 80))
    assert refused == ["192.0.2.1"]


def test_a_name_of_another_machine_is_not_even_looked_up() -> None:
    with loopback_only() as refused, pytest.raises(OutsideConnection):
        urlopen("http://montlieu.example/")
    assert refused == ["montlieu.example"]


def test_a_closed_port_of_this_machine_is_an_ordinary_error() -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", free_port()), timeout=5)


def test_all_requires_everything_but_rasa(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GUICHET_TEST_REQUIRE", "all")
    assert (is_required("postgresql"), is_required("rasa")) == (True, False)
    monkeypatch.setenv("GUICHET_TEST_REQUIRE", "all,rasa")
    assert is_required("rasa")
    monkeypatch.delenv("GUICHET_TEST_REQUIRE")
    assert not is_required("postgresql")


@pytest.mark.postgres
def test_each_database_is_empty_and_speaks_utf8(postgres: PostgresServer) -> None:
    with postgres.database() as url, psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*), 'é🚲' FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert row == (0, "é🚲")


@pytest.mark.redis
def test_redis_answers(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.ping()


@pytest.mark.browser
def test_the_browser_shows_a_page_and_reaches_nothing_else(page: Page) -> None:
    page.set_content("<title>Bonjour</title>")
    assert page.title() == "Bonjour"
    answer = page.evaluate("fetch('http://montlieu.example/').then(() => 'reached', () => 'refused')")
    assert answer == "refused"
