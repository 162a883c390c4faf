"""Mail addresses as people spell or slip them: "jean point dupont arobase example point org", "jean @ example,org"."""

import re
from collections.abc import Iterator

from intents.contract import Entity
from intents.entities.spans import Spans

_SYMBOLS = {
    "point": ".",
    "dot": ".",
    "tiret du bas": "_",
    "tiret bas": "_",
    "tiret du 8": "_",
    "tiret du huit": "_",
    "underscore": "_",
    "souligne": "_",
    "tiret du 6": "-",
    "tiret du six": "-",
    "tiret du milieu": "-",
    "tiret": "-",
    "dash": "-",
    "hyphen": "-",
    "trait d'union": "-",
    "plus": "+",
    "[dot]": ".",
    "(dot)": ".",
    "[point]": ".",
    "(point)": ".",
}
_SPOKEN_LINK = "|".join(re.escape(words) for words in sorted(_SYMBOLS, key=len, reverse=True))
_LINK = rf"(?: (?:{_SPOKEN_LINK}) |[._+-])"
_PART = r"(?:[a-z0-9](?: [a-z0-9](?![a-z0-9])){1,30}|[a-z0-9]{1,40})"
_AT = r"(?: (?:arobase|arobaze|arrobase|arobas|a commercial|at) | ?(?:\(at\)|\[at\]|\(arobase\)|@) ?)"
_TOP = r"(?:fr|com|org|net|eu|re|gouv|be|ch|uk|de|es|it|pt|info|asso)"
_DOMAIN_LINK = rf"(?:{_LINK}| \. ?(?={_TOP}\b)|,(?={_TOP}\b)|\. (?={_TOP}\b(?! [a-z])))"
_SPELT = re.compile(
    rf"(?<![\w.+@-])(?P<local>{_PART}(?:{_LINK}{_PART}){{0,5}})(?P<at>{_AT})(?P<domain>{_PART}(?:{_DOMAIN_LINK}{_PART}){{1,4}})"
    r"(?![\w@-])"
)
_LED_IN = re.compile(
    r"(?:^|[:,;(<>]|\b(?:est|is|c'est|mail|email|e-mail|courriel|adresse|address|a|at|to|sur|au|chez|ou|or|it's))\W*$"
)
_WORTH_A_LOOK = re.compile(r"arr?oba[sz]|@|\bat\b|\[at|\(at|commercial")
_A_TOP = re.compile(r"[a-z]{2,24}")


def find_spelt_mails(spans: Spans) -> Iterator[Entity]:
    """Mail addresses in words; of several words before the sign only those that are linked belong to it.

    "jean dupont arobase ..." may mean one word or two: nothing is read, so that the address is asked for.
    """
    text = spans.folded
    if not _WORTH_A_LOOK.search(text):
        return
    for match in _SPELT.finditer(text):
        local, domain = _written(match["local"]), _written(match["domain"])
        is_address = "." in domain and _A_TOP.fullmatch(domain.rpartition(".")[2])
        if is_address and _is_meant(text, match, local):
            yield spans.entity("email", f"{local}@{domain}", match.start(), match.end())


def _is_meant(text: str, match: re.Match[str], local: str) -> bool:
    """Whether the words before the sign are all of the address, and "at" is no English preposition."""
    has_letter = any(map(str.isalpha, local))  # "dupont 75 arobase": the figures alone are half of it
    is_linked = has_letter and (not local.isalpha() or " " in match["local"])
    if match["at"] == " at ":
        return is_linked
    return (
        is_linked or "@" in match["at"] or _LED_IN.search(text, max(0, match.start() - 20), match.start()) is not None
    )


_ANY_LINK = re.compile(rf" ({_SPOKEN_LINK}) ")


def _written(said: str) -> str:
    """The words as they are typed: symbols for their names, spelt letters together."""
    typed = _ANY_LINK.sub(lambda found: _SYMBOLS[found[1]], said)
    return typed.replace(",", ".").replace(" ", "")
