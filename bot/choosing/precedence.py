"""Who goes first: one table, the highest row. `~` is an act said less than plainly.

Within a row the surer goes first, then what takes more words; what is level still is left to be asked. What is open has
no column: it is in the readings, for a value is read only where one is awaited.
"""

from bot.acts import Act
from bot.choosing.strength import Strength

_TABLE = """
13 WriteIn
12 ChangeItems Correct GoFirst
11 Decline News AskStatus Cancel
10 Resume OptOut
9  Insult Grumble
8  WantPerson
7  AskWhy AskMeaning AskAssistant
6  Restart Back Repeat SetLanguage Wait Pick TellContact PutRight
5  AskWhen OutOfScope WantPerson~ Restart~ Repeat~ SetLanguage~
4  Begin Cancel~
3  Greet Thank Goodbye Chat
2  Remark
1  Affirm Deny OptOut~
0  Begin~ Decline~
"""
_RANKS = {name: int(row.split()[0]) for row in _TABLE.strip().splitlines() for name in row.split()[1:]}

MANNERS = frozenset({"Greet", "Thank", "Goodbye", "Chat", "Grumble"})
"""What lives beside anything said by a whole clause."""

TOGETHER = frozenset({"Remark", "Begin"})
"""A remark names the service it is about, which begins nothing then."""

WISHES = frozenset({"Begin", "Cancel"})
"""What may be denied, reported or supposed: a fact told is meant in any case."""

CLAUSAL = frozenset({"Begin", "ChangeItems", "Correct", "GoFirst", "Decline", "News", "AskStatus", "WriteIn"})
"""Acts that take their whole clause as their words: nothing of it is left for others."""

ABSORBED: dict[str, frozenset[str]] = {
    "ChangeItems": frozenset({"Cancel", "Decline"}),
    "Correct": frozenset({"Cancel", "Decline"}),
}
"""Acts said by another one of the same message: "oubliez le matelas" gives up nothing else."""

SETTLED = CLAUSAL | {"Chat", "Grumble"}
"""What is not chosen again in the words that another act has left: what they begin and tell is settled."""


def rank(act: Act, strength: Strength) -> int:
    """The row of an act; of `~` where it is said less than plainly and has such a row."""
    if strength < Strength.PLAIN:
        return _RANKS.get(f"{act.kind}~", _RANKS[act.kind])
    return _RANKS[act.kind]
