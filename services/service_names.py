"""What residents call the services: told by the longest of their usual names, else by words of the official one."""

from collections.abc import Iterable, Mapping

from kit.text import fold
from services.lexicon import phrases_pattern
from services.town_files import TownModel
from services.wording import Terms


class ServiceNames(TownModel):
    """`names` by service code; `generic` words name no service by themselves."""

    generic: Terms = Terms()
    names: Mapping[str, Terms] = {}

    def language_of(self, folded: str) -> str | None:
        """The language of a text that is nothing but a usual name, where only one language has it: "pothole"."""
        speakers = {
            language
            for terms in self.names.values()
            for language, words in terms.words.items()
            if folded in {fold(word) for word in words}
        }
        return speakers.pop() if len(speakers) == 1 else None

    def all_in(self, folded: str) -> tuple[str, ...]:
        """Every service named in a folded text, in its order; a name inside a longer one does not count."""
        found = [
            (match.start(), match.end(), code)
            for code, terms in self.names.items()
            for match in phrases_pattern(terms.everywhere()).finditer(folded)
        ]
        return tuple(dict.fromkeys(code for _, _, code in outermost(found)))

    def longest(self, folded: str) -> tuple[int, str | None]:
        """The length of the longest usual name in a folded text, and its service."""
        found = [
            (len(match[0]), code)
            for code, terms in self.names.items()
            for match in phrases_pattern(terms.everywhere()).finditer(folded)
        ]
        return max(found, key=lambda item: item[0], default=(0, None))


def outermost(found: Iterable[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The stretches that lie in no longer one, in the order of the text. Equal stretches all stay."""
    kept: list[tuple[int, int, str]] = []
    for start, end, name in sorted(found, key=lambda item: item[0] - item[1]):
        if all(end <= other[0] or start >= other[1] or (start, end) == other[:2] for other in kept):
            kept.append((start, end, name))
    return sorted(kept)
