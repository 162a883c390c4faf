"""What the browser tests of the agents' work share."""

from typing import Any
from uuid import UUID

from playwright.sync_api import Page, expect

from case_store.models import Staff
from tests.console.town import PASSWORD


def show(page: Page, base: str, talk: UUID, view: str = "queue") -> None:
    page.goto(f"{base}/console/conversations/{talk}?view={view}")
    expect(page.locator("#viewers > *")).to_have_count(1)  # the stream has spoken


def sign_out(page: Any) -> None:
    page.locator(".rail-me summary").click()
    page.get_by_role("button", name="Se déconnecter", exact=True).click()


def sign_in(page: Any, staff: Staff) -> None:
    page.fill("#email", staff.email)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_selector(".console")
