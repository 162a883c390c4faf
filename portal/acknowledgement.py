"""An acknowledgement as a panel: its reference large, what happens next, the team's address folded away.

The panel says what the message says, in its order; a text without a reference stays a plain bubble.
"""

from dataclasses import dataclass

from markupsafe import Markup

from portal.linking import first_reference, has_phone, linked

_FOLLOW = "/suivi"


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """`title` leads to the reference; `lines` follow it; `contact` is the line with the team's telephone, if any."""

    title: str
    reference: str
    lines: tuple[Markup, ...]
    contact: Markup | None


def read_acknowledgement(text: str) -> Acknowledgement | None:
    """The panel of an acknowledgement's text; None where it names no case."""
    found = first_reference(text)
    if found is None:
        return None
    rest = [line.strip() for line in text[found.end() :].lstrip(". ").split("\n")]
    lines = [line for line in rest if line and _FOLLOW not in line]
    contact = next((line for line in lines if has_phone(line)), None) if len(lines) > 1 else None
    return Acknowledgement(
        title=text[: found.start()].strip(),
        reference=found[0],
        lines=tuple(linked(line) for line in lines if line is not contact),
        contact=linked(contact) if contact else None,
    )
