"""Bytes into text, whatever their charset is said to be."""

import codecs
import re

from channels.email.reading.mime.problems import Problem, Problems

FALLBACK = "cp1252"

# A charset's own name is often that of a smaller one than the mail was written in: Windows characters inside Latin 1,
# and the Asian sets as Microsoft extended them.
_WIDER = {
    "ascii": "utf-8",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "iso2022_jp": "iso2022_jp_ext",
    "big5": "big5hkscs",
}
_OTHER_NAMES = {
    "unicode-1-1-utf-7": "utf-7",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "ks_c_5601-1987": "cp949",
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "ansi": "cp1252",
    "win-1252": "cp1252",
    "windows1252": "cp1252",
    "utf8mb4": "utf-8",
}
# These are encodings of Python that no mail is written in; some take time that grows with the square of the length.
_NEVER = {"idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "mbcs", "oem"}
_NAME = re.compile(r"[a-z0-9][a-z0-9._:-]{0,39}")
_CONFIRMED_BY_UTF8 = ("cp1252", "iso8859-15", "cp1250", "utf-8")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def decode(raw: bytes, declared: str | None, problems: Problems) -> str:
    """The text of `raw`; characters that cannot be read become U+FFFD at worst, and `problems` says so."""
    for mark, by_mark in _BOMS:
        if raw.startswith(mark):
            return raw[len(mark) :].decode(by_mark, errors="replace")
    encoding = codec_of(declared)
    if declared and encoding is None:
        problems.add(Problem.CHARSET_UNKNOWN)
    if encoding is None or encoding in _CONFIRMED_BY_UTF8:
        return _western(raw, encoding, problems)
    try:
        return raw.decode(encoding)
    except UnicodeError:
        problems.add(Problem.CHARSET_BROKEN)
        return _second_try(raw, encoding)


def codec_of(declared: str | None) -> str | None:
    """The codec for a charset's name, None where nobody knows it."""
    name = _NAME.match((declared or "").strip(" \t\"'").lower())
    if name is None:
        return None
    try:
        found = codecs.lookup(_OTHER_NAMES.get(name[0], name[0]))
    except (LookupError, ValueError):
        return None
    return None if found.name in _NEVER or not found._is_text_encoding else _WIDER.get(found.name, found.name)


def _western(raw: bytes, encoding: str | None, problems: Problems) -> str:
    """UTF-8 wherever the bytes are that: hardly any accented text of another charset is valid UTF-8 by chance."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        if encoding in (None, "utf-8"):
            problems.add(Problem.CHARSET_BROKEN)
    if encoding == "utf-8" and _mostly_utf8(raw):
        return raw.decode("utf-8", errors="replace")
    return _single_byte(raw, FALLBACK if encoding in (None, "utf-8") else encoding)


def _single_byte(raw: bytes, encoding: str) -> str:
    """Latin 1 has a character for the five bytes that Windows left out."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return raw.decode(encoding, errors="replace")


def _second_try(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode(encoding, errors="replace")


_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


def _mostly_utf8(raw: bytes) -> bool:
    """Whether more high bytes stand in sequences of UTF-8 than outside: then only a few were damaged on the way."""
    within = sum(len(one[0]) for one in _SEQUENCE.finditer(raw))
    high = len(raw.translate(None, bytes(range(128))))
    return within * 2 > high
