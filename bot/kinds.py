"""How the dialogue treats the kinds of fields, one table for each question it asks about a kind."""

from services.kinds.fields import PLACES

OPEN = frozenset({*PLACES, *"text long_text items person people child vehicle slot commune code requester".split()})
"""Kinds whose question may be answered in any words."""

ONLY_ON_CORRECTION = frozenset(
    "person people child slot vehicle commune date period hours year several money phone mail code requester".split()
)
"""Kinds whose known value changes only when the resident says so: a second name is mostly another person's."""

SPELT = frozenset("person people slot vehicle text requester".split())
"""Kinds whose value is the resident's own words, so that one of them may be exchanged."""

NUMBERED = frozenset("plate count duration number money household".split())
"""Kinds that take any number for a try at their answer."""
