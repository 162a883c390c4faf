"""French typography: the non-breaking spaces that keep a sign with its word."""

import re

NBSP = "\u00a0"
_BLANK = r"[ \t\u00a0\u202f]*"
# Whatever may be long begins where it can begin only once: after something else.
# What is not prose comes out as it went in: addresses of pages and mailboxes, emoji codes.
_VERBATIM = r"(?P<verbatim>(?:https?://|www\.)\S+|(?<![^\s«»])[^\s«»][^\s«»@]*@\S+\.\w+|:\w+:)"
# A colon before a letter is part of a time or a code, before a bracket a smiley: left alone.
_SIGN = rf"(?<=[^\s(«\"“:;!?])(?:{_BLANK}(?P<sign>[!?]+(?=[\s»)\"”]|$)|[:;](?=[\s»\"”]|$)))"
_QUOTES = rf"(?P<opening>«{_BLANK})|(?P<closing>(?:(?<![ \t\u00a0\u202f]){_BLANK})?»)"
_UNITS = r"(?<=\d)(?P<unit>[ \u202f](?=(?:€|%|h|min|km|m|cm|kg|Mo|ko)(?![^\W_])))"
_MINUTES = r"(?<=\d[ \u00a0\u202f]h)(?P<minutes>[ \u202f](?=\d\d(?!\d)))"
_PATTERN = re.compile("|".join([_VERBATIM, _SIGN, _QUOTES, _UNITS, _MINUTES]))


def typography(text: str, language: str) -> str:
    """The text with the non-breaking spaces (U+00A0) of its language; only French has any.

    Set before `: ; ! ?`, inside « » and before units. Times (10:30), web addresses, mailboxes,
    emoji codes and smileys stay as they are. Doing it twice changes nothing more.
    """
    return _PATTERN.sub(_spaced, text) if language == "fr" else text


def _spaced(match: re.Match[str]) -> str:
    if match["verbatim"]:
        return match[0]
    if match["sign"]:
        return NBSP + match["sign"]
    if match["opening"]:
        return f"«{NBSP}"
    return f"{NBSP}»" if match["closing"] else NBSP
