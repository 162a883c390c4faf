"""Signing in: who gets in, who does not, and what either learns."""

from typing import Any

import pytest
from argon2 import PasswordHasher

from agent_console.access.passwords import Passwords
from case_store.models import Staff
from case_store.staff.accounts import SESSION_LENGTH, find_staff_by_email
from tests.console.fixtures import ORIGIN, Visitor
from tests.console.town import CHEAP, HASH, PASSWORD, Console, MovingClock

WRONG = "L&#39;adresse ou le mot de passe ne convient pas"


def attempt(browser: Visitor, staff_email: str, password: str = PASSWORD, **more: str) -> Any:
    return browser.post_form("/console/sign-in", email=staff_email, password=password, **more)


def test_the_right_password_opens_the_page_asked_for(visit: Any, camille: Staff) -> None:
    asked = "/console/conversations?view=mine"
    browser = visit()
    refused = browser.get(asked, follow_redirects=False)
    assert refused.status_code == 303
    assert refused.headers["location"] == "/console/sign-in?next=%2Fconsole%2Fconversations%3Fview%3Dmine"
    assert 'value="/console/conversations?view=mine"' in browser.get(refused.headers["location"]).text
    answer = attempt(browser, "Camille@Montlieu.example ", next=asked)
    assert (answer.status_code, answer.headers["location"]) == (303, asked)
    assert "Les miennes" in browser.get(asked).text


def test_the_cookie_is_kept_from_scripts_and_other_sites(visit: Any, camille: Staff) -> None:
    cookie = attempt(visit(), camille.email).headers["set-cookie"]
    assert cookie.startswith("guichet_staff=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert f"Max-Age={int(SESSION_LENGTH.total_seconds())}" in cookie


def test_over_https_the_cookie_belongs_to_the_host_alone(console: Console, camille: Staff) -> None:
    secure = Console(console.store, console.clock, console.folder, secure_cookies=True)
    with Visitor(secure.app, base_url="https://testserver") as browser:
        cookie = attempt(browser, camille.email).headers["set-cookie"]
        assert cookie.startswith("__Host-guichet_staff=")
        assert "Secure" in cookie
        assert browser.get("/console").status_code == 200


@pytest.mark.parametrize("email", ["camille@montlieu.example", "nobody@montlieu.example", ""])
def test_a_wrong_password_and_an_unknown_mail_are_told_alike(visit: Any, camille: Staff, email: str) -> None:
    answer = attempt(visit(), email, "not this one")
    assert answer.status_code == 422
    assert WRONG in answer.text
    assert "set-cookie" not in answer.headers
    assert "not this one" not in answer.text


async def test_an_unknown_mail_costs_the_same_work_as_a_wrong_password() -> None:
    class CountingHasher(PasswordHasher):
        verified = 0

        def verify(self, *arguments: Any) -> Any:
            type(self).verified += 1
            return super().verify(*arguments)

    hasher = CountingHasher(time_cost=1, memory_cost=8, parallelism=1)
    passwords = Passwords(hasher)
    assert not await passwords.verify(None, PASSWORD)
    assert not await passwords.verify(HASH, "wrong")
    assert await passwords.verify(HASH, PASSWORD)
    assert not await passwords.verify("not a hash", PASSWORD)
    assert CountingHasher.verified == 4


def test_too_many_attempts_are_stopped_and_told(console: Console, visit: Any, camille: Staff) -> None:
    browser = visit()
    answers = [attempt(browser, camille.email, "guess").status_code for _ in range(12)]
    assert answers == [422] * 10 + [429] * 2
    stopped = attempt(browser, camille.email)
    assert stopped.status_code == 429
    assert "Attendez 15 minutes" in stopped.text


def from_address(console: Console, address: str, emails: list[str], password: str = "guess") -> list[int]:
    with Visitor(console.app, base_url=ORIGIN, client=(address, 1)) as browser:
        return [int(attempt(browser, email, password).status_code) for email in emails]


def test_a_mail_with_a_nul_is_a_wrong_mail(visit: Any) -> None:
    assert attempt(visit(), "\x00@montlieu.example").status_code == 422


def test_many_machines_together_cannot_guess_at_one_account(console: Console, camille: Staff) -> None:
    tried = [from_address(console, f"192.0.2.{number}", [camille.email] * 10) for number in range(6)]
    assert tried == [[422] * 10] * 5 + [[429] * 10]


def test_one_machine_cannot_shut_an_agent_out(console: Console, camille: Staff) -> None:
    assert from_address(console, "192.0.2.1", [camille.email] * 80)[-1] == 429
    assert from_address(console, "192.0.2.2", [camille.email], PASSWORD) == [303]


def test_one_machine_cannot_try_one_password_on_everybody(console: Console) -> None:
    answers = from_address(console, "192.0.2.1", [f"agent{number}@town.example" for number in range(61)])
    assert answers == [422] * 60 + [429]


def test_a_town_hall_signs_in_from_one_address_at_nine(console: Console) -> None:
    people = [console.add_staff(f"Agent{number} Durand", "voirie").email for number in range(20)]
    assert from_address(console, "192.0.2.1", people, PASSWORD) == [303] * 20


def test_an_inactive_account_does_not_get_in(console: Console, visit: Any, camille: Staff) -> None:
    browser = visit(camille)

    def leave(session: Any) -> None:
        find_staff_by_email(session, email=camille.email).active = False  # type: ignore[union-attr]

    console.store.write_now(leave)
    assert browser.get("/console/conversations", follow_redirects=False).status_code == 303
    assert attempt(visit(), camille.email).status_code == 422


def test_demo_accounts_are_listed_and_open_in_demo_mode_only(console: Console, visit: Any) -> None:
    demo = console.add_staff("Agent Demo", "voirie", demo=True)
    listed = Console(console.store, console.clock, console.folder, demo=True, demo_password=PASSWORD)
    with Visitor(listed.app, base_url=ORIGIN) as browser:
        page = browser.get("/console/sign-in").text
        assert demo.email in page
        assert PASSWORD in page
        browser.sign_in(demo)
        cookies = dict(browser.cookies)
    closed = visit()
    assert demo.email not in closed.get("/console/sign-in").text
    assert attempt(closed, demo.email).status_code == 422
    closed.cookies.update(cookies)
    assert closed.get("/console/conversations", follow_redirects=False).status_code == 303


def test_a_cheap_hash_is_renewed_when_its_owner_signs_in(console: Console, visit: Any, camille: Staff) -> None:
    def cheapen(session: Any) -> None:
        cheaper = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, hash_len=16)
        find_staff_by_email(session, email=camille.email).password_hash = cheaper.hash(PASSWORD)  # type: ignore[union-attr]

    console.store.write_now(cheapen)
    visit(camille)
    renewed = console.store.read_now(find_staff_by_email, email=camille.email)
    assert renewed is not None
    assert not CHEAP.check_needs_rehash(renewed.password_hash)
    visit(camille)


