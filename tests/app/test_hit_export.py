"""Hits as files: read back by what others would read them with, and safe whatever a file is called."""

from __future__ import annotations

import csv
import json
import os
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from app import hit_export
from app.exporting import jpeg_of
from app.hit_export import Sheet, export
from engine.errors import EngineError
from engine.types import Box, Hit, Query
from tests.helpers.fake_engine import make_hits


@pytest.fixture
def hits(tmp_path: Path) -> tuple[Hit, ...]:
    """Three hits: with thumbnail and box; whose name looks like HTML, and offline; of a name that is no text."""
    picture = QImage(32, 24, QImage.Format.Format_RGB32)
    picture.fill(QColor("teal"))
    picture.save(str(tmp_path / "1.jpg"))
    first, second, third = make_hits(3)
    return (
        replace(first, thumbnail=tmp_path / "1.jpg", box=Box(0.25, 0.5, 0.75, 1.0)),
        replace(second, path='/photos/<script>"x" & y.jpg', online=False),
        replace(third, path=os.fsdecode(b"/photos/caf\xe9,\n.jpg")),
    )


def sheet(hits: tuple[Hit, ...]) -> Sheet:
    query = Query(path="/q/<b>.jpg", box=Box(0, 0, 0.5, 0.5))
    return Sheet(hits, query, "Photos like “<b>.jpg”", "3 hits", b"\xff\xd8q")


def write(sheet: Sheet, path: Path) -> str:
    for _ in export(sheet, str(path)):
        pass
    return path.read_text(encoding="utf-8")


def test_a_table_has_a_row_for_each_hit(hits: tuple[Hit, ...], tmp_path: Path) -> None:
    rows = list(csv.DictReader(write(sheet(hits), tmp_path / "hits.csv").splitlines(keepends=True)))
    assert tuple(rows[0]) == hit_export.CSV_COLUMNS
    assert [row["rank"] for row in rows] == ["1", "2", "3"]
    assert rows[0]["path"] == "/photos/photo 001.jpg"
    assert [rows[0][f"box_{edge}"] for edge in ("x0", "y0", "x1", "y1")] == ["0.25", "0.5", "0.75", "1.0"]
    assert (rows[0]["box_x0"], rows[1]["box_x0"]) == ("0.25", "")
    assert [row["online"] for row in rows] == ["1", "0", "1"]
    assert float(rows[1]["score"]) == 0.99
    assert rows[2]["path"] == "/photos/caf\\udce9,\n.jpg"


@pytest.mark.parametrize("camera", ["=1+1", "+1", "-2", "@SUM(A1)", "  =1", "\u00a0=1"])
def test_no_table_calculates_what_a_photo_says(camera: str, hits: tuple[Hit, ...], tmp_path: Path) -> None:
    text = write(sheet((replace(hits[0], camera=camera), hits[1])), tmp_path / "hits.csv")
    rows = list(csv.DictReader(text.splitlines()))
    assert [row["camera"] for row in rows] == [f"'{camera}", ""]


def test_data_is_what_the_command_line_prints_and_keeps_names_byte_for_byte(
    hits: tuple[Hit, ...], tmp_path: Path
) -> None:
    document = json.loads(write(sheet(hits), tmp_path / "hits.JSON"))
    assert document["query"] == {"path": "/q/<b>.jpg", "photo_id": None, "box": [0, 0, 0.5, 0.5]}
    assert [hit["path"] for hit in document["hits"]] == [hit.path for hit in hits]
    assert document["hits"][0] == {
        "rank": 1, "photo_id": 1001, "path": "/photos/photo 001.jpg", "score": 1.0, "box": [0.25, 0.5, 0.75, 1.0],
        "boxes": [[0.25, 0.5, 0.75, 1.0]],
        "online": True, "taken": None, "camera": "", "also": [], "width_px": 4000, "height_px": 3000,
    }  # fmt: skip
    assert json.loads(write(sheet(()), tmp_path / "none.json"))["hits"] == []


class Page(HTMLParser):
    """What a browser would see of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def test_a_contact_sheet_holds_everything_and_loads_nothing(hits: tuple[Hit, ...], tmp_path: Path) -> None:
    text = write(sheet(hits), tmp_path / "sheet.html")
    page = Page(text)
    assert not page.of("script")
    assert not page.of("link")
    assert "http://" not in text
    assert "https://" not in text
    policy = next(attrs for attrs in page.of("meta") if attrs.get("http-equiv") == "Content-Security-Policy")
    assert policy["content"] == "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    images = page.of("img")
    assert len(images) == 2  # the query and the one hit that has a thumbnail
    assert all(str(image["src"]).startswith("data:image/jpeg;base64,") for image in images)
    assert images[1]["alt"] == "photo 001.jpg"
    assert page.of("i") == [{"style": "left:25.00%;top:50.00%;right:25.00%;bottom:0.00%"}]
    assert len(page.of("figure")) == 3
    assert '<script>"x" & y.jpg' in page.words
    assert "99 % · 4000 × 3000" in page.words
    assert "@media print" in text


def test_a_file_that_is_no_thumbnail_is_not_embedded(hits: tuple[Hit, ...], tmp_path: Path) -> None:
    hits[0].thumbnail.write_bytes(b"<svg onload=...>")
    assert len(Page(write(sheet(hits), tmp_path / "sheet.html")).of("img")) == 1


def test_an_export_that_is_stopped_leaves_the_old_file(
    hits: tuple[Hit, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hit_export, "_TELL_EVERY_S", 0.0)
    (tmp_path / "sheet.html").write_text("old")
    steps = export(sheet(hits), str(tmp_path / "sheet.html"))
    assert next(steps).total == 3
    steps.close()
    assert (tmp_path / "sheet.html").read_text() == "old"
    assert not list(tmp_path.glob(".resight-*"))


def test_a_place_that_cannot_be_written_is_a_sentence(hits: tuple[Hit, ...], tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="“gone” is not there any more"):
        write(sheet(hits), tmp_path / "gone" / "hits.csv")


def test_the_querys_picture_is_made_small() -> None:
    picture = QImage(1000, 500, QImage.Format.Format_RGB32)
    picture.fill(QColor("teal"))
    made = QImage.fromData(jpeg_of(picture))
    assert (made.width(), made.height()) == (320, 160)
    assert jpeg_of(QImage()) == b""
