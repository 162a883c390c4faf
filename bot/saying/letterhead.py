"""What stands around the words of a letter: a greeting, and the town's signature."""

from dataclasses import dataclass

from kit.catalogues import Wordings
from kit.phones import format_phone
from kit.text import fold
from services.town_hall.city import City


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Frames a text for a channel that carries letters. `replies` hold the words of both ends."""

    city: City
    replies: Wordings

    def frame(self, text: str, language: str, *, hears: bool) -> str:
        """The whole letter; who has begun with a greeting of their own is not made to greet twice."""
        paragraphs = [text, self._signature(language, hears=hears)]
        if fold(text[:40]).partition(" ")[0] not in self.replies.text(language, "letter.greetings").split():
            paragraphs.insert(0, self.replies.text(language, "letter.greeting"))
        return "\n\n".join(paragraphs)

    def _signature(self, language: str, *, hears: bool) -> str:
        phone = format_phone(self.city.phone, language)
        lines = ["-- ", self.replies.text(language, "letter.signature", town=self.city.name, phone=phone)]
        if not hears:
            lines.append(self.replies.text(language, "letter.unheard"))
        return "\n".join(lines)
