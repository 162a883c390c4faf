"""`/api/docs`: the OpenAPI description as a page that needs no outside file."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader

from app.pages.assets import Assets


def build_router(assets: Assets) -> APIRouter:
    """The page; the description itself is at `/api/openapi.json`."""
    router = APIRouter(include_in_schema=False)
    template = Environment(loader=PackageLoader("app"), autoescape=True).get_template("api_docs.html")

    @router.get("/api/docs")
    async def docs(request: Request) -> HTMLResponse:
        return HTMLResponse(template.render(description=request.app.openapi(), asset=assets.url))

    return router
