"""Hits written to a file: CSV and JSON for other programs, a contact sheet in HTML for people. No Qt; any one thread.

A contact sheet is one file that holds everything, thumbnails included. It has no script and loads nothing, which a
content security policy in it tells the browser, too. It prints on white, with no photo cut in two.
"""

from __future__ import annotations

import base64
import csv
import html
import json
import os
import secrets
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import IO

from app import file_texts, texts
from app.answers import box_document, hit_document
from engine.errors import EngineError
from engine.messages import Phase, Progress
from engine.types import Hit, Query

_TELL_EVERY_S = 0.05
_MAX_THUMBNAIL_BYTES = 1 << 20  # our own are far smaller
CSV_COLUMNS = (
    "rank", "score", "path", "width_px", "height_px", "box_x0", "box_y0", "box_x1", "box_y1", "online", "taken",
    "camera", "photo_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is exported.

    Args:
        hits: in the order to be written.
        query: what was searched for.
        title: for people: "Photos like “beach.jpg”".
        note: for people: how many, and when.
        query_jpeg: the query's picture, small, or nothing.
    """

    hits: tuple[Hit, ...]
    query: Query
    title: str
    note: str
    query_jpeg: bytes = b""


Steps = Generator[Progress, None, str]


def export(sheet: Sheet, path: str) -> Steps:
    """Write a sheet; the name's ending says how: .csv, .json, else .html. An old file stays until the new is whole.

    Yields:
        how far it is, twenty times a second at most. Closed early, it leaves the old file and nothing else.

    Raises:
        EngineError: it cannot be written, with a sentence.
    """
    write = _WRITERS.get(os.path.splitext(path)[1].lower(), _write_html)
    temp = os.path.join(os.path.dirname(path), f".resight-{secrets.token_hex(8)}.tmp")
    try:
        # Names that are no text keep their bytes as \udc80 and the like, which JSON can tell as well.
        with open(temp, "x", encoding="utf-8", errors="backslashreplace", newline="") as file:
            told_at = 0.0
            for number in write(file, sheet):
                if time.monotonic() - told_at >= _TELL_EVERY_S:
                    told_at = time.monotonic()
                    yield Progress(0, Phase.SAVING, number, len(sheet.hits))
            file.flush()
            os.fsync(file.fileno())
        os.replace(temp, path)
    except OSError as error:
        place = os.path.dirname(path) if isinstance(error, FileNotFoundError) else path
        raise EngineError(file_texts.why_not(error, place), path) from error
    finally:
        with suppress(OSError):
            os.unlink(temp)
    return path


def _write_csv(file: IO[str], sheet: Sheet) -> Iterator[int]:
    rows = csv.writer(file)
    rows.writerow(CSV_COLUMNS)
    for number, hit in enumerate(sheet.hits):
        box = ("", "", "", "") if hit.box is None else (hit.box.x0, hit.box.y0, hit.box.x1, hit.box.y1)
        rows.writerow((hit.rank, round(hit.score, 4), hit.path, hit.width_px, hit.height_px, *box,
                       int(hit.online), hit.taken, _no_formula(hit.camera), hit.photo_id))
        yield number


def _no_formula(text: str) -> str:
    """Text as programs for tables take it for text: what a photo says of its camera may be anything."""
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@")) else text


def _write_json(file: IO[str], sheet: Sheet) -> Iterator[int]:
    query = {"path": sheet.query.path, "photo_id": sheet.query.photo_id, "box": box_document(sheet.query.box)}
    file.write(f'{{"query": {json.dumps(query)},\n"hits": [')
    for number, hit in enumerate(sheet.hits):
        document = {**hit_document(hit), "width_px": hit.width_px, "height_px": hit.height_px}
        file.write(("\n" if number == 0 else ",\n") + json.dumps(document))
        yield number
    file.write("\n]}\n")


def _write_html(file: IO[str], sheet: Sheet) -> Iterator[int]:
    picture = f'<img class="query" alt="" src="{_data_uri(sheet.query_jpeg)}">' if sheet.query_jpeg else ""
    file.write(_HEAD.format(title=_text(sheet.title), note=_text(sheet.note), picture=picture))
    for number, hit in enumerate(sheet.hits):
        file.write(_figure(hit))
        yield number
    file.write("</main>\n</body>\n</html>\n")


_WRITERS: dict[str, Callable[[IO[str], Sheet], Iterable[int]]] = {".csv": _write_csv, ".json": _write_json}


def _figure(hit: Hit) -> str:
    name, folder = os.path.basename(hit.path), os.path.dirname(hit.path)
    jpeg = _thumbnail(hit)
    box = ""
    if hit.box is not None:
        edges = f"left:{hit.box.x0:.2%};top:{hit.box.y0:.2%};right:{1 - hit.box.x1:.2%};bottom:{1 - hit.box.y1:.2%}"
        box = f'<i style="{edges}"></i>'
    if jpeg:
        picture = f'<span class="picture"><img alt="{_text(name)}" src="{_data_uri(jpeg)}">{box}</span>'
    else:
        picture = f'<span class="none">{_text(texts.NO_THUMBNAIL)}</span>'
    return (
        f'<figure><div class="tile">{picture}</div><figcaption><b>{hit.rank}</b> <bdi>{_text(name)}</bdi>'
        f"<small>{round(hit.score * 100)} % · {hit.width_px} × {hit.height_px}</small>"
        f"<small><bdi>{_text(folder)}</bdi></small></figcaption></figure>\n"
    )


def _thumbnail(hit: Hit) -> bytes:
    """The thumbnail's JPEG, or nothing if it has not been made or is none."""
    with suppress(OSError), open(hit.thumbnail, "rb") as file:
        data = file.read(_MAX_THUMBNAIL_BYTES)
        return data if data.startswith(b"\xff\xd8") else b""
    return b""


def _data_uri(jpeg: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode('ascii')}"


def _text(text: str) -> str:
    return html.escape(texts.printable(text))


_HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Resight">
<title>{title}</title>
<style>
:root {{ color-scheme: light; }}
body {{ margin: 24px; background: #fff; color: #1a1d23; font: 14px/1.4 system-ui, sans-serif; }}
header {{ display: flex; gap: 16px; align-items: center; margin-bottom: 24px; }}
.query {{ max-width: 160px; max-height: 120px; border-radius: 6px; }}
h1 {{ margin: 0 0 4px; font-size: 22px; overflow-wrap: anywhere; }}
p {{ margin: 0; color: #565e6b; }}
main {{ display: grid; grid-template-columns: repeat(auto-fill, minmax(190px, 1fr)); gap: 20px 16px; }}
figure {{ margin: 0; break-inside: avoid; min-width: 0; }}
.tile {{ display: flex; align-items: center; justify-content: center; aspect-ratio: 1; background: #f3f4f6;
  border-radius: 6px; }}
.picture {{ position: relative; display: inline-block; max-width: 100%; max-height: 100%; line-height: 0; }}
.picture img {{ max-width: 100%; max-height: 190px; }}
.picture i {{ position: absolute; border: 2px solid #fff; outline: 2px solid rgb(0 0 0 / 50%); }}
.none {{ color: #565e6b; }}
figcaption {{ margin-top: 6px; overflow-wrap: anywhere; }}
small {{ display: block; color: #565e6b; font-size: 12px; }}
@page {{ margin: 12mm; }}
@media print {{
  body {{ margin: 0; font-size: 10pt; print-color-adjust: exact; }}
  main {{ grid-template-columns: repeat(4, 1fr); gap: 6mm 4mm; }}
}}
</style>
</head>
<body>
<header>{picture}<div><h1>{title}</h1><p>{note}</p></div></header>
<main>
"""
