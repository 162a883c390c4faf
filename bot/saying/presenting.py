"""Renders what the town says for each channel: buttons where there are buttons, else numbers."""

from collections.abc import Callable, Mapping, Sequence

from bot.saying.letterhead import Letterhead
from case_store.conversations.saying import Part
from channels.contract import ChannelAdapter, Choice, ChoiceStyle, Typesetting
from channels.rendering import Style, render
from kit.catalogues import Wordings


class Presenter:
    """Knows the town's channels by id; a kind stands for the first channel of that kind."""

    def __init__(
        self, adapters: Mapping[str, ChannelAdapter], replies: Wordings, fallback: str, letterhead: Letterhead
    ) -> None:
        self._adapters = {adapter.kind: adapter for adapter in reversed([*adapters.values()])} | dict(adapters)
        self._replies = replies
        self._fallback = fallback
        self._letterhead = letterhead

    def find(self, channel: str) -> ChannelAdapter | None:
        """The adapter of a channel by its id, else by its kind."""
        return self._adapters.get(channel)

    def present(self, channel: str, text: str, choices: Sequence[Choice], language: str) -> tuple[Part, ...]:
        """The parts to deliver; a channel that is not there gets the text as it is."""
        adapter = self.find(channel)
        if adapter is None:
            return (Part(text, tuple((choice.label, choice.value) for choice in choices)),)
        known = language if language in self._replies.catalogues else self._fallback
        style = Style(self._replies.text(known, "render.choose"), _typesetter(adapter))
        if adapter.capabilities.letters:
            # What is chosen from stands in the letter, above its signature.
            told = [part.text for part in render(text, choices, adapter.capabilities, style=style)]
            text, choices = self._letterhead.frame("\n".join(told), known, hears=adapter.capabilities.hears), ()
        parts = render(text, choices, adapter.capabilities, style=style)
        return tuple(Part(part.text, tuple((choice.label, choice.value) for choice in part.choices)) for part in parts)

    def choice_style(self, channel: str) -> ChoiceStyle:
        """How a channel offers choices."""
        adapter = self.find(channel)
        return adapter.capabilities.choices if adapter else "buttons"

    def carries_letters(self, channel: str) -> bool:
        """Whether a message is a letter on a channel."""
        adapter = self.find(channel)
        return adapter is not None and adapter.capabilities.letters


def _typesetter(adapter: ChannelAdapter) -> Callable[[str], str]:
    return adapter.typeset if isinstance(adapter, Typesetting) else str
