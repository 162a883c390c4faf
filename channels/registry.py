"""Every kind of channel: an explicit list, and what the rest of the product asks of it."""

from collections.abc import Sequence
from typing import Any

from channels import counter, email, sms, webchat
from channels.contacts import ContactKind
from channels.contract import ChannelAdapter, Confidential, Secrets
from channels.kinds import ChannelKind, WayIn
from kit.wording import Phrase, typeset
from kit.yaml_files import YamlFile

KINDS: tuple[ChannelKind, ...] = (sms.KIND, webchat.KIND, email.KIND)
WAYS_IN: tuple[WayIn, ...] = (counter.WAY_IN,)
"""Further ways by which cases come."""

_WORDS = "words.yaml"


def find_kind(kind: str) -> ChannelKind | None:
    """The kind of this name."""
    return next((entry for entry in KINDS if entry.kind == kind), None)


def takes_letters(kind: str) -> bool:
    """Whether people write whole letters on a channel of this kind."""
    found = find_kind(kind)
    return found is not None and found.capabilities.letters


def get_kind(kind: str) -> ChannelKind:
    """The kind of this name. Raises LookupError, which names those there are."""
    if found := find_kind(kind):
        return found
    raise LookupError(f"there is no kind of channel {kind!r}; one of {', '.join(entry.kind for entry in KINDS)}")


def find_icon(kind: str) -> str | None:
    """The icon of a channel, or of another way in, of this kind."""
    icons = {entry.kind: entry.icon for entry in KINDS} | {way.kind: way.icon for way in WAYS_IN}
    return icons.get(kind)


def contact_kinds() -> dict[str, ContactKind]:
    """The kinds of address by name, in the order of their channels."""
    return {entry.contact.kind: entry.contact for entry in KINDS}


def read_contact(text: str) -> tuple[str, str] | None:
    """The kind and the normal form of an address that somebody typed; None where no channel has such addresses."""
    found = ((contact.kind, contact.read(text)) for contact in contact_kinds().values())
    return next(((kind, address) for kind, address in found if address), None)


def secrets_of(adapter: ChannelAdapter) -> Secrets:
    """What must never appear in a log on this adapter's account."""
    return adapter.secrets if isinstance(adapter, Confidential) else Secrets()


def webhook_addresses(channel_id: str, kind: str, base_url: str) -> list[str]:
    """The addresses to give to a channel's provider, each with what it is for; none where no provider calls."""
    found = find_kind(kind)
    told = found.webhooks if found else {}
    return [f"{purpose}: {base_url}/channels/{channel_id}/{last}" for last, purpose in told.items()]


def load_words(languages: Sequence[str]) -> dict[str, dict[str, Phrase]]:
    """The names of channels and of kinds of address by language: `channel.<kind>`, `contact.<kind>`.

    Raises kit.yaml_files.FileProblem.
    """
    words: dict[str, dict[str, Phrase]] = {language: {} for language in languages}
    for entry in KINDS:
        file = YamlFile(entry.folder / _WORDS)
        for named, key in (("channel", f"channel.{entry.kind}"), ("contact", f"contact.{entry.contact.kind}")):
            for language, phrase in _phrases(file, named, languages).items():
                words[language][key] = phrase
    for way in WAYS_IN:
        for language, phrase in _phrases(YamlFile(way.folder / _WORDS), "channel", languages).items():
            words[language][f"channel.{way.kind}"] = phrase
    return words


def _phrases(file: YamlFile, named: str, languages: Sequence[str]) -> dict[str, Phrase]:
    """The wording of one name; a kind of address that another channel names already needs none."""
    given: Any = (file.content or {}).get(named, {})
    lacking = [language for language in languages if language not in given]
    if lacking and (given or named == "channel"):
        raise file.problem((named,), f"a text is missing in {', '.join(lacking)}")
    return {language: Phrase(text=typeset(str(given[language]), language)) for language in languages if given}
