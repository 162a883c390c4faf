"""What a file from outside is found to be, and under what name it is handed out."""

import io
from typing import Any

import pytest
from PIL import Image

from kit.files import LARGEST_SIDE, inspect_file, named_by_type


def picture(kind: str, size: tuple[int, int], mode: str = "RGB", **options: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size, **({"color": options.pop("color")} if "color" in options else {})).save(
        buffer, kind, **options
    )
    return buffer.getvalue()


def size_of(content: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(content)).size


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP"])
def test_a_picture_that_must_be_decoded_whole_may_be_half_as_large(kind: str) -> None:
    assert inspect_file(picture(kind, (5001, 5000), "L")).refusal == "image_too_large"


def test_a_jpeg_is_read_at_a_part_of_its_size() -> None:
    found = inspect_file(picture("JPEG", (7000, 7000), "L"))
    assert (found.refusal, found.content_type) == (None, "image/jpeg")
    assert size_of(found.content) == (LARGEST_SIDE, LARGEST_SIDE)
    assert inspect_file(picture("JPEG", (7200, 7000), "L")).refusal == "image_too_large"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_way_of_keeping_colours_is_read(mode: str) -> None:
    found = inspect_file(picture("PNG", (4000, 20), mode))
    assert (found.refusal, size_of(found.content)) == (None, (3000, 15))


def taken_at(north: str, latitude: Any, east: str, longitude: Any) -> bytes:
    exif = Image.Exif()
    exif[0x8825] = {1: north, 2: latitude, 3: east, 4: longitude}
    return picture("JPEG", (40, 20), exif=exif)


@pytest.mark.parametrize(
    ("north", "east", "found"),
    [
        ("N", "E", (48.85, 2.501)),
        ("S", "E", (-48.85, 2.501)),
        ("N", "W", (48.85, -2.501)),
        ("S", "W", (-48.85, -2.501)),
    ],
)
def test_a_picture_says_where_it_was_taken_and_keeps_nothing_of_it(
    north: str, east: str, found: tuple[float, float]
) -> None:
    inspected = inspect_file(taken_at(north, (48.0, 51.0, 0.0), east, (2.0, 30.0, 3.6)))
    assert inspected.location == found
    for kept in (inspected.content, inspected.thumbnail or b""):
        assert dict(Image.open(io.BytesIO(kept)).getexif()) == {}


@pytest.mark.parametrize(
    ("latitude", "longitude"), [((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)), ((91.0, 0.0, 0.0), (2.0, 0.0, 0.0)), ((1.0,), ())]
)
def test_a_place_that_is_none_is_not_believed(latitude: Any, longitude: Any) -> None:
    assert inspect_file(taken_at("N", latitude, "E", longitude)).location is None


def test_a_picture_taken_sideways_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    found = inspect_file(picture("JPEG", (4000, 2000), exif=exif))
    assert size_of(found.content) == (found.width, found.height) == (1500, 3000)
    assert found.thumbnail is not None
    assert size_of(found.thumbnail) == (240, 480)


@pytest.mark.parametrize(
    ("given", "content_type", "served"),
    [
        ("fdp.exe", "application/pdf", "fdp.pdf"),
        ("constat.hta", "application/pdf", "constat.pdf"),
        ("passwd", "application/pdf", "passwd.pdf"),
        ('a"..pdf', "application/pdf", 'a"..pdf'),
        ("Photo.JPEG", "image/jpeg", "Photo.JPEG"),
        ("capture.png", "image/jpeg", "capture.jpg"),
        ("plan 12.2026", "application/pdf", "plan 12.2026.pdf"),
        ("page.html", "text/html", "page.bin"),
        (".htaccess", "application/pdf", ".pdf"),
    ],
)
def test_the_suffix_follows_what_the_file_was_found_to_be(given: str, content_type: str, served: str) -> None:
    assert named_by_type(given, content_type) == served
