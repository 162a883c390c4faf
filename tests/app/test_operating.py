"""What an operator meets: slips told in one line, health that tells the truth, processes that end."""

import math
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import psycopg
import pytest

from case_store.engine.migrate import upgrade
from services.files.product import DEMO_TOWN
from tests.support.postgres import PostgresServer
from tests.support.product import RunningProduct, free_ports, product_environment, running_product

PATIENCE = 60


def run_command(folder: Path, command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *command.split()],
        env=product_environment(folder, int(settings.get("GUICHET_PORT", free_ports())), settings),
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def told(folder: Path, command: str, **settings: str) -> str:
    """The one line that a command refused with."""
    done = run_command(folder, command, **settings)
    assert done.returncode == 2, done.stderr
    [line] = done.stderr.splitlines()
    return line


@pytest.mark.parametrize("command", ["worker", "staff list"])
def test_a_database_that_is_away_is_one_line_without_its_password(tmp_path: Path, command: str) -> None:
    url = f"postgresql://town:swordfish@127.0.0.1:{free_ports()}/guichet"
    line = told(tmp_path, command, GUICHET_DATABASE_URL=url)
    assert "Connection refused" in line
    assert "town:***@" in line


@pytest.mark.postgres
def test_a_database_that_does_not_exist_is_one_line(tmp_path: Path, postgres: PostgresServer) -> None:
    assert '"nowhere" does not exist' in told(tmp_path, "serve", GUICHET_DATABASE_URL=postgres.url("nowhere"))


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "guichet.db").write_text("minutes of the town council\n" * 100)
    assert "not a database" in told(tmp_path, "migrate")


