"""What holds for every decision: pure, small, in words that exist, and quick on strange input."""

import ast
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest

from bot.contract import REFERENCE_MARK, Decision, Note, OpenCase
from bot.decide import decide
from bot.queries import CaseByReference, Facts, Need
from intents.embedded import EmbeddedInterpreter
from kit.catalogues import check
from kit.files import Refusal
from services.kinds.reading import Unusable
from services.town.loading import Town
from tests.bot.conversation import SATURDAY_NIGHT, Conversation, photo

LONGEST_QUESTION = 134  # characters of two segments when an accent needs the wide alphabet
FLOWS = Path(__file__).parents[2] / "bot"
STATE_LIMIT = 4_000


@pytest.fixture
def chat(town: Town, interpreter: EmbeddedInterpreter) -> Conversation:
    return Conversation(town, interpreter)


@pytest.fixture
def phone(town: Town, interpreter: EmbeddedInterpreter) -> Conversation:
    return Conversation(town, interpreter, "sms")


def test_the_same_input_gives_the_same_decision_and_is_left_alone(chat: Conversation) -> None:
    chat.say("il y a un trou au 12 rue de Paris")
    before = json.dumps(chat.state, sort_keys=True)
    facts = Facts(chat.now)
    [message] = chat.messages("je voudrais aussi signaler un lampadaire cassé")

    def again() -> object:
        return decide(
            state=chat.state, conversation=chat.view, messages=[message], briefing=None, facts=facts, town=chat.town
        )

    assert again() == again()
    assert json.dumps(chat.state, sort_keys=True) == before


@pytest.mark.parametrize(
    ("permit", "here"),
    [
        ("une carte de stationnement un an pour ma Renault Clio AB-123-CD, j'habite au 12 rue de Paris", "pièces ici"),
        ("a parking permit for one year for my Renault Clio AB-123-CD, I live at 12 rue de Paris", "them here"),
    ],
)
def test_a_copied_acknowledgement_says_only_what_can_be_done_from_it(
    chat: Conversation, permit: str, here: str
) -> None:
    for text in (permit, "plus tard", "plus tard", "Camille Durand", "camille@exemple.fr", "ok"):
        chat.say(text)
    [told] = [reply for reply in chat.last.replies if reply.kind == "acknowledgement"]
    assert here in told.text
    assert here not in told.elsewhere
    assert f"https://montlieu.example/suivi/{REFERENCE_MARK}" in told.elsewhere
    assert len(told.elsewhere.split("\n")) == len(told.text.split("\n"))


def test_a_case_filed_in_this_very_turn_is_looked_up_nowhere(phone: Conversation) -> None:
    phone.say("un trou au 12 rue de Paris, dangereux, sans photo")
    assert phone.last.asked == ("confirm",)
    [yes], [more] = phone.messages("oui"), phone.messages("c'est devant l'école")
    outcome: object = None
    facts = Facts(phone.now)
    for _ in range(4):
        outcome = decide(
            state=phone.state,
            conversation=phone.view,
            messages=[yes, more],
            briefing=None,
            facts=facts,
            town=phone.town,
        )
        if not isinstance(outcome, Need):
            break
        assert CaseByReference(REFERENCE_MARK) not in outcome.queries
        facts = Facts(phone.now, {**facts.answers, **{query: phone._answer(query) for query in outcome.queries}})
    assert isinstance(outcome, Decision)
    assert [type(effect) for effect in outcome.effects] == [OpenCase]


def test_the_state_is_small_json_with_what_is_expected(chat: Conversation) -> None:
    chat.say("copie intégrale d'acte de naissance, je m'appelle Camille Durand, né le 12 mai 1984 à Montlieu")
    chat.say("je voudrais aussi faire enlever un canapé au 12 rue de Paris")
    assert len(json.dumps(chat.state)) < STATE_LIMIT
    assert chat.state["expects"] == "choose"
    assert chat.last.asked == ("choose",)


@pytest.mark.parametrize(
    "stored",
    [{}, {"version": 0, "flow": {}}, {"version": 1, "flow": 3}, {"version": 1, "waiting": "x"}, {"foreign": 1}],
)
def test_a_state_that_cannot_be_read_starts_clean(phone: Conversation, stored: dict[str, object]) -> None:
    phone.state = stored
    phone.say("il y a un trou")
    assert phone.last.asked == ("location",)


def test_a_flow_of_a_service_that_is_gone_is_forgotten(phone: Conversation) -> None:
    phone.say("il y a un trou")
    services = {code: service for code, service in phone.town.services.items() if code != "report.pothole"}
    phone.town = replace(phone.town, services=services)
    phone.say("bonjour")
    assert phone.last.asked == ()


def test_a_message_of_ten_thousand_characters_is_handled(phone: Conversation) -> None:
    phone.say("il y a un trou " * 700)
    assert phone.last.asked == ("location",)
    phone.say("x" * 10_000)
    phone.say("٣ " * 3_000)
    assert phone.last.replies


