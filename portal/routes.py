"""The residents' pages as one router, made from what the composition root hands in."""

from fastapi import APIRouter

from portal import chat, files, follow_up, home, showcase
from portal.deps import PortalDeps
from portal.problems import build_problem_page
from portal.responses import Pages

__all__ = ["PortalDeps", "build_problem_page", "build_router"]


def build_router(deps: PortalDeps) -> APIRouter:
    """`/`, `/chat`, `/suivi`, and in demo mode `/composants`."""
    router, pages = APIRouter(include_in_schema=False), Pages(deps)
    router.include_router(home.build_router(deps, pages))
    router.include_router(chat.build_router(deps, pages))
    router.include_router(files.build_router(deps))
    router.include_router(follow_up.build_router(deps, pages))
    if deps.settings.demo:
        router.include_router(showcase.build_router(deps, pages))
    return router
