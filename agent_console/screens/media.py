"""Files of conversations and cases: pictures shown, everything else handed over as a download."""

import asyncio
from pathlib import Path
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from agent_console.access.deps import ConsoleDeps
from agent_console.access.errors import PageMissing
from agent_console.access.gate import HOME, Gate
from case_store.conversations.attachments import get_visible_attachment
from kit.files import named_by_type

_SHOWN = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
_PICTURE_POLICY = "default-src 'none'; sandbox"


class Media:
    """Serves stored files. Their content was checked on arrival; the headers still forbid running or framing them."""

    def __init__(self, deps: ConsoleDeps, gate: Gate) -> None:
        self._deps, self._gate = deps, gate

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route(f"{HOME}/attachments/{{attachment_id}}", self.show, methods=["GET"])
        router.add_api_route(f"{HOME}/attachments/{{attachment_id}}/thumbnail", self.thumbnail, methods=["GET"])

    async def show(self, request: Request, attachment_id: UUID) -> Response:
        return await self._file(request, attachment_id, thumbnail=False)

    async def thumbnail(self, request: Request, attachment_id: UUID) -> Response:
        return await self._file(request, attachment_id, thumbnail=True)

    async def _file(self, request: Request, attachment_id: UUID, *, thumbnail: bool) -> Response:
        visit = await self._gate.visit(request)
        attachment = await self._deps.store.read(get_visible_attachment, attachment_id=attachment_id, scope=visit.scope)
        if attachment.state != "stored" or (thumbnail and not attachment.thumbnail):
            raise PageMissing
        try:
            content = await asyncio.to_thread(self._deps.open_attachment, attachment, thumbnail)
        except FileNotFoundError as error:
            raise PageMissing from error
        media_type = "image/jpeg" if thumbnail else attachment.content_type
        name = named_by_type(attachment.filename, media_type)
        headers = _headers(name, shown=thumbnail or attachment.content_type in _SHOWN)
        if isinstance(content, Path):
            return FileResponse(content, media_type=media_type, headers=headers)
        return Response(content, media_type=media_type, headers=headers)


def _headers(filename: str, *, shown: bool) -> dict[str, str]:
    disposition = "inline" if shown else "attachment"
    return {
        "cache-control": "private, max-age=3600",
        "content-disposition": f"{disposition}; filename*=UTF-8''{quote(filename, safe='')}",
        "content-security-policy": _PICTURE_POLICY,
        "x-content-type-options": "nosniff",
    }
