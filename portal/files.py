"""The files that residents may see again: those of their own conversation and of the case they follow."""

from uuid import UUID

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse

from case_store.errors import NotFound
from case_store.models import Attachment
from kit.files import named_by_type
from portal.deps import PortalDeps
from portal.reading import read_attachment, read_followed_attachment
from portal.visitors import follow_up_token, visitor_of

_SHOWN_IN_PLACE = {"image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf"}


class Files:
    """`GET /chat/attachments/{id}`; `?small=1` gives the thumbnail of a picture."""

    def __init__(self, deps: PortalDeps) -> None:
        self._deps = deps

    def add_to(self, router: APIRouter) -> None:
        router.add_api_route("/chat/attachments/{attachment_id}", self.show, methods=["GET"])

    async def show(self, request: Request, attachment_id: UUID, small: bool = False) -> Response:
        """Raises 404 for a file that is not there, or is somebody else's."""
        found = await _find(self._deps, request, attachment_id)
        if small and found.thumbnail is not None:
            return _file(self._deps, found.thumbnail, "image/jpeg", found.filename)
        if found.path is None:
            raise HTTPException(404)
        return _file(self._deps, found.path, found.content_type, found.filename)


async def _find(deps: PortalDeps, request: Request, attachment_id: UUID) -> Attachment:
    """Raises 404 for everybody else's files, exactly as for none."""
    visitor, token = visitor_of(request, deps), follow_up_token(request)
    if visitor is not None:
        try:
            return await deps.store.read(
                read_attachment, attachment_id=attachment_id, visitor=visitor, channel_id=deps.settings.channel_id
            )
        except NotFound:
            pass  # perhaps a file of the case followed in this browser
    try:
        return await deps.store.read(read_followed_attachment, attachment_id=attachment_id, token=token or "")
    except NotFound:
        raise HTTPException(404) from None


def _file(deps: PortalDeps, stored: str, content_type: str, filename: str) -> Response:
    path = deps.media_path(stored)
    if not path.is_file():
        raise HTTPException(404)
    in_place = content_type in _SHOWN_IN_PLACE
    return FileResponse(
        path,
        media_type=content_type if in_place else "application/octet-stream",
        filename=named_by_type(filename, content_type),
        content_disposition_type="inline" if in_place else "attachment",
        headers={
            "cache-control": "private, max-age=3600",
            "content-security-policy": "default-src 'none'; sandbox",
            "x-content-type-options": "nosniff",
        },
    )
