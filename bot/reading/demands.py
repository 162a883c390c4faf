"""Several demands in one message ("un trou au 12 et un lampadaire au 20, vous ouvrez quand ?"), told apart by clauses.

Each becomes a message of its own, with its own place, date and words: what is told of one is never filed with another.
A message is parted only where its clauses plainly name different services, one more problem of the same kind at a place
of its own, or a question of fact beside a demand; every other one stays whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.acts import Begin
from bot.choosing.choose import choose
from bot.reading.clauses import one_more_places
from bot.reading.findings import SERVICES, Clause, Findings
from bot.reading.readers import READERS
from bot.reading.reading import Context, Reading
from gazetteer.place_value import PlaceValue
from intents.contract import Prediction
from services.kinds.fields import read_told
from services.town.loading import Town
from services.words.said import Mention, Said

_PLACES = ("address", "intersection")
_FACTS = frozenset({"ask.opening_hours", "ask.fees", "ask.documents_needed", "ask.collection_days"})
_SURE, _LIKELY = 0.85, 0.6
_REPORT = "report."
_MOST = 6


@dataclass(frozen=True)
class Demand:
    """One of several things asked for: its words, and what they are taken for."""

    said: Said
    prediction: Prediction


@dataclass(frozen=True)
class _Group:
    """Clauses of one demand. Without a service: a question of fact, or what stands before the first demand."""

    clauses: tuple[Clause, ...]
    service: str | None = None
    asks: bool = False

    def joined(self, clause: Clause) -> "_Group":
        return replace(self, clauses=(*self.clauses, clause))

    @property
    def places(self) -> frozenset[str]:
        return frozenset(str(one.value) for clause in self.clauses for one in clause.said.found(*_PLACES))


def demands_in(findings: Findings, town: Town) -> list[Demand]:
    """The demands of a message in their order; none of a message that is one, or that is an alarm or an opposition."""
    if not findings.is_part or _is_urgent(findings):
        return []
    groups = _Grouping(findings, town).groups()
    if not 1 < len(groups) <= _MOST or not any(group.service for group in groups):
        return []
    demands: list[Demand] = []
    street = ""
    for group in groups:
        said = _at_street(_joined(findings.said, group.clauses), street) if group.service else None
        street = _street_of(said, street)
        demands.append(Demand(said or _joined(findings.said, group.clauses), _prediction(group, said)))
    return demands


def _is_urgent(findings: Findings) -> bool:
    guesses = [findings.prediction, *(clause.prediction for clause in findings.clauses)]
    is_alarm = any(guess.intent.startswith(("alert.", "stop.")) for guess in guesses)
    return is_alarm or bool(findings.said.alarms) or findings.said.opposition is not None


class _Grouping:
    """The clauses of one message being put together."""

    def __init__(self, findings: Findings, town: Town) -> None:
        self.findings, self.town = findings, town
        context = Context(town)
        readings = [one for reader in READERS for one in reader(findings, context)]
        self.chosen = choose(findings, readings).chosen
        self.more = frozenset(one_more_places(findings.said))

    def groups(self) -> list[_Group]:
        """Every clause in the group of its demand."""
        groups: list[_Group] = []
        services = [self._begun(clause) for clause in self.findings.clauses]
        if not any(services):
            services[0] = self._of_whole()
        for clause, begun in zip(self.findings.clauses, services, strict=True):
            last = next((group for group in reversed(groups) if group.service), None)
            if self._asks(clause, begun):
                groups.append(_Group((clause,), asks=True))
            elif begun is not None and self._is_new(clause, begun, last, groups):
                before = groups.pop().clauses if groups and last is None and not groups[-1].asks else ()
                groups.append(_Group((*before, clause), begun))
            elif last is not None and last.service is not None and self._is_one_more(clause, last):
                groups.append(_Group((clause,), last.service))
            else:
                _join(groups, clause, last)
        return groups

    def _of_whole(self) -> str | None:
        """ "trois trous : 12 rue de Paris, 20 rue Victor Hugo": the whole says what it is, and no clause alone."""
        guess = self.findings.prediction
        return guess.intent if guess.intent.startswith(_REPORT) and self.more else None

    def _begun(self, clause: Clause) -> str | None:
        """The service that the clause begins, where nothing weightier stands in it and it is no question."""
        if clause.said.opens_with("question") and not clause.said.has("wish"):
            return None
        own = [one for one in self.chosen if clause.first <= one.first < clause.last]
        told = (one.act.service for one in own if isinstance(one.act, Begin) and self._counts(one, clause))
        return next(told, None if own else self._wished(clause))

    def _wished(self, clause: Clause) -> str | None:
        """Of a clause that wishes for something the interpreter need not be as sure."""
        guess = clause.prediction
        is_likely = guess.intent.startswith(SERVICES) and guess.confidence >= _LIKELY and not clause.named
        is_wish = clause.said.has("wish") and not self.findings.is_denied(clause.last - 1)
        return guess.intent if is_likely and is_wish and self.findings.doubt(clause.last - 1) is None else None

    def _counts(self, one: Reading, clause: Clause) -> bool:
        """A service that is only guessed in a part is a demand of its own with a place or a wish."""
        is_report = isinstance(one.act, Begin) and one.act.service.startswith(_REPORT)
        return not one.wide or (is_report and clause.first == 0) or _has_place(clause) or clause.said.has("wish")

    def _asks(self, clause: Clause, begun: str | None) -> bool:
        guess, said = clause.prediction, clause.said
        if guess.intent not in _FACTS or guess.confidence < _SURE or (begun is not None and said.has("wish")):
            return False
        return said.ends_as_question or said.has("question", "price_noun", "asks_documents", "asks_hours", "asks_fees")

    def _is_new(self, clause: Clause, service: str, last: _Group | None, groups: Sequence[_Group]) -> bool:
        """Whether a clause that names a service begins another demand than the last one."""
        said = clause.said
        if last is None or last.service is None:
            return not groups or not groups[-1].asks or said.has("wish") or _has_place(clause)
        if service == last.service:
            return self._is_one_more(clause, last)
        if self._is_thing_of(last.service, said):
            return said.has("wish") or _has_place(clause)
        if service.startswith(_REPORT) and last.service.startswith(_REPORT):
            return not said.opens_with("it_is", "subjects") or _has_place(clause) or said.has("also", "wish")
        is_named = service in self.town.topics.named_in(said) and said.opens_with("join", "and", "also")
        return is_named or said.has("also", "wish", "addition")

    def _is_one_more(self, clause: Clause, last: _Group) -> bool:
        """ "et un autre au 5 avenue Foch": the same at a place of its own."""
        own = frozenset(str(one.value) for one in clause.said.found(*_PLACES))
        if not own - last.places or not last.places or not (last.service or "").startswith(_REPORT):
            return False
        is_named = any(code == last.service for _, _, code in clause.named) and not clause.said.has("correction")
        return clause.first in self.more or clause.said.opens_with("one_more", "also") or is_named

    def _is_thing_of(self, service: str, said: Said) -> bool:
        """ "un canapé et un matelas": things to take away are no dumping."""
        declared = self.town.services.get(service)
        fields = declared.of_kind("items") if declared is not None else ()
        return any(read_told(field, said, self.town.city.name) is not None for field in fields)


def _join(groups: list[_Group], clause: Clause, last: _Group | None) -> None:
    """What begins nothing is told of the last demand; of the question before it, where there is no demand yet."""
    if not groups:
        groups.append(_Group((clause,)))
        return
    at = len(groups) - 1 if last is None else max(at for at, group in enumerate(groups) if group is last)
    groups[at] = groups[at].joined(clause)


def _has_place(clause: Clause) -> bool:
    return bool(clause.said.found(*_PLACES)) or _door(clause.said) is not None


def _door(said: Said) -> Mention | None:
    """A house number without its street: "éteint au 14", "is out at 14"."""
    behind = (said.ends_of("at") | said.ends_of("near") | said.ends_of("number_word")) - said.ends_of("definite")
    for at in said.number_at:
        word = said.words[at]
        is_last = at + 1 == len(said.words) or not said.is_run(at, at + 2)
        if at in behind and word.folded.isdecimal() and is_last:
            return Mention("address", word.folded, said.text[word.start : word.end], word.start, word.end)
    return None


def _at_street(said: Said, street: str) -> Said:
    """The words with the street of the demand before, where they tell a house number alone."""
    door = _door(said) if street and not said.found(*_PLACES) else None
    if door is None:
        return said
    placed = replace(door, value=str(PlaceValue(street).at(str(door.value))))
    return Said(said.text, (*said.mentions, placed), said.lexicon, said.today)


def _street_of(said: Said | None, before: str) -> str:
    kept = [PlaceValue.read(str(one.value)) for one in said.found("address")] if said is not None else []
    return next((place.street for place in kept if place is not None and place.street), before)


def _joined(said: Said, clauses: Sequence[Clause]) -> Said:
    """The words of these clauses, one behind the other, with what was recognised in them."""
    text, mentions = "", []
    for clause in clauses:
        start = len(text) + bool(text)
        text = f"{text} {clause.said.text}" if text else clause.said.text
        mentions += [replace(one, start=one.start + start, end=one.end + start) for one in clause.said.mentions]
    return Said(text.rstrip(), tuple(mentions), said.lexicon, said.today)


def _prediction(group: _Group, said: Said | None) -> Prediction:
    """What the clause that names the demand is taken for; an alarm in any of them stays one."""
    guesses = [clause.prediction for clause in group.clauses]
    chance = max((guess.alarm_chance or 0.0 for guess in guesses), default=0.0)
    if said is None:
        return replace(max(guesses, key=lambda guess: guess.confidence), alarm_chance=chance)
    own = next((guess for guess in guesses if guess.intent == group.service), guesses[0])
    return replace(own, text=said.text, intent=str(group.service), confidence=1.0, alarm_chance=chance)
