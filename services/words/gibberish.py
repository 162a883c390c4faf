"""What is no word of any language: keys pressed along a row, letters without a vowel, one sound again and again."""

import re

from kit.text import fold

_ROWS = ("azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_RUN, _BARE, _AGAIN = 4, 5, 3
"""Keys in a row, letters without a vowel, and the same word said, from which it is nonsense."""

_VOWEL = re.compile(r"[aeiouy0-9]")
_REPEATED = re.compile(r"(\w)\1{3}")


def is_gibberish(text: str) -> bool:
    """Whether nothing in a text may be meant: every word of it is nonsense, or it is one word again and again."""
    words = re.findall(r"[^\W_]+", fold(text))
    if len(words) >= _AGAIN and len(set(words)) == 1:
        return True
    return bool(words) and all(_is_nonsense(word) for word in words)


def _is_nonsense(word: str) -> bool:
    if not word.isalpha():
        return False
    is_run = len(word) >= _RUN and any(word in row or word[::-1] in row for row in _ROWS)
    # Other scripts have vowels of their own, or write none.
    is_bare = word.isascii() and len(word) >= _BARE and not _VOWEL.search(word)
    return is_run or bool(_REPEATED.search(word)) or is_bare
