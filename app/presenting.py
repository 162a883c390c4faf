"""Renders what the town says for each kind of channel: buttons where there are buttons, else numbers."""

from collections.abc import Callable, Mapping, Sequence

from app.letters import Letterhead
from case_store.conversations.saying import Part
from channels.contract import ChannelAdapter, Choice, ChoiceStyle, Typesetting
from channels.rendering import Style, render
from kit.words import Words


class Presenter:
    """Knows one adapter per kind of channel."""

    def __init__(
        self, adapters: Mapping[str, ChannelAdapter], replies: Words, fallback: str, letterhead: Letterhead
    ) -> None:
        self._by_kind = {adapter.kind: adapter for adapter in adapters.values()}
        self._replies = replies
        self._fallback = fallback
        self._letterhead = letterhead

    def present(self, kind: str, text: str, choices: Sequence[Choice], language: str) -> tuple[Part, ...]:
        """The parts to deliver; an unknown kind gets the text as it is."""
        adapter = self._by_kind.get(kind)
        if adapter is None:
            return (Part(text, tuple((choice.label, choice.value) for choice in choices)),)
        known = language if language in self._replies.catalogues else self._fallback
        if adapter.capabilities.letters:
            text = self._letterhead.frame(text, known, hears=adapter.capabilities.hears)
        style = Style(self._replies.text(known, "render.choose"), _typesetter(adapter))
        parts = render(text, choices, adapter.capabilities, style=style)
        return tuple(Part(part.text, tuple((choice.label, choice.value) for choice in part.choices)) for part in parts)

    def choice_style(self, kind: str) -> ChoiceStyle:
        """How a channel offers choices."""
        adapter = self._by_kind.get(kind)
        return adapter.capabilities.choices if adapter else "buttons"


def _typesetter(adapter: ChannelAdapter) -> Callable[[str], str]:
    return adapter.typeset if isinstance(adapter, Typesetting) else str
