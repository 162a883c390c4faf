"""What residents call the services: told by the longest of their usual names, else by words of the official one."""

from collections.abc import Mapping

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
        """Every service named in a folded text, in the order of the file."""
        return tuple(code for code, terms in self.names.items() if phrases_pattern(terms.everywhere()).search(folded))

    def longest(self, folded: str) -> tuple[int, str | None]:
        """The length of the longest usual name in a folded text, and its service."""
        found = [
            (len(match[0]), code)
            for code, terms in self.names.items()
            for match in phrases_pattern(terms.everywhere()).finditer(folded)
        ]
        return max(found, key=lambda item: item[0], default=(0, None))
