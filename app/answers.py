"""The answers of the command line: JSON documents for scripts, words for people. No Qt.

The documents' shapes are documented in the README; scripts rely on them, so names are only added, never changed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from app import texts
from app.console import escaped
from engine.messages import Search
from engine.types import Box, CheckReport, Hit, IndexReport, LibraryStatus, SearchResult, Snapshot

# ---- JSON documents ------------------------------------------------------------------------------------------------


def rounded(document: dict[str, Any]) -> dict[str, Any]:
    """A report with its numbers to three digits."""
    return {key: round(value, 3) if isinstance(value, float) else value for key, value in document.items()}


def box_document(box: Box | None) -> list[float] | None:
    """A box in what is printed or exported."""
    return None if box is None else [box.x0, box.y0, box.x1, box.y1]


def hit_document(hit: Hit) -> dict[str, Any]:
    """A hit in what `resight search --json` prints."""
    return {
        "rank": hit.rank,
        "photo_id": hit.photo_id,
        "path": hit.path,
        "score": hit.score,
        "box": box_document(hit.box),
        "boxes": [box_document(box) for box in (hit.box, *hit.also_boxes)],
        "online": hit.online,
        "also": list(hit.also),
        "taken": hit.taken,
        "camera": hit.camera,
    }


def search_document(job: Search, result: SearchResult) -> dict[str, Any]:
    """What `resight search --json` prints."""
    return {
        "query": {
            "path": result.query.path,
            "box": box_document(result.query.box),
            "boxes": [box_document(query.box) for query in (job.query, *job.also)],
            "not_boxes": [box_document(query.box) for query in job.without],
        },
        "searched": result.searched,
        "total": result.total,
        "elapsed_ms": round(result.elapsed_ms, 1),
        "hits": [hit_document(hit) for hit in result.hits],
    }


def status_document(status: LibraryStatus) -> dict[str, Any]:
    """What `resight status --json` prints."""
    return asdict(replace(status, library=os.fspath(status.library)))  # type: ignore[arg-type]


def snapshot_document(snapshot: Snapshot) -> dict[str, Any]:
    """A backup in what `resight snapshot --json` and `resight restore --json` print."""
    return {"name": os.path.basename(snapshot.path), **asdict(snapshot)}


# ---- words for people ----------------------------------------------------------------------------------------------


def added_up(first: IndexReport, later: IndexReport) -> IndexReport:
    """The report of both runs: what there was at first, and what was done in either."""
    sums = {name: getattr(first, name) + getattr(later, name) for name in ("indexed", "moved", "removed", "failed")}
    seconds = first.seconds + later.seconds
    rate = sums["indexed"] / seconds if seconds > 0 else 0.0
    return replace(
        first, **sums, seconds=seconds, images_per_second=rate, unsettled=later.unsettled,
        missing=first.missing + later.missing,
    )


def change_words(report: IndexReport) -> str:
    """What an indexing run changed; empty if nothing."""
    counts = ((report.indexed, "new or changed"), (report.moved, "moved"), (report.removed, "gone"),
              (report.missing, "not found, but kept"), (report.failed, "could not be read"))
    return ", ".join(f"{count:,} {words}" for count, words in counts if count)


def index_words(report: IndexReport) -> str:
    """What an indexing run did."""
    parts = [f"{report.indexed:,} new or changed", f"{report.unchanged:,} unchanged"]
    for count, words in ((report.moved, "moved"), (report.removed, "gone"), (report.failed, "could not be read"),
                         (report.unsettled, "still being written")):
        if count:
            parts.append(f"{count:,} {words}")
    lines = [f"Found {texts.photos(report.found)}: {', '.join(parts)}."]
    if report.indexed:
        lines.append(
            f"It took {report.seconds:.1f} s, {report.images_per_second:.1f} photos a second on {report.device}."
        )
    if report.missing:
        lines.append(
            f"{texts.photos(report.missing)} that were there are not any more, which may be a mistake: they are kept. "
            "If they are really gone: resight index --accept-missing"
        )
    if report.failed:
        lines.append("To see what could not be read and why: resight failures")
    return "\n".join(lines)


def _boxes_words(boxes: Sequence[Box | None]) -> str:
    """Where the parts of the query were found; empty if none was."""
    if not any(boxes):
        return ""
    return "".join(
        "  [-]" if box is None else f"  [{box.x0:.2f},{box.y0:.2f},{box.x1:.2f},{box.y1:.2f}]" for box in boxes
    )


def search_words(result: SearchResult) -> str:
    """The hits, one a line."""
    rank_width = len(str(len(result.hits)))
    lines = []
    for hit in result.hits:
        also = "".join(f"  + {escaped(os.path.basename(path))}" for path in hit.also)
        boxes = _boxes_words((hit.box, *hit.also_boxes))
        lines.append(f"{hit.rank:>{rank_width}}  {hit.score:.3f}  {escaped(hit.path)}{also}{boxes}")
    if not lines:
        lines.append("Nothing found.")
    lines.append(texts.searched_line(result) + ".")
    return "\n".join(lines)


def status_words(status: LibraryStatus) -> str:
    """What is in the library."""
    failed = f", {status.failed:,} could not be read" if status.failed else ""
    offline = f", {status.offline:,} offline" if status.offline else ""
    lines = [
        f"Library   {escaped(str(status.library))}",
        f"Photos    {status.photos:,}: {status.indexed:,} can be searched{failed}{offline}",
        f"Model     {status.model}, {status.index_rows:,} rows in the index",
        f"Device    {status.device}",
    ]
    for folder in status.folders:
        notes = [f"{folder.indexed:,} of {texts.photos(folder.photos)}"]
        if folder.failed:
            notes.append(f"{folder.failed:,} could not be read")
        if folder.missing:
            notes.append(f"{folder.missing:,} not found")
        if not folder.online:
            notes.append("cannot be reached now")
        lines.append(f"Folder    {escaped(folder.path)} ({', '.join(notes)})")
    return "\n".join(lines if status.folders else [*lines, "No folder yet; add one with: resight index FOLDER"])


def check_words(report: CheckReport, repair: bool) -> str:
    """What checking found and did."""
    lines = [escaped(problem) for problem in report.problems]
    lines += [f"Repaired: {escaped(sentence)}" for sentence in report.repaired]
    counts = (
        f"{texts.photos(report.photos)}, {report.descriptors:,} descriptors, {report.index_rows:,} rows in the index"
    )
    if report.clean:
        lines.append(f"The library is in order: {counts}.")
    elif repair:
        lines.append(f"Not everything could be repaired: {counts}.")
    else:
        lines.append(f"The library is not in order: {counts}. To put it right: resight check --repair")
    return "\n".join(lines)


def snapshots_words(snapshots: Sequence[Snapshot]) -> str:
    """The backups of a library, one a line."""
    rows = [
        (
            snapshot.taken,
            texts.size(snapshot.bytes),
            "cannot be read" if snapshot.photos is None else texts.photos(snapshot.photos),
            escaped(os.path.basename(snapshot.path)),
        )
        for snapshot in snapshots
    ]
    widths = [max(len(row[column]) for row in rows) for column in (1, 2)] if rows else []
    lines = [f"{row[0]}  {row[1]:>{widths[0]}}  {row[2]:>{widths[1]}}  {row[3]}" for row in rows]
    return "\n".join(lines) or "There is no backup yet; make one with: resight snapshot"


_FIGURES = (("mAP", "mAP"), ("recall@1", "recall@1"), ("recall@10", "recall@10"), ("box_centre_rate", "box centre"))
_COUNTS = (("photos", "photos"), ("instances", "instances"), ("queries", "queries"))
_PROTOCOL_FIGURES = tuple((name, name) for name in ("mAP", "mP@1", "mP@5", "mP@10"))
_Columns = tuple[tuple[str, str], ...]


def evaluation_words(figures: dict[str, Any]) -> str:
    """The figures of an `Evaluate` job as an aligned table in percent; "-" where a figure was not measured."""
    rows = []
    for name, values in figures["sets"].items():
        rows.append((name, values))
        rows += [(f"  {instance}", part) for instance, part in values.get("per_instance", {}).items()]
    rows.append(("mean", figures["mean"]))
    return f"Model {figures['model']}, figures in percent\n{_table(rows, _COUNTS, _FIGURES)}"


def protocol_words(figures: dict[str, Any]) -> str:
    """The figures of an `EvaluateProtocol` job, in the same way."""
    parts = [f"Model {figures['model']}", f"{figures['protocol']} with {texts.photos(figures['photos'])}"]
    if figures["distractors"]:
        parts.append(f"{figures['distractors']:,} distractors")
    if figures["unreadable"]:
        parts.append(f"{figures['unreadable']:,} that could not be read count as not found")
    rows = list(figures["difficulties"].items())
    return f"{', '.join(parts)}, figures in percent\n{_table(rows, _COUNTS[-1:], _PROTOCOL_FIGURES)}"


def training_words(figures: dict[str, Any]) -> str:
    """The figures of a `Train` job."""
    lines = [
        f"Model {figures['model']}, trained on {texts.photos(figures['photos'])}: {escaped(figures['file'])}",
        f"Epochs: {figures['epochs']}; the best was {figures['best_epoch']}. Its log: {escaped(figures['folder'])}",
    ]
    if figures["held_out"]:
        rows = [*figures["held_out"].items(), ("mean", figures["mean"])]
        lines += ["mAP on photos held out, in percent", _table(rows, (), (("before", "before"), ("after", "after")))]
        if figures["mean"]["after"] < figures["mean"]["before"]:
            lines.append("It finds these photos less well than the model it began with: better keep that one.")
    return "\n".join(lines)


def study_words(figures: dict[str, Any]) -> str:
    """The figures of a `Study` job: mAP by pooling and condition, and what the paper's statements come to."""
    rows: dict[str, dict[str, Any]] = {}
    columns: dict[str, str] = {}
    for cell in figures["cells"]:
        condition = f"{cell['streams']} {'trained' if cell['trained'] else 'untrained'}"
        columns[condition] = condition
        rows.setdefault(cell["pooling"], {})[condition] = cell["mAP"]
    lines = ["mAP in percent, mean of the sets", _table(list(rows.items()), (), tuple(columns.items()))]
    lines += [escaped(claim["words"]) for claim in figures["claims"]]
    return "\n".join([*lines, f"Report: {escaped(figures['report'])}"])


def _table(rows: list[tuple[str, dict[str, Any]]], counts: _Columns, shares: _Columns) -> str:
    cells = [["", *(title for _, title in (*counts, *shares))]]
    for name, values in rows:
        numbers = ["" if values.get(key) is None else f"{values[key]:,}" for key, _ in counts]
        percents = ["-" if values.get(key) is None else f"{100 * values[key]:.2f}" for key, _ in shares]
        cells.append([escaped(name), *numbers, *percents])
    widths = [max(len(row[column]) for row in cells) for column in range(len(cells[0]))]
    lines = ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in cells]
    return "\n".join(lines)
