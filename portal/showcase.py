"""Every component in every state, on one page: what designers look at, and what tests compare."""

from datetime import timedelta

from fastapi import APIRouter, Request, Response

from portal.acknowledgement import Acknowledgement, read_acknowledgement
from portal.deps import PortalDeps
from portal.linking import paragraphs
from portal.responses import PortalPages, example_reference
from portal.thread import Bubble, ShownChoice, ShownFile


class Showcase:
    """`/composants`, in demo mode only, and a page of a town's site with the chat in it."""

    def __init__(self, deps: PortalDeps, pages: PortalPages) -> None:
        self._deps, self._pages = deps, pages

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route("/composants", self.components, methods=["GET"])
        router.add_api_route("/composants/widget", self.widget, methods=["GET"])

    async def components(self, request: Request) -> Response:
        bubbles = _bubbles(self._deps, self._pages.language_of(request))
        return self._pages.render(request, "showcase.html", bubbles=bubbles)

    async def widget(self, request: Request) -> Response:
        return self._pages.render(request, "showcase_widget.html")


def _bubbles(deps: PortalDeps, language: str) -> list[Bubble]:
    """A conversation that shows each kind of message."""

    def said(key: str) -> str:
        return deps.words.text(language, f"showcase.{key}", example=example_reference(deps))

    labels = [said(f"choice_{number}") for number in (1, 2, 3)]
    file = ShownFile("0", said("file"), picture=False, refusal=None, size=340_000, width=None, height=None)
    refused = ShownFile(
        "1", said("file_refused"), picture=False, refusal="file_type_refused", size=None, width=None, height=None
    )
    told = [
        _bubble(
            deps,
            1,
            "bot",
            said("question"),
            choices=tuple(ShownChoice(text, text, text == labels[0]) for text in labels),
        ),
        _bubble(deps, 2, "resident", labels[0]),
        _bubble(
            deps, 3, "bot", said("next"), choices=tuple(ShownChoice(text, text, False) for text in labels), open_=True
        ),
        _bubble(deps, 4, "agent", said("agent"), speaker=said("agent_name")),
        _bubble(deps, 5, "system", said("system")),
        _bubble(deps, 5, "bot", said("acknowledgement"), acknowledgement=read_acknowledgement(said("acknowledgement"))),
        _bubble(deps, 6, "resident", said("with_files"), files=(file, refused)),
        _bubble(deps, 7, "resident", "", location=(48.85661, 2.35222), state="seen"),
    ]
    return told


def _bubble(
    deps: PortalDeps,
    seq: int,
    author: str,
    text: str,
    *,
    speaker: str | None = None,
    choices: tuple[ShownChoice, ...] = (),
    open_: bool = False,
    files: tuple[ShownFile, ...] = (),
    location: tuple[float, float] | None = None,
    state: str | None = None,
    acknowledgement: Acknowledgement | None = None,
) -> Bubble:
    moment = deps.clock.now() - timedelta(minutes=8 - seq)
    return Bubble(
        seq=seq,
        client_id=None,
        author=author,  # type: ignore[arg-type]
        speaker=speaker,
        paragraphs=paragraphs(text),
        location=location,
        files=files,
        choices=choices,
        choices_open=open_,
        at=moment,
        day=moment.date(),
        new_day=seq == 1,
        first=True,
        state=state,  # type: ignore[arg-type]
        acknowledgement=acknowledgement,
    )
