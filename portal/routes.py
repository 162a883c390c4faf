"""The residents' pages as one router, made from what the composition root hands in."""

from fastapi import APIRouter, Depends

from kit.files import MAX_FORM
from portal.chat import ChatPages
from portal.crawlers import ForMachines
from portal.deps import PortalDeps
from portal.files import Files
from portal.follow_up import FollowUpPages
from portal.home import HomePage
from portal.responses import PortalPages
from portal.showcase import Showcase
from portal.visitors import other_sites_refused
from web.routes import Screen, build_face


def build_router(deps: PortalDeps, pages: PortalPages) -> APIRouter:
    """`/`, `/chat`, `/suivi`, what machines ask for, and in demo mode `/composants`."""
    screens: list[Screen] = [HomePage(deps, pages), ChatPages(deps, pages), Files(deps), FollowUpPages(deps, pages)]
    screens.append(ForMachines(deps))
    if deps.settings.demo:
        screens.append(Showcase(deps, pages))
    ours_only = Depends(other_sites_refused(deps.settings.public_host))
    return build_face(screens, pages.refuse, largest_form=MAX_FORM, dependencies=[ours_only])
