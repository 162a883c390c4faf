"""Residents who each tell some things at once, answer in their own way, digress and correct themselves.

Nothing they have said is ever asked again, and the case has what they meant.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest

from intents.embedded import EmbeddedInterpreter
from kit.text import fold
from services.town.loading import Town
from tests.bot.conversation import Conversation, photo

MOST_TURNS = 30
DIGRESSIONS = {
    "fr": ["au fait, vous ouvrez à quelle heure ?", "combien ça coûte ?", "vous êtes ouverts samedi ?"],
    "en": ["by the way, what are your opening hours?", "how much does it cost?", "are you open on Saturday?"],
}
YES = {"fr": ["oui", "c'est bon", "ok", "parfait"], "en": ["yes", "ok", "looks good", "correct"]}
NO_PHOTO = {"fr": ["non", "pas de photo", "non je n'en ai pas"], "en": ["no", "no photo", "I don't have one"]}
LATER = {"fr": ["plus tard", "je l'enverrai plus tard"], "en": ["later", "I'll send it later"]}


@dataclass
class Resident:
    """`truth` by field, the ways to answer, and what may be told in the first sentence."""

    code: str
    language: str
    opening: list[str]
    truth: dict[str, str] = field(default_factory=dict)
    answers: dict[str, list[str]] = field(default_factory=dict)
    inline: dict[str, str] = field(default_factory=dict)

    def knows(self, name: str, value: str, answers: list[str], inline: str = "") -> None:
        self.truth[name], self.answers[name] = value, answers
        if inline:
            self.inline[name] = inline


def _place(resident: Resident, town: Town, chance: random.Random, name: str) -> None:
    street = chance.choice([street for street in town.gazetteer.streets if len(street.doors) > 10])
    number = chance.choice([door for door in street.doors if door.isdecimal()])
    address = f"{number} {street.name}"
    french = resident.language == "fr"
    answers = (
        [address, address.lower(), f"au {address}"] if french else [address, f"at {address}", f"it's at {address}"]
    )
    resident.knows(name, f"{number}|{street.name}", answers, f" au {address}" if french else f" at {address}")


def _pothole(town: Town, chance: random.Random, language: str) -> Resident:
    french = language == "fr"
    opening = (
        ["il y a un trou dans la chaussée", "nid de poule"]
        if french
        else ["there is a pothole", "big hole in the road"]
    )
    resident = Resident("report.pothole", language, opening)
    _place(resident, town, chance, "location")
    if chance.random() < 0.5:
        answers = ["oui", "oui c'est dangereux", "très"] if french else ["yes", "yes very", "it is dangerous"]
        resident.knows("hazard", "yes", answers, ", c'est dangereux" if french else ", it is dangerous")
    else:
        answers = ["non", "pas vraiment", "pas du tout"] if french else ["no", "not really", "not dangerous"]
        resident.knows("hazard", "no", answers, ", pas dangereux" if french else ", not dangerous")
    return resident


def _street_light(town: Town, chance: random.Random, language: str) -> Resident:
    french = language == "fr"
    opening = ["un lampadaire est en panne"] if french else ["a street light is out", "the street lamp is broken"]
    resident = Resident("report.street_light", language, opening)
    _place(resident, town, chance, "location")
    pole = str(chance.randint(100, 9999))
    answers = [pole, f"c'est le {pole}", f"mât {pole}"] if french else [pole, f"it's {pole}", f"pole {pole}"]
    resident.knows("pole_number", pole, answers, f", mât {pole}" if french else f", pole number {pole}")
    return resident


def _bulky(town: Town, chance: random.Random, language: str) -> Resident:
    french = language == "fr"
    opening = (
        ["enlèvement d'encombrants"] if french else ["I need a bulky waste collection", "bulky waste pickup please"]
    )
    resident = Resident("request.bulky_collection", language, opening)
    _place(resident, town, chance, "address")
    items = chance.choice(["un canapé", "un frigo, une table"] if french else ["a sofa", "a fridge, a table"])
    slot = chance.choice(["mardi matin", "lundi prochain"] if french else ["Tuesday morning", "next Monday"])
    resident.knows("items", items, [items], f", {items}")
    resident.knows("slot", slot, [slot], f", {slot}")
    return resident


def _permit(town: Town, chance: random.Random, language: str) -> Resident:
    french = language == "fr"
    opening = (
        ["je voudrais une carte de stationnement résident"] if french else ["I would like a resident parking permit"]
    )
    resident = Resident("request.parking_permit", language, opening)
    vehicle = chance.choice(["Renault Clio", "Peugeot 208", "Citroën C3", "Tesla Model 3"])
    plate = f"AB-{chance.randint(100, 999)}-CD"
    ways = [vehicle, f"une {vehicle}" if french else f"it's a {vehicle}"]
    resident.knows("vehicle", vehicle, ways, f" pour ma {vehicle}" if french else f" for my {vehicle}")
    resident.knows("plate", plate, [plate, plate.replace("-", ""), plate.lower()], f", {plate}")
    _place(resident, town, chance, "address")
    resident.knows("duration", "6 mois", ["6 mois", "six mois"] if french else ["6 months", "six months"])
    return resident


def _certificate(town: Town, chance: random.Random, language: str) -> Resident:
    french = language == "fr"
    opening = ["je voudrais un acte de naissance"] if french else ["I need a birth certificate"]
    resident = Resident("request.birth_certificate", language, opening)
    kind = (["copie intégrale", "1"], ", copie intégrale") if french else (["full copy", "1"], ", full copy")
    resident.knows("copy_type", "copie intégrale", *kind)
    name = chance.choice(["Camille Durand", "Jean-Pierre Le Goff", "Sarah Ben Ali", "Paul O'Connor"])
    ways = [name, f"c'est pour {name}" if french else f"it's for {name}"]
    resident.knows("subject", name, ways, f" pour {name}" if french else f" for {name}")
    born = ["12 mai 1984", "12/05/1984"] if french else ["12 May 1984", "12/05/1984"]
    resident.knows("birth_date", "1984-05-12", born, f", né le {born[0]}" if french else f", born on {born[0]}")
    resident.knows("birth_place", "Montlieu", ["Montlieu", "à Montlieu" if french else "in Montlieu"])
    parents = "Jean Durand et Marie Petit" if french else "John Durand and Mary Petit"
    resident.knows(
        "parents", parents, [parents, f"mes parents sont {parents}" if french else f"my parents are {parents}"]
    )
    ties = ["c'est mon fils", "je suis son père", "4"] if french else ["it's my son", "I am her mother", "4"]
    resident.knows("relationship", "père ou mère de la personne", ties)
    copies = str(chance.randint(2, 5))
    unit = "exemplaires" if french else "copies"
    resident.knows("copies", copies, [copies, f"{copies} {unit}"], f", {copies} {unit}")
    _place(resident, town, chance, "delivery_address")
    del resident.inline["delivery_address"]
    return resident


KINDS: list[Callable[[Town, random.Random, str], Resident]] = [_pothole, _street_light, _bulky, _permit, _certificate]


@pytest.mark.parametrize("seed", range(60))
def test_nothing_said_is_asked_again(seed: int, town: Town, interpreter: EmbeddedInterpreter) -> None:
    chance = random.Random(seed)
    language = chance.choice(["fr", "fr", "en"])
    resident = chance.choice(KINDS)(town, chance, language)
    channel = chance.choice(["sms", "webchat"])
    conversation = Conversation(town, interpreter, channel, language=language)
    told = {name for name in resident.inline if chance.random() < 0.4}
    first = chance.choice(resident.opening) + "".join(resident.inline[name] for name in resident.inline if name in told)
    conversation.say(first)
    log = [first, *_answer_all(conversation, resident, told, chance)]
    assert [case.service_code for case in conversation.opened] == [resident.code], log
    assert _different(conversation.opened[0].fields, resident.truth) == {}, log


def _answer_all(conversation: Conversation, resident: Resident, told: set[str], chance: random.Random) -> list[str]:
    log: list[str] = []
    corrects = chance.random() < 0.4
    for _ in range(MOST_TURNS):
        if not conversation.last.asked:
            break
        (asked,) = conversation.last.asked
        assert asked not in told, f"{asked} was said already: {log}"
        if chance.random() < 0.12:
            _digress(conversation, resident, asked, chance)
            continue
        if asked == "confirm" and corrects:
            corrects = False
            log.append(_correct(conversation, resident))
            continue
        log.append(_answer(conversation, resident, asked, chance))
        told |= {asked} - {"confirm"}
    return log


def _digress(conversation: Conversation, resident: Resident, asked: str, chance: random.Random) -> None:
    question = chance.choice(DIGRESSIONS[resident.language])
    conversation.say(question)
    assert conversation.last.asked == (asked,), f"{question!r} lost {asked}"


def _correct(conversation: Conversation, resident: Resident) -> str:
    """Another house number; the street stays."""
    name = next(name for name in ("location", "address", "delivery_address", "items") if name in resident.truth)
    number, _, street = resident.truth[name].partition("|")
    other = "4" if number != "4" else "6"
    resident.truth[name] = f"{other}|{street}"
    words = f"non, au {other} {street}" if resident.language == "fr" else f"no, at {other} {street}"
    conversation.say(words)
    assert conversation.last.asked == ("confirm",), words
    return words


def _answer(conversation: Conversation, resident: Resident, asked: str, chance: random.Random) -> str:
    ways: Mapping[str, list[str]] = {
        "confirm": YES[resident.language],
        "contact": ["camille@exemple.fr"],
        "photo": NO_PHOTO[resident.language],
        "requester": [
            "Julie Morel",
            "je m'appelle Julie Morel" if resident.language == "fr" else "my name is Julie Morel",
        ],
        **resident.answers,
    }
    if asked.startswith("document:") and chance.random() < 0.5:
        conversation.say("", files=[photo(f"{asked.removeprefix('document:')}.jpg")])
        return asked
    words = chance.choice(LATER[resident.language] if asked.startswith("document:") else ways[asked])
    conversation.say(words)
    return words


def _different(fields: Mapping[str, str], truth: Mapping[str, str]) -> dict[str, tuple[str | None, str]]:
    return {
        name: (fields.get(name), value) for name, value in truth.items() if fold(fields.get(name) or "") != fold(value)
    }
