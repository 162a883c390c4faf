"""Rasa itself, on a small slice of the product's phrases: it takes the project, learns it, and keeps the contract.

Runs where `make rasa ARGS=prepare` has installed Rasa; GUICHET_TEST_REQUIRE=all,rasa makes its absence a failure.
"""

import fcntl
import json
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.request import urlopen

import pytest

from intents.contract import Interpreter, Utterance
from intents.rasa.engines import BothInterpreter, RasaInterpreter
from intents.rasa.server import RasaServer
from scripts import rasa
from tests.intents.engine_contract import EngineContract
from tests.intents.slice import Slice
from tests.support.processes import free_port, running
from tests.support.requirements import missing

pytestmark = pytest.mark.anyio

PATIENCE = 30.0
"""Seconds for one question: nothing here is timed."""


@pytest.fixture(scope="session")
def installed() -> None:
    if not rasa.is_ready():
        missing("rasa", "`make rasa ARGS=prepare` installs it where a Python 3.10 is found (2.7 GB)")


def call(project: Path, *words: str) -> str:
    """What Rasa says of a command that ends well."""
    done = subprocess.run(
        [rasa.RASA, *words], cwd=project, env=rasa.quiet_environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="session")
def model(installed: None, learned: Slice) -> Path:
    """The trained slice; kept beside the environment by what was learned, so that it is trained once."""
    folder = rasa.HOME / "tested"
    folder.mkdir(exist_ok=True)
    path = folder / f"{learned.model_name}.tar.gz"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            call(learned.project, "train", "nlu", "--fixed-model-name", learned.model_name, "--out", str(folder))
    return path


@pytest.fixture(scope="session")
def served(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RasaServer]:
    port, folder = free_port(), tmp_path_factory.mktemp("rasa")

    def has_model() -> bool:
        with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/status?token=secret", timeout=5) as answer:
            return bool(json.load(answer).get("model_file"))
        return False

    command = [str(word) for word in rasa.serving(model, port=str(port), token="secret")]
    log = folder / "rasa.log"
    with running(command, log=log, ready=has_model, environment=rasa.quiet_environment(), folder=folder):
        yield RasaServer(f"http://127.0.0.1:{port}", token="secret", seconds=PATIENCE)


def test_rasa_finds_no_fault_in_the_project(installed: None, learned: Slice) -> None:
    said = call(learned.project, "data", "validate", "--fail-on-warnings")
    remarks = [line for line in said.splitlines() if "UserWarning" in line]
    # The stories are the dialogue's, which is ours.
    assert [line for line in remarks if "is not used in any story" not in line] == []


async def test_the_loaded_model_tells_what_it_was_learned_from(served: RasaServer, learned: Slice) -> None:
    assert await served.ready() == f"{learned.model_name}.tar.gz"


async def test_a_wrong_token_is_no_answer(served: RasaServer, learned: Slice) -> None:
    text = "il y a un trou dans la rue"
    stranger = RasaServer(served.address, token="wrong", seconds=PATIENCE)
    (alone,) = await RasaInterpreter(learned.own, learned.ear(stranger)).interpret([Utterance(text)])
    assert alone == learned.own.predict(Utterance(text))


class TestRealRasa(EngineContract):
    @pytest.fixture
    def engine(self, learned: Slice, served: RasaServer) -> Interpreter:
        return RasaInterpreter(learned.own, learned.ear(served), strict=True)


class TestBothWithRealRasa(EngineContract):
    @pytest.fixture
    def engine(self, learned: Slice, served: RasaServer) -> Interpreter:
        return BothInterpreter(learned.own, learned.ear(served), strict=True)
