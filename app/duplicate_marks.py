"""Which of the duplicates go to the trash: what may be marked, and that one of each group always stays. No Qt."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from app import file_texts
from app.file_work import RefusedError
from app.words import tr
from engine.messages import Twin, TwinGroup

PROTECTED = "It lies in the protected folder."
AWAY = "It cannot be reached now."
LAST = "One of each group always stays."
_CHANGED = "“{name}” has been changed since it was compared, and was left where it is."
_NONE_STAYS = "“{name}” was left where it is, as none of the photos like it that were to stay is there now."
_SAME_FILE = "“{name}” is the same file as “{other}”, only reached in another way, and was left where it is."


@dataclass(frozen=True, slots=True)
class Kept:
    """A photo to be trashed, and those of its group that stay."""

    twin: Twin
    stay: tuple[Twin, ...]


class DuplicateMarks:
    """The marks of the user on groups of duplicates.

    A photo is named by its id. Nothing in the protected folder is ever marked, and nothing that cannot be reached; and
    in each group one that can be reached always stays.
    """

    def __init__(self, groups: Iterable[TwinGroup] = (), protected: str = "") -> None:
        self._groups = [group for group in groups if len(group.twins) > 1]
        self._group_of = {twin.hit.photo_id: group for group in self._groups for twin in group.twins}
        self._protected = protected
        self._marked: set[int] = set()

    @property
    def groups(self) -> Sequence[TwinGroup]:
        """The groups, in the order they were given in."""
        return self._groups

    @property
    def protected(self) -> str:
        """The folder whose photos are never marked; "" if there is none."""
        return self._protected

    def protect(self, folder: str) -> None:
        """Protect this folder and no other; marks in it go."""
        self._protected = folder
        self._marked = {
            twin.hit.photo_id for twin in self.marked_twins() if not self._is_protected(twin)
        }

    def is_marked(self, twin: Twin) -> bool:
        """Whether this photo goes to the trash."""
        return twin.hit.photo_id in self._marked

    def why_not(self, twin: Twin) -> str:
        """Why this photo may not be marked; empty if it may."""
        if self.is_marked(twin):
            return ""
        if self._is_protected(twin):
            return tr(PROTECTED)
        if not twin.hit.online:
            return tr(AWAY)
        others = self._group_of[twin.hit.photo_id].twins
        stays = any(other is not twin and other.hit.online and not self.is_marked(other) for other in others)
        return "" if stays else tr(LAST)

    def can_ever(self, twin: Twin) -> bool:
        """Whether this photo may be marked, if enough others of its group stay."""
        return twin.hit.online and not self._is_protected(twin)

    def mark(self, twin: Twin, is_marked: bool = True) -> str:
        """Mark a photo, or take the mark away; returns why not, or nothing if it was done."""
        if not is_marked:
            self._marked.discard(twin.hit.photo_id)
            return ""
        reason = self.why_not(twin)
        if not reason:
            self._marked.add(twin.hit.photo_id)
        return reason

    def clear(self) -> None:
        """Take all marks away."""
        self._marked.clear()

    def mark_copies(self) -> None:
        """Mark photos of which another one that is the same byte for byte stays, and no others."""
        self._mark_all_but(self._one_of_each_content)

    def mark_all_but_best(self) -> None:
        """Mark all but the best of each group: what is protected, else the largest."""
        self._mark_all_but(lambda group: [self._first_of(group.twins)])

    def _mark_all_but(self, kept: Callable[[TwinGroup], list[Twin]]) -> None:
        self.clear()
        for group in self._groups:
            stay = {twin.hit.photo_id for twin in kept(group)}
            for twin in group.twins:
                if twin.hit.photo_id not in stay:
                    self.mark(twin)

    def _one_of_each_content(self, group: TwinGroup) -> list[Twin]:
        contents: dict[int, list[Twin]] = {}
        for twin in group.twins:
            contents.setdefault(twin.content_id, []).append(twin)
        return [self._first_of(copies) for copies in contents.values()]

    def _first_of(self, twins: Sequence[Twin]) -> Twin:
        """What is to stay of these: the first that is protected, else the first that can be reached."""
        return min(twins, key=lambda twin: (not self._is_protected(twin), not twin.hit.online))

    def _is_protected(self, twin: Twin) -> bool:
        return bool(self._protected) and twin.hit.path.startswith(os.path.join(self._protected, ""))

    # ---- what is marked -------------------------------------------------------------------------------------------

    def marked_twins(self) -> list[Twin]:
        """The photos marked, in the order of the groups."""
        return [twin for group in self._groups for twin in group.twins if self.is_marked(twin)]

    def marked_bytes(self) -> int:
        """What those marked take."""
        return sum(twin.size_bytes for twin in self.marked_twins())

    def kept(self) -> dict[str, Kept]:
        """Path -> each photo marked, with those of its group that stay."""
        found = {}
        for group in self._groups:
            stay = tuple(twin for twin in group.twins if not self.is_marked(twin) and twin.hit.online)
            for twin in group.twins:
                if self.is_marked(twin):
                    found[twin.hit.path] = Kept(twin, stay)
        return found

    def without(self, paths: set[str]) -> DuplicateMarks:
        """The same without these photos, which are gone; groups of which only one is left go, too."""
        groups = [TwinGroup(tuple(t for t in group.twins if t.hit.path not in paths)) for group in self._groups]
        left = DuplicateMarks(groups, self._protected)
        left._marked = self._marked & set(left._group_of)
        return left


def check(kept: dict[str, Kept], path: str) -> None:
    """See that a photo may go to the trash, at the moment before it does. On the thread that does it.

    Raises:
        RefusedError: it has changed, or none that is to stay is there as it was, or it is the same file as one.
        OSError: it cannot be looked at.
    """
    entry = kept[path]
    name = file_texts.name_of(path)
    if not _is_as_it_was(entry.twin):
        raise RefusedError(tr(_CHANGED).format(name=name))
    stays = [twin for twin in entry.stay if _is_there(twin)]
    if not stays:
        raise RefusedError(tr(_NONE_STAYS).format(name=name))
    for twin in entry.stay:
        if os.path.exists(twin.hit.path) and os.path.samefile(twin.hit.path, path) and os.stat(path).st_nlink == 1:
            raise RefusedError(tr(_SAME_FILE).format(name=name, other=file_texts.name_of(twin.hit.path)))


def _is_as_it_was(twin: Twin) -> bool:
    state = os.stat(twin.hit.path)
    return (state.st_size, state.st_mtime_ns) == (twin.size_bytes, twin.changed_ns)


def _is_there(twin: Twin) -> bool:
    try:
        return _is_as_it_was(twin)
    except OSError:
        return False
