"""What is read in a message and what is chosen, without a store: the rules of `docs/dialogue.md` as properties."""

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.acts import AskAssistant, Begin, Cancel, ChangeItems, Decline, Greet, News, OptOut, Pick, PutRight, WantPerson
from bot.choosing.choose import Choice, choose
from bot.choosing.explain import explain
from bot.choosing.precedence import rank
from bot.choosing.strength import Strength, of_model
from bot.dialogue_state import CONFIRM, FLOW, Flow, Offered, Question
from bot.hearing import hear_words
from bot.reading.clauses import MOST, clauses_of
from bot.reading.findings import Findings, find
from bot.reading.readers import READERS
from bot.reading.reading import Context, Reading
from bot.understand import clause_texts
from intents.contract import OUT_OF_SCOPE, Prediction, Utterance
from intents.embedded import EmbeddedInterpreter
from services.town.loading import Town
from tests.bot.conversation import Conversation

TODAY = date(2026, 11, 23)
BIRTH, PERMIT, LAMP = "request.birth_certificate", "request.parking_permit", "report.street_light"
SEEDS = [
    "je ne veux pas d'acte de naissance, je veux une carte de stationnement",
    "le lampadaire a été réparé mais maintenant il y a un trou dans la chaussée",
    "on m'a dit de demander un acte de naissance",
    "oubliez le matelas et ajoutez un fauteuil",
    "je ne veux pas annuler",
    "merci beaucoup",
]


def _findings(text: str, town: Town, interpreter: EmbeddedInterpreter) -> Findings:
    def predict(words: str) -> Prediction:
        return interpreter.predict(Utterance(words, "fr", TODAY))

    whole = predict(text)
    parts = [predict(part) for part in clause_texts(whole, town, TODAY)]
    return find(hear_words(text, whole, town.lexicon, TODAY), whole, parts, town)


def _context(town: Town, text: str) -> Context:
    if "matelas" not in text and "annuler" not in text:
        return Context(town)
    code = "request.bulky_collection"
    flow = Flow(code, town.services[code].version, "2026-11-23", values={"items": "un canapé, un matelas"})
    return Context(town, flow)


def _read(findings: Findings, context: Context) -> list[Reading]:
    return [one for reader in READERS for one in reader(findings, context)]


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("je ne veux pas d'acte de naissance", (Decline(BIRTH),)),
        ("je ne veux pas de carte de stationnement, je veux un acte de naissance", (Decline(PERMIT), Begin(BIRTH))),
        ("je ne veux ni acte de naissance ni carte de stationnement", (Decline(BIRTH), Decline(PERMIT))),
        ("le lampadaire ne marche pas", (Begin(LAMP),)),
        ("le lampadaire est réparé", (News("repaired", LAMP),)),
        ("on m'a dit de demander un acte de naissance", ()),
        ("si je voulais un acte de naissance", ()),
        ("je ne veux pas annuler", ()),
        ("oubliez le matelas", (ChangeItems("items", "un canapé", "request.bulky_collection"),)),
    ],
)
def test_a_message_says_these_acts(
    text: str, acts: tuple[object, ...], town: Town, interpreter: EmbeddedInterpreter
) -> None:
    findings = _findings(text, town, interpreter)
    assert choose(findings, _read(findings, _context(town, text))).acts == acts


@pytest.mark.parametrize("text", SEEDS)
def test_the_order_of_the_readers_changes_nothing(text: str, town: Town, interpreter: EmbeddedInterpreter) -> None:
    findings = _findings(text, town, interpreter)
    readings = _read(findings, _context(town, text))
    first = choose(findings, readings)
    for order in list(permutations(readings))[:200]:
        assert choose(findings, order) == first


@pytest.mark.parametrize("text", SEEDS)
@pytest.mark.parametrize("left_out", range(len(READERS)))
def test_a_reader_changes_nothing_of_what_others_read(
    text: str, left_out: int, town: Town, interpreter: EmbeddedInterpreter
) -> None:
    findings, context = _findings(text, town, interpreter), _context(town, text)
    others = [reader for position, reader in enumerate(READERS) if position != left_out]
    alone = {one for reader in others for one in reader(findings, context)}
    assert alone <= set(_read(findings, context))


@pytest.mark.parametrize("text", SEEDS)
def test_manners_around_a_message_change_nothing(text: str, town: Town, interpreter: EmbeddedInterpreter) -> None:
    def acts(words: str) -> Choice:
        findings = _findings(words, town, interpreter)
        return choose(findings, _read(findings, _context(town, words)))

    told = acts(text).acts
    assert acts(f"Bonjour, {text}, svp").acts == told


