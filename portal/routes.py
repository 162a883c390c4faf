"""The residents' pages as one router, made from what the composition root hands in."""

from fastapi import APIRouter, Depends

from portal import chat, files, follow_up, home, showcase
from portal.deps import PortalDeps
from portal.problems import build_problem_page
from portal.responses import Pages
from portal.visitors import other_sites_refused

__all__ = ["PortalDeps", "build_problem_page", "build_router"]

_LARGEST_FORM = 45_000_000  # four files of ten megabytes, and room for the words


def build_router(deps: PortalDeps) -> APIRouter:
    """`/`, `/chat`, `/suivi`, and in demo mode `/composants`."""
    ours_only = Depends(other_sites_refused(deps.settings.public_host))
    router = APIRouter(include_in_schema=False, dependencies=[ours_only], max_body_size=_LARGEST_FORM)
    pages = Pages(deps)
    router.include_router(home.build_router(deps, pages))
    router.include_router(chat.build_router(deps, pages))
    router.include_router(files.build_router(deps))
    router.include_router(follow_up.build_router(deps, pages))
    if deps.settings.demo:
        router.include_router(showcase.build_router(deps, pages))
    return router
