"""What the browser tests of the residents' pages share: the served site, contexts, the accessibility judge."""

import io
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import BrowserContext, Page

from app.wiring import Product, visitor_keys
from channels.webchat.visitors import read_visitor
from tests.portal.site import Clerk, Site

ROOT = Path(__file__).parent.parent.parent
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
INBOUND = "**/channels/webchat/inbound"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def visitor_of(context: BrowserContext, product: Product) -> str:
    """Whose cookie this browser holds."""
    cookies: list[Any] = context.cookies()
    value = next(cookie["value"] for cookie in cookies if cookie["name"] == "guichet_visitor")
    visitor = read_visitor(visitor_keys(product.settings)[0], value)
    assert visitor is not None
    return visitor


def clerk_of(page: Page, site: Site) -> Clerk:
    return site.clerk(visitor_of(page.context, site.product))


def say(page: Page, text: str) -> None:
    """Types a message and presses Enter; returns once the town has it."""
    page.fill("#text", text)
    page.press("#text", "Enter")
    page.wait_for_selector(f'.message-resident[data-seq]:not(.message-pending) >> text="{text}"')


def start_chat(page: Page, site: Site, text: str = "Bonjour") -> Clerk:
    """Opens the chat and says something; gives the clerk of this conversation."""
    page.goto(f"{site.url}/chat")
    say(page, text)
    return clerk_of(page, site)


def faults(page: Page) -> list[str]:
    """What axe finds wrong with the page as it stands."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", RULES)
    return [
        f"{fault['id']}: {fault['help']}: {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for fault in found["violations"]
        for node in fault["nodes"]
    ]


def texts(page: Page) -> list[str]:
    """What the residents' bubbles say, in order."""
    return page.locator(".message-resident .bubble").all_inner_texts()


def photo(side: int = 300) -> dict[str, object]:
    buffer = io.BytesIO()
    Image.new("RGB", (side, side), "teal").save(buffer, "JPEG")
    return {"name": "trou.jpg", "mimeType": "image/jpeg", "buffer": buffer.getvalue()}
