"""Why the assistant answered so, folded under its answer: in the words of agents, for agents alone."""

import re
from typing import Any
from uuid import UUID

import pytest

from agent_console.showing.labels import Labels
from agent_console.showing.reasons import reason_views
from app.pages.faces import face_words
from bot import acts
from bot.acts import Act
from bot.replay.explanation import Explanation, HeardClause, ReadAct
from bot.replay.recording import plain
from case_store.actors import BOT
from case_store.conversations.locking import lock_conversation, save_conversation
from case_store.conversations.own_threads import find_own_messages
from case_store.conversations.saying import Outgoing, Part, say
from case_store.models import Staff
from case_store.work.snapshots import load_turn
from case_store.work.turns import record_turn
from tests.console.reading import text_of
from tests.console.town import Console

WORDS = face_words("agent_console", ("fr", "en"))
PAPER = "request.birth_certificate"
SAID = "pas d'acte de naissance, un trou"


def read(kind: str, service: str, words: str, why: str) -> ReadAct:
    return ReadAct(f"{kind}({service})", kind, "PLAIN", words, why, 0, 1, {"service": service})


WHY = Explanation(
    said=SAID,
    clauses=(HeardClause("pas d'acte de naissance", PAPER, 0.97), HeardClause("un trou", "out_of_scope", 0.2)),
    chosen=(read("Decline", PAPER, "pas d'acte", "denied by wish"),),
    possible=(read("Begin", "report.pothole", "un trou", "model 0.55"),),
    fell=((read("Begin", PAPER, "acte", "named"), f"under Decline({PAPER})"),),
)


def answer(console: Console, talk: UUID, *texts: str, why: Any = None) -> None:
    """A turn that answers what waits, with what was understood."""

    def command(session: Any) -> None:
        waiting = load_turn(session, conversation_id=talk).messages
        conversation = lock_conversation(session, conversation_id=talk)
        turn_id = record_turn(
            session,
            conversation_id=talk,
            message_ids=[message.id for message in waiting],
            outcome="applied",
            record={"why": [plain(WHY)] if why is None else why},
        )
        for text in texts:
            outgoing = Outgoing(text=text, parts=(Part(text),), turn_id=turn_id)
            say(session, conversation, author="bot", actor=BOT, outgoing=outgoing)
        save_conversation(session, conversation)

    console.store.write_now(command)


def labels_of(console: Console) -> Labels:
    deps = console.deps
    return Labels(deps.words, deps.town, "fr", deps.zone, deps.clock)


def reasons(page: str) -> list[str]:
    return [text_of(each) for each in re.findall(r'<details class="reasons".*?</details>', page, re.DOTALL)]


def test_it_stands_once_and_folded_under_the_last_message_of_the_turn(
    console: Console, visit: Any, camille: Staff
) -> None:
    talk = console.waiting(SAID)
    answer(console, talk, "Bien noté.", "Où est le trou ?")
    page = visit(camille).get(f"/console/conversations/{talk}").text
    above, under = page[: page.index("Où est le trou ?")], page[page.index("Où est le trou ?") :]
    assert 'class="reasons"' not in above[above.index("Bien noté.") :]
    assert re.search(r'<details class="reasons" id="reasons-\d+" data-keep-open>\s*<summary>', under)
    [told] = reasons(page)
    assert told == (
        "Pourquoi cette réponse ? L'habitant a écrit : pas d'acte de naissance, un trou "
        "Sujet reconnu Acte de naissance pas d'acte de naissance – sûr à 97 % Aucun sujet reconnu un trou "
        "Compris Ne veut pas : Acte de naissance pas d'acte – ce n'est pas ce que l'habitant veut "
        "Possible, à confirmer Veut ou signale : Nid-de-poule un trou – reconnu d'après le sens, sûr à 55 % "
        "Écarté Veut ou signale : Acte de naissance acte – autre chose passe avant : Ne veut pas"
    )


