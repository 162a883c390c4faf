"""Readings in, acts out: the only place that compares them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from bot.acts import Act
from bot.choosing.precedence import ABSORBED, MANNERS, TOGETHER, WISHES, rank
from bot.choosing.strength import Strength
from bot.reading.findings import Findings
from bot.reading.reading import Reading


@dataclass(frozen=True)
class Choice:
    """What is meant. `possible`: what may be meant but is not done unasked; `fell`: the rest, each with its reason."""

    chosen: tuple[Reading, ...] = ()
    possible: tuple[Reading, ...] = ()
    fell: tuple[tuple[Reading, str], ...] = ()

    @property
    def acts(self) -> tuple[Act, ...]:
        return tuple(dict.fromkeys(one.act for one in self.chosen))


def choose(findings: Findings, readings: Iterable[Reading]) -> Choice:
    """Best rank, then strength, then the longer span; what overlaps a better one falls."""
    fell: list[tuple[Reading, str]] = []
    weighed = _weigh(findings, sorted(set(readings), key=_order), fell)
    likely = [one for one in weighed if one.strength >= Strength.LIKELY]
    chosen = _absorb(_pick(likely, fell), fell)
    possible = [
        one for one in weighed if one.strength is Strength.POSSIBLE and not any(_clash(one, other) for other in chosen)
    ]
    return Choice(tuple(sorted(chosen, key=_order)), tuple(possible), tuple(fell))


def _order(one: Reading) -> tuple[int, int, str, int, str]:
    return one.first, one.last, str(one.act), one.strength, one.why


def _by_rank(one: Reading) -> tuple[int, int, int]:
    return rank(one.act, one.strength), one.strength, one.length


def _weigh(findings: Findings, readings: Sequence[Reading], fell: list[tuple[Reading, str]]) -> list[Reading]:
    """Denied wishes fall; what others wish or what is only supposed is possible at most."""
    kept = []
    for one in readings:
        is_wish = one.act.kind in WISHES
        if is_wish and findings.is_denied(one.first) and not one.wide:
            fell.append((one, "denied"))
        else:
            kept.append(_doubted(one, findings.doubt(one.last - 1)) if is_wish else one)
    return kept


def _doubted(one: Reading, doubt: str | None) -> Reading:
    if doubt is None:
        return one
    return replace(one, strength=min(one.strength, Strength.POSSIBLE), why=f"{one.why}, {doubt}")


def _clash(one: Reading, other: Reading) -> bool:
    if one.act == other.act or {one.act.kind, other.act.kind} == TOGETHER:
        return False
    for wide, manners in ((one, other), (other, one)):
        if wide.wide and manners.act.kind in MANNERS:
            return False
    return one.overlaps(other)


def _pick(readings: Sequence[Reading], fell: list[tuple[Reading, str]]) -> list[Reading]:
    """Best first. Equals that overlap are chosen neither: a tie is asked about, never diced."""
    chosen: list[Reading] = []
    for _, level in groupby(sorted(readings, key=_by_rank, reverse=True), key=_by_rank):
        free = []
        for one in level:
            winner = next((other for other in chosen if _clash(one, other)), None)
            if winner is None:
                free.append(one)
            else:
                fell.append((one, f"under {winner.act}"))
        tied = [one for one in free if any(_clash(one, other) for other in free)]
        fell.extend((one, "level with another") for one in tied)
        chosen += [one for one in free if one not in tied]
    return chosen


def _absorb(chosen: Sequence[Reading], fell: list[tuple[Reading, str]]) -> list[Reading]:
    gone = {kind for one in chosen for kind in ABSORBED.get(one.act.kind, ())}
    fell.extend((one, "said by the rest") for one in chosen if one.act.kind in gone)
    return [one for one in chosen if one.act.kind not in gone]
