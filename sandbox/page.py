"""The page on which a newcomer plays the resident."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sandbox.options import Options

HERE = Path(__file__).parent
LANGUAGES = ("fr", "en")
_POLICY = (
    "default-src 'self'; img-src 'self' data: {target}; style-src 'self'; script-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)


@dataclass(frozen=True, slots=True)
class Texts:
    """The page's words by language, and the residents who can be played."""

    words: dict[str, dict[str, Any]]
    residents: list[dict[str, str]]


def read_texts() -> Texts:
    words = {language: _read(HERE / "words" / f"{language}.yaml") for language in LANGUAGES}
    return Texts(words, _read(HERE / "residents.yaml"))


def page_router(options: Options) -> APIRouter:
    texts = read_texts()
    templates = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined)
    router = APIRouter()

    @router.get("/", response_class=HTMLResponse)
    async def phone(request: Request, lang: str = "") -> HTMLResponse:
        language = lang if lang in LANGUAGES else _preferred(request.headers.get("accept-language", ""))
        body = templates.get_template("phone.html").render(
            language=language,
            other=next(code for code in LANGUAGES if code != language),
            w=texts.words[language],
            residents=texts.residents,
            lines=list(options.lines),
            town_url=options.public_url,
            smtp=f"{options.host}:{options.smtp_port}",
        )
        headers = {
            "Content-Security-Policy": _POLICY.format(target=options.public_url),
            "Content-Language": language,
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }
        return HTMLResponse(body, headers=headers)

    return router


def _preferred(accepted: str) -> str:
    """French unless the browser asks for English first."""
    first = accepted.split(",", maxsplit=1)[0].strip().casefold()
    return "en" if first.startswith("en") else "fr"


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))