def test_what_residents_write_in_it_is_shown_as_text(console: Console, visit: Any, camille: Staff) -> None:
    talk = console.waiting("<b>gras</b>")
    answer(console, talk, "Pardon ?", why=[plain(Explanation("<b>gras</b>", (HeardClause("x", "out_of_scope", 0.1),)))])
    page = visit(camille).get(f"/console/conversations/{talk}").text
    assert "<b>gras</b>" not in page
    assert "&lt;b&gt;gras&lt;/b&gt;" in page[page.index('<details class="reasons"') :]


@pytest.mark.parametrize("why", [[], ["« bonjour »\n  clause: bonjour"]])
def test_nothing_is_shown_where_nothing_was_read_or_an_earlier_release_kept_lines(
    console: Console, visit: Any, camille: Staff, why: list[Any]
) -> None:
    talk = console.waiting("Bonjour")
    answer(console, talk, "Bonjour.", why=why)
    assert reasons(visit(camille).get(f"/console/conversations/{talk}").text) == []


def test_another_teams_conversation_stays_closed(console: Console, visit: Any, camille: Staff, elodie: Staff) -> None:
    talk = console.waiting(SAID, team="voirie")
    answer(console, talk, "C'est noté.")
    page = visit(camille).get(f"/console/conversations/{talk}")
    assert (page.status_code, len(reasons(page.text))) == (200, 1)
    stranger = visit(elodie).get(f"/console/conversations/{talk}")
    assert stranger.status_code == 404
    assert reasons(stranger.text) == []


def test_residents_are_never_given_it(console: Console) -> None:
    talk = console.waiting(SAID)
    answer(console, talk, "C'est noté.")
    shown = console.store.read_now(find_own_messages, conversation_id=talk)
    assert [message.reasons for message in shown] == [()] * len(shown)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_act_has_its_label(language: str) -> None:
    kinds = [each.__name__ for each in vars(acts).values() if isinstance(each, type) and issubclass(each, Act)]
    assert len(kinds) > 20
    assert [kind for kind in kinds if kind != "Act" and not WORDS.has(language, f"act.{kind}")] == []


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("model 0.83, supposed", "reconnu d'après le sens, sûr à 83 %, seulement supposé"),
        ("named, reported", "nommé dans le message, rapporté d'une autre personne"),
        ("words: réparé", "dit en toutes lettres"),
        ("nothing but thanks", "le message ne dit rien d'autre"),
        ("talk.human", "dit en toutes lettres"),
        ("a new reader's own words", ""),
    ],
)
def test_reasons_are_told_in_words_or_not_at_all(console: Console, told: str, words: str) -> None:
    act = ReadAct("Thank", "Thank", "PLAIN", "merci", told, 0, 1)
    [view] = reason_views([plain(Explanation("merci", chosen=(act,)))], labels_of(console))
    [line] = view.groups[-1].lines
    assert (line.what, line.why.replace("\u00a0", " ").replace("\u202f", " ")) == ("Remercie", words)


def test_an_emergency_answer_tells_which_danger_was_heard(console: Console, visit: Any, camille: Staff) -> None:
    said = "ça sent le gaz dans l'escalier"
    talk = console.waiting(said, reason="emergency", urgent=True, team="voirie")

    def command(session: Any) -> None:
        conversation = lock_conversation(session, conversation_id=talk)
        record = {
            "why": [],
            "predictions": [{"text": said, "alarms": [{"situation": "gas", "chance": 0.97}]}],
            "effects": [{"effect": "Note", "event": "emergency_advised", "data": {"situation": "gas"}}],
        }
        turn_id = record_turn(session, conversation_id=talk, message_ids=[], outcome="applied", record=record)
        text = "Sortez, puis appelez le 18."
        outgoing = Outgoing(text=text, parts=(Part(text),), kind="emergency", turn_id=turn_id)
        say(session, conversation, author="bot", actor=BOT, outgoing=outgoing)
        save_conversation(session, conversation)

    console.store.write_now(command)
    page = text_of(visit(camille).get(f"/console/conversations/{talk}").text)
    assert f"L'habitant a écrit : {said} Danger reconnu" in page
    assert "sûr à 97 %, un danger passe avant tout le reste" in page
