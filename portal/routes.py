"""The residents' pages as one router, made from what the composition root hands in."""

from fastapi import APIRouter, Depends

from portal.chat import ChatPages
from portal.deps import PortalDeps
from portal.files import Files
from portal.follow_up import FollowUpPages
from portal.home import HomePage
from portal.problems import build_problem_page
from portal.responses import PortalPages
from portal.showcase import Showcase
from portal.visitors import other_sites_refused

__all__ = ["PortalDeps", "build_problem_page", "build_router"]

_LARGEST_FORM = 45_000_000  # four files of ten megabytes, and room for the words


def build_router(deps: PortalDeps) -> APIRouter:
    """`/`, `/chat`, `/suivi`, and in demo mode `/composants`."""
    ours_only = Depends(other_sites_refused(deps.settings.public_host))
    router = APIRouter(include_in_schema=False, dependencies=[ours_only], max_body_size=_LARGEST_FORM)
    pages = PortalPages(deps)
    for screen in (HomePage(deps, pages), ChatPages(deps, pages), Files(deps), FollowUpPages(deps, pages)):
        screen.add_to(router)
    if deps.settings.demo:
        Showcase(deps, pages).add_to(router)
    return router
