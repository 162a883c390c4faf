"""The console's routes, put together."""

from argon2 import PasswordHasher
from fastapi import APIRouter

from agent_console.actions import Actions
from agent_console.beginning import Beginning
from agent_console.case_links import CaseLinks
from agent_console.case_work import CaseWork
from agent_console.deps import ConsoleDeps
from agent_console.failed_sends import FailedSends
from agent_console.gate import Gate
from agent_console.inbox import Inbox
from agent_console.live import Live
from agent_console.media import Media
from agent_console.pages import Pages, refusing_route
from agent_console.passwords import Passwords
from agent_console.presence import AtWork
from agent_console.previews import Previews
from agent_console.residents import Residents
from agent_console.shortcuts import Shortcuts
from agent_console.sign_in import SignIn
from agent_console.supervisor import Now

_LARGEST_FORM = 100_000


def build_router(deps: ConsoleDeps, *, hasher: PasswordHasher | None = None) -> APIRouter:
    """Everything under `/console`. `hasher` only lowers the cost of passwords, for tests."""
    gate = Gate(deps)
    pages = Pages(deps, gate)
    router = APIRouter(route_class=refusing_route(pages), include_in_schema=False, max_body_size=_LARGEST_FORM)
    inbox = Inbox(deps, gate, pages)
    actions = Actions(deps, gate, pages, inbox)
    screens = (
        SignIn(deps, gate, pages, Passwords(hasher)),
        inbox,
        actions,
        CaseWork(deps, gate, actions),
        Beginning(deps, gate, pages),
        CaseLinks(deps, gate),
        FailedSends(deps, gate, actions),
        Previews(deps, gate, pages),
        Shortcuts(deps, gate),
        AtWork(deps, gate, pages),
        Live(deps, gate, pages),
        Media(deps, gate),
        Residents(deps, gate, pages),
        Now(deps, gate, pages),
    )
    for screen in screens:
        screen.add_to(router)
    return router
