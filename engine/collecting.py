"""Answering the jobs of collections: from queries to contents, and back to where these are now. Engine thread."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace

from engine.collection_table import CollectionRow, PartRow
from engine.curation import (
    MAX_NAME_CHARS,
    ChangeCollection,
    Collection,
    CollectionJob,
    CollectionPart,
    GetCollections,
    OpenCollection,
    SaveCollection,
)
from engine.decode import DecodeRequest
from engine.decoders import Decoders
from engine.errors import CollectionError, LibraryError, PhotoError, UnknownPhoto
from engine.library import Library
from engine.thumbs import Thumbnails, jpeg_of
from engine.types import Query

_COPY_SIDE_PX, _COPY_QUALITY = 1280, 90
_COPIES = "queries"  # below the thumbnails: can be made again from the catalogue


class Collecting:
    """The collections of a library.

    Args:
        library: whose they are.
        decoders: read the pictures of queries.
    """

    def __init__(self, library: Library, decoders: Decoders) -> None:
        self._library = library
        self._catalogue = library.catalogue
        self._table = library.catalogue.collections
        self._decoders = decoders
        self._copies = Thumbnails(library.folder.thumbs / _COPIES)

    def answer(self, job: CollectionJob) -> Collection | tuple[Collection, ...]:
        """The result of a job.

        Raises:
            CollectionError: it makes no sense as it stands; nothing was changed.
            UnknownPhoto, PhotoError: a picture is gone or cannot be read; nothing was changed.
            LibraryError: the library can only be read.
        """
        match job:
            case SaveCollection():
                self._need_writable()
                return self._save(job)
            case GetCollections():
                return self._all()
            case OpenCollection(collection_id):
                return self._open(self._require(collection_id))
            case ChangeCollection():
                self._need_writable()
                self._change(job)
                return self._all()

    def _need_writable(self) -> None:
        if self._library.read_only:
            raise LibraryError("This library was opened for searching only.", self._library.folder.root)

    def _require(self, collection_id: int) -> CollectionRow:
        row = self._table.get(collection_id)
        if row is None:
            raise CollectionError("This collection is not there any more.")
        return row

    # ---- changing ----

    def _save(self, job: SaveCollection) -> Collection:
        wanted = replace(job.collection, name=_checked(job.collection.name))
        if not wanted.parts:
            raise CollectionError("A collection needs a picture to search with.")
        if not job.replace:
            self._need_free(wanted.name)
        pictures: dict[bytes, bytes] = {}
        parts = [self._kept(part, pictures) for part in wanted.parts]
        collection_id = self._table.put(wanted, parts, pictures)
        return self._open(self._require(collection_id))

    def _kept(self, part: CollectionPart, pictures: dict[bytes, bytes]) -> PartRow:
        """A part as it is kept; its picture is added to `pictures`."""
        photo = None
        if part.query.photo_id is not None:
            photo = self._catalogue.photo(part.query.photo_id)
            if photo is None:
                raise UnknownPhoto("This photo is no longer in the library. Search again to see what is.")
        path = photo.path if photo is not None else os.path.abspath(part.query.path or "")
        try:
            decoded = self._decoders.decode(DecodeRequest(path, picture_px=_COPY_SIDE_PX))
        except PhotoError:
            if photo is None:
                raise
            content_hash = photo.hash  # its drive is away: it is known all the same
        else:
            content_hash = decoded.content_hash
            if decoded.picture is not None and content_hash not in pictures:
                pictures[content_hash] = jpeg_of(decoded.picture, _COPY_QUALITY)
        return PartRow(content_hash, path, part.query.box, part.is_unwanted, part.weight)

    def _change(self, job: ChangeCollection) -> None:
        row = self._require(job.collection_id)
        if job.name is None:
            before = self._table.pictures()
            self._table.remove(job.collection_id)
            for content_hash in before - self._table.pictures():
                self._copies.remove(content_hash)
        elif (name := _checked(job.name)) != row.told.name:
            self._need_free(name)
            self._table.set_name(job.collection_id, name)

    def _need_free(self, name: str) -> None:
        if self._table.id_of(name) is not None:
            raise CollectionError(f"There is a collection “{name}” already. Choose another name.")

    # ---- telling ----

    def _all(self) -> tuple[Collection, ...]:
        return tuple(
            replace(row.told, parts=tuple(_of_file(part, part.path) for part in row.parts))
            for row in self._table.all()
        )

    def _open(self, row: CollectionRow) -> Collection:
        return replace(row.told, parts=tuple(map(self._found, row.parts)))

    def _found(self, part: PartRow) -> CollectionPart:
        """Where the picture is now: a photo of the library, else its file, else the copy that was kept."""
        content = self._catalogue.content_by_hash(part.hash)
        if content is not None:
            photos = self._catalogue.photos_by_content([content.content_id]).get(content.content_id, [])
            # Where it was, before elsewhere; what can be reached, before what cannot.
            photos = sorted(photos, key=lambda photo: (photo.path != part.path, not photo.online or photo.missing))
            if photos:
                found = Query(photo_id=photos[0].photo_id, box=part.box)
                return replace(_of_file(part, photos[0].path), query=found)
        with suppress(PhotoError):
            if self._decoders.submit_hash(part.path).result().content_hash == part.hash:
                return _of_file(part, part.path)
        return _of_file(part, self._copy(part.hash) or part.path)

    def _copy(self, content_hash: bytes) -> str | None:
        """The file of the kept copy, made now if it is not there; None if there is no copy."""
        if not self._copies.exists(content_hash):
            jpeg = self._table.picture(content_hash)
            if jpeg is None or self._library.read_only:
                return None
            self._copies.write_jpeg(content_hash, jpeg)
        return str(self._copies.path_for(content_hash))


def _of_file(part: PartRow, path: str) -> CollectionPart:
    query, name = Query(path=path, box=part.box), os.path.basename(part.path)
    return CollectionPart(query, path, name, part.is_unwanted, part.weight)


def _checked(name: str) -> str:
    """The name without spaces round it.

    Raises:
        CollectionError: it is none.
    """
    name = name.strip()
    if not name:
        raise CollectionError("Give the collection a name.")
    if len(name) > MAX_NAME_CHARS or not name.isprintable():
        raise CollectionError(f"A name has no more than {MAX_NAME_CHARS} signs, all of which can be seen.")
    return name
