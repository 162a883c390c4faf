"""What every adapter does with what people typed."""

import re

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")


def clean_text(text: str) -> str:
    """The text as the store can keep it: line ends as \\n, no control characters, no half characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _LONE_SURROGATES.sub("\ufffd", _CONTROLS.sub("", text))