def test_signing_out_ends_the_session(visit: Any, camille: Staff) -> None:
    browser = visit(camille)
    cookies = dict(browser.cookies)
    answer = browser.act("/console/sign-out")
    assert answer.headers["location"] == "/console/sign-in?bye=1"
    assert "Vous êtes déconnecté" in browser.get("/console/sign-in?bye=1").text
    browser.cookies.update(cookies)
    assert browser.get("/console/conversations", follow_redirects=False).status_code == 303


def test_an_ended_session_leads_back_to_where_one_was(
    console: Console, visit: Any, camille: Staff, moving_clock: MovingClock
) -> None:
    talk = console.waiting()
    browser = visit(camille)
    moving_clock.pass_by(hours=13)
    answer = browser.get(f"/console/conversations/{talk}", follow_redirects=False)
    back = f"/console/sign-in?next=%2Fconsole%2Fconversations%2F{talk}&ended=1"
    assert answer.headers["location"] == back
    assert "Votre session est terminée" in browser.get(back).text
    posted = browser.post_form(
        f"/console/conversations/{talk}/note", text="x", headers={"referer": f"{ORIGIN}/console/conversations/{talk}"}
    )
    assert posted.headers["location"] == back
    by_script = browser.post_form(f"/console/conversations/{talk}/note", text="x", headers={"x-guichet": "parts"})
    assert by_script.status_code == 401
    assert by_script.headers["x-guichet-go"].startswith("/console/sign-in")


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/console", "//evil.example", "/console\\@evil.example", "/chat", "javascript:1"]
)
def test_nobody_is_sent_to_another_site_after_signing_in(visit: Any, camille: Staff, elsewhere: str) -> None:
    assert attempt(visit(), camille.email, next=elsewhere).headers["location"] == "/console"


def test_one_works_in_the_language_one_chooses(visit: Any, camille: Staff) -> None:
    browser = visit(camille)
    browser.act("/console/language", language="en", next="/console/conversations?view=queue")
    assert "Nobody is waiting" in browser.get("/console").text
    browser.act("/console/language", language="xx", next="/console")
    assert '<html lang="en"' in browser.get("/console").text


def test_the_sign_in_page_speaks_the_browsers_language(visit: Any) -> None:
    page = visit().get("/console/sign-in", headers={"accept-language": "en-GB,fr;q=0.5"}).text
    assert "E-mail address" in page
    assert "Se connecter" in visit().get("/console/sign-in?lang=fr", headers={"accept-language": "en"}).text


def test_who_knows_the_password_may_sign_in_as_often_as_they_like(visit: Any, camille: Staff) -> None:
    for _ in range(12):
        assert attempt(visit(), camille.email).status_code == 303
    assert attempt(visit(), camille.email, "faux").status_code == 422
