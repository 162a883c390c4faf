"""How many text messages a text makes, as a provider bills it (3GPP TS 23.038)."""

_BASIC = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPED = set("^{}\\[~]|€\f")


def count_segments(text: str) -> int:
    """At least one, as the provider says."""
    if set(text) <= _BASIC | _ESCAPED:
        units, single, several = len(text) + sum(character in _ESCAPED for character in text), 160, 153
    else:
        units, single, several = len(text.encode("utf-16-le", "replace")) // 2, 70, 67
    return 1 if units <= single else -(-units // several)
