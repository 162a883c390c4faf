"""What a resident can do, without words: the closed language between understanding and doing.

Readers tell acts, the choice compares them, handlers carry them out; scenario files, `guichet chat --why` and the
console speak of them. Each prints as a scenario file writes it: `RemoveItem(items, matelas, request.bulky_collection)`.
"""

from dataclasses import astuple, dataclass
from typing import Literal

NewsState = Literal["repaired", "still", "worse"]
"""What is told of a matter the town may know: it is well again, nothing has changed, it has grown worse."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing a resident does."""

    @property
    def kind(self) -> str:
        return type(self).__name__

    def __str__(self) -> str:
        told = ", ".join(str(value) for value in astuple(self) if value)
        return f"{self.kind}({told})" if told else self.kind


@dataclass(frozen=True, slots=True)
class Begin(Act):
    """ "je voudrais un acte de naissance": a service is wished for, or told so that it is known."""

    service: str


@dataclass(frozen=True, slots=True)
class Decline(Act):
    """ "je ne veux pas d'acte de naissance": a service that is not wished for."""

    service: str


@dataclass(frozen=True, slots=True)
class ChangeItems(Act):
    """ "supprime le matelas et ajoute un fauteuil": a list of things as it is from now on, for the service `to`."""

    field: str
    items: str
    to: str


@dataclass(frozen=True, slots=True)
class Correct(Act):
    """ "non pardon, née le 5 mai": a field told before, as it is from now on. `partial`: its rest is asked."""

    field: str
    value: str
    partial: bool = False


@dataclass(frozen=True, slots=True)
class GoFirst(Act):
    """ "le trou d'abord": of the services begun this one is gone on with, the others wait."""

    service: str


@dataclass(frozen=True, slots=True)
class Cancel(Act):
    """ "annulez": what is being prepared is given up."""


@dataclass(frozen=True, slots=True)
class News(Act):
    """ "c'est réparé", "toujours en panne": told of a matter, of the `service` where one is named."""

    state: NewsState
    service: str | None = None


@dataclass(frozen=True, slots=True)
class AskStatus(Act):
    """ "où en est mon lampadaire ?": where a case stands."""

    service: str | None = None


@dataclass(frozen=True, slots=True)
class Restart(Act):
    """ "recommencer": everything that is being prepared is given up, and begins anew."""


@dataclass(frozen=True, slots=True)
class Back(Act):
    """ "retour": the question before comes again."""


@dataclass(frozen=True, slots=True)
class Repeat(Act):
    """ "répétez": the last thing said comes again."""


@dataclass(frozen=True, slots=True)
class Resume(Act):
    """ "reprendre": what waits, or was given up by mistake, goes on."""


@dataclass(frozen=True, slots=True)
class Wait(Act):
    """ "attendez je cherche": nothing is told yet."""


@dataclass(frozen=True, slots=True)
class SetLanguage(Act):
    """ "in English please": another language is asked for."""


@dataclass(frozen=True, slots=True)
class WantPerson(Act):
    """ "un agent", "je préfère qu'on m'appelle": a person is asked for."""


@dataclass(frozen=True, slots=True)
class AskAssistant(Act):
    """ "vous êtes un robot ?", "c'est anonyme ?", "que savez-vous faire ?": something of the assistant itself."""

    about: Literal["machine", "privacy", "help"]


@dataclass(frozen=True, slots=True)
class AskWhy(Act):
    """ "pourquoi vous demandez ça ?"."""


@dataclass(frozen=True, slots=True)
class AskMeaning(Act):
    """ "c'est quoi la différence ?", "je ne connais pas le modèle": what the open question means."""


@dataclass(frozen=True, slots=True)
class OptOut(Act):
    """ "arrêtez avec vos messages": no more messages, as far as it is only to be asked back."""


@dataclass(frozen=True, slots=True)
class Pick(Act):
    """ "la deuxième", "oui" to what is proposed: one of the answers that were offered."""

    option: str


@dataclass(frozen=True, slots=True)
class TellContact(Act):
    """ "marie@exemple.fr": where an answer goes; without a kind it was meant to be one and cannot be."""

    channel: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class PutRight(Act):
    """ "l'adresse est fausse", "oui mais pas là" at the summary: a field, or what is still to be told, is not right."""

    field: str | None = None


@dataclass(frozen=True, slots=True)
class AskWhen(Act):
    """ "c'est pour quand ?" of the case that has just been filed."""

    case: str


@dataclass(frozen=True, slots=True)
class OutOfScope(Act):
    """What only sounds like a service of the town."""


@dataclass(frozen=True, slots=True)
class Remark(Act):
    """ "le trou fait 20 cm de profondeur": told in the middle of a service, and no field is for it."""


@dataclass(frozen=True, slots=True)
class Affirm(Act):
    """ "oui", where nothing awaits it."""


@dataclass(frozen=True, slots=True)
class Deny(Act):
    """ "non", where nothing awaits it."""


@dataclass(frozen=True, slots=True)
class Insult(Act):
    """Whoever reads this is called names."""


@dataclass(frozen=True, slots=True)
class Greet(Act):
    """ "bonjour"."""


@dataclass(frozen=True, slots=True)
class Goodbye(Act):
    """ "au revoir"."""


@dataclass(frozen=True, slots=True)
class WriteIn(Act):
    """ "preciso de uma certidão": a message in a language that the assistant does not speak."""

    language: str


@dataclass(frozen=True, slots=True)
class Thank(Act):
    """ "merci", "oui merci beaucoup" where something else was asked."""


@dataclass(frozen=True, slots=True)
class Chat(Act):
    """ "super", "message bien reçu", "lol": manners that answer nothing."""


@dataclass(frozen=True, slots=True)
class Grumble(Act):
    """ "vous vous moquez de moi": anger without an insult."""
