"""What a file from outside really is: its type by content, its size, and a picture without its metadata.

Nothing is believed: not the name, not the declared type, not the picture's own header beyond its dimensions.
"""

import io
import re
import warnings
from dataclasses import dataclass
from typing import Any, Literal

MAX_BYTES = 10_000_000
MAX_FILES = 10
"""Files that come together, by whatever way."""
MAX_FORM = 45_000_000
"""Bytes of a form with files: four of the largest, and room for the words."""
MAX_PIXELS = 50_000_000
MAX_PIXELS_WHOLE = 25_000_000
"""Of a picture that can only be decoded whole: a JPEG can be read at a half or a quarter of its size."""
THUMBNAIL = (480, 480)
LARGEST_SIDE = 3000

Refusal = Literal["file_too_large", "file_type_refused", "image_too_large", "file_unreadable"]

_PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif", "HEIF": "image/heic"}
_SCALABLE = frozenset({"RGB", "L"})
"""Modes that are scaled without a copy in full size: transparency is left out first."""
_GPS_IFD = 0x8825
_NAMES = {"image/jpeg": (".jpg", ".jpeg"), "application/pdf": (".pdf",), "image/png": (".png",)}
_NAMES |= {"image/webp": (".webp",), "image/gif": (".gif",)}
_SUFFIX = re.compile(r"\.(?=[0-9]*[A-Za-z])[A-Za-z0-9]{1,8}$")


@dataclass(frozen=True, slots=True)
class InspectedFile:
    """The file as it may be kept, or why it is refused.

    Pictures are re-encoded without metadata; `location` is where the picture said it was taken, in degrees.
    """

    content_type: str
    content: bytes = b""
    refusal: Refusal | None = None
    thumbnail: bytes | None = None
    width: int | None = None
    height: int | None = None
    location: tuple[float, float] | None = None


def inspect_file(content: bytes) -> InspectedFile:
    """Decides from the bytes alone; CPU-heavy for pictures, so call it outside transactions and event loops."""
    if not content or len(content) > MAX_BYTES:
        return InspectedFile("application/octet-stream", refusal="file_too_large" if content else "file_unreadable")
    if content.startswith(b"%PDF-"):
        return InspectedFile("application/pdf", content)
    try:
        return _inspect_picture(content)
    except _NotAPicture:
        return InspectedFile("application/octet-stream", refusal="file_type_refused")
    except _TooManyPixels:
        return InspectedFile("image/*", refusal="image_too_large")
    except Exception:
        # A hostile or broken picture may fail anywhere inside the decoder; whatever it was, it is not kept.
        return InspectedFile("image/*", refusal="file_unreadable")


class _NotAPicture(Exception):
    pass


class _TooManyPixels(Exception):
    pass


def named_by_type(filename: str, content_type: str) -> str:
    """The file's name with the suffix of what it was found to be; of a type never checked, no name is believed."""
    suffixes = _NAMES.get(content_type, (".bin",))
    if filename.lower().endswith(suffixes):
        return filename
    return _SUFFIX.sub("", filename) + suffixes[0]


def _inspect_picture(content: bytes) -> InspectedFile:
    from PIL import ImageOps

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        picture = _open(content)
        if picture.width * picture.height > (MAX_PIXELS if picture.format == "JPEG" else MAX_PIXELS_WHOLE):
            raise _TooManyPixels
        location = _location(picture)
        upright = _reduced(picture)
        ImageOps.exif_transpose(upright, in_place=True)
        small = upright.copy()
        small.thumbnail(THUMBNAIL)
        return InspectedFile(
            "image/jpeg",
            _encode(upright, 85),
            thumbnail=_encode(small, 75),
            width=upright.width,
            height=upright.height,
            location=location,
        )


def _reduced(picture: Any) -> Any:
    """The picture in colours and in the size that is kept. It is never held more than twice in its own size."""
    from PIL import Image

    picture.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
    if picture.mode not in _SCALABLE:
        whole, picture = picture, picture.convert("RGB")
        whole.close()
    picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE), Image.Resampling.LANCZOS)
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _open(content: bytes) -> Any:
    from PIL import Image, UnidentifiedImageError

    _register_heif()
    Image.MAX_IMAGE_PIXELS = None  # our own limit is checked from the header, before anything is decoded
    try:
        picture = Image.open(io.BytesIO(content))
    except UnidentifiedImageError as error:
        raise _NotAPicture from error
    if picture.format not in _PICTURES:
        raise _NotAPicture(picture.format)
    return picture


def _register_heif() -> None:
    from pi_heif import register_heif_opener

    register_heif_opener()


def _encode(picture: Any, quality: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality, optimize=False)
    return buffer.getvalue()


def _location(picture: Any) -> tuple[float, float] | None:
    try:
        gps = picture.getexif().get_ifd(_GPS_IFD)
        latitude = _degrees(gps[2]) * (-1 if gps.get(1) == "S" else 1)
        longitude = _degrees(gps[4]) * (-1 if gps.get(3) == "W" else 1)
    except (KeyError, TypeError, ValueError, ZeroDivisionError, IndexError):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180) or (latitude == 0 and longitude == 0):
        return None
    return round(latitude, 6), round(longitude, 6)


def _degrees(parts: Any) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600