def test_a_database_of_a_later_release_is_left_alone(tmp_path: Path) -> None:
    upgrade(f"sqlite:///{tmp_path / 'guichet.db'}")
    with sqlite3.connect(tmp_path / "guichet.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "another release" in told(tmp_path, "serve")


@pytest.mark.parametrize("command", ["serve --no-migrate", "worker --no-migrate"])
def test_a_process_told_not_to_migrate_leaves_an_old_database_alone(tmp_path: Path, command: str) -> None:
    upgrade(f"sqlite:///{tmp_path / 'guichet.db'}", "0001")
    assert "at migration 0001" in told(tmp_path, command)
    with sqlite3.connect(tmp_path / "guichet.db") as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0001",)]


def test_whether_the_database_is_of_this_release_is_asked_of_the_database(tmp_path: Path) -> None:
    def check() -> subprocess.CompletedProcess[str]:
        return run_command(tmp_path, "migrate --check")

    assert (check().returncode, (tmp_path / "guichet.db").exists()) == (1, False)
    upgrade(f"sqlite:///{tmp_path / 'guichet.db'}", "0001")
    behind = check()
    assert behind.returncode == 1
    assert "at migration 0001" in behind.stderr
    assert run_command(tmp_path, "migrate").returncode == 0
    assert (check().returncode, check().stderr) == (0, "")


@pytest.mark.parametrize("command", ["serve", "seed"])
def test_a_data_directory_that_cannot_be_written_is_one_line(tmp_path: Path, command: str) -> None:
    (tmp_path / "file").touch()
    line = told(tmp_path, command, GUICHET_DATA_DIR=str(tmp_path / "file" / "var"))
    assert "GUICHET_DATA_DIR" in line


@pytest.mark.parametrize("folder", ["nowhere", "empty"])
def test_town_data_that_is_missing_is_one_line(tmp_path: Path, folder: str) -> None:
    (tmp_path / "empty").mkdir()
    town = tmp_path / folder
    assert told(tmp_path, "serve", GUICHET_CITY_DIR=str(town)).endswith(f"{town}/city.yaml: this file is missing")


def test_a_town_without_opening_hours_is_one_line(tmp_path: Path) -> None:
    town = tmp_path / "town"
    town.mkdir()
    shutil.copy(DEMO_TOWN / "city.yaml", town)
    line = told(tmp_path, "serve", GUICHET_CITY_DIR=str(town))
    assert line.endswith(f"{town}/opening_hours.yaml: this file is missing")


def test_an_engine_without_its_address_is_told_before_anybody_is_served(tmp_path: Path) -> None:
    assert "GUICHET_RASA_URL" in told(tmp_path, "serve", GUICHET_NLU_ENGINE="rasa")


def test_production_is_not_started_with_its_pretend_providers(tmp_path: Path) -> None:
    assert "guichet serve" in told(tmp_path, "run", GUICHET_MODE="production")


@pytest.mark.parametrize(("command", "taken"), [("serve", 0), ("run", 1)])
def test_a_port_that_is_taken_is_one_line(tmp_path: Path, command: str, taken: int) -> None:
    port = free_ports()
    with socket.create_server(("127.0.0.1", port + taken)):
        line = told(tmp_path, command, GUICHET_PORT=str(port))
    assert f"127.0.0.1:{port + taken}" in line
    assert ("GUICHET_SANDBOX_PORT" if taken else "GUICHET_PORT") in line


def metrics(product: RunningProduct) -> dict[str, float]:
    text = httpx2.get(f"{product.url}/metrics", timeout=PATIENCE).text
    return {name: float(value) for name, value in re.findall(r"^(guichet_\w+) (\S+)$", text, re.MULTILINE)}


@pytest.mark.postgres
def test_health_tells_when_the_database_is_behind_or_gone(tmp_path: Path, postgres: PostgresServer) -> None:
    with (
        postgres.database() as url,
        running_product(tmp_path, command="serve --no-worker", GUICHET_DATABASE_URL=url) as product,
    ):
        assert metrics(product)["guichet_store_up"] == 1
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '0000'")
        behind = httpx2.get(f"{product.url}/readyz", timeout=PATIENCE)
        assert behind.status_code == 503
        assert "guichet migrate" in behind.json()["store"]

        name = url.rpartition("/")[2]
        postgres.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
        postgres.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        assert httpx2.get(f"{product.url}/readyz", timeout=PATIENCE).status_code == 503
        assert httpx2.get(f"{product.url}/livez", timeout=PATIENCE).status_code == 200
        away = metrics(product)
        assert away["guichet_store_up"] == 0
        assert math.isnan(away["guichet_turns_due"])


def test_a_server_whose_worker_has_died_ends_instead_of_pretending(tmp_path: Path) -> None:
    script = (
        "import app.worker\n"
        "async def die(self, stopping): raise RuntimeError('a fault of ours')\n"
        "app.worker.Worker.run = die\n"
        "from app.cli import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "serve"],
        env=product_environment(tmp_path, free_ports(), {"GUICHET_DEMO": "0"}),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 1
    assert "background_task_ended" in done.stderr


def test_a_signal_ends_the_server_without_waiting_for_open_streams(tmp_path: Path) -> None:
    with (
        running_product(tmp_path, command="serve", GUICHET_DEMO="0") as product,
        httpx2.Client(base_url=product.url, timeout=PATIENCE) as visitor,
    ):
        visitor.get("/chat")
        visitor.post("/channels/webchat/inbound", json={"client_id": "abcdefgh", "text": "Bonjour"})
        with visitor.stream("GET", "/chat/live") as stream:
            assert stream.status_code == 200
            product.process.send_signal(signal.SIGTERM)
            product.process.wait(PATIENCE)
    log = product.log.read_text()
    assert "Application shutdown complete" in log
    assert "timeout graceful shutdown exceeded" not in log


def test_a_process_waits_for_a_database_that_is_away(tmp_path: Path) -> None:
    port = free_ports()
    settings = {
        "GUICHET_MODE": "production",
        "GUICHET_DATABASE_URL": f"postgresql://town:swordfish@127.0.0.1:{port + 1}/guichet",
        "GUICHET_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz",
    }
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.cli", "worker", "--wait"],
            env=product_environment(tmp_path, port, settings),
            cwd=tmp_path,
            stdout=log,
            stderr=log,
        )
        deadline = time.monotonic() + PATIENCE
        while "waiting: " not in (said := (tmp_path / "log").read_text()) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert process.poll() is None, said
        process.terminate()
        process.wait(PATIENCE)
    assert "Connection refused" in said
    assert "swordfish" not in said


@pytest.mark.postgres
def test_waiting_does_not_mend_a_database_that_is_not_there(tmp_path: Path, postgres: PostgresServer) -> None:
    line = told(tmp_path, "worker --wait", GUICHET_DATABASE_URL=postgres.url("nowhere"))
    assert '"nowhere" does not exist' in line
