"""An agent opens a whole letter from its new words, and comes back."""

from typing import Any

import pytest
from playwright.sync_api import expect

from case_store.conversations.media import MediaStore
from case_store.models import Staff
from tests.browser.console import show
from tests.console.test_letters import LETTER
from tests.console.town import Console

pytestmark = pytest.mark.browser


def test_the_whole_letter_is_one_click_away(console: Console, open_browser: Any, base: str, soraya: Staff) -> None:
    path = MediaStore(console.folder).save(LETTER.encode(), ".eml")
    talk = console.receive("Le 15 décembre.", kind="email", sender="lea@example.org", payload={"mail": path})
    console.queue(talk.conversation_id)
    page = open_browser(soraya)
    show(page, base, talk.conversation_id)
    page.get_by_role("link", name="Voir le courrier entier").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Courrier : Naissance de Noé")
    expect(page.locator(".letter-text")).to_contain_text("Pour quelle date ?")
    page.get_by_role("link", name="Retour à la conversation").click()
    expect(page.locator(".bubble").first).to_contain_text("Le 15 décembre.")
