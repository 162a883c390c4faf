"""What the browser tests of the agents' work share."""

from uuid import UUID

from playwright.sync_api import Page, expect


def show(page: Page, base: str, talk: UUID, view: str = "queue") -> None:
    page.goto(f"{base}/console/conversations/{talk}?view={view}")
    expect(page.locator("#viewers > *")).to_have_count(1)  # the stream has spoken
