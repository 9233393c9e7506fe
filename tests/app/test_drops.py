"""What is taken from dropped and pasted data, in which order, and what the user is told otherwise."""

from __future__ import annotations

import os

import pytest
from PySide6.QtCore import QMimeData, QUrl

from app import texts
from app.drops import (
    MISSING,
    NOT_LOCAL,
    NOTHING_USABLE,
    WEB_ADDRESS,
    Folder,
    ImageData,
    PictureFile,
    Refused,
    may_be_usable,
    path_of,
    read_drop,
)
from app.hits_model import file_url


def mime_of(urls: list = (), image=None, text: str | None = None, html: str | None = None) -> QMimeData:
    mime = QMimeData()
    if urls:
        mime.setUrls([url if isinstance(url, QUrl) else QUrl.fromLocalFile(str(url)) for url in urls])
    if image is not None:
        mime.setImageData(image)
    if text is not None:
        mime.setText(text)
    if html is not None:
        mime.setHtml(html)
    return mime


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "sea side.JPG"
    path.write_bytes(b"jpeg")
    return path


def test_a_file_is_taken_before_anything_else(photo, colored_image):
    mime = mime_of([photo], colored_image(), "some text", "<img src='https://example.org/a.jpg'>")
    assert read_drop(mime) == PictureFile(str(photo))


def test_image_data_is_taken_before_a_web_address(colored_image):
    drop = read_drop(mime_of([QUrl("https://example.org/a.jpg")], colored_image(5, 7)))
    assert isinstance(drop, ImageData)
    assert (drop.image.width(), drop.image.height()) == (5, 7)


@pytest.mark.parametrize(
    ("mime", "sentence"),
    [
        (mime_of([QUrl("https://example.org/a.jpg")], text="https://example.org/a.jpg"), WEB_ADDRESS),
        (mime_of(text=" http://example.org/a.jpg "), WEB_ADDRESS),
        (mime_of([QUrl("smb://server/photos/a.jpg")]), NOT_LOCAL),
        (mime_of(text="hello"), NOTHING_USABLE),
        (mime_of(), NOTHING_USABLE),
    ],
)
def test_what_cannot_be_used_is_explained(mime, sentence):
    assert read_drop(mime) == Refused(sentence)


@pytest.mark.parametrize("pattern", ["{}", '"{}"', "  {}\nsecond line", "file://{}"])
def test_a_path_as_text_is_taken_last(photo, pattern):
    plain = photo.rename(photo.with_name("plain.jpg"))
    assert read_drop(mime_of(text=pattern.format(plain))) == PictureFile(str(plain))


def test_the_first_picture_of_a_list_is_taken(tmp_path, photo):
    notes, second = tmp_path / "a.txt", tmp_path / "z.png"
    notes.write_text("notes")
    second.write_bytes(b"png")
    assert read_drop(mime_of([tmp_path, tmp_path / "gone.jpg", notes, photo, second])) == PictureFile(str(photo))


def test_a_file_without_a_known_ending_is_left_to_the_engine(tmp_path):
    odd = tmp_path / "scan.0001"
    odd.write_bytes(b"?")
    assert read_drop(mime_of([odd])) == PictureFile(str(odd))


def test_a_folder_is_a_folder(tmp_path):
    assert read_drop(mime_of([tmp_path])) == Folder(str(tmp_path))


def test_a_file_that_cannot_be_seen_is_named(tmp_path):
    assert read_drop(mime_of([tmp_path / "gone.jpg"])) == Refused(MISSING.format(name="gone.jpg"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe")
def test_a_pipe_is_never_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    assert read_drop(mime_of([tmp_path / "pipe.jpg"])) == Refused(texts.NOT_USABLE_DROP)


@pytest.mark.skipif(os.name != "posix", reason="names of any bytes exist only there")
def test_names_of_any_bytes_are_found(tmp_path):
    path = os.path.join(os.fsdecode(tmp_path), os.fsdecode(b"caf\xe9 #1 %41?.jpg"))
    with open(path, "wb") as file:
        file.write(b"jpeg")
    assert path_of(file_url(path)) == path
    assert read_drop(mime_of([file_url(path)])) == PictureFile(path)


def test_only_formats_that_may_hold_something_are_let_in(photo, colored_image):
    assert may_be_usable(mime_of([photo]))
    assert may_be_usable(mime_of(image=colored_image()))
    mime = QMimeData()
    mime.setData("application/x-something", b"1")
    assert not may_be_usable(mime)
