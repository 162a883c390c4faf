"""What browsers fetch under /static: versioned addresses, served from memory, compressed once.

Every address carries one version of the whole tree (`/static/<version>/chat.js`), so a style sheet
or a module may name its neighbours by relative address and still be cached for ever.
"""

import gzip
import hashlib
import mimetypes
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

PREFIX = "/static"
_FOREVER = "public, max-age=31536000, immutable"
_TEXT = ("text/", "application/json", "image/svg+xml")
_SMALL = 400
ROOT = Path(__file__).parents[2]
# One sheet travels better than five: fewer questions on a slow line, and it compresses as a whole.
BUNDLES = {
    "site.css": ("vendor/fonts.css", "tokens.css", "town.css", "base.css", "components.css"),
    "console.css": (
        "lists.css", "thread-agent.css", "console-frame.css", "console-list.css", "console-filters.css",
        "console-head.css", "console-thread.css", "console-composer.css", "console-context.css", "console-pages.css",
        "sign-in.css", "console-forced.css",
    ),
    "portal.css": ("lists.css", "masthead.css", "pages.css"),
    "chat-page.css": ("masthead.css", "thread.css", "chat.css"),
}  # fmt: skip
# Only whole lines: a pattern that reads no grammar must not touch what stands beside code.
_COMMENT_LINE = re.compile(rb"^[ \t]*(?://[^\n]*|/\*[^\n]*\*/)\n", re.MULTILINE)
# A sheet is known to have one declaration a line; a rule begins a line of its own there and here.
_SHEET = (
    (re.compile(rb"^[ \t]*/\*.*?\*/[ \t]*\n", re.MULTILINE | re.DOTALL), b""),
    (re.compile(rb"^[ \t]*([\w-]+): ", re.MULTILINE), rb"\1:"),
    (re.compile(rb" {\n\s*"), b"{"),
    (re.compile(rb";\n\s*(}?)"), rb";\1"),
)
_INDENT = re.compile(rb"^[ \t]+|^\n", re.MULTILINE)
STATIC_ROOTS = tuple(ROOT / package / "static" for package in ("app", "portal", "agent_console"))


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    zipped: bytes | None
    content_type: str
    tag: str


class Assets:
    """The static tree: an ASGI application to mount at `/static`, and `url` for the templates.

    `roots` are folders whose files share one name space (the first one wins);
    `generated` are files that come from the town, such as its colours and its logo: name -> content.
    """

    def __init__(
        self, roots: Iterable[Path] = STATIC_ROOTS, generated: Mapping[str, str | bytes] | None = None
    ) -> None:
        contents = _read(roots) | {name: _bytes(content) for name, content in (generated or {}).items()}
        for bundle, parts in BUNDLES.items():
            contents[bundle] = b"\n".join(contents[part] for part in parts if part in contents)
        self._files = {name: _file(name, content) for name, content in contents.items()}
        tags = "".join(f"{name} {self._files[name].tag}\n" for name in sorted(self._files))
        self.version = hashlib.sha256(tags.encode()).hexdigest()[:12]

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def url(self, name: str) -> str:
        """The address of a static file; it changes when any file of the tree does."""
        return f"{PREFIX}/{self.version}/{name}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = self._respond(Request(scope)) if scope["type"] == "http" else Response(status_code=404)
        await response(scope, receive, send)

    def _respond(self, request: Request) -> Response:
        path = request.scope["path"].removeprefix(request.scope.get("root_path", "")).lstrip("/")
        name = path.removeprefix(f"{self.version}/")
        if name not in self._files and "/" in name:
            # A page served before the last release still asks for its neighbours by the old version.
            name = name.partition("/")[2]
        file = self._files.get(name)
        if file is None:
            return Response("not found", 404, media_type="text/plain")
        if request.method not in {"GET", "HEAD"}:
            return Response(status_code=405, headers={"allow": "GET, HEAD"})
        return _answer(file, request, forever=path.startswith(f"{self.version}/"))


def _answer(file: _File, request: Request, *, forever: bool) -> Response:
    headers = {
        "cache-control": _FOREVER if forever else "no-cache",
        "etag": f'"{file.tag}"',
        "vary": "accept-encoding",
        "x-content-type-options": "nosniff",
    }
    if file.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    zipped = file.zipped if "gzip" in request.headers.get("accept-encoding", "") else None
    if zipped is not None:
        headers["content-encoding"] = "gzip"
    return Response(zipped or file.content, headers=headers, media_type=file.content_type)


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _read(roots: Iterable[Path]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for root in roots:
        for path in sorted(root.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                found.setdefault(path.relative_to(root).as_posix(), _travelling(path))
    return found


def _travelling(path: Path) -> bytes:
    """The bytes sent to browsers: of our own scripts and style sheets, without comments and indentation."""
    content = path.read_bytes()
    if path.suffix not in (".js", ".css") or "vendor" in path.parts:
        return content
    for pattern, shorter in _SHEET if path.suffix == ".css" else ():
        content = pattern.sub(shorter, content)
    return _INDENT.sub(b"", _COMMENT_LINE.sub(b"", content))


def _file(name: str, content: bytes) -> _File:
    content_type = "font/woff2" if name.endswith(".woff2") else mimetypes.guess_type(name)[0]
    content_type = content_type or "application/octet-stream"
    worth_it = content_type.startswith(_TEXT) and len(content) > _SMALL
    zipped = gzip.compress(content, 9, mtime=0) if worth_it else None
    return _File(content, zipped, content_type, hashlib.sha256(content).hexdigest()[:20])


def main(arguments: list[str]) -> int:
    """`build` copies the page libraries from node_modules, once `npm ci` has brought them."""
    from app.pages.page_libraries import build

    if arguments != ["build"]:
        sys.stderr.write("usage: python -m app.pages.assets build\n")
        return 2
    build(ROOT)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
