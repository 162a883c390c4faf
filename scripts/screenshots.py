"""Pictures of every screen into docs/screenshots: the demo town is started, a short story is played, each page is shot.

`make screenshots` takes them all; `make screenshots ARGS="console chat"` only the screens whose name begins so.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page

from scripts.story import Story, play
from tests.support.browser import DESKTOP, PHONE, chromium_browser, find_chromium
from tests.support.product import RunningProduct, free_ports, running_product

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "screenshots"
MOMENT = "2026-11-24T10:00:00+01:00"
MOST_BYTES = 150_000
TALLEST = 2_400


@dataclass(frozen=True)
class Look:
    """A way of seeing a page."""

    name: str
    width: int
    height: int
    scheme: str
    touch: bool = False


LOOKS = (
    Look("desktop", DESKTOP["width"], DESKTOP["height"], "light"),
    Look("dark", DESKTOP["width"], DESKTOP["height"], "dark"),
    Look("phone", PHONE["width"], PHONE["height"], "light", touch=True),
)


@dataclass(frozen=True)
class Screen:
    """A page to shoot. `visitor` names the browser state to open it with, "" for a stranger's."""

    name: str
    path: str
    visitor: str = ""
    whole: bool = False


def screens(story: Story) -> list[Screen]:
    """Every screen, with the addresses that the story gave."""
    return [
        Screen("home", "/", whole=True),
        Screen("chat-new", "/chat"),
        Screen("chat", "/chat", "resident"),
        Screen("chat-question", "/chat", "asked"),
        Screen("follow-up", "/suivi"),
        Screen("follow-up-code", f"/suivi/code?reference={story.reference}"),
        Screen("case", f"/suivi/{story.reference}", "elsewhere", whole=True),
        Screen("not-found", "/suivi/rien/ici"),
        Screen("components", "/composants", whole=True),
        Screen("sign-in", "/console/sign-in"),
        Screen("console", story.conversation, "agent"),
        Screen("console-list", "/console/conversations", "agent"),
        Screen("console-filtered", "/console/conversations?view=open.sort-wait", "agent"),
        Screen("console-new", "/console/new?contact=0639980077&service=request.parking_permit", "agent", whole=True),
        Screen("console-bot", story.bot_conversation, "agent"),
        Screen("console-resident", story.resident_page, "supervisor"),
        Screen("console-now", "/console/now", "supervisor"),
        Screen("sandbox", story.sandbox_url),
    ]


@contextmanager
def context_for(browser: Browser, look: Look, state: Any, base_url: str) -> Iterator[BrowserContext]:
    context = browser.new_context(
        base_url=base_url,
        viewport={"width": look.width, "height": look.height},
        color_scheme="dark" if look.scheme == "dark" else "light",
        reduced_motion="reduce",
        has_touch=look.touch,
        is_mobile=look.touch,
        locale="fr-FR",
        timezone_id="Europe/Paris",
        storage_state=state,
    )
    try:
        yield context
    finally:
        context.close()


def shoot(page: Page, screen: Screen, look: Look) -> Path:
    answer = page.goto(screen.path, wait_until="load")
    if answer is None or answer.status >= 500:
        raise RuntimeError(f"{screen.path} answered {answer and answer.status}: {page.inner_text('body')[:500]}")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(400)
    height = page.evaluate("document.documentElement.scrollHeight") if screen.whole else look.height
    clip = {"x": 0, "y": 0, "width": look.width, "height": max(look.height, min(int(height), TALLEST))}
    path = TARGET / f"{screen.name}-{look.name}.png"
    path.write_bytes(small(page.screenshot(full_page=screen.whole, clip=clip)))  # type: ignore[arg-type]
    return path


def small(png: bytes) -> bytes:
    """The same picture in a palette, with fewer colours until it is small enough for a repository."""
    with Image.open(BytesIO(png)) as picture:
        for colours in (256, 128, 64, 32):
            target = BytesIO()
            picture.convert("RGB").quantize(colours, dither=Image.Dither.NONE).save(target, "PNG", optimize=True)
            if target.tell() <= MOST_BYTES:
                break
    return target.getvalue()


def take_pictures(browser: Browser, product: RunningProduct, wanted: list[str]) -> None:
    story = play(browser, product)
    for screen in screens(story):
        if wanted and not any(screen.name.startswith(name) for name in wanted):
            continue
        for look in LOOKS:
            with context_for(browser, look, story.states.get(screen.visitor), product.url) as context:
                path = shoot(context.new_page(), screen, look)
            print(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} kB", flush=True)


def main(wanted: list[str]) -> int:
    program = find_chromium()
    if program is None:
        print("screenshots: Chromium is not on this machine; install it, or name it in CHROMIUM", file=sys.stderr)
        return 1
    TARGET.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="guichet-pictures-") as folder,
        running_product(Path(folder), port=free_ports(preferred=8000), GUICHET_NOW=MOMENT) as product,
        chromium_browser(program) as browser,
    ):
        take_pictures(browser, product, wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
