"""Who asks: the name residents give for themselves, and whether a name is their own."""

from services.declarations.declaration import ServiceField
from services.kinds.free_words import person_answer
from services.kinds.reading import Outcome, Reading, capitalised_run
from services.words.said import Said, trim

RELATIONSHIP, SELF = "relationship", "la personne elle-même"
"""The field that ties who asks to whom a certificate is about, and its value where they are the same."""
_LONGEST_NAME = 4
_FEWEST = 2
"""Words of a full name: a first name alone is nobody a registrar can answer."""


def own_name(said: Said) -> str | None:
    """The full name after "je m'appelle", "my name is" and such."""
    people = said.found("person")
    for _, at in said.group_spans("introduces_self"):
        if at >= len(said.words):
            continue
        end = capitalised_run(said, at, _LONGEST_NAME)
        start = said.words[at].start
        mentioned = next((person.text for person in people if person.start == start), "")
        name = max(said.slice(at, end) if end > at else "", mentioned, key=len)
        if len(name.split()) >= _FEWEST:
            return trim(name)
    return None


def requester_told(field: ServiceField, said: Said) -> Outcome:
    """The name a resident gives for themselves; another name is somebody else's."""
    name = own_name(said)
    return Reading(name) if name else None


def requester_answer(field: ServiceField, said: Said) -> Outcome:
    """The answer to the question who asks: a full name."""
    if said.is_only("yes") or said.is_only("no"):
        return None
    return requester_told(field, said) or person_answer(field, said)