def test_held_by_a_person_the_assistant_forgets_nothing_and_says_nothing(chat: Conversation) -> None:
    chat.say("il y a un trou")
    chat.held_by = "agent"
    before = chat.state
    chat.say("12 rue de Paris", files=[photo()])
    assert chat.last == Decision(state=before)


def test_the_agents_summary_has_what_is_known(chat: Conversation) -> None:
    chat.say("there is a dangerous hole in front of 12 rue de Paris")
    chat.say("I want to talk to a person")
    (handed,) = chat.handed_off
    assert handed.team_code == "voirie"
    for words in ("Nid-de-poule", "12 rue de Paris", "I want to talk to a person"):
        assert words in handed.summary


def test_a_case_is_due_in_working_days_and_titled_in_the_towns_language(phone: Conversation) -> None:
    phone.now = SATURDAY_NIGHT
    for words in ("dangerous pothole in front of 12 rue de Paris, no photo", "yes"):
        phone.say(words)
    (case,) = [effect for effect in phone.effects if isinstance(effect, OpenCase)]
    assert case.title == "Nid-de-poule ou chaussée dégradée – 12 rue de Paris"
    assert case.due_at.isoformat() == "2026-12-11T18:00:00+01:00"
    assert case.language == "en"


def test_a_day_away_is_counted_from_the_last_message(phone: Conversation) -> None:
    phone.say("il y a un trou")
    phone.wait(timedelta(hours=23))
    phone.say("12 rue de Paris")
    assert phone.last.asked == ("hazard",)
    phone.wait(timedelta(hours=23))
    phone.say("non")
    assert phone.last.asked == ("photo",)


def test_both_languages_say_the_same_things(town: Town) -> None:
    assert check(town.replies.catalogues) == []


def test_everything_the_assistant_says_has_words(town: Town) -> None:
    keys = set(_literal_keys())
    assert len(keys) > 60
    assert sorted(key for key in keys if not town.replies.has("fr", key)) == []


def _literal_keys() -> Iterator[str]:
    """The plain keys given to `tell`, `words` and `offer` anywhere in the package."""
    for path in [*FLOWS.glob("flows/*.py"), FLOWS / "decide.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute | ast.Name):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            if name == "offer" and isinstance(node.func, ast.Attribute):
                yield from (f"choices.{text}" for text in texts)
            elif name in {"tell", "words"} and texts:
                yield texts[0]


def test_keys_made_from_codes_have_words(town: Town) -> None:
    states = ("new", "open", "awaiting_resident", "resolved", "closed", "rejected", "cancelled")
    refusals = [str(refusal) for refusal in _refusals()]
    keys = [f"status.state.{state}" for state in states] + [f"refused.{refusal}" for refusal in refusals]
    keys += [f"filed.silence.{kind}.{how}" for kind in ("acceptance", "refusal") for how in ("complete", "incomplete")]
    keys += [f"unusable.{reason}" for reason in get_args(Unusable)]
    keys += [f"filed.{kind}" for kind in ("report", "request")] + ["document.later", "document.provided"]
    assert sorted(key for key in keys if not town.replies.has("fr", key)) == []
    assert town.lexicon.alarms.situations <= set(town.emergencies)


def _refusals() -> tuple[str, ...]:
    return Refusal.__args__  # type: ignore[attr-defined,no-any-return]


def test_questions_by_text_message_fit_two_segments(town: Town) -> None:
    for service in town.services.values():
        for field in service.fields:
            for language in ("fr", "en"):
                assert len(field.ask.on(language, short=True)) <= LONGEST_QUESTION


def test_every_alarm_phrase_alone_raises_its_alarm(phone: Conversation) -> None:
    for language in phone.town.lexicon.languages.values():
        for alarm in language.alarms:
            words = Conversation(phone.town, phone.interpreter, "sms")
            words.say(alarm.phrases[0])
            notes = [effect for effect in words.effects if isinstance(effect, Note)]
            advised = [note.data["situation"] for note in notes if note.event == "emergency_advised"]
            assert advised == [alarm.situation], alarm.phrases[0]


def test_what_an_agent_hands_back_goes_on_without_asking_what_it_may_do(chat: Conversation) -> None:
    chat.say("je veux parler à un humain")
    said = chat.hand_back("veut un acte de naissance", resume=True).replies
    assert any("Nous reprenons" in reply.text for reply in said)
    assert not any("Que puis-je faire" in reply.text for reply in said)


def test_handed_back_silently_the_assistant_knows_and_does_not_announce_itself(chat: Conversation) -> None:
    chat.say("il y a un nid-de-poule")
    chat.say("je veux parler à un humain")
    said = chat.hand_back_silently("c'est au 12 rue de Paris", then="oui c'est dangereux").replies
    assert not any("de retour" in reply.text for reply in said)
    assert chat.state["flow"]["values"]["location"]
