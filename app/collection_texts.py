"""The words of collections: searches kept under a name."""

from __future__ import annotations

from collections.abc import Sequence

from app.texts import count, joined, printable
from app.words import tr, tr_n

COLLECTIONS = "Collections"
SAVE_TIP = "Save this search as a collection that keeps itself up to date"
REMOVE_TIP = "Remove the selected collection"
NAMES_KEYS = "Enter opens a collection, F2 renames it, Delete removes it."
SAVE_TITLE = "Save as a collection"
SAVE_NAME = "Name of the collection. It searches again whenever you open it, so new photos come in by themselves."
SAVE = "Save"
RENAME_TITLE = "Rename the collection"
RENAME_NAME = "New name of the collection"
RENAME = "Rename"
OPEN_ACTION = "&Open"
RENAME_ACTION = "Re&name…"
REMOVE_ACTION = "&Remove…"
REPLACE_QUESTION = "Replace the collection “{name}”?"
REPLACE_DETAIL = "It will have the search that you see now instead of the one it had."
REPLACE = "Replace"
REMOVE_QUESTION = "Remove the collection “{name}”?"
REMOVE_DETAIL = "Only the saved search goes. Your photos stay where they are."
REMOVE = "Remove collection"
SAVED = "Saved as the collection “{name}”"


def query_line(names: Sequence[str], min_score: float | None, n_filters: int) -> str:
    """What a collection searches for: "lamp.jpg · 3 parts · ≥ 40 % · 2 filters"."""
    return joined(
        printable(names[0]) if names else "",
        tr("{n} parts").format(n=count(len(names))) if len(names) > 1 else "",
        "" if min_score is None else f"≥ {round(min_score * 100)} %",
        tr_n(n_filters, "{n} filter", "{n} filters").format(n=count(n_filters)) if n_filters else "",
    )
