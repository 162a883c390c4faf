"""What is said to the assistant itself about what is being prepared: give up, start again, go back, repeat, wait."""

from collections.abc import Iterator, Mapping

from bot.acts import (
    Act,
    AskAssistant,
    Back,
    Cancel,
    Goodbye,
    Greet,
    Repeat,
    Restart,
    Resume,
    SetLanguage,
    Thank,
    Wait,
    WantPerson,
)
from bot.choosing.strength import Strength
from bot.reading.answers import is_own_answer
from bot.reading.begin import service_of
from bot.reading.findings import Clause, Findings
from bot.reading.reading import Context, Reading

_LONGEST, _LONGEST_WAIT = 14, 8
_CANCEL = "talk.cancel"
_AROUND = ("giving_up", "fillers", "thanks", "yes", "no", "correction")
_SURE = 0.75
_COMMANDS: Mapping[str, tuple[Act, str | None]] = {
    _CANCEL: (Cancel(), "cancel"),
    "talk.restart": (Restart(), "restart"),
    "talk.human": (WantPerson(), "human"),
    "talk.repeat": (Repeat(), "repeat"),
    "talk.language": (SetLanguage(), "towards"),
    "talk.back": (Back(), None),
    "talk.wait": (Wait(), None),
    "talk.greet": (Greet(), None),
    "talk.thanks": (Thank(), None),
    "talk.goodbye": (Goodbye(), None),
    "ask.capabilities": (AskAssistant("help"), None),
}
"""What an intent says, and the word group that backs it where the interpreter alone is not certain of it."""

_NEEDS_WORDS = frozenset({_CANCEL, "talk.restart", "talk.repeat"})
"""Nothing is open to be taken back or repeated: only the very words are obeyed."""

_LIKELY = 0.5


def read_control(findings: Findings, context: Context) -> Iterator[Reading]:
    """A fixed expression is certain, an intent with its words plain; the interpreter's word alone is likely."""
    yield from _giving_up(findings, context)
    yield from _dropping(findings, context)
    said, last = findings.said, len(findings.said.words)
    if said.is_only("resume") and (context.can_resume or context.question is None or context.flow is not None):
        yield Reading(Resume(), Strength.CERTAIN, 0, last, "nothing else")
    if _asks_for_time(findings, context):
        yield Reading(Wait(), Strength.LIKELY, 0, last, "words")
    if context.flow is not None and said.is_stop_keyword:
        yield Reading(Cancel(), Strength.CERTAIN, 0, last, "stop, in a chat")
    elif findings.whole.intent in _COMMANDS:
        yield from _command(findings, context)


def _command(findings: Findings, context: Context) -> Iterator[Reading]:
    """Of the whole message; of its words alone where they are denied."""
    act, group = _COMMANDS[findings.whole.intent]
    if isinstance(act, WantPerson) and findings.whole.elsewhere is not None:
        return  # "un faux conseiller m'a appelé"
    strength = _strength_of(findings, context, group)
    if strength is None:
        return
    spans = findings.said.group_spans(group) if group is not None else []
    denied = [span for span in spans if findings.is_denied(span[0])]
    first, last = denied[0] if denied else (0, len(findings.said.words))
    is_wide = group is not None and not spans
    yield Reading(act, strength, first, last, findings.whole.intent, wide=is_wide)


def _strength_of(findings: Findings, context: Context, group: str | None) -> Strength | None:
    """None where the message is no command, whatever the interpreter says."""
    whole, said = findings.whole, findings.said
    if whole.command is not None:
        is_answer = whole.intent == "talk.language" and is_own_answer(context.asked, said)
        return None if is_answer else Strength.CERTAIN
    if context.has_files:
        return None
    if _is_plain(findings, context, group):
        return Strength.PLAIN
    is_bare = not (said.mentions or said.numbers()) and group is not None and len(said.words) <= _LONGEST
    return Strength.LIKELY if is_bare and whole.prediction.confidence >= _SURE else None


def _is_plain(findings: Findings, context: Context, group: str | None) -> bool:
    """An intent backed by its words; or any likely one while nothing is open."""
    intent, said = findings.whole.intent, findings.said
    if intent == "talk.language" and not said.has(
        "language_fr", "language_en", *(("tongue",) if context.is_idle else ())
    ):
        return False
    if context.is_idle:
        return _is_likely(findings, context, group)
    if intent == "talk.language":
        return True
    if intent == "talk.repeat" and (said.mentions or said.numbers()):
        return False  # "pardon, c'est le 21": put right, and nothing to repeat
    return group is not None and len(said.words) <= _LONGEST and said.has(group)


def _is_likely(findings: Findings, context: Context, group: str | None) -> bool:
    """While nothing is open the interpreter alone will do, but to take something back or to go to a person."""
    whole, said = findings.whole, findings.said
    if said.found("address", "intersection") or (context.filed and said.has("add_to_case", "correction")):
        return False
    is_sure = whole.prediction.confidence >= (_LIKELY if group is None else _SURE)
    return is_sure if whole.intent not in _NEEDS_WORDS else group is not None and said.has(group)


def _asks_for_time(findings: Findings, context: Context) -> bool:
    """ "attendez je cherche la date": nothing is told yet."""
    said = findings.said
    if not said.opens_with("wait") or len(said.words) > _LONGEST_WAIT:
        return False
    return not (said.mentions or said.numbers() or context.has_files or said.has("negator"))


def _giving_up(findings: Findings, context: Context) -> Iterator[Reading]:
    """Certain alone, plain with the interpreter; where something else is named, only possible."""
    if context.flow is None or len(findings.said.words) > _LONGEST:
        return
    for clause in findings.clauses:
        for first, last in clause.spans("cancel")[:1]:
            yield Reading(Cancel(), _strength(findings, clause), first, last, "words")


def _dropping(findings: Findings, context: Context) -> Iterator[Reading]:
    """ "je ne veux pas de ça finalement, il y a un frigo": plain beside another service, else only possible.

    "Je n'en veux pas" alone answers what is asked; "je ne veux pas signaler ça" gives up.
    """
    if context.flow is None:
        return
    refused = {findings.clause_at(denial.first).first for denial in findings.denials if denial.kind == "wish"}
    for clause in findings.clauses:
        is_refused = clause.first in refused and clause.said.has("tell_it")
        if is_refused and not _says_else(clause, "tell_it", "drops_it", "after_all"):
            yield Reading(Cancel(), Strength.PLAIN, clause.first, clause.last, "not wanted", wide=True)
    for clause in findings.clauses:
        if not clause.spans("drops_it"):
            continue
        others = {service_of(other) for other in findings.clauses} - {None, context.flow.code}
        strength = Strength.PLAIN if others else Strength.POSSIBLE
        if others or clause.said.has("after_all"):
            yield Reading(Cancel(), strength, clause.first, clause.last, "not wanted", wide=True)


def _strength(findings: Findings, clause: Clause) -> Strength:
    if clause.said.is_only("cancel"):
        return Strength.CERTAIN
    if _CANCEL not in {findings.prediction.intent, clause.prediction.intent}:
        return Strength.GUESS
    return Strength.POSSIBLE if _says_else(clause, "cancel") else Strength.PLAIN


def _says_else(clause: Clause, *groups: str) -> bool:
    """Whether anything stands beside these phrases and what usually goes with them."""
    rest = clause.said.rest_without(*groups, "refuses", *_AROUND).split()
    return bool(set(rest) - clause.said.lexicon.function_words)
