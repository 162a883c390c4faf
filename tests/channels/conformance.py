"""What every channel keeps. A channel's test is a subclass that says how its provider signs, answers and fails.

`ReceivingConformance` and `SendingConformance` can be taken alone by channels that only do one of them.
"""

from abc import ABC, abstractmethod
from typing import ClassVar

from channels.contract import Capabilities, ChannelAdapter
from channels.rendering import Style, render, units
from tests.channels import recordings
from tests.channels.conformance_receiving import ReceivingConformance
from tests.channels.conformance_sending import CHOICES, FILE, SendingConformance

__all__ = ["ChannelConformance", "DegradingConformance", "ReceivingConformance", "SendingConformance"]

LONG = "Une phrase assez courte. " * 2000


class DegradingConformance:
    """What the channel cannot carry is written out, and nothing is lost."""

    adapter_class: ClassVar[type[ChannelAdapter]]

    @property
    def capabilities(self) -> Capabilities:
        return self.adapter_class.capabilities

    def test_a_text_too_long_goes_in_parts_that_fit_and_lose_no_word(self) -> None:
        parts = render(LONG, (), self.capabilities)
        assert all(units(part.text) <= self.capabilities.max_text for part in parts)
        assert " ".join(part.text for part in parts).split() == LONG.split()

    def test_choices_are_carried_or_written_out(self) -> None:
        [part] = render("Où ?", CHOICES, self.capabilities, style=Style("Répondez par un numéro."))
        if self.capabilities.choices == "buttons":
            assert part.choices == CHOICES
            return
        assert not part.choices
        assert all(choice.label in part.text for choice in CHOICES)
        if self.capabilities.choices == "numbered":
            assert "1 Rue de Paris\n2 Place du Marché\nRépondez par un numéro." in part.text

    def test_files_are_carried_or_linked(self) -> None:
        [part] = render("Voici le reçu.", (), self.capabilities, attachments=(FILE,))
        if self.capabilities.attachments:
            assert part.attachments == (FILE,)
        else:
            assert not part.attachments
            assert FILE.url in part.text
            assert FILE.filename in part.text

    def test_it_hears_where_it_receives_and_nowhere_else(self) -> None:
        assert self.capabilities.hears == isinstance(self, ReceivingConformance)
        assert self.capabilities.hears == bool(recordings.inbound(self.adapter_class.kind))

    def test_what_only_rings_is_read_whole_and_what_sends_does_not_only_ring(self) -> None:
        claims = self.capabilities
        assert claims.only_rings != isinstance(self, SendingConformance)
        assert not claims.only_rings or (claims.choices == "buttons" and claims.attachments)
        # Nobody watches a page that they have not opened, and what stands on a page is no letter.
        assert not (claims.only_rings and (claims.writes_first or claims.letters))

    def test_receipts_are_claimed_only_where_the_provider_calls(self) -> None:
        assert not self.capabilities.receipts or isinstance(self, ReceivingConformance)


class ChannelConformance(ReceivingConformance, SendingConformance, DegradingConformance, ABC):
    """A channel that receives by webhook and sends."""

    @abstractmethod
    def build(self, provider_url: str) -> ChannelAdapter: ...
