"""When and with what photos were taken, kept with their contents; and the contents of which it has not been read. SQL.

Engine thread only; reach it through `Catalogue.shots`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from engine.database import Database
from engine.shot import Shot


@dataclass(frozen=True, slots=True)
class UnreadContent:
    """A content whose shot has not been read, and one photo that has it, with the size and time known of that."""

    content_id: int
    path: str
    size_bytes: int
    mtime_ns: int


class ShotTable:
    """The shots of all contents.

    Args:
        database: of the library.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, content_id: int, shot: Shot) -> None:
        """Keep the shot of a content, unless one is kept already."""
        self._database.run("UPDATE content SET taken = ?, camera = ? WHERE id = ? AND camera IS NULL",
                           (shot.taken, shot.camera, content_id))

    def has_unread(self) -> bool:
        """Whether there is any content whose shot has not been read. Costs the same in every library."""
        return self._database.row("SELECT 1 FROM content WHERE camera IS NULL LIMIT 1") is not None

    def unread(self, after_id: int, limit: int) -> list[UnreadContent]:
        """The next `limit` contents after this id that have not been read and of which a photo can be reached."""
        rows = self._database.rows(
            "SELECT content.id, folder.path, photo.path, photo.size_bytes, photo.mtime_ns FROM content "
            "JOIN photo ON photo.content_id = content.id JOIN folder ON folder.id = photo.folder_id "
            "WHERE content.camera IS NULL AND content.id > ? AND online AND photo.missing = 0 "
            "GROUP BY content.id ORDER BY content.id LIMIT ?", (after_id, limit),
        )
        return [UnreadContent(row[0], os.path.join(os.fsdecode(row[1]), os.fsdecode(row[2])), row[3], row[4])
                for row in rows]
