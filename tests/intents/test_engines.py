"""Our own engine, Rasa and the two together keep one contract; here Rasa is played, in test_real_rasa.py it is real."""

from collections.abc import AsyncIterator

import pytest

from intents.contract import EngineUnavailable, Interpreter, Utterance
from intents.rasa.engines import BothInterpreter, RasaInterpreter
from intents.rasa.server import RasaServer
from tests.intents.engine_contract import EngineContract
from tests.intents.pretend_rasa import PretendRasa, pretend_rasa
from tests.intents.slice import Slice

pytestmark = pytest.mark.anyio


@pytest.fixture
async def playing(learned: Slice) -> AsyncIterator[tuple[RasaServer, PretendRasa]]:
    async with pretend_rasa(learned.project) as (url, rasa):
        yield RasaServer(url, seconds=30), rasa


class TestOurOwnEngine(EngineContract):
    @pytest.fixture
    def engine(self, learned: Slice) -> Interpreter:
        return learned.own


class TestRasa(EngineContract):
    @pytest.fixture
    def engine(self, learned: Slice, playing: tuple[RasaServer, PretendRasa]) -> Interpreter:
        return RasaInterpreter(learned.own, learned.ear(playing[0]), strict=True)


class TestBoth(EngineContract):
    @pytest.fixture
    def engine(self, learned: Slice, playing: tuple[RasaServer, PretendRasa]) -> Interpreter:
        return BothInterpreter(learned.own, learned.ear(playing[0]), strict=True)


class TestRasaAway(EngineContract):
    @pytest.fixture
    def engine(self, learned: Slice) -> Interpreter:
        return RasaInterpreter(learned.own, learned.ear(RasaServer("http://127.0.0.1:9")))


class TestBothWithoutRasa(EngineContract):
    @pytest.fixture
    def engine(self, learned: Slice) -> Interpreter:
        return BothInterpreter(learned.own, learned.ear(RasaServer("http://127.0.0.1:9")))


async def test_what_identifies_a_resident_is_not_sent(learned: Slice, playing: tuple[RasaServer, PretendRasa]) -> None:
    server, rasa = playing
    text = "Je m'appelle Jeanne Dupont, 12 rue de Paris, 06 39 98 00 01, jeanne@exemple.fr : un trou"
    await RasaInterpreter(learned.own, learned.ear(server)).interpret([Utterance(text)])
    (sent,) = rasa.heard
    assert "@address" in sent
    assert "un trou" in sent
    assert not any(part in sent for part in ("dupont", "paris", "0639", "98", "exemple"))


@pytest.mark.parametrize("kind", [RasaInterpreter, BothInterpreter])
async def test_where_nobody_may_stand_in_an_absent_rasa_is_told(learned: Slice, kind: type[RasaInterpreter]) -> None:
    engine = kind(learned.own, learned.ear(RasaServer("http://127.0.0.1:9")), strict=True)
    with pytest.raises(EngineUnavailable, match=r"127\.0\.0\.1:9"):
        await engine.interpret([Utterance("trou")])
