"""The town's accent colour, made legible: a style sheet from one colour of the settings.

Contrast as WCAG 2.2 measures it (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio).
"""

import colorsys
import re

Colour = tuple[float, float, float]
"""Red, green and blue from 0 to 1."""

_WHITE: Colour = (1.0, 1.0, 1.0)
_PAPER: Colour = (0.945, 0.933, 0.906)
_NIGHT: Colour = (0.17, 0.16, 0.14)
_COMFORT = 6.0


def town_css(accent: str) -> str:
    """The style sheet `town.css`. `accent` is "#rrggbb". Raises ValueError for anything else."""
    colour = parse_colour(accent)
    light = "\n".join(f"  {name}: {value};" for name, value in _light(colour).items())
    dark = "\n".join(f"  {name}: {value};" for name, value in _dark(colour).items())
    return (
        f":root {{\n{light}\n}}\n"
        f'@media (prefers-color-scheme: dark) {{\n:root:not([data-theme="light"]) {{\n{dark}\n}}\n}}\n'
        f':root[data-theme="dark"] {{\n{dark}\n}}\n'
    )


def _light(colour: Colour) -> dict[str, str]:
    accent = _until_legible(colour, _PAPER, step=-0.02, ratio=_COMFORT)
    return {
        "--accent": _hex(accent),
        "--accent-strong": _hex(_lightness(accent, -0.08)),
        "--accent-soft": _hex(_mix(accent, _WHITE, 0.9)),
        "--accent-line": _hex(_mix(accent, _WHITE, 0.55)),
        "--on-accent": "#ffffff",
        "--own": _hex(accent),
    }


def _dark(colour: Colour) -> dict[str, str]:
    accent = _until_legible(colour, _NIGHT, step=0.02, ratio=_COMFORT)
    return {
        "--accent": _hex(accent),
        "--accent-strong": _hex(_lightness(accent, 0.1)),
        "--accent-soft": _hex(_mix(accent, (0.09, 0.086, 0.075), 0.82)),
        "--accent-line": _hex(_mix(accent, (0.09, 0.086, 0.075), 0.55)),
        "--on-accent": _hex(_mix(accent, (0.0, 0.0, 0.0), 0.86)),
        "--own": _hex(_until_legible(_mix(colour, (0.0, 0.0, 0.0), 0.25), _WHITE, step=-0.02, ratio=_COMFORT)),
    }


def parse_colour(text: str) -> Colour:
    match = re.fullmatch(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})", text)
    if match is None:
        raise ValueError(f"a colour is written #rrggbb, not {text!r}")
    red, green, blue = (int(part, 16) / 255 for part in match.groups())
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    """From 1 (the same) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _until_legible(colour: Colour, ground: Colour, *, step: float, ratio: float) -> Colour:
    for _ in range(50):
        if contrast(colour, ground) >= ratio:
            break
        colour = _lightness(colour, step)
    return colour


def _lightness(colour: Colour, change: float) -> Colour:
    hue, lightness, saturation = colorsys.rgb_to_hls(*colour)
    return colorsys.hls_to_rgb(hue, min(1.0, max(0.0, lightness + change)), saturation)


def _mix(colour: Colour, ground: Colour, share: float) -> Colour:
    red, green, blue = (part * (1 - share) + base * share for part, base in zip(colour, ground, strict=True))
    return red, green, blue


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)
