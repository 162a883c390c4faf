"""Changes to a list of things already told: one more, one less, another number."""

from collections.abc import Iterator

from bot.acts import ChangeItems
from bot.choosing.strength import Strength
from bot.reading.findings import Findings
from bot.reading.reading import Context, Reading
from services.kinds.items import items_changed

_SIGNS = ("removal", "kept_back", "addition", "undone", "negator")


def read_items(findings: Findings, context: Context) -> Iterator[Reading]:
    """The list once this is heard; only what words plainly take out or put in, and only where a list is known."""
    flow, service, said = context.flow, context.service, findings.said
    if flow is None or service is None or not said.has(*_SIGNS):
        return
    for field in service.of_kind("items"):
        known = flow.values.get(field.name)
        if known is None or (context.asked is not None and context.asked.name == field.name):
            continue
        changed = items_changed(field, known, said)
        if changed is not None:
            act = ChangeItems(field.name, changed, service.code)
            yield Reading(act, Strength.PLAIN, *_span(findings), "taken out or put in")


def _span(findings: Findings) -> tuple[int, int]:
    """From the first word that takes out or puts in to the end of its clauses; what is kept stands before it."""
    starts = [first for group in _SIGNS for first, _ in findings.said.group_spans(group)]
    kept = [max(0, first - 1) for first, _ in findings.said.group_spans("kept_back")]
    starts += [findings.clause_at(at).first for at in kept]
    return min(starts), findings.clause_at(max(starts)).last
