"""Pictures written into HTML itself, taken out and kept as files like the others."""

import re

from channels.email.reading.mail import Attachment
from channels.email.reading.mime.problems import Problems
from channels.email.reading.mime.transfer import from_base64

_PICTURE = re.compile(r"data:(image/(?:png|jpe?g|gif|webp|bmp));base64,([A-Za-z0-9+/=\s]+)", re.IGNORECASE)


def take_pictures_out(html: str) -> tuple[str, list[Attachment]]:
    """The HTML with `cid:` in the place of each picture, and the pictures; the same one is kept once."""
    pictures: dict[str, Attachment] = {}

    def replace(found: re.Match[str]) -> str:
        content = from_base64(found[2].encode(), Problems())
        picture = Attachment(None, found[1].lower().replace("jpg", "jpeg"), content, inline=True)
        content_id = f"{picture.md5}@written-in-html"
        pictures[content_id] = Attachment(None, picture.content_type, content, content_id, inline=True)
        return f"cid:{content_id}"

    return _PICTURE.sub(replace, html), list(pictures.values())
