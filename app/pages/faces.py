"""The Jinja environments of a face: one per language, so that templates and macros simply say `t("key")`."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.pages.town_pages import TownPictures
from channels.registry import load_words as load_channel_words
from kit import formats
from kit.catalogues import Wordings

ROOT = Path(__file__).parents[2]
SHARED_TEMPLATES = ROOT / "app" / "templates"
SHARED_WORDS = ROOT / "app" / "words"
# Residents on a slow line fetch only the icons their own pages show.
_SPRITES = {"portal": "vendor/icons-residents.svg"}


def face_words(face: str, languages: Sequence[str]) -> Wordings:
    """The texts of a face (`portal`, `agent_console`) with those of the shared parts and of the channels under them."""
    shared, own = Wordings.load(SHARED_WORDS, languages), Wordings.load(ROOT / face / "words", languages)
    channels = load_channel_words(languages)
    return Wordings(
        {
            language: {
                **channels[language],
                **shared.catalogues[language],
                **own.catalogues[language],
            }
            for language in languages
        }
    )


def face_templates(
    face: str, *, words: Wordings, asset: Callable[[str], str], zone: str, globals_: Mapping[str, Any]
) -> dict[str, Environment]:
    """One environment per language: `t`, `has_text`, `asset`, `sprite`, `language`, its formats, and `globals_`.

    Templates come from `<face>/templates`, then `app/templates`. `zone` is the town's, for times of day.
    """
    loader = FileSystemLoader([ROOT / face / "templates", SHARED_TEMPLATES])
    environments = {}
    for language in words.catalogues:
        environment = Environment(
            loader=loader,
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals.update(TownPictures(None, None).named() | dict(globals_))
        environment.globals.update(
            t=partial(words.text, language),
            has_text=partial(words.has, language),
            asset=asset,
            sprite=asset(_SPRITES.get(face, "vendor/icons.svg")),
            language=language,
        )
        environment.filters.update(_filters(language, zone))
        environments[language] = environment
    return environments


def _filters(language: str, zone: str) -> dict[str, Callable[..., str]]:
    """The formats of `kit.formats` in one language, under the names templates use."""

    def day_of(moment: datetime | date) -> date:
        return moment.astimezone(ZoneInfo(zone)).date() if isinstance(moment, datetime) else moment

    return {
        "date_long": lambda moment: formats.date_long(day_of(moment), language),
        "date_short": lambda moment: formats.date_short(day_of(moment), language),
        "day_and_month": lambda moment: formats.day_and_month(day_of(moment), language),
        "weekday": lambda moment: formats.weekday(day_of(moment), language),
        "time_of_day": lambda moment: formats.time_of_day(moment, language, zone),
        "date_time": lambda moment: formats.date_time(moment, language, zone),
        "ago": lambda moment, now: formats.ago(moment, now, language),
        "duration": lambda span: formats.duration(span, language),
        "duration_short": lambda span: formats.duration(span, language, short=True),
        "money": lambda cents: formats.money(cents, language),
        "number": lambda value: formats.number(value, language),
        "file_size": lambda size: formats.file_size(size, language),
        "join_all": lambda items: formats.join_all(list(items), language),
        "join_any": lambda items: formats.join_any(list(items), language),
    }
