"""The console's routes, put together."""

from argon2 import PasswordHasher
from fastapi import APIRouter

from agent_console.access.deps import ConsoleDeps
from agent_console.access.errors import SignInNeeded
from agent_console.access.gate import Gate
from agent_console.access.passwords import Passwords
from agent_console.acting.actions import Actions
from agent_console.acting.beginning import Beginning
from agent_console.acting.begun_request import BegunRequests
from agent_console.acting.case_work import CaseWork
from agent_console.acting.correcting import Correcting
from agent_console.acting.failed_sends import FailedSends
from agent_console.acting.shortcuts import Shortcuts
from agent_console.screens.inbox import Inbox
from agent_console.screens.letters import Letters
from agent_console.screens.live import Live
from agent_console.screens.media import Media
from agent_console.screens.missed import Missed
from agent_console.screens.presence import AtWork
from agent_console.screens.previews import Previews
from agent_console.screens.residents import Residents
from agent_console.screens.sign_in import SignIn
from agent_console.screens.supervisor import Now
from agent_console.showing.case_links import CaseLinks
from agent_console.showing.pages import Pages
from web.routes import build_face

_LARGEST_FORM = 100_000


def build_router(deps: ConsoleDeps, *, hasher: PasswordHasher | None = None) -> APIRouter:
    """Everything under `/console`. `hasher` only lowers the cost of passwords, for tests."""
    gate = Gate(deps)
    pages = Pages(deps, gate)
    inbox = Inbox(deps, gate, pages)
    actions = Actions(deps, gate, pages, inbox)
    screens = (
        SignIn(deps, gate, pages, Passwords(hasher)),
        inbox,
        actions,
        CaseWork(deps, gate, actions),
        Correcting(deps, gate, pages),
        BegunRequests(deps, gate, pages),
        Beginning(deps, gate, pages),
        CaseLinks(deps, gate),
        FailedSends(deps, gate, actions),
        Previews(deps, gate, pages),
        Shortcuts(deps, gate),
        AtWork(deps, gate, pages),
        Live(deps, gate, pages),
        Media(deps, gate),
        Letters(deps, gate, pages),
        Residents(deps, gate, pages),
        Now(deps, gate, pages),
        Missed(deps, gate, pages),
    )
    return build_face(screens, pages.refuse, also=(SignInNeeded,), largest_form=_LARGEST_FORM)
