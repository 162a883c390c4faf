"""Opposition to messages in residents' own words: obeyed when plain, asked back when not, else left alone."""

import hashlib
from collections import Counter
from pathlib import Path

import pytest

from services.words.lexicon import load_lexicon
from services.words.said import clean
from services.words.stopping import LONGEST, Stopping

HELD_OUT = Path(__file__).parent / "heldout_opposition.tsv"
HELD_OUT_DIGEST = "a8db6a81d5d944bf4684921c41e1c63b218472a899349b0f3a6e596b9e779891"
KNOWN = Path(__file__).parent / "opposition.tsv"


@pytest.fixture(scope="session")
def stopping(city_dir: Path) -> Stopping:
    return load_lexicon(city_dir).stopping


def outcomes(path: Path, stopping: Stopping) -> Counter[tuple[str, str | None]]:
    """How many sentences of each kind (optout, ask, no) were read as what."""
    rows = [line.split("\t") for line in path.read_text("utf-8").splitlines() if line]
    return Counter((kind, stopping.read(clean(text))) for kind, _, text in rows)


@pytest.mark.parametrize(
    "text",
    [
        "STOP", "stop.", "Stop !", "S.T.O.P", "s t o p", "STOOOP", "st0p", "ѕtop", "ＳＴＯＰ", "𝐒𝐓𝐎𝐏", "🅢🅣🅞🅟", "ΑRRET",
        "«STOP»", "ARRÊT", "arret svp", "stop merci", "STOP SMS", "STOP 36180", "unsubscribe", "Désinscription",
        "STOPALL",
    ],
)  # fmt: skip
def test_a_bare_keyword_stops_however_it_is_spelt(stopping: Stopping, text: str) -> None:
    assert stopping.read(text) == "stop"


@pytest.mark.parametrize(
    "text",
    [
        "ne m'envoyez plus de messages", "merci de ne plus me contacter", "je ne souhaite plus recevoir vos sms",
        "arrêtez de m'écrire svp", "désabonnez-moi", "plus de textos merci", "supprimez mon numéro de votre liste",
        "Bonjour, mon père est décédé. Merci de ne plus rien envoyer sur cette ligne.", "lâchez-moi avec vos textos",
        "stop texting me", "no more messages please", "don't text me anymore", "take my number off your list",
        "I no longer wish to receive these messages", "please stop all notifications",
        "Je vous retire mon autorisation de m'envoyer des SMS", "n'écrivez plus à ce numéro", "je refuse vos sms",
        "annulez mon inscription aux alertes sms", "je demande l'arrêt immédiat de vos envois", "supprimez mon numéro",
        "vous pouvez arrêter les sms maintenant", "deregister me from alerts", "please end these texts",
        "You don't have my permission to text me", "never contact me again", "vos sms me saoulent, stop",
        "je me désinscris des sms", "merci d arreter les sms", "Je souhaite ne plus être destinataire de vos textos",
        "Veuillez me rayer de la liste des destinataires", "Veuillez m'exclure de la liste de diffusion",
        "Conformément au RGPD, je m'oppose à recevoir vos SMS", "je m'oppose à ce que vous m'envoyiez des sms",
        "Bonjour, retirez le 06 de ma mère de vos alertes, elle est décédée, plus aucun message svp",
    ],
)  # fmt: skip
def test_an_unmistakable_sentence_stops(stopping: Stopping, text: str) -> None:
    assert stopping.read(text) == "stop"


@pytest.mark.parametrize(
    "text",
    [
        "merci ne m'envoyez plus rien avant lundi je suis absent", "ne m'envoyez plus de sms la nuit",
        "comment me désabonner ?", "marre de vos sms", "arrêtez",
        "how do I unsubscribe?", "leave me alone", "can you stop sending me texts", "pas de sms le dimanche",
        "à quoi ça sert tous ces textos franchement",
    ],
)  # fmt: skip
def test_what_has_a_limit_or_is_asked_is_asked_back(stopping: Stopping, text: str) -> None:
    assert stopping.read(text) == "ask"


@pytest.mark.parametrize(
    "text",
    [
        "message bien reçu", "pas de sms reçu", "no message from you yet", "plus de messages depuis lundi ?",
        "message non lu par Camille", "vous ne m'envoyez plus de messages", "la mairie ne m'envoie plus d'alertes",
        "je ne reçois plus vos sms", "je crains de ne plus recevoir vos messages", "envoyez-moi plus d'informations",
        "je ne peux plus envoyer de message", "arrêtez les travaux de nuit svp", "arrêtez d'envoyer les camions ici",
        "ne m'envoyez plus le formulaire papier", "je veux me désinscrire de la cantine", "stop aux incivilités",
        "le maire veut arrêter les alertes sms", "annulez mon inscription à la piscine", "cancel my parking permit",
        "retirez-moi de la liste électorale", "supprimez mon numéro de dossier", "l'arrêt de bus est cassé",
        "don't stop texting me", "stop sending trucks down my street", "remove me from the waiting list",
        "I no longer receive your messages", "please send me more messages", "the stop sign is broken",
        "Je m'oppose au permis de construire de mon voisin", "Je me désinscris du cours de danse",
        "exclure mon fils de la cantine", "Merci d'arrêter le bruit", "Je souhaite être destinataire de vos sms",
        "retirez le numéro de mon fils de la liste de la cantine",
    ],
)  # fmt: skip
def test_what_only_speaks_of_messages_is_left_alone(stopping: Stopping, text: str) -> None:
    assert stopping.read(text) is None


@pytest.mark.parametrize("text", ["START", "unstop", "Yes", "oui svp", "reprendre", "ЅTART", "réabonnez-moi"])
def test_a_word_of_the_provider_or_its_french_starts_again(stopping: Stopping, text: str) -> None:
    assert stopping.is_start(text)


def test_a_sentence_with_start_in_it_does_not(stopping: Stopping) -> None:
    assert not stopping.is_start("the car does not start")


def test_what_is_far_behind_is_not_looked_at(stopping: Stopping) -> None:
    assert stopping.read("la " * LONGEST + ". stop texting me") is None


def test_nobody_of_the_known_sentences_is_silenced_by_a_guess(stopping: Stopping) -> None:
    found = outcomes(KNOWN, stopping)
    assert (found["no", "stop"], found["ask", "stop"]) == (0, 0)
    assert found["no", "ask"] <= 2
    assert found["optout", "stop"] >= 125


def test_held_back_sentences_are_never_taken_for_more_than_they_say(stopping: Stopping) -> None:
    """The file is frozen and not to be read: what is built to its lines proves nothing."""
    assert hashlib.sha256(HELD_OUT.read_bytes()).hexdigest() == HELD_OUT_DIGEST
    found = outcomes(HELD_OUT, stopping)
    assert (found["no", "stop"], found["ask", "stop"]) == (0, 0)
    assert found["no", "ask"] <= 1
    assert found["optout", "stop"] >= 17
    assert found["optout", None] <= 5
