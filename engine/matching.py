"""Files that need not be decoded, as their content is known: moved photos, copies, and photos only touched.

Engine thread only.
"""

from __future__ import annotations

import os
from enum import Enum

from engine.catalogue import Catalogue
from engine.indexing_work import ToRead
from engine.records import Folder, IndexedPhoto, Model
from engine.scan import FoundFile
from engine.wire import FileFacts

_MAX_COPIES = 20  # of one content that are asked whether they have moved


class Match(Enum):
    """What a file turned out to be."""

    TOUCHED = "touched"
    MOVED = "moved"
    COPY = "copy"


class Matching:
    """Finds known contents, and writes what it finds into the catalogue.

    Args:
        catalogue: knows the contents.
        model: the model whose descriptors they have to have.
    """

    def __init__(self, catalogue: Catalogue, model: Model) -> None:
        self._catalogue = catalogue
        self._presence = catalogue.presence
        self._model = model

    def recognise(self, folder: Folder, files: list[FoundFile]) -> set[bytes]:
        """Find out which of these new files are known ones under a new name, without reading them -> their paths.

        A file that keeps its inode, its size and its time to the nanosecond, and is gone from where it was, has moved.
        """
        by_inode = {file.inode: file for file in files if file.inode is not None}
        candidates = self._catalogue.candidates(folder.folder_id, list(by_inode), self._model)
        moved: dict[bytes, int] = {}
        with self._catalogue.transaction():
            for inode, photos in candidates.items():
                file = by_inode[inode]
                for photo in photos:
                    is_same = (photo.size_bytes, photo.mtime_ns) == (file.size_bytes, file.mtime_ns)
                    if is_same and not os.path.lexists(photo.path):
                        self._move(photo.photo_id, folder, file)
                        moved[file.path] = photo.photo_id
                        break
            self._presence.see(moved.values())
        return set(moved)

    def link(self, to_read: ToRead, facts: FileFacts) -> Match | None:
        """Settle a file whose content is known and described; None if it has to be decoded."""
        content = self._catalogue.content_by_hash(facts.content_hash)
        if content is None or not self._catalogue.is_described(content.content_id, self._model):
            return None
        file = to_read.file
        if to_read.known is not None and to_read.known.content_id == content.content_id:
            self._catalogue.touch(to_read.known.photo_id, file.mtime_ns)
            return Match.TOUCHED
        for photo in self._catalogue.copies(content.content_id, _MAX_COPIES):
            if photo.online and not os.path.lexists(photo.path):
                self._move(photo.photo_id, to_read.folder, file)
                self._presence.see([photo.photo_id])
                return Match.MOVED
        copy = IndexedPhoto(
            to_read.folder.folder_id, file.path, file.size_bytes, file.mtime_ns, facts.content_hash,
            content.width_px, content.height_px, None, file.inode,
        )
        self._presence.see(self._catalogue.commit_chunk(self._model, [copy]).photo_ids)
        return Match.COPY

    def _move(self, photo_id: int, folder: Folder, file: FoundFile) -> None:
        self._catalogue.move_photo(photo_id, folder.folder_id, file.path, file.size_bytes, file.mtime_ns)
