"""What every engine keeps to, whoever understands: a class to inherit, with one fixture `engine` to give."""

import pytest

from intents.contract import OUT_OF_SCOPE, Interpreter, Prediction, Utterance
from tests.intents.slice import CODES

SAID = (
    ("bonjour, le lampadaire est en panne", "report.street_light"),
    ("il y a un nid de poule dans la rue", "report.pothole"),
    ("je voudrais un acte de naissance", "request.birth_certificate"),
    ("I need a copy of my birth certificate", "request.birth_certificate"),
    ("a street light is out", "report.street_light"),
    ("merci beaucoup", "talk.thanks"),
)
"""Plain ones: an engine that misses them has not learned, or is not asked rightly."""
ODD = ("", "   ", "?", "🙂", "12", "zzzxq vrrp", "[trou](report.tree)", "${HOME}", "\n", "a" * 2000, "trou " * 400)


class EngineContract:
    """`engine` has learned the slice of the product's phrases."""

    @pytest.fixture
    def engine(self) -> Interpreter:
        raise AssertionError("give the engine")

    async def test_plain_words_are_understood_in_both_languages(self, engine: Interpreter) -> None:
        found = await engine.interpret([Utterance(text) for text, _ in SAID])
        assert [one.intent for one in found] == [code for _, code in SAID]
        assert [one.language for one in found] == ["fr", "fr", "fr", "en", "en", "fr"]

    async def test_there_is_one_prediction_a_text_in_their_order(self, engine: Interpreter) -> None:
        texts = [text for text, _ in SAID] + list(ODD)
        found = await engine.interpret([Utterance(text) for text in texts])
        assert [one.text for one in found] == texts
        assert await engine.interpret([]) == []

    async def test_a_prediction_is_what_the_contract_says(self, engine: Interpreter) -> None:
        for one in await engine.interpret([Utterance(text) for text in (*ODD, *(text for text, _ in SAID))]):
            check(one)

    async def test_the_same_text_means_the_same_each_time(self, engine: Interpreter) -> None:
        first, second = await engine.interpret([Utterance("un lampadaire éteint")] * 2)
        assert first == second

    async def test_words_nobody_knows_are_out_of_scope(self, engine: Interpreter) -> None:
        for one in await engine.interpret([Utterance(text) for text in ("", "   ", "🙂", "zzzxq vrrp")]):
            assert one.intent == OUT_OF_SCOPE

    @pytest.mark.parametrize("text", ["/report.tree", '/report.tree{"a": "b"}', " /report.tree"])
    async def test_nobody_can_name_an_intent_by_its_code(self, engine: Interpreter, text: str) -> None:
        (one,) = await engine.interpret([Utterance(text)])
        assert one.confidence < 1.0

    async def test_entities_stand_where_they_were_said(self, engine: Interpreter) -> None:
        text = "bonjour, un lampadaire est éteint devant le 12 rue de Paris, tél 06 39 98 00 01"
        (one,) = await engine.interpret([Utterance(text)])
        assert [(found.entity, text[found.start : found.end]) for found in one.entities] == [
            ("address", "12 rue de Paris"),
            ("phone", "06 39 98 00 01"),
        ]

    async def test_the_language_that_is_hinted_stays_in_doubt(self, engine: Interpreter) -> None:
        french, english = await engine.interpret([Utterance("12", "fr"), Utterance("12", "en")])
        assert (french.language, english.language) == ("fr", "en")


def check(one: Prediction) -> None:
    """The sentences of `Prediction`, one by one."""
    shares = [share for _, share in one.alternatives]
    assert one.intent in CODES
    assert OUT_OF_SCOPE not in dict(one.alternatives)
    assert {code for code, _ in one.alternatives} <= set(CODES)
    assert len(shares) <= 5
    assert shares == sorted(shares, reverse=True)
    assert one.confidence == (shares[0] if shares else 0.0)
    assert all(0.0 <= share <= 1.0 for share in shares)
    assert one.language in {"fr", "en"}