@pytest.mark.parametrize("text", SEEDS)
def test_no_two_chosen_readings_want_the_same_words(text: str, town: Town, interpreter: EmbeddedInterpreter) -> None:
    findings = _findings(text, town, interpreter)
    chosen = choose(findings, _read(findings, _context(town, text))).chosen
    for one in chosen:
        for other in chosen:
            assert one == other or one.wide or other.wide or not one.overlaps(other) or one.act == other.act


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_clauses_hold_every_word_once(town: Town, text: str) -> None:
    said = hear_words(text, Prediction(text, OUT_OF_SCOPE, 0.0, "fr"), town.lexicon, TODAY)
    clauses = clauses_of(said)
    assert [at for first, last in clauses for at in range(first, last)] == list(range(len(said.words)))
    assert len(clauses) <= MOST


@given(st.lists(st.sampled_from(" ".join(SEEDS).split()), max_size=40))
@settings(max_examples=150, deadline=None)
def test_whatever_words_are_read_something_is_chosen_or_nothing(town: Town, words: list[str]) -> None:
    text = " ".join(words)
    prediction = Prediction(text, OUT_OF_SCOPE, 0.0, "fr")
    findings = find(hear_words(text, prediction, town.lexicon, TODAY), prediction, (), town)
    choice = choose(findings, _read(findings, _context(town, text)))
    assert explain(findings, choice).said == findings.said.text
    assert all(one.strength >= Strength.LIKELY for one in choice.chosen)


def test_two_demands_are_two(town: Town, interpreter: EmbeddedInterpreter) -> None:
    for join in (". ", ", ", " et "):
        text = join.join(["je voudrais un acte de naissance", "je voudrais une carte de stationnement"])
        findings = _findings(text, town, interpreter)
        assert choose(findings, _read(findings, Context(town))).acts == (Begin(BIRTH), Begin(PERMIT))


def test_of_a_part_the_interpreter_must_be_surer() -> None:
    assert of_model(0.7, is_part=False) is Strength.LIKELY
    assert of_model(0.7, is_part=True) is Strength.POSSIBLE
    assert (
        rank(Begin(BIRTH), Strength.LIKELY) < rank(Cancel(), Strength.LIKELY) < rank(Begin(BIRTH), Strength.PLAIN) + 1
    )


def test_what_was_read_is_told_to_people(town: Town, interpreter: EmbeddedInterpreter) -> None:
    findings = _findings(SEEDS[0], town, interpreter)
    told = str(explain(findings, choose(findings, _read(findings, Context(town)))))
    assert f"+ Decline({BIRTH}) PLAIN" in told
    assert "denied by wish" in told


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("passez-moi un agent", (WantPerson(),)),
        ("vous êtes un robot ? je veux parler à un agent", (WantPerson(),)),
        ("vous êtes un robot ?", (AskAssistant("machine"),)),
        ("arrêtez avec vos messages", (OptOut(),)),
        ("bonjour", (Greet(),)),
        ("annulez, annulez !", (Cancel(),)),
    ],
)
def test_what_is_said_to_the_assistant_itself_is_one_act(
    text: str, acts: tuple[object, ...], town: Town, interpreter: EmbeddedInterpreter
) -> None:
    findings = _findings(text, town, interpreter)
    assert choose(findings, _read(findings, _context(town, text))).acts == acts


def test_what_another_act_leaves_is_heard_as_a_command(town: Town, interpreter: EmbeddedInterpreter) -> None:
    conversation = Conversation(town, interpreter)
    conversation.say("je ne veux pas d'acte de naissance, passez-moi un agent")
    assert [effect.reason for effect in conversation.handed_off] == ["requested"]


@pytest.mark.parametrize(
    ("text", "acts"),
    [
        ("oui", (Pick("confirm"),)),
        ("2", (PutRight(),)),
        ("oui mais pas là", (PutRight(),)),
        ("l'adresse est fausse", (PutRight("address"),)),
        ("oui, le portail est vert", (Pick("confirm"),)),
    ],
)
def test_at_the_summary_only_a_yes_files(
    text: str, acts: tuple[object, ...], town: Town, interpreter: EmbeddedInterpreter
) -> None:
    offered = tuple(Offered(label, value) for label, value in (("Oui", "confirm"), ("Corriger", "fix")))
    flow = Flow("request.bulky_collection", 1, "2026-11-23", values={"address": "12 rue de Paris"})
    context = Context(town, flow, question=Question(CONFIRM, FLOW, offered))
    findings = _findings(text, town, interpreter)
    assert choose(findings, _read(findings, context)).acts == acts
