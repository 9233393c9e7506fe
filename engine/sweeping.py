"""After a scan: what was not met is gone, or missing if so much of a folder is gone at once that it may be a mistake.

A drive that is half broken, a share that shows only a part, a program that moved everything away: from here they look
like a user who deleted photos. Engine thread only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from engine.catalogue import Catalogue
from engine.records import Folder, UnseenPhoto
from engine.scan import Place

HANDFUL = 10
SHARE = 0.2
"""More photos of a folder than a handful, and more than this share of them, are not believed to be gone."""


class Sweep:
    """Sweeps folders. `removed` and `missing` count what has become of photos.

    Args:
        catalogue: knows what was met.
        may_have_moved: whether an unseen photo may turn up yet; it then stays as it is.
        accept: the user has said that what is not there is gone, however much it is.
    """

    def __init__(self, catalogue: Catalogue, may_have_moved: Callable[[Folder, UnseenPhoto], bool], accept: bool
                 ) -> None:
        self.removed = 0
        self.missing = 0
        self._catalogue = catalogue
        self._presence = catalogue.presence
        self._may_have_moved = may_have_moved
        self._accept = accept

    def folder(self, folder: Folder, places: Iterable[Place]) -> Iterator[None]:
        """Sweep these places of one folder, in steps."""
        rules = self._catalogue.excluded.rules(folder.folder_id)
        for place in places:
            after: bytes | None = b""
            while after is not None:
                unseen, after = self._presence.unseen(folder.folder_id, place, after)
                left_out: list[int] = []
                gone: list[int] = []
                for photo in unseen:
                    if not rules.takes(photo.path):
                        left_out.append(photo.photo_id)
                    elif (self._accept or not photo.missing) and not self._may_have_moved(folder, photo):
                        gone.append(photo.photo_id)
                if left_out:
                    self._catalogue.remove_photos(left_out)
                    self.removed += len(left_out)
                self._presence.note_gone(gone)
                yield
        now = self._catalogue.folders.get(folder.folder_id)
        n_missing, _ = self._catalogue.folders.n_missing().get(folder.folder_id, (0, 0))
        n_there = now.n_photos - n_missing if now is not None else 0
        is_believed = self._accept or self._presence.n_gone() <= max(HANDFUL, SHARE * n_there)
        while n_done := self._presence.forget_gone() if is_believed else self._presence.keep_gone():
            if is_believed:
                self.removed += n_done
            else:
                self.missing += n_done
            yield


def forget_excluded(catalogue: Catalogue) -> Iterator[None]:
    """Forget all photos that the user wants left out, also those of folders that are offline; in steps."""
    presence = catalogue.presence
    presence.begin()  # nothing is met, so that everything counts as unseen
    for folder in catalogue.folders.all():
        rules = catalogue.excluded.rules(folder.folder_id)
        after: bytes | None = b""
        while after is not None:
            photos, after = presence.unseen(folder.folder_id, after=after)
            catalogue.remove_photos(photo.photo_id for photo in photos if not rules.takes(photo.path))
            yield
    while catalogue.excluded.sort_by_size():
        yield
